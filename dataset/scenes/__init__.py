"""Procedural scenes with exact masks, captions that provably denote one region, and their listener."""
