"""The leaderboard of region captioners; nothing is in its menu yet."""

__all__: list[str] = []
