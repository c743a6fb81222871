"""Free text: what can be read in a sentence, and how it goes together."""
