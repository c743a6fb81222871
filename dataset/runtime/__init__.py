"""What all four packages run on: the cache, compiled functions, lazy names, the fingerprint of the data."""
