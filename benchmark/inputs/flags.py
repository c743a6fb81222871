"""Options of the command line that several commands of the benchmark have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataset.terminal import DATA_OPTION

from ..metrics import METRICS
from ..metrics.meteor.metric import IMPLEMENTATIONS

__all__ = [
    "AllowExtra",
    "AllowMissing",
    "BootstrapSeed",
    "CalibrationFile",
    "ConfigName",
    "DataOptions",
    "ImageSelection",
    "LatexFile",
    "LatexIntervals",
    "MeteorName",
    "MetricNames",
    "Quiet",
    "ReferenceFile",
    "SplitName",
]

ConfigName = Annotated[str | None, typer.Option(help="scenes, photos, sa1b ...; found from the ids if not given.")]
SplitName = Annotated[str | None, typer.Option(help="Found from the ids, or test.")]
DataOptions = Annotated[
    list[str] | None, typer.Option(DATA_OPTION, "--option", help="NAME=VALUE, of the config (repeat).")
]
ReferenceFile = Annotated[Path | None, typer.Option(help="Reference file of another benchmark.")]
ImageSelection = Annotated[str | None, typer.Option(help="Score the first N images, or those a file names.")]
AllowExtra = Annotated[bool, typer.Option(help="Leave out captions of other regions, and other entries.")]
AllowMissing = Annotated[bool, typer.Option(help="Score missing and empty captions 0.")]
MetricNames = Annotated[str | None, typer.Option(help=f"Comma-separated, of: {', '.join(METRICS)}.")]
MeteorName = Annotated[str | None, typer.Option(help=f"{' or '.join(IMPLEMENTATIONS)}.")]
CalibrationFile = Annotated[Path | None, typer.Option(help="The judge's known errors: corrected rates.")]
BootstrapSeed = Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)]
LatexFile = Annotated[Path | None, typer.Option(help="Write a table for a paper here.")]
LatexIntervals = Annotated[bool, typer.Option(help="With 95% intervals in it.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
