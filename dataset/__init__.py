"""Unique multi-granularity region captioning: the data."""
