"""Protects the whole: `serve` with pages, API and worker, and the command line against it and on its own."""

import contextlib
import functools
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from dataset.schema import Region
from leaderboard.__main__ import app
from leaderboard.scoring.worker import ScoringWorker
from leaderboard.settings import Settings
from leaderboard.storage.schema import Worker
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import issue_token

Writer = Callable[..., Path]


def environment_of(settings: Settings) -> dict[str, str]:
    values = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "FREE_MIB": "1",
        "POLL_SECONDS": "0.1",
        "METRICS": "bleu,duplicate_rate",
        "RESAMPLES": "20",
        "BOARDS": json.dumps({"photos": {"config": "photos"}}),
    }
    return {f"URECA_LEADERBOARD_{name}": value for name, value in values.items()}


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs ``python -m leaderboard`` in this process."""
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def wait_for(true: Callable[[], Any], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def workers_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children()
    alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "worker" in child.cmdline()]


class Site:
    """A running ``python -m leaderboard serve``."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "leaderboard", "serve", "--port", str(self.port), "--no-seed"],
            env={**os.environ, **environment_of(settings)},
        )
        self.wait_for(lambda: httpx.get(f"{self.url}/api/v1/queue").json()["workers_alive"] == 1)

    def wait_for(self, true: Callable[[], Any]) -> None:
        def answered() -> Any:
            with contextlib.suppress(httpx.TransportError):
                return true()
            assert self.process.poll() is None, "the server ended"
            return False

        wait_for(answered)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    running = Site(settings)
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def token(settings: Settings) -> str:
    store = Store(settings)
    with store.session() as session:
        made = issue_token(session, store.now(session), "Ana")
    store.close()
    return made


def test_from_a_file_to_scores_over_the_network(
    site: Site, token: str, prediction_file: Writer, command: Callable[..., Any], regions: list[Region]
) -> None:
    path = prediction_file()
    to = ("--system", "Plain", "--url", site.url, "--token")
    missing = command("submit", path, *to[:-1])
    assert (missing.exit_code, "wants a token: give yours with --token" in missing.output) == (2, True)
    refused = command("submit", path, *to, "ureca_00000000_wrong")
    assert refused.exit_code == 2
    assert "not known" in refused.output
    sent = command("submit", path, *to, token, "--parameters", "8e9")
    assert sent.exit_code == 0, sent.output
    assert "No worker" not in sent.output
    submission = sent.output.partition(":")[0]
    assert "was already on photos" in command("submit", path, *to, token).output
    page = f"{site.url}/api/v1/submissions/{submission}"
    site.wait_for(lambda: httpx.get(page).json()["job"]["state"] == "done")
    answer = httpx.get(page).json()
    assert answer["system"]["parameters"] == 8e9
    assert 0 < answer["scores"]["bleu_4"]["value"] < 1
    assert answer["scores"]["bleu_4"]["signature"].startswith("bleu|")
    report = httpx.get(f"{site.url}/api/v1/runs/{answer['run']}/report.json").json()
    assert report["metrics"]["bleu_4"]["value"] == answer["scores"]["bleu_4"]["value"]
    kept = httpx.get(f"{page}/predictions")
    assert kept.headers["content-type"] == "application/gzip"
    assert [row["submission"] for row in httpx.get(f"{site.url}/api/v1/boards/photos").json()["submissions"]] == [
        submission
    ]
    assert httpx.get(f"{site.url}/api/v1/log").json()["events"][0]["action"] == "scored"
    assert httpx.get(f"{site.url}/api/v1/nothing").status_code == 404
    assert "<html" in httpx.get(site.url).text.lower()

    # a sender that goes away in the middle leaves nothing
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.putrequest("POST", "/api/v1/submissions?board=photos&system=Gone")
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders()
    connection.send(b"[" * 500_000)
    uploads = Path(os.environ["URECA_LEADERBOARD_DATA_DIR"]) / "uploads"
    site.wait_for(lambda: list(uploads.iterdir()))
    connection.close()
    site.wait_for(lambda: not list(uploads.iterdir()))
    assert httpx.get(f"{site.url}/api/v1/queue").json()["queued"] == 0

    # a server that is asked to stop stops its workers
    (worker,) = workers_of(site.process)
    site.stop()
    assert not worker.is_running()


def pids_of_workers(store: Store) -> set[int]:
    """Of those that have begun to look for jobs."""
    with store.reading() as session:
        return set(session.scalars(select(Worker.pid)))


KEEP = "import time; from leaderboard.web.serve import WorkerProcesses; WorkerProcesses(1).start(); time.sleep(600)"


def test_workers_are_started_again_and_never_outlive_their_server(settings: Settings) -> None:
    """Protects: of a server that is killed only what it starts its workers with matters; pages are left out."""
    server = subprocess.Popen([sys.executable, "-c", KEEP], env={**os.environ, **environment_of(settings)})
    wait_for(lambda: workers_of(server))
    (first,) = workers_of(server)
    first.kill()
    wait_for(lambda: [worker for worker in workers_of(server) if worker.pid != first.pid])
    (second,) = workers_of(server)
    store = Store(settings)
    wait_for(lambda: second.pid in pids_of_workers(store))
    server.send_signal(signal.SIGKILL)
    server.wait()
    wait_for(lambda: not second.is_running() or second.status() == psutil.STATUS_ZOMBIE)
    store.close()


def test_a_leaderboard_without_a_server(
    command: Callable[..., Any],
    prediction_file: Writer,
    quick_scorer: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("leaderboard.__main__.ScoringWorker", functools.partial(ScoringWorker, command=quick_scorer))
    path = prediction_file()
    assert "would be" in command("submit", path, "--system", "Plain", "--dry-run").output
    stored = command("submit", path, "--system", "Plain")
    assert stored.exit_code == 0
    assert "No worker is running, so the file is stored but not scored" in stored.output
    worked = command("worker", "--until-idle")
    assert worked.exit_code == 0
    rescored = command("rescore", "--board", "photos")
    assert rescored.exit_code == 0, rescored.output
    assert "Plain" in rescored.output
    assert "same" in rescored.output
    sound = command("verify-log", "--files")
    assert sound.exit_code == 0, sound.output
    head = sound.output.split()[-1]
    assert command("verify-log", "--head", head).exit_code == 0
    assert command("verify-log", "--head", "0" * 64).exit_code == 1
    assert command("admin", "sweep").output == "0 removed\n"
    made = command("admin", "token", "new", "Ana", "--quota", "5").output.strip()
    identity = made.split("_")[1]
    assert identity in command("admin", "token", "list").output
    assert made not in command("admin", "token", "list").output
    assert command("admin", "token", "revoke", identity).exit_code == 0
    assert "revoked" in command("admin", "token", "list").output


def test_bad_input_is_exit_code_2_without_a_traceback(
    command: Callable[..., Any], prediction_file: Writer, tmp_path: Path
) -> None:
    (tmp_path / "other.json").write_text('{"unknown/1": "x"}')
    for arguments in (
        ("submit", tmp_path / "missing.json", "--system", "S"),
        ("submit", tmp_path / "other.json", "--system", "S"),
        ("submit", prediction_file(), "--system", "S", "--board", "nowhere"),
        ("submit", prediction_file(), "--system", "S", "--paper", "ftp://x"),
        ("submit", prediction_file(), "--system", "S", "--url", "http://127.0.0.1:9"),
        ("rescore", "--board", "nowhere"),
        ("admin", "token", "revoke", "nobody"),
    ):
        done = command(*arguments)
        assert done.exit_code == 2, arguments
        assert done.output.startswith("error: ")
        assert "Traceback" not in done.output
