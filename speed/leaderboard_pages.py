"""The board with 500 systems in a real browser, and 20 visitors at once.

    python -m speed.leaderboard_pages                  500 systems, 20 visitors; a few minutes
    python -m speed.leaderboard_pages --systems 50 --visitors 5

The systems are copies of one real scoring of the photos (all regions) with their numbers moved at random; ranks are
computed from moved statistics, by the leaders of the tie groups. Figures are wall-clock times of the machine as it is,
CPU seconds of the server, and its resident memory. Needs Debian's `chromium`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from sqlalchemy import insert, select

from benchmark.statistics.item_statistics import ItemStatistics
from dataset.loading.regions import load_regions
from leaderboard.boards.board import find_board
from leaderboard.intake import submissions
from leaderboard.intake.card import SystemCard
from leaderboard.queue import jobs
from leaderboard.reading.standings import read_standings
from leaderboard.scoring import results
from leaderboard.scoring.score_one import Task, score
from leaderboard.settings import Settings, get_settings
from leaderboard.storage.schema import Job, Score, ScoreRun, Submission, System
from leaderboard.storage.store import Store

METRICS = ("bleu", "rouge_l", "cider", "duplicate_rate", "uniqueness")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
MIB = 2**20
READY_SECONDS = 8.0
"""A server that has just answered for the first time still reads its boards: the first visitor comes a little later."""


def settings_in(folder: Path) -> Settings:
    """Settings of a board of photos."""
    boards = {"photos": {"config": "photos", "title": "Photos"}}
    return get_settings(data_dir=folder, database_url="", boards=boards, metrics=METRICS, resamples=200, free_mib=1)


def fill(store: Store, systems: int) -> None:
    """One real scoring, and copies of it that differ."""
    store.prepare()
    captions = {region.region_id: f"the {region.category or 'region'}" for region in load_regions("photos")}
    path = store.uploads / "given.json"
    path.write_text(json.dumps(captions), encoding="utf-8")
    receipt = submissions.submit(store, path, "photos", SystemCard(name="System 0", parameters=1e9))
    with store.session() as session:
        claim = jobs.claim(session, "bench", store.now(session), 600.0)
    if claim is None:
        raise RuntimeError("the submission has no job")
    folder = store.uploads / claim.run_id
    folder.mkdir()
    board = find_board(store, "photos").to_dict()
    score(Task(board, str(store.folder / "blobs"), receipt.predictions_sha256, "0", str(folder), METRICS, 200, 4096))
    results.record(store, claim, folder, 1.0)
    copy_run(store, claim.run_id, systems)


def copy_run(store: Store, run_id: str, systems: int) -> None:
    """More systems, each with a score run of its own."""
    generator = np.random.default_rng(0)
    with np.load(store.runs / run_id / "statistics.npz") as stored:
        arrays = {name: stored[name] for name in stored}
    with store.session() as session:
        run = session.get_one(ScoreRun, run_id)
        scores = session.scalars(select(Score).where(Score.run_id == run_id, Score.slice == "")).all()
        first = session.get_one(Submission, run.submission_id)
        for number in range(1, systems):
            identity = f"{number:016x}"
            system = System(name=f"System {number}", name_key=f"system {number}", owner="operator")
            system.parameters, system.captions_per_second = float(10 ** generator.uniform(7, 11)), float(number)
            session.add(system)
            session.flush()
            session.add(_copy(Submission, first, id=identity, system_id=system.id, predictions_sha256=identity))
            job = Job(submission_id=identity, state="done")
            session.add(job)
            session.flush()
            session.add(_copy(ScoreRun, run, id=f"run-{number}", submission_id=identity, job_id=job.id))
            session.flush()
            factor = generator.uniform(0.3, 1.0)
            session.execute(insert(Score), [_moved(one, f"run-{number}", factor) for one in scores])
            _write_statistics(store.runs / f"run-{number}", arrays, factor, generator)


def _copy(table: Any, row: Any, **changes: Any) -> Any:
    return table(**{column.key: getattr(row, column.key) for column in table.__table__.columns} | changes)


def _moved(one: Score, run_id: str, factor: float) -> dict[str, Any]:
    ends = {
        name: None if getattr(one, name) is None else factor * getattr(one, name) for name in ("value", "low", "high")
    }
    return {"run_id": run_id, "slice": one.slice, "metric": one.metric, "n": one.n, **ends}


def _write_statistics(folder: Path, arrays: dict[str, Any], factor: float, generator: np.random.Generator) -> None:
    folder.mkdir(parents=True)
    values = arrays["metric:uniqueness"] * (generator.uniform(size=(len(arrays["images"]), 1)) < factor)
    values[:, values.shape[1] // 2 :] = arrays["metric:uniqueness"][:, values.shape[1] // 2 :]  # who is eligible
    slices = {name.removeprefix("slice:"): mask for name, mask in arrays.items() if name.startswith("slice:")}
    ItemStatistics({"uniqueness": values}, arrays["images"], slices).write(folder / "statistics.npz")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """A server without workers: its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = settings_in(folder)
    prefix = "URECA_LEADERBOARD_"
    environment = os.environ | {
        f"{prefix}DATA_DIR": str(folder),
        f"{prefix}BOARDS": json.dumps({name: board.model_dump() for name, board in settings.boards.items()}),
        f"{prefix}METRICS": ",".join(METRICS),
    }
    command = [sys.executable, "-m", "leaderboard", "serve", "--port", str(port), "--workers", "0", "--no-seed"]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                break
            time.sleep(0.1)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


async def visit(browser: Any, url: str) -> dict[str, float]:
    """One new visitor.

    Returns:
        Seconds to the first paint, to all rows (those of the first answer), to the whole page with its table, and from
        a click on a heading to the new order; rows that are there at first and in the end.
    """
    context = await browser.new_context(viewport={"width": 1400, "height": 1000})
    page = await context.new_page()
    page.set_default_timeout(600_000)
    started = time.perf_counter()
    await page.goto(url, wait_until="commit")
    first = page.locator("#first-view[data-rows]")  # a script sets it when the rows are painted
    await first.wait_for(state="attached")
    early = time.perf_counter() - started
    early_rows = int(await first.get_attribute("data-rows") or 0)
    await page.wait_for_selector(".board tbody tr")
    interactive = time.perf_counter() - started
    paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    clicked = time.perf_counter()
    await page.locator(".board thead button", has_text="CIDEr").click()
    await page.wait_for_selector(".board th[aria-sort]:has-text('CIDEr')")
    answered = time.perf_counter() - clicked
    rows = await page.locator(".board tbody tr").count()
    await context.close()
    return {"paint": paint / 1000, "shown": early, "interactive": interactive, "sorted": answered} | {
        "early_rows": early_rows,
        "rows": rows,
    }


async def visits(url: str, visitors: int, together: bool) -> list[dict[str, float]]:
    """Several visitors in one browser, one after the other or all at once."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        if together:
            timings = await asyncio.gather(*(visit(browser, url) for _ in range(visitors)))
        else:
            timings = [await visit(browser, url) for _ in range(visitors)]
        await browser.close()
    return list(timings)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", type=int, default=500)
    parser.add_argument("--visitors", type=int, default=20)
    options = parser.parse_args()
    if shutil.which("chromium") is None:
        print("skipped: Chromium is not installed (apt-get install chromium)")
        return
    with tempfile.TemporaryDirectory(prefix="ureca-bench-") as root:
        folder = Path(root) / "data"
        store = Store(settings_in(folder))
        fill(store, options.systems)
        print("| what | figure |\n|---|---:|")
        cpu = time.process_time()
        read_standings(store, "photos")
        print(
            f"| tie groups of {options.systems} systems, once after a change, CPU s | {time.process_time() - cpu:.1f} |"
        )
        cpu = time.process_time()
        read_standings(store, "photos")
        print(f"| the board read again, CPU s | {time.process_time() - cpu:.2f} |")
        store.close()
        with served(folder) as (url, process):
            time.sleep(READY_SECONDS)
            print(f"| load of the machine, processes that want a core | {os.getloadavg()[0]:.1f} |")
            for name, one in zip(("first visitor", "second visitor"), asyncio.run(visits(url, 2, False)), strict=True):
                print(f"| {name}: first paint, s | {one['paint']:.1f} |")
                print(f"| {name}: all {one['early_rows']:.0f} rows shown, s | {one['shown']:.2f} |")
                print(f"| {name}: the page around all {one['rows']:.0f} rows, sortable, s | {one['interactive']:.1f} |")
                print(f"| {name}: sorted by another column after the click, s | {one['sorted']:.1f} |")
            print(f"| memory of the server after them, MiB | {process.memory_info().rss / MIB:.0f} |")
            before = process.cpu_times()
            timings = asyncio.run(visits(url, options.visitors, True))
            after = process.cpu_times()
            seconds = after.user + after.system - before.user - before.system
            for key, event in (
                ("shown", "all rows shown"),
                ("interactive", "sortable"),
                ("sorted", "sorted after the click"),
            ):
                values = [one[key] for one in timings]
                figures = f"{median(values):.1f} / {max(values):.1f}"
                print(f"| {options.visitors} visitors at once: {event}, median / slowest, s | {figures} |")
            each = seconds / options.visitors
            print(f"| {options.visitors} visitors at once: CPU of the server for each, s | {each:.2f} |")
            print(f"| memory of the server after them, MiB | {process.memory_info().rss / MIB:.0f} |")


if __name__ == "__main__":
    main()
