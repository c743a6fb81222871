"""Scores for region captions: exact, and honest about uniqueness."""
