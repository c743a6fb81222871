"""``ureca harness``: write the benchmark as tasks of other evaluation harnesses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from dataset.errors import InvalidInputError
from dataset.loading.sources import EMBEDDED
from dataset.prompting.pointing import ASK, POINTINGS
from dataset.terminal import CommandLine, config_options, terminal

from .lmms_eval import write_task
from .task import CaptionTask

app = CommandLine()

HARNESSES = {"lmms-eval": write_task}
"""Harness -> what writes its tasks."""


@app.command()
def main(
    harness: Annotated[Literal["lmms-eval"], typer.Argument(help="Which harness.")],
    out: Annotated[Path, typer.Option(help="Folder to write the tasks to; made if it does not exist.")],
    config: Annotated[
        list[str] | None, typer.Option(help="Only this config (repeat); default: scenes, rooms, photos.")
    ] = None,
    split: Annotated[str, typer.Option(help="A split of the configs.")] = "test",
    data_option: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, of the config (repeat).")] = None,
    view: Annotated[str, typer.Option(help=f"How a region is shown: {', '.join(POINTINGS)}.")] = "contour",
    view_size: Annotated[int, typer.Option(help="Longer side of the picture in pixels.")] = 896,
    ask: Annotated[str, typer.Option(help="The question about each region.", show_default=False)] = ASK,
) -> None:
    """Write task files with which a harness asks its models about regions, and this package scores the answers."""
    configs = config or list(EMBEDDED)
    options = tuple(config_options(data_option).items())
    if options and len(configs) > 1:
        raise InvalidInputError("--data-option", ["belongs to one config, found several"], "Name it with --config.")
    write = HARNESSES[harness]
    tasks = [CaptionTask(name, split, options, view, view_size, ask) for name in configs]
    for task in tasks:
        for path in write(task, out):
            terminal.print(str(path), highlight=False)
    names = ",".join(task.name for task in tasks)
    terminal.print(
        f"Run it: python -m lmms_eval --model MODEL --include_path {out} --tasks {names}",
        highlight=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    app()
