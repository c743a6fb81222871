"""Furniture models: where they are found, their meshes, and the table that names their parts."""
