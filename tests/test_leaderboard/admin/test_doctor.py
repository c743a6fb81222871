"""Protects `ureca board doctor`: what is wrong with a deployment is named, with what to do, and nothing is changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from leaderboard.__main__ import app
from leaderboard.admin import doctor
from leaderboard.admin.doctor import Finding, examine
from leaderboard.settings import get_settings
from leaderboard.storage.migrations import MIGRATIONS
from leaderboard.storage.schema import AuditEvent
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import issue_token
from tests.support.postgresql import free_port
from tests.support.released_boards import released_board
from tests.test_leaderboard.conftest import SMALL

Examine = Callable[..., dict[str, Finding]]


@pytest.fixture(autouse=True)
def outside_of_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run in a container, whose folders do not last."""
    monkeypatch.setattr(doctor, "_CONTAINER_MARKS", ())


@pytest.fixture
def examined(tmp_path: Path) -> Iterator[Examine]:
    """Subject -> finding, the worst one, of a leaderboard with some settings."""
    stores = []

    def look(folder: Path | None = None, files: bool = False, **changes: Any) -> dict[str, Finding]:
        settings = {"data_dir": folder or tmp_path / "leaderboard", "database_url": ""} | SMALL | changes
        stores.append(Store(get_settings(**settings)))
        order = ("ok", "warning", "problem")
        findings = sorted(examine(stores[-1], files=files), key=lambda finding: order.index(finding.state))
        return {finding.subject: finding for finding in findings}

    yield look
    for store in stores:
        store.close()


def test_all_is_well_where_it_is(store: Store) -> None:
    with store.session() as session:
        issue_token(session, store.now(session), "Ana", None, None)
    states = {finding.subject: finding.state for finding in examine(store, files=True)}
    assert states.pop("workers") == "warning"
    states.pop("user"), states.pop("memory", None)
    assert states == dict.fromkeys(("address", "uploads", "folder", "database", "boards", "log", "files"), "ok")


def test_a_place_without_a_leaderboard_stays_empty(examined: Examine, tmp_path: Path) -> None:
    findings = examined()
    assert (findings["folder"].state, findings["database"].state) == ("warning", "warning")
    assert list(tmp_path.iterdir()) == []


def test_an_old_database_is_not_migrated(examined: Examine, tmp_path: Path) -> None:
    folder = released_board("0.1.0", tmp_path / "released")
    for _ in range(2):
        finding = examined(folder)["database"]
        assert finding.state == "warning"
        assert f"of version 1, the software's is {len(MIGRATIONS)}: make a backup" in finding.message


def test_a_changed_log_and_lost_files_are_problems(examined: Examine, tmp_path: Path) -> None:
    folder = released_board("0.1.0", tmp_path / "released")
    store = Store(get_settings(data_dir=folder, database_url="", **SMALL))
    with store.session() as session:
        session.get_one(AuditEvent, 3).details = {"nothing": "happened"}
    store.close()
    for blob in (folder / "blobs").glob("*/*"):
        blob.unlink()
    findings = examined(folder, files=True)
    assert "event 3" in findings["log"].message
    assert (findings["log"].state, findings["files"].state, findings["workers"].state) == (
        "problem",
        "problem",
        "problem",
    )


@pytest.mark.parametrize(
    ("changes", "subject", "state", "message"),
    [
        ({"host": "0.0.0.0"}, "address", "warning", "PUBLIC_URL"),
        ({"public_url": "board.example.org"}, "address", "problem", "expected https://"),
        ({"public_url": "http://board.example.org"}, "address", "warning", "not encrypted"),
        ({"public_url": "https://board.example.org", "path_prefix": "/ureca"}, "address", "problem", "end the first"),
        ({"public_url": "https://board.example.org/ureca/", "path_prefix": "ureca"}, "address", "ok", "/ureca"),
        ({"public_url": "https://board.example.org/ureca"}, "address", "ok", "/ureca"),
        ({"page_uploads": "login"}, "uploads", "problem", "secrets.toml"),
        ({"page_uploads": "off"}, "uploads", "ok", "tokens"),
        ({"database_url": f"postgresql://u@127.0.0.1:{free_port()}/x"}, "database", "problem", "does not answer"),
    ],
)
def test_settings_that_do_not_fit(
    examined: Examine, changes: dict[str, Any], subject: str, state: str, message: str
) -> None:
    finding = examined(**changes)[subject]
    assert finding.state == state
    assert message in finding.message


@pytest.mark.parametrize(
    ("kind", "mount", "state", "message"),
    [("nfs4", "/somewhere", "problem", "SQLite loses data"), ("overlay", "/", "warning", "mount a volume")],
)
def test_folders_that_do_not_keep(
    examined: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, mount: str, state: str, message: str
) -> None:
    """The table of mounts is the test's; a network disk and a container cannot be made here."""
    table = tmp_path / "mounts"
    place = mount if mount == "/" else str(tmp_path / "leaderboard").replace(" ", "\\040")
    table.write_text(f"proc /proc proc rw 0 0\nx {place} {kind} rw 0 0\n")
    (tmp_path / "leaderboard").mkdir()
    monkeypatch.setattr(doctor, "_MOUNTS", table)
    monkeypatch.setattr(doctor, "_CONTAINER_MARKS", (table,))
    finding = examined()["folder"]
    assert finding.state == state
    assert message in finding.message


def test_no_room_is_a_problem(examined: Examine, tmp_path: Path) -> None:
    (tmp_path / "leaderboard").mkdir()
    assert "nothing is accepted" in examined(free_mib=10**9)["folder"].message


def test_the_command_ends_with_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning is no failure, a problem is; a setting that cannot be read is a mistake of the caller."""
    monkeypatch.setenv("URECA_LEADERBOARD_DATA_DIR", str(tmp_path))
    run = CliRunner().invoke
    assert run(app, ["doctor", "--offline"]).exit_code == 0
    answer = run(app, ["doctor", "--url", f"http://127.0.0.1:{free_port()}"])
    assert (answer.exit_code, "does not answer" in answer.output.replace("\n", " ")) == (1, True)
    assert run(app, ["doctor", "--url", "board.example.org"]).exit_code == 2
    monkeypatch.setenv("URECA_LEADERBOARD_PORT", "http")
    assert run(app, ["doctor"]).exit_code == 2
