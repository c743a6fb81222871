"""Captions per CPU second of a checkpoint, and of an old checkout in turns: ``python -m speed.caption_speed``.

python -m speed.caption_speed --checkpoint ureca-nano --scenes 3
python -m speed.caption_speed --checkpoint FOLDER --scenes 3 --against FOLDER_OF_OLD_CHECKOUT

All regions of the first test scenes are captioned on one thread of a CPU. Each checkout runs in a process of its own;
they take turns scene by scene, so that what else the machine does meets both alike. The captions must be the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from baselines.checkpoints import find_checkpoint
from baselines.training.draw import draw_example
from dataset.scenes.options import ScenesOptions

TARGET_RATIO = 2
HERE = Path(__file__).resolve().parent.parent
TEST_REGIONS = 7633

app = typer.Typer(add_completion=False)


class Checkout:
    """A process that captions scenes with the code of a checkout, and what it measured.

    Args:
        folder: with the package `baselines`.
        checkpoint: a folder.
        scenes: arrays ``image_0``, ``masks_0``, ``image_1`` and so on.
    """

    def __init__(self, folder: Path, checkpoint: Path, scenes: Path) -> None:
        worker = [sys.executable, "-P", str(HERE / "speed" / "_caption_worker.py"), str(checkpoint), str(scenes)]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        self.process = subprocess.Popen(
            worker, env=environment, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.folder = folder
        self.best: dict[int, float] = {}
        self.captions: dict[int, list[str]] = {}

    def __enter__(self) -> Checkout:
        package = Path(self._read()["package"])
        if package != self.folder / "baselines":
            raise typer.BadParameter(f"{self.folder} was to caption, but {package} was imported")
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.communicate()

    def caption(self, scene: int) -> None:
        """Caption a scene; the fewest seconds of several times count."""
        if self.process.stdin is None:
            raise RuntimeError("the process was started without an input")
        self.process.stdin.write(f"{scene}\n")
        self.process.stdin.flush()
        record = self._read()
        self.best[scene] = min(self.best.get(scene, float("inf")), record["seconds"])
        self.captions[scene] = record["captions"]

    @property
    def rate(self) -> float:
        """Captions per CPU second."""
        return sum(map(len, self.captions.values())) / sum(self.best.values())

    def _read(self) -> dict[str, Any]:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise typer.BadParameter(f"{self.folder}: captioning ended with exit code {self.process.wait()}, see above")
        record: dict[str, Any] = json.loads(line)
        return record


def draw_scenes(count: int, out: Path) -> None:
    """Write the first test scenes as arrays."""
    arrays: dict[str, Any] = {}
    for number in range(count):
        scene = draw_example(ScenesOptions(), "test", number)[0]
        arrays |= {f"image_{number}": scene.image, f"masks_{number}": np.stack(list(scene.masks))}
    np.savez(out, **arrays)


@app.command()
def main(
    checkpoint: Annotated[str, typer.Option(help="A name or a folder.")] = "ureca-nano",
    scenes: Annotated[int, typer.Option(min=1, help="How many test scenes.")] = 3,
    against: Annotated[Path | None, typer.Option(help="Folder of an old checkout.", file_okay=False)] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Of each scene; the fewest seconds count.")] = 3,
) -> None:
    """Measure and print."""
    folder = find_checkpoint(checkpoint)
    if folder is None or not folder.is_dir():
        raise typer.BadParameter(f"no checkpoint {checkpoint}")
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        arrays = Path(scratch, "scenes.npz")
        draw_scenes(scenes, arrays)
        checkouts = [
            stack.enter_context(Checkout(path.resolve(), folder.resolve(), arrays)) for path in (against, HERE) if path
        ]
        for _ in range(repeats):
            for scene in range(scenes):
                for checkout in checkouts:
                    checkout.caption(scene)
    *old, new = checkouts
    regions = sum(map(len, new.captions.values()))
    typer.echo(f"{checkpoint}: {regions} regions of {scenes} test scenes, one thread, the fewest of {repeats} times")
    for checkout in checkouts:
        test = TEST_REGIONS / checkout.rate
        typer.echo(f"{checkout.rate:8.1f} captions per CPU second, {test:6.0f} s for scenes/test ({checkout.folder})")
    for checkout in old:
        ratio = new.rate / checkout.rate
        equal = sum(
            one == other
            for scene in new.captions
            for one, other in zip(new.captions[scene], checkout.captions[scene], strict=True)
        )
        typer.echo(f"equal captions: {equal} of {regions}")
        typer.echo(f"target (>= {TARGET_RATIO}x): {ratio:.2f}x, {'met' if ratio >= TARGET_RATIO else 'NOT met'}")
        if equal < regions:
            raise typer.Exit(1)


if __name__ == "__main__":
    app()
