"""What open pages cost a server when nothing happens: tabs on Submit whose jobs are over, in a real browser.

    python -m speed.leaderboard_idle                  20 tabs, watched for 30 seconds
    python -m speed.leaderboard_idle --tabs 50

Prints CPU seconds of the server for each second, all tabs together; exit code 1 if they are more than 0.02. Needs
Debian's `chromium`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psutil
from sqlalchemy import select

from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store

from .leaderboard_pages import FLAGS, fill, served, settings_in

LIMIT = 0.02
_PATIENCE_S = 300.0
_STEADY_S = 5.0


def cpu_seconds(process: psutil.Process) -> float:
    """What a process has worked."""
    times = process.cpu_times()
    return float(times.user + times.system)


def settle(process: psutil.Process) -> None:
    """Wait until a server has nothing left to do from the arrival of its visitors."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        before = cpu_seconds(process)
        time.sleep(_STEADY_S)
        if cpu_seconds(process) - before < 0.1 * _STEADY_S:
            return


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tabs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="ureca-bench-") as root:
        folder = Path(root) / "data"
        store = Store(settings_in(folder))
        fill(store, 1)
        with store.reading() as session:
            identity = session.scalars(select(Submission.id)).one()
        store.close()
        with served(folder) as (url, process), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for _ in range(options.tabs):
                page = browser.new_context().new_page()
                page.set_default_timeout(120_000)
                page.goto(f"{url}/submit?mine={identity}")
                page.get_by_role("link", name="Scores").wait_for()
            settle(process)
            before, began = cpu_seconds(process), time.perf_counter()
            time.sleep(options.seconds)
            each = (cpu_seconds(process) - before) / (time.perf_counter() - began)
            browser.close()
    print("| what | figure |\n|---|---:|")
    print(f"| {options.tabs} open Submit pages, jobs over: CPU of the server, s for each second | {each:.4f} |")
    sys.exit(each > LIMIT)


if __name__ == "__main__":
    main()
