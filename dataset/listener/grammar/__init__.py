"""The grammar of complete noun phrases.

`parse` is the entry; `modifiers` and `postmodifiers` are the rules before and after the noun; `chart` remembers what each
rule read.
"""
