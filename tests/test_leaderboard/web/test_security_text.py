"""Protects: no path leads out of its folder, and what strangers write stays text: never SQL, markup or a formula."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from leaderboard.reading.exports import to_csv, to_latex
from leaderboard.reading.standings import read_standings
from leaderboard.reading.tables import standings_table
from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store
from leaderboard.web.api import api_routes
from tests.support.api_client import (
    HTML,
    SQL,
    UPLOAD,
    bearer,
    client_of,
    contents,
    left_behind,
    new_token,
    refused,
    rows,
)
from tests.support.scoring_here import score_queued

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


@pytest.fixture(scope="module")
def submitted(stranger: Any, captions: dict[str, str]) -> str:
    """Id of a submission."""
    return str(stranger.send(json.dumps(captions)).json()["submission_id"])


@pytest.mark.parametrize("name", ESCAPES)
def test_no_path_leads_out_of_its_folder(stranger: Any, submitted: str, name: str) -> None:
    ask_everywhere(stranger.client, submitted, name)


@pytest.mark.parametrize("name", ["%00", "report.json%00.txt", "%ff%fe", "a" * 5_000])
def test_no_address_upsets_the_database(shared_store: Store, name: str) -> None:
    with client_of(shared_store) as client:
        ask_everywhere(client, "0" * 16, name)


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
def test_a_files_name_is_words_and_never_a_path(stranger: Any, captions: dict[str, str], name: str) -> None:
    before = contents(stranger.store)
    bad = stranger.send("[", filename=name)
    refused(bad)
    assert bad.headers["content-type"] == "application/json"
    assert contents(stranger.store) == before
    good = stranger.send(json.dumps({key: f"{text} {name!a:.50}" for key, text in captions.items()}), filename=name)
    assert good.status_code == 201
    [blob] = set(left_behind(stranger.store)) - set(before[1])
    assert blob.parent.parent == stranger.store.folder / "blobs"


@pytest.mark.parametrize("name", [SQL, "'; --", '" OR ""="', "%", "_", "\\", "photos%27--", "photos\u2019"])
def test_sql_in_names_and_addresses_is_text(shared_store: Store, captions: dict[str, str], name: str) -> None:
    store, before = shared_store, rows(shared_store)
    headers, content = bearer(new_token(store, "Ana")), json.dumps({key: f"{name} {captions[key]}" for key in captions})
    query = {"board": "photos", "system": name, "note": SQL, "description": SQL}
    with client_of(store) as client:
        answer = client.post("/api/v1/submissions", params=query, content=content, headers=headers)
        assert answer.status_code == 201
        refused(client.post("/api/v1/submissions", params={**query, "board": name}, content="{}", headers=headers))
        for path in ("boards", "submissions", "runs"):
            assert client.get(f"/api/v1/{path}/{name.replace('%', '%25')}").status_code == 404
    with store.reading() as session:
        assert session.get_one(Submission, answer.json()["submission_id"]).system.name == name
    assert rows(store) == before + 1


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
    score_queued(store)
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
    stranger: Any, captions: dict[str, str], field: str, value: str
) -> None:
    before = contents(stranger.store)
    answer = stranger.send(json.dumps(captions), **{("system" if field == "name" else field): value})
    assert answer.status_code == 422
    refused(answer)
    assert contents(stranger.store) == before


def test_a_query_that_says_things_twice_is_refused(stranger: Any, captions: dict[str, str]) -> None:
    address, headers = f"{UPLOAD}Mine&system=Other&board=scenes", bearer(stranger.token)
    answer = stranger.client.post(address, content=json.dumps(captions), headers=headers)
    assert "given more than once" in refused(answer)
