"""What a logical form denotes, taken exactly.

`denote` is the entry; `structure` is the world made ready for questions, `relations` and `scales` have the geometry,
`bits` the sets of regions.
"""
