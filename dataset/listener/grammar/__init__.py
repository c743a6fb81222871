"""The grammar of complete noun phrases.

`parse` is the entry; `modifiers` and `postmodifiers` are the rules around the noun; `chart` remembers what each
rule read.
"""
