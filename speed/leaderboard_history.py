"""Is a step of a reader ever undone on a busy machine? Next x N on Explore and back again, in a real browser.

    python -m speed.leaderboard_history                      50 steps beside 3 busy loops; some minutes
    python -m speed.leaderboard_history --steps 10 --busy 0

Prints how many steps showed another image than the next one within two seconds of their coming, how many entries the
browser's history got, and whether as many times Back end where the walk began. Exit code 1 if anything was wrong.
Needs Debian's `chromium`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from leaderboard.storage.store import Store

from .leaderboard_pages import FLAGS, fill, served, settings_in

SETTLED_MS = 2_000


def image_of(page: Any, other_than: str = "") -> str:
    """The image shown, once it is another one."""
    selector = f".explorer[data-region]:not([data-region^='{other_than or 'none'}/'])"  # it is in a shadow tree
    region: str = page.wait_for_selector(selector).get_attribute("data-region")
    return region.partition("/")[0]


def walk(page: Any, steps: int) -> tuple[list[str], int]:
    """The images of a walk, and how many steps did not last."""
    images, undone = [image_of(page)], 0
    for _ in range(steps):
        page.get_by_role("button", name="Next").click()
        images.append(image_of(page, images[-1]))
        page.wait_for_timeout(SETTLED_MS)
        undone += image_of(page) != images[-1]
    return images, undone


def walk_back(page: Any, images: list[str]) -> int:
    """How many images of a walk did not come again, going back."""
    wrong = 0
    for former, image in zip(reversed(images[1:]), reversed(images[:-1]), strict=True):
        page.evaluate("history.back()")
        wrong += image_of(page, former) != image
    page.wait_for_timeout(SETTLED_MS)
    return wrong + (image_of(page) != images[0])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--busy", type=int, default=3, help="busy loops beside browser and server")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="ureca-bench-") as root:
        folder = Path(root) / "data"
        store = Store(settings_in(folder))
        fill(store, 1)
        store.close()
        busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(options.busy)]
        try:
            with served(folder) as (url, _), sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                page = browser.new_page()
                page.set_default_timeout(120_000)
                page.goto(f"{url}/explore?board=photos")
                page.wait_for_selector(".explorer .panel .region-id")
                page.wait_for_timeout(SETTLED_MS)
                start, address, began = page.evaluate("history.length"), page.url, time.perf_counter()
                images, undone = walk(page, options.steps)
                seconds = time.perf_counter() - began
                entries = page.evaluate("history.length") - start
                wrong = walk_back(page, images[-entries - 1 :])  # Chromium forgets the oldest of more than 50 entries
                home = page.url == address or entries < options.steps
                browser.close()
        finally:
            for process in busy:
                process.kill()
                process.wait()
    print("| what | figure |\n|---|---:|")
    print(f"| steps beside {options.busy} busy loops, s each | {options.steps}, {seconds / options.steps:.1f} |")
    print(f"| steps undone | {undone} |")
    print(f"| entries of the history (a browser keeps 50 at most) | {entries} |")
    print(f"| images that Back did not show again | {wrong} |")
    print(
        f"| {entries} times Back end where the first of these steps began | {'yes' if home and not wrong else 'no'} |"
    )
    sys.exit(bool(undone or wrong or not home or entries != min(options.steps, 50 - start)))


if __name__ == "__main__":
    main()
