"""Procedural scenes with exact masks and captions that provably denote one region."""
