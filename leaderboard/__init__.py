"""The leaderboard of region captioners."""
