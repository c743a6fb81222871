"""The README's pictures of the leaderboard: ``make model-pages`` makes them after the scores have changed.

python scripts/board_pictures.py --reports reports

A new board in a folder of its own gets the captioners' files ``NAME.jsonl`` as they are, scores them, and is looked at
in a browser (Chromium, and the package playwright of the extra ``test``).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures"
BOARD = {
    "scenes": {"config": "scenes", "title": "Scenes"},
    "rooms": {"config": "rooms", "title": "Rooms"},
    "photos": {"config": "photos", "title": "Photos"},
}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 180.0


def fill_board(reports: Path) -> None:
    """Submit the files of all built-in captioners to the board of scenes, and score them."""
    from leaderboard.admin.seeds import missing_seeds, submit_seed
    from leaderboard.scoring.worker import ScoringWorker
    from leaderboard.storage.store import Store

    store = Store()
    for seed in missing_seeds(store):
        if seed.board.name == "scenes":
            submit_seed(store, seed, reports / f"{seed.captioner}.jsonl")
    ScoringWorker(store).run(until_idle=True)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of a server of the board, while it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "leaderboard", "serve", "--no-seed", "--workers", "0", "--port", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
                break
            time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def take_pictures(browser: Any, url: str) -> None:
    """The board, and one failure of its best model with the reasons of it."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{url}/?board=scenes")
    page.wait_for_selector(".board a.name")
    settle(page)
    page.screenshot(path=FIGURES / "leaderboard-board.png")
    page = browser.new_page(viewport={"width": 1400, "height": 2400})
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{url}/explore?board=scenes&order=failures&why=sibling")
    page.get_by_role("button", name="Next failure").click()
    page.wait_for_selector(".explorer details.why[open]")
    settle(page)
    page.wait_for_selector(".cards article")
    top, bottom = page.locator(".explorer").bounding_box(), page.locator(".cards article").nth(2).bounding_box()
    height = bottom["y"] + bottom["height"] - top["y"] + 8
    clip = {"x": top["x"] - 8, "y": top["y"] - 8, "width": top["width"] + 16, "height": height + 8}
    page.screenshot(path=FIGURES / "leaderboard-explore.png", clip=clip)


def settle(page: Any) -> None:
    """Wait until a page has stopped moving."""
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    page.wait_for_timeout(1500)


def main(words: Sequence[str] | None = None) -> int:
    """Fill a board and take its pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, required=True, help="folder of NAME.jsonl")
    reports = parser.parse_args(words).reports.absolute()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="ureca-board-") as folder:
        os.environ["URECA_LEADERBOARD_DATA_DIR"] = folder
        os.environ["URECA_LEADERBOARD_BOARDS"] = json.dumps(BOARD)
        os.environ.pop("DATABASE_URL", None)
        fill_board(reports)
        with served() as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            take_pictures(browser, url)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
