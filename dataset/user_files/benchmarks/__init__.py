"""Benchmarks of region captioning in the user's own files, in the layout in which each is published."""
