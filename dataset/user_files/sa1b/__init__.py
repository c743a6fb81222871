"""The published captions of SA-1B (arXiv 2504.05305) joined with the user's copy of SA-1B."""
