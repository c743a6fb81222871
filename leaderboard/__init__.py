"""Take submissions, score them in the background, rank them honestly. ``python -m leaderboard serve`` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataset.lazy import lazy_names

if TYPE_CHECKING:
    from .boards import Board, list_boards
    from .card import SystemCard
    from .settings import Settings, get_settings
    from .standings import Standings, read_standings
    from .store import Store
    from .submissions import Receipt, predictions, submit
    from .validation import validate

__all__ = [
    "Board",
    "Receipt",
    "Settings",
    "Standings",
    "Store",
    "SystemCard",
    "get_settings",
    "list_boards",
    "predictions",
    "read_standings",
    "submit",
    "validate",
]

_HOMES = {
    "Board": "boards",
    "Receipt": "submissions",
    "Settings": "settings",
    "Standings": "standings",
    "Store": "store",
    "SystemCard": "card",
    "get_settings": "settings",
    "list_boards": "boards",
    "predictions": "submissions",
    "read_standings": "standings",
    "submit": "submissions",
    "validate": "validation",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
