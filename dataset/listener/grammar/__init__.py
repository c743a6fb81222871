"""The grammar: from the words of a complete noun phrase to all its readings."""
