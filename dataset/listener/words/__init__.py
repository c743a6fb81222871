"""Tables of words, and what nouns cover.

`categories` and `synonyms` list nouns, `lexicon` finds the categories that a noun covers; `vocabulary` has the words
around the noun, `connectives` those between noun phrases, `postures` which things can stand or hang.
"""
