"""``python -m benchmark.compare a.json b.json ...``: which differences between systems are real?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import Annotated, Any

import typer

from dataset.errors import InvalidInputError
from dataset.terminal import CommandLine, check_outputs, config_options, quiet_terminal, table_output

from .inputs.flags import (
    AllowExtra,
    AllowMissing,
    BootstrapSeed,
    CalibrationFile,
    ConfigName,
    DataOptions,
    ImageSelection,
    LatexFile,
    LatexIntervals,
    MeteorName,
    MetricNames,
    Quiet,
    ReferenceFile,
    SplitName,
)
from .inputs.judged import images_of_regions, is_judged, read_judged
from .inputs.metric_names import listens, metric_names
from .inputs.predictions import PredictionFile, read_predictions
from .inputs.scoring_data import find_data
from .inputs.subsets import take_subset
from .inputs.verdicts import read_calibration, read_verdicts
from .metrics.scores import screenful
from .report import plain
from .reports.comparison_report import facts, tables, write_json, write_markdown
from .reports.latex import comparison_latex, write_latex
from .statistics.comparison import ALPHA
from .systems import Comparison, compare_judged, compare_systems

__all__ = ["app"]

app = CommandLine()


@app.command()
def main(
    predictions: Annotated[
        list[Path], typer.Argument(help="Two or more prediction files, or published files of verdicts.")
    ],
    config: ConfigName = None,
    split: SplitName = None,
    option: DataOptions = None,
    references: ReferenceFile = None,
    images: ImageSelection = None,
    only_given: Annotated[bool, typer.Option(help="Score only regions that every file names.")] = False,
    metrics: MetricNames = None,
    json: Annotated[Path | None, typer.Option(help="Write everything here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the tables here, with all pairs.")] = None,
    latex: LatexFile = None,
    latex_intervals: LatexIntervals = False,
    allow_missing: AllowMissing = False,
    allow_extra: AllowExtra = False,
    judge: Annotated[list[Path] | None, typer.Option(help="Verdicts of a judge; repeatable, one per system.")] = None,
    calibration: CalibrationFile = None,
    meteor: MeteorName = None,
    resamples: Annotated[int | None, typer.Option(help="Bootstrap resamples; by default enough.", min=0)] = None,
    seed: BootstrapSeed = 0,
    alpha: Annotated[float, typer.Option(help="Level of the tests.", min=0, max=1)] = ALPHA,
    name: Annotated[
        list[str] | None, typer.Option(help="Of each file, in their order; SYSTEM@JUDGE for verdicts (repeat).")
    ] = None,
    annotations: Annotated[
        Path | None, typer.Option(help="Of published verdicts: the file that says which regions share an image.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compare systems on the same regions: ranks with ties, differences with intervals and p-values.

    Exit code 2 for input that cannot be compared.
    """
    options: dict[str, dict[str, Any]] = {} if meteor is None else {"meteor": {"implementation": meteor}}
    if len(predictions) < 2:
        raise InvalidInputError("predictions", [f"expected at least two files, found {len(predictions)}"])
    if name and len(name) != len(predictions):
        raise InvalidInputError("--name", [f"expected one for each of {len(predictions)} files, found {len(name)}"])
    check_outputs(json, markdown, latex)
    if is_judged(predictions[0]):
        judged = [read_judged(path, each) for path, each in zip(predictions, name or repeat(None), strict=False)]
        images_of = None if annotations is None else images_of_regions(annotations)
        comparison = compare_judged(
            judged, images=images_of, only_shared=only_given, resamples=resamples, seed=seed, alpha=alpha
        )
        _write(comparison, list(comparison.scores), json, markdown, latex, latex_intervals, quiet)
        return
    names = metric_names(metrics)
    verdicts = [verdict for path in judge for verdict in read_verdicts(path)] if judge else None
    judge_errors = None if calibration is None else read_calibration(calibration)
    files = [read_predictions(path) for path in predictions]
    data = find_data(files[0], config, split, config_options(option), references)
    data, files = take_subset(data, files, images, only_given)
    fitted = [file.match(data.regions, allow_missing, data.name, allow_extra) for file in files]
    with quiet_terminal(quiet).status("comparing") as status:
        comparison = compare_systems(
            dict(zip(name or system_names(files, predictions), fitted, strict=True)),
            data.regions,
            metrics=names,
            metric_options=options,
            config=data.config,
            split=data.split,
            subset=data.subset,
            protocol=data.protocol,
            worlds=data.worlds() if listens(names) else None,
            judge=verdicts,
            calibration=judge_errors,
            resamples=resamples,
            seed=seed,
            alpha=alpha,
            progress=lambda what: status.update(f"comparing: {what}"),
        )
    columns = list(comparison.scores) if names else None
    _write(comparison, columns, json, markdown, latex, latex_intervals, quiet)


def system_names(files: Sequence[PredictionFile], paths: Sequence[Path]) -> list[str]:
    """A different name for every system: what its file says, else the file's name, numbered if still not distinct."""
    name_fields = [file.system.get("name") for file in files]
    names = [
        plain(name)
        if isinstance(name, str) and plain(name) and name_fields.count(name) == 1
        else path.name.partition(".")[0]
        for name, path in zip(name_fields, paths, strict=True)
    ]
    names = [str(path) if names.count(name) > 1 else name for name, path in zip(names, paths, strict=True)]
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return distinct


def _write(
    comparison: Comparison,
    names: list[str] | None,
    json: Path | None,
    markdown: Path | None,
    latex: Path | None,
    latex_intervals: bool,
    quiet: bool,
) -> None:
    """Write the files that were asked for, and print the tables."""
    if json is not None:
        write_json(comparison, json)
    if markdown is not None:
        write_markdown(comparison, markdown)
    if latex is not None:
        write_latex(comparison_latex(comparison, names, latex_intervals), latex)
    if not quiet:
        _print(comparison, names or screenful(comparison.described.values()))


def _print(comparison: Comparison, names: list[str]) -> None:
    console = table_output()
    for fact in facts(comparison):
        console.print(fact, markup=False, highlight=False, soft_wrap=True)
    for table in tables(comparison, names):
        console.print(table)


if __name__ == "__main__":
    app()
