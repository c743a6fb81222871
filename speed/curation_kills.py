"""Kill the curation at random points, 50 times, and compare what it ends with to an uninterrupted run, byte for byte.

    python -m speed.curation_kills
    python -m speed.curation_kills --kills 50 --images 80

Each time the whole command is killed with SIGKILL, parent and worker: most times after the journals have grown by a
random number of bytes, at times after a random time, so that the start and the end of a run have their share. The
answers are those of ``--server rehearsal``, which are the same whenever they are given.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dataset.curation.rehearsal import write_rehearsal_images

PER_SHARD = 10


def command(images: Path, out: Path, seconds: float) -> list[str]:
    """The command line of a run of small pictures, without look-alikes."""
    small = ["--encoder", "none", "--levels", "1", "--smallest", "0", "--view-size", "64"]
    where = ["--images", str(images), "--out", str(out), "--server", f"rehearsal:{seconds}"]
    model = ["--model", "rehearsal", "--per-shard", str(PER_SHARD), "--images-at-once", "4"]
    return [sys.executable, "-m", "dataset.curation", "run", *where, *model, *small]


def journal_bytes(out: Path) -> int:
    """Length of all journals together."""
    return sum(path.stat().st_size for path in (out / "journal").glob("*.jsonl"))


def run_and_kill(arguments: list[str], out: Path, rng: random.Random, most_bytes: int) -> bool:
    """Start the command and kill it; whether it was killed before its end."""
    process = subprocess.Popen(arguments, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if rng.random() < 0.2:
        time.sleep(rng.uniform(0.2, 4.0))
    else:
        enough = journal_bytes(out) + rng.randrange(most_bytes)
        while process.poll() is None and journal_bytes(out) <= enough:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.02))
    killed = process.poll() is None
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        killed = False
    process.wait()
    return killed


def fingerprint(out: Path) -> tuple[str, str, int]:
    """Hash of the parquet files, hash of the sorted journals, and how many lines these have."""
    data, journals, count = hashlib.sha256(), hashlib.sha256(), 0
    for path in sorted((out / "data").iterdir()):
        data.update(path.name.encode() + path.read_bytes())
    for path in sorted((out / "journal").glob("*.jsonl")):
        lines = sorted(path.read_bytes().splitlines(keepends=True))
        count += len(lines)
        journals.update(path.name.encode() + b"".join(lines))
    return data.hexdigest(), journals.hexdigest(), count


def main() -> None:
    """Compare, print, and fail if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--images", type=int, default=80)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        write_rehearsal_images(base / "images", options.images)
        whole, broken = base / "whole", base / "broken"
        start = time.perf_counter()
        subprocess.run(command(base / "images", whole, 0), check=True, capture_output=True)
        alone = time.perf_counter() - start
        most_bytes = max(journal_bytes(whole) // options.kills, 1)
        killed = starts = 0
        start = time.perf_counter()
        while killed < options.kills and starts < 3 * options.kills:
            killed += run_and_kill(command(base / "images", broken, 0.01), broken, rng, most_bytes)
            starts += 1
        finish = time.perf_counter()
        subprocess.run(command(base / "images", broken, 0), check=True, capture_output=True)
        ended = time.perf_counter()
        same_data, same_journals = (
            a == b for a, b in zip(fingerprint(whole)[:2], fingerprint(broken)[:2], strict=True)
        )
        lines = fingerprint(whole)[2]
        print(f"images {options.images}, shards {-(-options.images // PER_SHARD)}, journal lines {lines:,}")
        print(f"killed {killed} times in {starts} starts, {finish - start:.0f} s; uninterrupted {alone:.1f} s")
        print(f"last start to the end {ended - finish:.1f} s")
        print(f"parquet files byte-identical: {same_data}; journals the same lines: {same_journals}")
        if not (same_data and same_journals and killed >= options.kills):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
