"""Protects: nobody submits without a valid token or for somebody else's system, and tokens cannot be read anywhere."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from leaderboard.storage.schema import ApiToken
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import revoke_token
from leaderboard.web.api import api_routes
from tests.support.api_client import UPLOAD, bearer, contents, new_token, refused, rows


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer ureca",
        "Bearer ureca_",
        "Bearer ureca__",
        "Basic YTpi",
        "Bearer ureca_x_y",
        "Bearer ureca_' OR 1=1 --_x",
        "Bearer " + "a" * 10_000,
        "Bearer ureca_\x7f_\x7f",
        "Token {token}",
        "Bearer {wrong}",
        "Bearer {other}",
        "Bearer {upper}",
    ],
)
def test_without_a_good_token_nothing_is_taken(stranger: Any, captions: dict[str, str], header: str) -> None:
    prefix, identity, secret = stranger.token.split("_", 2)
    text = header.format(
        token=stranger.token,
        wrong=f"{prefix}_{identity}_{secret[:-1]}",
        other=f"{prefix}_{'0' * 8}_{secret}",
        upper=f"{prefix}_{identity}_{secret.swapcase()}",
    )
    answer = stranger.client.post(f"{UPLOAD}Mine", content=json.dumps(captions), headers={"Authorization": text})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert secret not in refused(answer)
    assert contents(stranger.store) == (0, [])


def test_a_revoked_token_is_worthless_at_once(
    client: TestClient, sqlite_store: Store, token: str, captions: dict[str, str]
) -> None:
    assert client.post(f"{UPLOAD}Mine&dry_run=1", content=json.dumps(captions), headers=bearer(token)).is_success
    with sqlite_store.session() as session:
        revoke_token(session, sqlite_store.now(session), token.split("_")[1])
    assert client.get("/api/v1/boards", headers=bearer(token)).status_code == 401


def test_cookies_and_other_sites_have_no_rights(client: TestClient, token: str, captions: dict[str, str]) -> None:
    # Cross-site requests carry cookies and never an Authorization header of ours.
    answer = client.post(
        f"{UPLOAD}Mine",
        content=json.dumps(captions),
        headers={"Origin": "https://elsewhere.example", "Cookie": f"token={token}; _streamlit_user={token}"},
    )
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers
    preflight = client.options("/api/v1/submissions", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in preflight.headers


def test_nobody_submits_for_the_system_of_somebody_else(
    client: TestClient, sqlite_store: Store, token: str, captions: dict[str, str]
) -> None:
    assert client.post(f"{UPLOAD}Mine", content=json.dumps(captions), headers=bearer(token)).status_code == 201
    other = {key: f"{text} too" for key, text in captions.items()}
    for name in ("Mine", "mine", " MINE ", "Ｍine", "M\u0131ne".replace("\u0131", "i")):
        answer = client.post(
            "/api/v1/submissions",
            params={"board": "photos", "system": name},
            content=json.dumps(other),
            headers=bearer(new_token(sqlite_store, "Ben")),
        )
        assert answer.status_code == 403, name
        assert "somebody else" in refused(answer)
    assert rows(sqlite_store) == 1


def test_tokens_are_nowhere_to_be_read(sqlite_store: Store, captions: dict[str, str]) -> None:
    token = new_token(sqlite_store, "Ana")
    client = TestClient(Starlette(routes=api_routes(sqlite_store)))
    answer = client.post(f"{UPLOAD}Mine", content=json.dumps(captions), headers=bearer(token))
    with sqlite3.connect(sqlite_store.folder / "leaderboard.sqlite") as connection:
        dump = "\n".join(connection.iterdump())
    secret = token.split("_", 2)[2]
    pages = [answer.text, dump, *(client.get(f"/api/v1/{path}").text for path in ("log", "boards/photos", "queue"))]
    assert all(secret not in page for page in pages)
    with sqlite_store.reading() as session:
        assert len(session.scalars(select(ApiToken.secret_sha256)).one()) == 64
