"""Protects the API from strangers: what they send is bounded and refused in words, and gives nobody more than is his.

Every refusal is 4xx with a message, never 500, never a traceback, and leaves no file and no row behind.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dataset.schema import Region
from leaderboard.reading.exports import to_csv, to_latex
from leaderboard.reading.standings import read_standings
from leaderboard.reading.tables import standings_table
from leaderboard.scoring.worker import ScoringWorker
from leaderboard.storage.schema import ApiToken, AuditEvent, Submission, System
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import issue_token, revoke_token
from leaderboard.web.api import api_routes

HTML = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
SQL = "photos' OR '1'='1'; DROP TABLE submission; --"
UPLOAD = "/api/v1/submissions?board=photos&system="


@pytest.fixture
def client(sqlite_store: Store) -> TestClient:
    return client_of(sqlite_store)


@pytest.fixture
def token(sqlite_store: Store) -> str:
    return new_token(sqlite_store, "Ana")


def client_of(store: Store) -> TestClient:
    store.prepare()
    return TestClient(Starlette(routes=api_routes(store)), raise_server_exceptions=False)


def new_token(store: Store, name: str) -> str:
    with store.session() as session:
        return issue_token(session, store.now(session), name)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def rows(store: Store) -> int:
    with store.reading() as session:
        return session.scalars(select(func.count()).select_from(Submission)).one()


def left_behind(store: Store) -> list[Path]:
    """Files besides the database."""
    return [path for path in store.folder.rglob("*") if path.is_file() and not path.name.startswith("leaderboard.")]


def refused(answer: Any) -> str:
    """The message of a refusal."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text
    message: str = answer.json()["error"]["message"]
    return message


@pytest.fixture
def captions(regions: list[Region]) -> dict[str, str]:
    return {region.region_id: f"the {region.category}" for region in regions}


# Who asks ---------------------------------------------------------------------------------------------------------


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
def test_without_a_good_token_nothing_is_taken(
    client: TestClient, sqlite_store: Store, token: str, captions: dict[str, str], header: str
) -> None:
    prefix, identity, secret = token.split("_", 2)
    text = header.format(
        token=token,
        wrong=f"{prefix}_{identity}_{secret[:-1]}",
        other=f"{prefix}_{'0' * 8}_{secret}",
        upper=f"{prefix}_{identity}_{secret.swapcase()}",
    )
    answer = client.post(f"{UPLOAD}Mine", content=json.dumps(captions), headers={"Authorization": text})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert secret not in refused(answer)
    assert rows(sqlite_store) == 0
    assert left_behind(sqlite_store) == []


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


# What is sent -----------------------------------------------------------------------------------------------------


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
def test_bad_files_are_refused_in_words_and_leave_nothing(sqlite_store: Store, kind: str) -> None:
    given = BODIES[kind]
    body = given() if callable(given) else given
    client = TestClient(Starlette(routes=api_routes(sqlite_store)), raise_server_exceptions=False)
    process = psutil.Process()
    before = process.memory_info().rss
    answer = client.post(f"{UPLOAD}Mine", content=body, headers=bearer(new_token(sqlite_store, "Ana")))
    assert answer.status_code == 422, answer.text[:300]
    assert len(refused(answer)) < 20_000
    assert rows(sqlite_store) == 0
    assert left_behind(sqlite_store) == []
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


# Where things are -------------------------------------------------------------------------------------------------

ESCAPES = (
    "..",
    "../..",
    "..%2f..%2fleaderboard.sqlite",
    "%2e%2e/%2e%2e/leaderboard.sqlite",
    "..%5c..%5cleaderboard.sqlite",
    "....//....//leaderboard.sqlite",
    "%00",
    "report.json%00.txt",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "log.txt",
    "report.json/..",
    "C:%5cwindows",
    "%ff%fe",
    "a" * 5_000,
)


@pytest.mark.parametrize("name", ESCAPES)
def test_no_path_leads_out_of_its_folder(
    client: TestClient, sqlite_store: Store, token: str, captions: dict[str, str], name: str
) -> None:
    answer = client.post(f"{UPLOAD}Mine", content=json.dumps(captions), headers=bearer(token))
    ask_everywhere(client, answer.json()["submission_id"], name)


@pytest.mark.parametrize("name", ["%00", "report.json%00.txt", "%ff%fe", "a" * 5_000])
def test_no_address_upsets_the_database(store: Store, name: str) -> None:
    ask_everywhere(client_of(store), "0" * 16, name)


def ask_everywhere(client: TestClient, identity: str, name: str) -> None:
    for path in (
        f"runs/{identity}-1-1/{name}",
        f"runs/{name}/report.json",
        f"submissions/{name}",
        f"boards/{name}",
        f"submissions/{name}/predictions",
        f"challenges/{name}",
        f"challenges/{name}/package.zip",
        name,
    ):
        found = client.get(f"/api/v1/{path}")
        assert found.status_code in (200, 404, 405), (path, found.status_code, found.text[:200])
        if found.status_code == 200:  # the client has taken `..` out of the address: an ordinary page of the API
            assert found.headers["content-type"] == "application/json"
        assert b"SQLite format" not in found.content
        assert b"root:" not in found.content


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil", "..\\evil.json", "evil\x00.json", HTML, "a" * 9_000])
def test_a_files_name_is_words_and_never_a_path(
    client: TestClient, sqlite_store: Store, token: str, captions: dict[str, str], name: str
) -> None:
    query = {"board": "photos", "system": "Mine", "filename": name}
    bad = client.post("/api/v1/submissions", params=query, content="[", headers=bearer(token))
    refused(bad)
    assert bad.headers["content-type"] == "application/json"
    assert left_behind(sqlite_store) == []
    good = client.post("/api/v1/submissions", params=query, content=json.dumps(captions), headers=bearer(token))
    assert good.status_code == 201
    [blob] = left_behind(sqlite_store)
    assert blob.parent.parent == sqlite_store.folder / "blobs"


# What is told -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [SQL, "'; --", '" OR ""="', "%", "_", "\\", "photos%27--", "photos\u2019"])
def test_sql_in_names_and_addresses_is_text(store: Store, captions: dict[str, str], name: str) -> None:
    client, token = client_of(store), new_token(store, "Ana")
    query = {"board": "photos", "system": name, "note": SQL, "description": SQL}
    answer = client.post("/api/v1/submissions", params=query, content=json.dumps(captions), headers=bearer(token))
    assert answer.status_code == 201
    refused(client.post("/api/v1/submissions", params={**query, "board": name}, content="{}", headers=bearer(token)))
    for path in ("boards", "submissions", "runs"):
        assert client.get(f"/api/v1/{path}/{name.replace('%', '%25')}").status_code == 404
    with store.reading() as session:
        assert session.scalars(select(System.name)).one() == name
    assert rows(store) == 1


def test_what_strangers_write_is_data_and_never_markup(sqlite_store: Store, captions: dict[str, str]) -> None:
    store = sqlite_store
    client = TestClient(Starlette(routes=api_routes(store)))
    headers = bearer(new_token(store, "Ana"))
    body = json.dumps({key: f"{HTML} {text}" for key, text in captions.items()})
    query = {"board": "photos", "system": f"=2+3 {HTML[:40]}", "note": "\\input{x} & $_%", "description": HTML}
    assert client.post("/api/v1/submissions", params=query, content=body, headers=headers).status_code == 201
    ScoringWorker(store).run(until_idle=True)
    for path in ("boards/photos", "log"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.headers["content-type"] == "application/json"
    standings = read_standings(store, "photos")
    table = standings_table(standings, standings.entries, standings.columns())
    csv = to_csv(table).decode()
    assert "=2+3" in csv
    assert not [cell for line in csv.splitlines() for cell in line.split(",") if cell.strip('"').startswith("=")]
    latex = to_latex(table).decode()
    assert r"\input" not in latex
    assert r"\textbackslash{}input\{x\}" in latex


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("paper", "javascript:alert(1)"),
        ("code", "JaVaScRiPt:alert(1)"),
        ("model_card", "data:text/html,<script>"),
        ("paper", " \tjavascript:alert(1)"),
        ("paper", 'https://a.example/" onmouseover="alert(1)'),
        ("code", "https://a.example/<script>"),
        ("paper", "//elsewhere.example"),
        ("paper", "file:///etc/passwd"),
        ("name", "up\u202eside down"),
        ("name", "zero\u200bwidth"),
        ("name", "a\x00b"),
        ("name", " \n "),
        ("name", "x" * 61),
        ("note", "bell\x07"),
        ("description", "x" * 2_001),
        ("parameters", "nan"),
        ("parameters", "-1"),
        ("parameters", "inf"),
        ("parameters", "1e999"),
        ("captions_per_second", "0x10"),
        ("kind", "baseline"),
        ("verified_by", "me"),
        ("visibility", "public"),
        ("owner", "operator"),
    ],
)
def test_cards_hold_nothing_that_acts_or_deceives(
    client: TestClient, sqlite_store: Store, token: str, captions: dict[str, str], field: str, value: str
) -> None:
    query = {"board": "photos", "system": "Mine", ("system" if field == "name" else field): value}
    answer = client.post("/api/v1/submissions", params=query, content=json.dumps(captions), headers=bearer(token))
    assert answer.status_code == 422
    refused(answer)
    assert rows(sqlite_store) == 0


def test_a_query_that_says_things_twice_is_refused(client: TestClient, token: str, captions: dict[str, str]) -> None:
    answer = client.post(f"{UPLOAD}Mine&system=Other&board=scenes", content=json.dumps(captions), headers=bearer(token))
    assert "given more than once" in refused(answer)


def test_refused_requests_leave_no_events(client: TestClient, sqlite_store: Store, token: str) -> None:
    for body in ("[", "{}", "x" * 1000):
        refused(client.post(f"{UPLOAD}Mine", content=body, headers=bearer(token)))
    with sqlite_store.reading() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["issued token"]
