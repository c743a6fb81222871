"""Time to draw a split with its captions into an empty cache: ``python speed/scenes_split.py [--scenes 200]``."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from typing import Annotated

import typer


def main(
    scenes: Annotated[int, typer.Option(help="Scenes of the test split.")] = 200,
    workers: Annotated[int, typer.Option(help="Processes; 0 for one per core.")] = 0,
) -> None:
    """Draw the first scenes of the test split; print wall and CPU time."""
    from dataset.scenes.generate import generate
    from dataset.scenes.options import ScenesOptions

    options = ScenesOptions(test=scenes)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["URECA_CACHE"] = cache
        start = time.perf_counter()
        generate(options, "test", workers or None)
        wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(f"{scenes} scenes with captions: {wall:.1f} s wall, {cpu:.1f} CPU s, {cpu / scenes:.3f} CPU s per scene")


if __name__ == "__main__":
    typer.run(main)
