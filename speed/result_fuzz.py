"""Changed result files of other projects, as many as wanted: ``python -m speed.result_fuzz --files 200000``.

Every file is read as `ureca convert` and `ureca score` read it; anything but the right captions or an error of ours
ends the run with the seed of that file. Needs a checkout, for the samples of the tests.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from tests.support.result_files import attempt

app = typer.Typer(add_completion=False)


@app.command()
def main(
    files: Annotated[int, typer.Option(min=1, help="How many changed files.")] = 200_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the first; the next have the numbers after it.")] = 0,
    cpu_seconds: Annotated[float, typer.Option(min=1, help="Stop after so many.")] = 3_600.0,
) -> None:
    """Read changed files until all are read or the time is over, and print how many were read and refused."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + files):
            try:
                counts[attempt(Path(folder), random.Random(number))] += 1
            except Exception:
                print(f"file {number}: python -m speed.result_fuzz --files 1 --seed {number}", flush=True)
                raise
            if time.process_time() > cpu_seconds:
                break
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
    print(f"{counts.total():,} files from seed {seed}, {time.process_time():.0f} CPU s: {kinds}, 0 tracebacks")


if __name__ == "__main__":
    app()
