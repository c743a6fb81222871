"""Things that are built from shapes: what the packs of furniture lack, and what must fit the room."""
