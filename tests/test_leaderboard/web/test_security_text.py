"""Protects: no path leads out of its folder, and what strangers write stays text: never SQL, markup or a formula."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from leaderboard.reading.exports import to_csv, to_latex
from leaderboard.reading.standings import read_standings
from leaderboard.reading.tables import standings_table
from leaderboard.scoring.worker import ScoringWorker
from leaderboard.storage.schema import System
from leaderboard.storage.store import Store
from leaderboard.web.api import api_routes
from tests.support.api_client import HTML, SQL, UPLOAD, bearer, client_of, left_behind, new_token, refused, rows

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
    query = {
        "board": "photos",
        "system": f"=2+3 \\input{{x}} {HTML[:30]}",
        "note": "\\input{x} & $_%",
        "description": HTML,
    }
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
