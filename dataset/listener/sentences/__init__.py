"""Free text, which the grammar does not read to its last word.

`islands` finds what can be read; `attach` puts the islands of the first sentence together (open phrases in `stack`,
questions about them in `phrases`); `facts` makes single statements of the other sentences.
"""
