"""Leaderboards with and without an open challenge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leaderboard.boards.challenge import open_challenge
from leaderboard.storage.store import Store
from tests.support.challenges import SECRET, SMALL, make_store


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A leaderboard with the open challenge "winter"; tests that change it open one of their own."""
    store = make_store(tmp_path_factory.mktemp("opened"))
    open_challenge(store, "winter", title="Winter", secret=SECRET, **SMALL)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(tmp_path / "leaderboard")
    yield made
    made.close()
