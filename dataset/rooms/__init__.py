"""Path-traced rooms with real furniture models, whose truth is exactly known."""
