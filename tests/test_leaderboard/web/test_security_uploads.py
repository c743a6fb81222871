"""Protects the API from what strangers send: bad, huge and many files are refused in words.

Every refusal is 4xx with a message, never 500, never a traceback, and leaves no file and no row behind.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from leaderboard.storage.schema import AuditEvent
from leaderboard.storage.store import Store
from leaderboard.web import memory
from leaderboard.web.api import api_routes
from tests.support.api_client import HTML, UPLOAD, bearer, contents, left_behind, new_token, refused


def bomb(megabytes: int) -> bytes:
    """A small gzip file of many zeros."""
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=9, mtime=0) as file:
        for _ in range(megabytes):
            file.write(b" " * 2**20)
    return stream.getvalue()


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + closing * depth).encode()


BODIES: dict[str, bytes | Callable[[], bytes]] = {
    "empty": b"",
    "blank": b" \n\n ",
    "binary": bytes(range(256)) * 4,
    "text": b"hello",
    "html": HTML.encode(),
    "half a list": b'[{"region_id": "astronaut/1", "caption": "x"}',
    "deep list": nested(1_000_000),
    "deep object": nested(200_000, '{"a":', "}"),
    "deep open": b"[" * 5_000_000,
    "deep line": nested(100_000) + b"\n" + nested(100_000),
    "a number of many digits": b'{"astronaut/1": ' + b"9" * 100_000 + b"}",
    "exponent": b'{"astronaut/1": 1e400}',
    "nan": b'{"astronaut/1": NaN}',
    "infinity": b'[{"region_id": "astronaut/1", "caption": Infinity}]',
    "same key twice": b'{"astronaut/1": "a", "astronaut/1": "b"}',
    "same key in a row": b'[{"region_id": "astronaut/1", "region_id": "astronaut/2", "caption": "x"}]',
    "same region twice": b'[{"region_id": "a/1", "caption": "a"}, {"region_id": "a/1", "caption": "b"}]',
    "lone surrogate": b'{"astronaut/1": "\\ud83d"}',
    "utf-16": json.dumps({"astronaut/1": "x"}).encode("utf-16"),
    "overlong utf-8": b'{"astronaut/1": "\xc0\x80"}',
    "long caption": json.dumps({"astronaut/1": "a" * 1_000_000}).encode(),
    "many words": json.dumps({"astronaut/1": "a " * 4_000}).encode(),
    "prototype": b'{"__proto__": {"x": 1}, "constructor": "x"}',
    "gzip bomb": lambda: bomb(300),
    "gzip of gzips": lambda: gzip.compress(bomb(2)),
    "many members": lambda: b"".join(bomb(20) for _ in range(10)),
    "damaged gzip": lambda: gzip.compress(b"[]" * 1000)[:-9],
    "gzip header alone": b"\x1f\x8b",
    "zip": lambda: _zip_bytes(),
}


def _zip_bytes() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../predictions.json", "{}")
    return stream.getvalue()


@pytest.mark.parametrize("kind", BODIES)
def test_bad_files_are_refused_in_words_and_leave_nothing(stranger: Any, kind: str) -> None:
    given = BODIES[kind]
    body = given() if callable(given) else given
    process = psutil.Process()
    before = process.memory_info().rss
    answer = stranger.send(body)
    assert answer.status_code == 422, answer.text[:300]
    assert len(refused(answer)) < 20_000
    assert contents(stranger.store) == (0, [])
    assert process.memory_info().rss - before < 600 * 2**20


def test_too_large_is_refused_whatever_is_announced(sqlite_store: Store) -> None:
    store = Store(sqlite_store.settings.model_copy(update={"upload_mib": 1}))
    client = TestClient(Starlette(routes=api_routes(store)), raise_server_exceptions=False)
    headers = bearer(new_token(store, "Ana"))
    sent = 0

    def pieces() -> Iterator[bytes]:  # no length in the header: chunked
        nonlocal sent
        for _ in range(64):
            sent += 2**18
            yield b" " * 2**18

    for answer in (
        client.post(f"{UPLOAD}Mine", content=b" " * (2**20 + 1), headers=headers),
        client.post(f"{UPLOAD}Mine", content=pieces(), headers=headers),
    ):
        assert answer.status_code == 413
        assert "1 MiB" in refused(answer)
    assert left_behind(store) == []


def test_quota_and_rate_hold(sqlite_store: Store, captions: dict[str, str]) -> None:
    store = Store(sqlite_store.settings.model_copy(update={"quota_per_day": 1, "requests_per_minute": 6}))
    client = TestClient(Starlette(routes=api_routes(store)))
    headers = bearer(new_token(store, "Ana"))
    texts = [json.dumps({key: f"{text} {number}" for key, text in captions.items()}) for number in range(2)]
    codes = [client.post(f"{UPLOAD}Mine", content=text, headers=headers).status_code for text in texts]
    assert codes == [201, 429]
    answers = [client.get("/api/v1/queue", headers=headers) for _ in range(8)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_refused_requests_leave_no_events(client: TestClient, sqlite_store: Store, token: str) -> None:
    for body in ("[", "{}", "x" * 1000):
        refused(client.post(f"{UPLOAD}Mine", content=body, headers=bearer(token)))
    with sqlite_store.reading() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["issued token"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say how much memory a process has")
def test_nobody_waits_for_the_memory_of_small_files(stranger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: a collection of garbage stops all visitors, so it follows what made the process grow, and only that."""
    collections: list[int] = []
    monkeypatch.setattr(memory.gc, "collect", lambda: collections.append(1))
    resident = 100 * 2**20
    monkeypatch.setattr(memory, "_resident_bytes", lambda: resident)
    monkeypatch.setitem(memory._level, "bytes", resident)
    refused(stranger.send("["))
    assert collections == []
    resident += 20 * 2**20
    for _ in range(2):
        refused(stranger.send("["))
    assert collections == [1]
