"""Protects the pages from strangers, in a real server with a real browser: forged requests, logins, hidden tests."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from leaderboard.boards.board import challenge_folder
from leaderboard.boards.challenge import close_challenge, open_challenge, publish_challenge
from leaderboard.boards.challenge_files import challenge_data
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.settings import BoardSettings, get_settings
from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import Actor, login_actor
from leaderboard.web.views import login
from leaderboard.web.views.login import identity
from tests.support.scoring_here import score_queued

sync_api = pytest.importorskip("playwright.sync_api")
pytest.importorskip("authlib")

from tests.support.openid_provider import CLIENT_ID, CLIENT_SECRET, Provider  # noqa: E402 - needs authlib's joserfc

PATIENCE_MS = 60_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PREFIX = "URECA_LEADERBOARD_"
SECRETS = """\
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "thirty-two characters and a few more"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@dataclass
class Site:
    """A server that takes uploads from those who logged in, with the open challenge "winter" on it."""

    url: str
    store: Store
    provider: Provider
    submission: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    boards = {"photos": BoardSettings(config="photos", title="Photos")}
    metrics = ("bleu", "duplicate_rate", "uniqueness", "listener")
    store = Store(
        get_settings(
            data_dir=folder / "data", database_url="", boards=boards, metrics=metrics, resamples=20, free_mib=1
        )
    )
    open_challenge(store, "winter", title="Winter", images=4, resolution=96)
    captions = {region.region_id: "qwx zvb" for region in challenge_data(challenge_folder(store, "winter")).regions}
    (folder / "p.json").write_text(json.dumps(captions))
    receipt = submit(store, folder / "p.json", "winter", SystemCard(name="Plain"), actor=Actor("token:ana", 5))
    score_queued(store)
    provider = Provider()
    provider.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    home = folder / "home" / ".streamlit"
    home.mkdir(parents=True)
    (home / "secrets.toml").write_text(
        SECRETS.format(url=url, client=CLIENT_ID, secret=CLIENT_SECRET, provider=provider.url)
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "STREAMLIT_"))}
    environment.pop("DATABASE_URL", None)
    environment |= {
        f"{PREFIX}DATA_DIR": str(folder / "data"),
        f"{PREFIX}BOARDS": json.dumps({"photos": {"config": "photos", "title": "Photos"}}),
        f"{PREFIX}PAGE_UPLOADS": "login",
        f"{PREFIX}FREE_MIB": "1",
    }
    command = [sys.executable, "-m", "leaderboard", "serve", "--no-seed", "--workers", "0", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder / "home", stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait(url, process, folder / "log")
            yield Site(url, store, provider, receipt.submission_id)
        finally:
            process.terminate()
            process.wait(30)
            provider.stop()
            store.close()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "the server does not answer"
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/_stcore/health", timeout=5).is_success:
                return
        time.sleep(0.05)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A context of a browser: visitors share its cache, so that the server's scripts are loaded once."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = launched.new_context(viewport={"width": 1300, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        yield context
        launched.close()


@contextlib.contextmanager
def visitor(browser: Any) -> Iterator[Any]:
    """A tab of somebody who has not been here before."""
    page = browser.new_page()
    yield page
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    page.close()
    browser.clear_cookies()


def visit(page: Any, address: str) -> str:
    """The page's text when it has come to rest."""
    page.goto(address)
    page.wait_for_selector("[data-testid=stHeading], [data-testid=stAlert]")
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    text: str = page.inner_text("body")
    return text


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_uploads_without_the_sites_own_token_are_forged_and_refused(site: Site, method: str) -> None:
    # What another web site could make a visitor's browser send: cookies, but not the header that goes with them.
    address = f"{site.url}/_stcore/upload_file/some-session/some-file"
    for headers in ({}, {"Cookie": "_streamlit_xsrf=2|a|b|1"}, {"X-Xsrftoken": "2|a|b|1"}):
        body = {"files": {"file": ("p.json", b"{}")}} if method != "DELETE" else {}
        answer = httpx.request(method, address, headers={**headers, "Origin": "https://elsewhere.example"}, **body)
        assert answer.status_code in (403, 405), answer.text
        assert answer.headers.get("access-control-allow-origin") in (None, site.url)


def test_files_of_the_server_are_not_served(site: Site) -> None:
    raw = httpx.Client(base_url=site.url, timeout=30)
    for path in (
        "/static/../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/app/static/../data/x.sqlite",
        "/media/../../data/challenges/winter/secret",
        "/%2e%2e/data/challenges/winter/secret",
        "/data/challenges/winter/references.jsonl",
        "/component/x/../../secrets.toml",
        "/.streamlit/secrets.toml",
    ):
        answer = raw.get(path)
        text = answer.content.decode("latin1")
        assert "root:" not in text
        assert "client_secret" not in text
        assert "SQLite format" not in text
        assert (site.store.folder / "challenges" / "winter" / "secret").read_text().strip() not in text


def log_in(page: Any, site: Site, person: str) -> None:
    """From the page of somebody who is not logged in to that of a person who may upload."""
    assert "Please log in to submit" in visit(page, f"{site.url}/submit")
    assert page.locator("[data-testid=stFileUploader]").count() == 0
    site.provider.person = person
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{site.url}/", wait_until="commit")  # the way back from the provider
    assert [cookie for cookie in page.context.cookies() if cookie["name"].startswith("_streamlit_user")]
    visit(page, f"{site.url}/submit")
    page.wait_for_selector("[data-testid=stFileUploader]")


def test_logging_in_uploading_and_logging_out(site: Site, browser: Any, tmp_path: Path) -> None:
    from dataset.loading.regions import load_regions

    path = tmp_path / "mine.json"
    path.write_text(json.dumps({region.region_id: f"login {region.category}" for region in load_regions("photos")}))
    with visitor(browser) as page:
        log_in(page, site, "ana")
        assert "ana@people.example" not in page.content()
        page.set_input_files("input[type=file]", str(path))
        page.get_by_label("System *").fill("Of Ana")
        page.get_by_role("button", name="Submit", exact=True).click()
        page.get_by_text("Your submissions").wait_for()
        with site.store.reading() as session:
            [submission] = session.scalars(select(Submission).where(Submission.board == "photos")).all()
        expected = login_actor(site.store.settings, f"{site.provider.url} subject-of-ana").name
        assert submission.actor == expected
        assert "people" not in expected
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(f"{site.url}/", wait_until="commit")
        path.write_text(path.read_text().replace("login", "ben"))  # Ben, at the same browser, does not get Ana's name
        log_in(page, site, "ben")
        page.set_input_files("input[type=file]", str(path))
        page.get_by_label("System *").fill("of ana")
        page.get_by_role("button", name="Submit", exact=True).click()
        page.get_by_text("belongs to a system of somebody else").wait_for()


def test_a_made_up_login_cookie_is_nobody(site: Site, browser: Any) -> None:
    forged = json.dumps({"is_logged_in": True, "sub": "subject-of-ana", "iss": site.provider.url, "origin": site.url})
    browser.add_cookies([{"name": "_streamlit_user", "value": forged.replace('"', "'"), "url": site.url}])
    with visitor(browser) as page:
        assert "Please log in to submit" in visit(page, f"{site.url}/submit")


def test_pages_of_an_open_challenge_tell_no_reference(site: Site, browser: Any) -> None:
    folder = challenge_folder(site.store, "winter")
    regions = challenge_data(folder).regions
    # Pages show captions of their own, and a challenge drawn at random may have the same short ones.
    explained = (Path(login.__file__).parent / "about.py").read_text(encoding="utf-8")
    captions = {
        text for region in regions for text in region.captions if len(text.split()) > 5 and text not in explained
    }
    forbidden = [(folder / "secret").read_text().strip(), *captions]
    region = regions[0]
    with site.store.reading() as session:
        system = session.get_one(Submission, site.submission).system_id
    query = (
        f"board=winter&submission={site.submission}&system={system}&image={region.image_id}&region={region.region_id}"
    )
    received: list[str] = []
    with visitor(browser) as page:
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(_text(frame))))
        for name in ("board", "system", "explore", "compare", "submit", "try-it", "about"):
            text = visit(page, f"{site.url}/{name}?{query}")
            received.append(page.content())
            assert "Traceback" not in text
        assert len(received) > 20
        everything = "\n".join(received)
        assert "Plain" in everything  # the submission is there
        assert [told for told in forbidden if told in everything] == []
        # The same look finds them as soon as they may be seen.
        close_challenge(site.store, "winter")
        publish_challenge(site.store, "winter")
        visit(page, f"{site.url}/explore?{query}")
        page.wait_for_selector(".explorer .panel .region-id")
        assert [told for told in forbidden[1:] if told in "\n".join([*received, page.content()])] != []


def _text(frame: Any) -> str:
    content = frame if isinstance(frame, str | bytes) else getattr(frame, "body", b"")
    return content if isinstance(content, str) else content.decode("latin1")


def test_a_login_is_issuer_and_subject_and_nothing_that_changes_hands() -> None:
    assert identity({"iss": "https://a.example", "sub": "7", "email": "x@y.example"}) == "https://a.example 7"
    assert identity({"sub": "7"}) == identity({"iss": "https://a.example"}) == identity({"email": "x@y.example"}) == ""
    settings = get_settings(database_url="")
    names = {
        login_actor(settings, who).name
        for who in ("https://a 7", "https://b 7", "https://a 8", "https://a AB", "https://a ab")
    }
    assert len(names) == 5
    assert all(re.fullmatch(r"login:[0-9a-f]{12}", name) for name in names)
