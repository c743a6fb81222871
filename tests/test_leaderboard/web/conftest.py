"""A client of the API, a token, and captions for the photos."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dataset.schema import Region
from leaderboard.storage.store import Store
from tests.support.api_client import client_of, new_token


@pytest.fixture
def client(sqlite_store: Store) -> TestClient:
    return client_of(sqlite_store)


@pytest.fixture
def token(sqlite_store: Store) -> str:
    return new_token(sqlite_store, "Ana")


@pytest.fixture
def captions(regions: list[Region]) -> dict[str, str]:
    return {region.region_id: f"the {region.category}" for region in regions}
