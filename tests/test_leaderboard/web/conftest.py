"""A client of the API, a token, captions for the photos; one running server with one browser for all who only read."""

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

import httpx
import pytest
from starlette.testclient import TestClient

from dataset.schema import Region
from leaderboard.storage.store import Store
from tests.support.api_client import bearer, client_of, new_token


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    with client_of(sqlite_store) as made:
        yield made


@pytest.fixture
def token(sqlite_store: Store) -> str:
    return new_token(sqlite_store, "Ana")


class Stranger:
    """Somebody with a token and a client."""

    def __init__(self, store: Store, client: TestClient) -> None:
        self.store, self.client, self.token = store, client, new_token(store, "Ana")

    def send(self, content: str | bytes, **query: str) -> httpx.Response:
        """The answer to a file for the photos."""
        query = {"board": "photos", "system": "Mine"} | query
        return self.client.post("/api/v1/submissions", params=query, content=content, headers=bearer(self.token))


@pytest.fixture(scope="module")
def stranger(shared_sqlite_store: Store) -> Iterator[Stranger]:
    """Of a leaderboard that all tests of a module share."""
    with client_of(shared_sqlite_store) as made:
        yield Stranger(shared_sqlite_store, made)


@pytest.fixture(scope="session")
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
    """A server with a copy of `filled`, and a browser that keeps the server's scripts between visitors."""

    def __init__(self, url: str, browser: Any, folder: Path) -> None:
        self.url, self.browser, self.folder = url, browser, folder
        self._context = browser.new_context()
        self._context.set_default_timeout(_PATIENCE_MS)
        self._free: Any = None

    @contextlib.contextmanager
    def page(
        self, path: str = "", *, width: int = 1400, height: int = 1000, theme: str = "light", new_tab: bool = False
    ) -> Iterator[Any]:
        """A page of a new visitor; whatever goes wrong in it fails the test.

        The tab of the last one is used again, empty, as its scripts are compiled; `new_tab` has no history.
        """
        wrong: list[str] = []
        listeners = {
            "pageerror": lambda error: wrong.append(str(error)),
            "dialog": lambda dialog: wrong.append(f"dialog: {dialog.message}"),
            "console": lambda said: wrong.append(said.text) if said.type == "error" else None,
        }
        page = None if new_tab else self._free
        if page is None:
            page = self._context.new_page()
        else:
            self._free = None
        try:
            page.set_viewport_size({"width": width, "height": height})
            page.mouse.move(0, 0)  # away from where the last visitor left it
            page.emulate_media(color_scheme=theme)
            for event, listener in listeners.items():
                page.on(event, listener)
            page.goto(f"{self.url}/{path}")
            page.wait_for_selector("[data-testid=stHeading], [data-testid=stAlert]")
            yield page
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
            for event, listener in listeners.items():
                page.remove_listener(event, listener)
            page.unroute_all()
            if self._free is None:
                page.goto("about:blank")
                self._free = page
        finally:
            if page is not self._free:
                page.close()
            self._context.clear_cookies()
        assert not wrong


@pytest.fixture(scope="session")
def server(filled, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """One for all modules, without workers: a test that adds to its leaderboard takes it away again."""
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
        f"{prefix}FREE_MIB": "1",
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "leaderboard", "serve", "--no-seed", "--workers", "0", "--port", str(port)]
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
            time.sleep(0.05)
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
