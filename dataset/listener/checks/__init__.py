"""Checks: whether what a caption says of a region, or of what is around it, may be so."""
