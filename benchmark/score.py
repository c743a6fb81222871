"""``python -m benchmark.score preds.json``: score a prediction file, print the table, write reports."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from dataset.runtime.interpreter import typed_command
from dataset.terminal import CommandLine, check_outputs, config_options, quiet_terminal, table_output

from .evaluation import RESAMPLES, evaluate
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
from .inputs.metric_names import listens, metric_names
from .inputs.predictions import read_predictions
from .inputs.scoring_data import find_data
from .inputs.subsets import take_subset
from .inputs.verdicts import read_calibration, read_verdicts
from .metrics.bertscore import DEFAULT_MODEL
from .metrics.scores import screenful
from .report import Report

__all__ = ["app"]

app = CommandLine()


@app.command()
def main(
    predictions: Annotated[Path, typer.Argument(help="JSON or JSON Lines, also as .gz or .zst.")],
    config: ConfigName = None,
    split: SplitName = None,
    option: DataOptions = None,
    references: ReferenceFile = None,
    images: ImageSelection = None,
    only_given: Annotated[bool, typer.Option(help="Score only regions that the file names.")] = False,
    metrics: MetricNames = None,
    json: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    items: Annotated[Path | None, typer.Option(help="Write per-region scores here (parquet).")] = None,
    statistics: Annotated[Path | None, typer.Option(help="Write what comparisons need here (npz).")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the table here.")] = None,
    latex: LatexFile = None,
    latex_intervals: LatexIntervals = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with plots and examples here.")] = None,
    allow_missing: AllowMissing = False,
    allow_extra: AllowExtra = False,
    meteor: MeteorName = None,
    bertscore_model: Annotated[str, typer.Option(help="Folder or Hugging Face id.")] = DEFAULT_MODEL,
    bertscore_layers: Annotated[int | None, typer.Option(help="Layer; by default bert-score's choice.")] = None,
    judge: Annotated[Path | None, typer.Option(help="Verdicts of a judge, from ureca judge.")] = None,
    calibration: CalibrationFile = None,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples; 0 for no intervals.", min=0)] = RESAMPLES,
    seed: BootstrapSeed = 0,
    quiet: Quiet = False,
) -> None:
    """Score captions of regions and print the table. Exit code 2 for input that cannot be scored."""
    options: dict[str, dict[str, Any]] = {"bertscore": {"model": bertscore_model, "num_layers": bertscore_layers}}
    if meteor is not None:
        options["meteor"] = {"implementation": meteor}
    names = metric_names(metrics)
    check_outputs(json, items, statistics, markdown, latex, html)
    verdicts = None if judge is None else read_verdicts(judge)
    judge_errors = None if calibration is None else read_calibration(calibration)
    file = read_predictions(predictions)
    data = find_data(file, config, split, config_options(option), references)
    data, [file] = take_subset(data, [file], images, only_given)
    fitted = file.match(data.regions, allow_missing, data.name, allow_extra)
    worlds = data.worlds() if listens(names) or html is not None else None
    with quiet_terminal(quiet).status("scoring") as status:
        report = evaluate(
            fitted,
            data.regions,
            metrics=names,
            metric_options=options,
            config=data.config,
            split=data.split,
            subset=data.subset,
            protocol=data.protocol,
            worlds=worlds,
            judge=verdicts,
            calibration=judge_errors,
            resamples=resamples,
            seed=seed,
            progress=lambda what: status.update(f"scoring: {what}"),
        )
    # What took long is on disk before anything else that may fail: a page is drawn, a library is loaded.
    _write(report, json, statistics, markdown, items)
    if latex is not None:
        from .reports.latex import report_latex, write_latex

        write_latex(report_latex(report, list(report.metrics) if names else None, latex_intervals), latex)
    if not quiet:
        _print(report, list(report.metrics) if names else screenful(report.described.values()))
    if html is not None:
        from .reports.html_report import write_html

        with quiet_terminal(quiet).status("scoring: page"):
            command = shlex.join(typed_command())
            write_html(report, data.regions, fitted, data.images(), html, worlds=worlds, command=command)


def _write(
    report: Report, json: Path | None, statistics: Path | None, markdown: Path | None, items: Path | None
) -> None:
    if json is not None:
        report.write_json(json)
    if statistics is not None:
        report.write_statistics(statistics)
    if markdown is not None:
        report.write_markdown(markdown)
    if items is not None:
        report.write_items(items)


def _print(report: Report, names: list[str]) -> None:
    console = table_output()
    for fact in report.facts():
        console.print(fact, markup=False, highlight=False, soft_wrap=True)
    for table in report.tables(console.width, names):
        console.print(table)
    hidden = len(report.metrics) - len(names)
    if hidden:
        console.print(f"{hidden} more scores: --markdown, --json, --html, or --metrics.", highlight=False)
    console.print(report.scale_note(), markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    app()
