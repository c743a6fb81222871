"""CPU seconds of drawing scenes, stage by stage, of this tree and of an older commit, in one run.

python -m speed.drawing_speed --scenes 40
python -m speed.drawing_speed --scenes 40 --against 276bc27

Each tree has a process of its own; they take turns, scene by scene, so that what else the machine does meets both.
The scene before the first is not counted: it compiles. With ``--against`` it also says whether both drew the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, Final

import typer

app = typer.Typer(add_completion=False)

STAGES: Final = ("layout", "render", "regions", "captions")
DIGESTS: Final = ("pixels", "masks", "worlds", "captions")
HERE: Final = Path(__file__).resolve().parents[1]
WORKER: Final = """
import hashlib, json, sys, time
from dataset.scenes.options import ScenesOptions
from dataset.scenes.rows import build_scene, describe_scene, render, visible_regions

options = ScenesOptions()
for line in sys.stdin:
    split, index = line.split()[0], int(line.split()[1])
    seed = options.scene_seed(split, index)
    times = [time.process_time()]
    scene = build_scene(seed, held_out=options.has_held_out(split, index))
    times.append(time.process_time())
    rendering = render(scene, options.resolution)
    times.append(time.process_time())
    world, masks = visible_regions(scene, rendering)
    times.append(time.process_time())
    described, left_out = describe_scene(world, seed)
    times.append(time.process_time())
    words = [(d.region_id, d.canonical, d.references, d.short_caption) for d in described]
    drawn = (rendering.image.tobytes(), b"".join(masks[name].tobytes() for name in sorted(masks)),
             json.dumps(world.to_dict()).encode(), json.dumps([words, left_out]).encode())
    digests = [hashlib.sha256(part).hexdigest() for part in drawn]
    print(json.dumps({"seconds": [b - a for a, b in zip(times, times[1:])], "regions": len(described),
                      "digests": digests}), flush=True)
"""
"""Runs in the tree that is measured, whichever commit that is."""


class Tree:
    """A process that draws scenes with the code of one tree."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def draw(self, split: str, index: int) -> dict[str, Any]:
        """Draw one scene: CPU seconds per stage, number of described regions, digests of what `DIGESTS` names."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the process has no pipes")
        self.process.stdin.write(f"{split} {index}\n")
        self.process.stdin.flush()
        record: dict[str, Any] = json.loads(self.process.stdout.readline())
        return record

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def unpacked(commit: str, folder: Path) -> Path:
    """The package `dataset` as it was at a commit, in a folder."""
    archive = subprocess.run(["git", "archive", commit, "dataset"], cwd=HERE, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def report(name: str, records: list[dict[str, Any]]) -> list[float]:
    """Print one line; returns the mean CPU seconds of every stage and of all."""
    means = [sum(record["seconds"][k] for record in records) / len(records) for k in range(len(STAGES))]
    means.append(sum(means))
    print(f"{name:10s}" + "".join(f"{mean:10.4f}" for mean in means), flush=True)
    return means


@app.command()
def main(
    scenes: Annotated[int, typer.Option(min=1, help="Scenes to draw.")] = 40,
    against: Annotated[str | None, typer.Option(help="An older commit to compare with.")] = None,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as at_end:
        trees = {"this tree": Tree(HERE)}
        if against is not None:
            trees[against] = Tree(unpacked(against, Path(folder)))
        records: dict[str, list[dict[str, Any]]] = {name: [] for name in trees}
        for tree in trees.values():
            at_end.callback(tree.close)
            tree.draw(split, scenes)
        for index in range(scenes):
            for name, tree in trees.items():
                records[name].append(tree.draw(split, index))
    regions = sum(record["regions"] for record in records["this tree"])
    print(f"{scenes} scenes of {split}, {regions / scenes:.1f} described regions each; CPU seconds a scene")
    print(f"{'':10s}" + "".join(f"{stage:>10s}" for stage in (*STAGES, "all")))
    means = {name: report(name, records[name]) for name in trees}
    if against is not None:
        ratios = [old / new for old, new in zip(means[against], means["this tree"], strict=True)]
        print(f"{'ratio':10s}" + "".join(f"{ratio:10.2f}" for ratio in ratios))
        pairs = [(a["digests"], b["digests"]) for a, b in zip(*records.values(), strict=True)]
        same = [sum(a[k] == b[k] for a, b in pairs) for k in range(len(DIGESTS))]
        counts = ", ".join(f"{name} {count}" for name, count in zip(DIGESTS, same, strict=True))
        print(f"the same in both, of {scenes} scenes: {counts}")


if __name__ == "__main__":
    app()
