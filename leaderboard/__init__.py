"""Take submissions, score them in the background, rank them honestly. ``python -m leaderboard serve`` shows them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
