"""Why captions fail: groups of failures, the reasons of each in words, and lists of them with pictures."""
