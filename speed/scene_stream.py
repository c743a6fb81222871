"""What it costs the learner to take scenes from the processes beside it: ``python -m speed.scene_stream``.

The processes hand over one and the same full-sized scene again and again, which takes them almost no time, so that the
way from them to the learner is what is measured: once while it does nothing else, and once while it computes in Python,
which is the worst for the threads that follow the processes.
"""

from __future__ import annotations

import functools
import time
from typing import Annotated, Any

import numpy as np
import typer

from baselines.training.shards import SceneExample
from baselines.training.stream import SceneStream
from dataset.scenes.options import ScenesOptions
from dataset.schema import Region

app = typer.Typer(add_completion=False)

SIDE, REGIONS = 448, 38


def same_scene(options: ScenesOptions, split: str, _index: int) -> tuple[SceneExample, None]:
    """A scene of the usual size, made once in each process."""
    return _scene(options.image_id(split, 0)), None


@functools.cache
def _scene(image_id: str) -> SceneExample:
    draw = np.random.default_rng(0)
    image = draw.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    masks = draw.random((REGIONS, SIDE, SIDE)) < 0.5
    caption = "the small red cube to the left of the large blue ball"
    regions = [Region(f"{image_id}/{k}", image_id, (caption,), short_caption="red cube") for k in range(REGIONS)]
    return SceneExample.measured(image_id, image, masks, regions)


@app.command()
def main(
    workers: Annotated[int, typer.Option(min=1, help="Processes that hand over.")] = 2,
    scenes: Annotated[int, typer.Option(min=1, help="How many are taken.")] = 1000,
) -> None:
    """Time both."""
    print("| learner | scenes a second | CPU ms a scene in the learner |\n|---|---:|---:|")
    with SceneStream(0, 0, workers, ahead=64, draw="speed.scene_stream:same_scene") as stream:
        for _ in range(10 * workers):
            stream.get()
        for name, measure in (("waits", waiting), ("computes in Python", computing)):
            rate, cpu = measure(stream, scenes)
            print(f"| {name} | {rate:.0f} | {1e3 * cpu:.2f} |", flush=True)


def waiting(stream: SceneStream, scenes: int) -> tuple[float, float]:
    """Scenes a second, and CPU seconds of this process for one, if it only takes them."""
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(scenes):
        stream.get()
    return scenes / (time.perf_counter() - start), (time.process_time() - cpu) / scenes


def computing(stream: SceneStream, scenes: int) -> tuple[float, float]:
    """The same, if it computes for 50 ms between two looks; what the computing costs alone is taken off."""
    alone = time.process_time()
    for _ in range(20):
        _compute()
    alone = (time.process_time() - alone) / 20
    start, cpu, count, rounds = time.perf_counter(), time.process_time(), 0, 0
    while count < scenes:
        _compute()
        rounds += 1
        count += len(stream.ready())
    seconds = time.perf_counter() - start
    return count / seconds, (time.process_time() - cpu - rounds * alone) / count


def _compute() -> Any:
    return sum(k * k for k in range(700_000))


if __name__ == "__main__":
    app()
