"""A client of the API, a token, captions for the photos; a running server with a browser."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 30_000


class Site:
    """A server with a copy of `filled`, and a browser."""

    def __init__(self, url: str, browser: Any, folder: Path) -> None:
        self.url, self.browser, self.folder = url, browser, folder

    @contextlib.contextmanager
    def page(self, path: str = "", **options: Any) -> Iterator[Any]:
        """A page of a new visitor; whatever goes wrong in it fails the test."""
        context = self.browser.new_context(**({"viewport": {"width": 1400, "height": 1000}} | options))
        context.set_default_timeout(_PATIENCE_MS)
        page, wrong = context.new_page(), []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{self.url}/{path}")
        page.wait_for_selector("[data-testid=stHeading], [data-testid=stAlert]")
        yield page
        context.close()
        assert not wrong


@pytest.fixture(scope="module")
def server(filled, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(filled.folder, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    prefix = "URECA_LEADERBOARD_"
    environment = {name: value for name, value in os.environ.items() if not name.startswith((prefix, "STREAMLIT_"))}
    environment |= {
        f"{prefix}DATA_DIR": str(folder),
        f"{prefix}BOARDS": json.dumps({"photos": {"config": "photos", "title": "Photos"}}),
        f"{prefix}METRICS": ",".join(filled.settings.metrics),
        f"{prefix}RESAMPLES": str(filled.settings.resamples),
        f"{prefix}POLL_SECONDS": "0.2",
        f"{prefix}FREE_MIB": "1",
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "leaderboard", "serve", "--no-seed", "--port", str(port)]
    log = (folder.parent / "log").open("wb")
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            assert process.poll() is None, (folder.parent / "log").read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                break
            time.sleep(0.2)
        yield url, folder
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@pytest.fixture(scope="module")
def site(server) -> Iterator[Site]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield Site(server[0], browser, server[1])
        browser.close()
