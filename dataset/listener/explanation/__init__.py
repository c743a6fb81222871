"""Why a caption was heard as it was, in words, and what of it could be untrue without being noticed."""
