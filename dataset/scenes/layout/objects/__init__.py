"""The things in a scene: one builder per category, each a function from a `Style` to a tree of nodes."""
