"""Take submissions, score them in the background, rank them honestly. ``python -m leaderboard serve`` shows them."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

_checks = run_path(str(Path(__file__).parents[1] / "dataset/runtime/namesakes.py"))
_checks["check_packages"]("dataset", "benchmark")
_checks["check_extra"]("leaderboard", "sqlalchemy", "pydantic_settings", "starlette", "httpx")

from dataset.runtime.lazy import lazy_names  # noqa: E402 - whose `dataset` it is had to be checked

if TYPE_CHECKING:
    from .boards.board import Board, list_boards
    from .intake.card import SystemCard
    from .intake.submissions import Receipt, predictions, submit
    from .intake.validation import validate
    from .reading.standings import Standings, read_standings
    from .settings import Settings, get_settings
    from .storage.store import Store

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
    "Board": "boards.board",
    "Receipt": "intake.submissions",
    "Settings": "settings",
    "Standings": "reading.standings",
    "Store": "storage.store",
    "SystemCard": "intake.card",
    "get_settings": "settings",
    "list_boards": "boards.board",
    "predictions": "intake.submissions",
    "read_standings": "reading.standings",
    "submit": "intake.submissions",
    "validate": "intake.validation",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
