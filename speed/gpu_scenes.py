"""Scenes per second, drawn with their regions and captions by several processes, on a GPU or on the CPU.

python -m speed.gpu_scenes --device cuda --workers 14 --seconds 60

First one process draws a few scenes on the device and on the CPU, compares them, and prints one line for each: how many
pixels, entries of the node map and captions differ, and what either rendering took. Then all processes draw until the
time is over. Every line is JSON and printed when it is known; a process that fails or hangs is reported and ended.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import numpy as np

from baselines.training.shards import SceneExample
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.options import ScenesOptions
from dataset.scenes.rendering.render import Rendering, render
from dataset.scenes.rows import described_regions
from dataset.scenes.words.describe import describe_scene
from dataset.scenes.words.regions import visible_regions

STEPS = ("layout", "render", "regions", "describe")

Report = Callable[[dict[str, Any]], None]


def draw_timed(options: ScenesOptions, index: int, device: str) -> tuple[Rendering, SceneExample, dict[str, float]]:
    """A training scene as `draw_example` makes it, its rendering, and the wall seconds of each step."""
    ends = [time.perf_counter()]
    scene = build_scene(options.scene_seed("train", index), held_out=False)
    ends.append(time.perf_counter())
    rendering = render(scene, options.resolution, device)
    ends.append(time.perf_counter())
    world, every_mask = visible_regions(scene, rendering)
    ends.append(time.perf_counter())
    image_id = options.image_id("train", index)
    described = list(described_regions(image_id, world, describe_scene(world, options.scene_seed("train", index))[0]))
    masks = np.array([every_mask[own_id] for own_id, _ in described]).reshape(-1, *rendering.image.shape[:2])
    example = SceneExample.measured(image_id, rendering.image, masks, [region for _, region in described])
    ends.append(time.perf_counter())
    seconds = {name: end - start for name, (start, end) in zip(STEPS, pairwise(ends), strict=True)}
    return rendering, example, seconds


def compare(options: ScenesOptions, indices: Sequence[int], device: str, report: Report) -> None:
    """Report how each scene differs between the device and the CPU."""
    for index in indices:
        there, example, there_seconds = draw_timed(options, index, device)
        here, expected, here_seconds = draw_timed(options, index, "cpu")
        captions, expected_captions = (
            {region.region_id: region.captions for region in one.regions} for one in (example, expected)
        )
        ids = captions.keys() | expected_captions.keys()
        gap = np.abs(there.image.astype(int) - here.image)
        report(
            {
                "compared": index,
                "pixels": here.node_map.size,
                "pixels_that_differ": int(gap.any(axis=2).sum()),
                "largest_difference": int(gap.max()),
                "nodes_that_differ": int((there.node_map != here.node_map).sum()),
                "regions": len(ids),
                "captions_that_differ": sum(captions.get(one) != expected_captions.get(one) for one in ids),
                "render_ms": round(1000 * there_seconds["render"], 2),
                "cpu_render_ms": round(1000 * here_seconds["render"], 2),
            }
        )


def produce(options: ScenesOptions, first: int, step: int, device: str, report: Report) -> None:
    """Draw every `step`-th scene from `first` on and report its seconds, for ever; the first is a rehearsal."""
    draw_timed(options, first, device)
    report({"ready": first})
    index = first
    while True:
        report({"scene": index, "seconds": draw_timed(options, index, device)[2]})
        index += step


_TASKS: dict[str, Callable[..., None]] = {"compare": compare, "produce": produce}


def _work(task: str, reports: Any, *arguments: Any) -> None:
    try:
        _TASKS[task](*arguments, reports.put)
    except Exception:  # noqa: BLE001 - whatever it was, it is reported and the process ends
        reports.put({"failed": task, "error": traceback.format_exc(limit=-4)})
    reports.put({"ended": task})


class Crew:
    """Processes that report to this one, and are ended with it."""

    def __init__(self) -> None:
        self._context = get_context("spawn")
        self._reports = self._context.Queue()
        self._processes: list[Any] = []

    def start(self, task: str, *arguments: Any) -> None:
        """Start one process."""
        process = self._context.Process(target=_work, args=(task, self._reports, *arguments), daemon=True)
        process.start()
        self._processes.append(process)

    def next(self, until: float) -> dict[str, Any] | None:
        """The next report; None once the time is over or nobody is there to report."""
        while True:
            left = until - time.monotonic()
            try:
                report: dict[str, Any] = self._reports.get(timeout=max(min(left, 1.0), 0.01))
                return report
            except queue.Empty:
                if left <= 0 or not any(process.is_alive() for process in self._processes):
                    return None

    def end(self) -> None:
        """End all processes, and forget what they reported."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join(5)
        self._processes = []
        self._reports.cancel_join_thread()
        self._reports = self._context.Queue()


def say(**values: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps(values), flush=True)


def run_comparison(options: ScenesOptions, indices: Sequence[int], patience: float, device: str) -> None:
    """Print the differences, and their sums, for at most `patience` seconds."""
    crew, lines, until = Crew(), [], time.monotonic() + patience
    crew.start("compare", options, list(indices), device)
    while (report := crew.next(until)) is not None and "ended" not in report:
        say(**report)
        if "compared" in report:
            lines.append(report)
    crew.end()
    counts = ("pixels", "pixels_that_differ", "nodes_that_differ", "regions", "captions_that_differ")
    totals = {name: sum(line[name] for line in lines) for name in counts}
    times = {name: statistics.median(line[name] for line in lines) for name in ("render_ms", "cpu_render_ms") if lines}
    say(scenes_compared=len(lines), of=len(indices), device=device, **totals, **times)


def run_production(options: ScenesOptions, workers: int, seconds: float, patience: float, device: str) -> None:
    """Print scenes per second as they are drawn, and the split of their time; starting takes at most `patience`."""
    crew, begin, ready = Crew(), time.monotonic(), 0
    for worker in range(workers):
        crew.start("produce", options, worker, workers, device)
    until = begin + patience
    while ready < workers and (report := crew.next(until)) is not None:
        ready += "ready" in report
        if "failed" in report:
            say(**report)
    say(workers_ready=ready, of=workers, after_seconds=round(time.monotonic() - begin, 1))
    begin = time.monotonic()
    until, printed, times = begin + seconds, begin, []
    while (report := crew.next(until)) is not None and time.monotonic() < until:
        if "seconds" in report:
            times.append(report["seconds"])
        elif "failed" in report:
            say(**report)
        if time.monotonic() - printed > max(seconds / 10, 1):
            printed = time.monotonic()
            say(after_seconds=round(printed - begin, 1), scenes_per_second=round(len(times) / (printed - begin), 2))
    took = time.monotonic() - begin
    crew.end()
    split = {step: round(1000 * statistics.mean(one[step] for one in times), 2) for step in STEPS if times}
    rate = round(len(times) / took, 2)
    say(device=device, workers=workers, scenes=len(times), seconds=round(took, 1), scenes_per_second=rate, ms=split)


def main(words: Sequence[str] | None = None) -> None:
    """Compare and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="what renders (default cpu)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--seconds", type=float, default=20, help="how long they draw (default 20)")
    parser.add_argument("--compare", type=int, default=20, help="scenes to compare with the CPU's (default 20)")
    parser.add_argument("--resolution", type=int, default=448, help="pixels per side (default 448)")
    parser.add_argument(
        "--patience", type=float, default=240, help="seconds to compare, and to start: the first compiles (default 240)"
    )
    arguments = parser.parse_args(words)
    for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"
    options = ScenesOptions(resolution=arguments.resolution)
    if arguments.compare and arguments.device != "cpu":
        run_comparison(options, range(arguments.compare), arguments.patience, arguments.device)
    run_production(options, arguments.workers, arguments.seconds, arguments.patience, arguments.device)


if __name__ == "__main__":
    main()
