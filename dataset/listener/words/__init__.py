"""The words: nouns and what they cover, modifiers, relations, and the small words between noun phrases."""
