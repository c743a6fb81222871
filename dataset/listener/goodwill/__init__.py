"""What a person would still let pass, where a caption taken exactly denotes nothing certain.

`careful` is the exact model as captions are heard. `generous` is the other one: `model` and `scales` are its frame,
`looks`, `parts`, `shelves` and `neighbours` its meanings.
"""
