"""Intervals, paired comparisons, slices, and the signature that every number carries."""
