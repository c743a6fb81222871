"""A client of the leaderboard's API, what strangers may send it, and what a refusal has to look like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import issue_token
from leaderboard.web.api import api_routes

HTML = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
SQL = "photos' OR '1'='1'; DROP TABLE submission; --"
UPLOAD = "/api/v1/submissions?board=photos&system="


def client_of(store: Store) -> TestClient:
    """A client that gets the answer of the server also where the server fails."""
    store.prepare()
    return TestClient(Starlette(routes=api_routes(store)), raise_server_exceptions=False)


def new_token(store: Store, name: str) -> str:
    with store.session() as session:
        return issue_token(session, store.now(session), name)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def rows(store: Store) -> int:
    """Number of submissions in the database."""
    with store.reading() as session:
        return session.scalars(select(func.count()).select_from(Submission)).one()


def left_behind(store: Store) -> list[Path]:
    """Files besides the database."""
    return [path for path in store.folder.rglob("*") if path.is_file() and not path.name.startswith("leaderboard.")]


def contents(store: Store) -> tuple[int, list[Path]]:
    """What a refused request must not change."""
    return rows(store), left_behind(store)


def refused(answer: Any) -> str:
    """The message of a refusal."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text
    message: str = answer.json()["error"]["message"]
    return message
