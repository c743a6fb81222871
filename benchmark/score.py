"""``python -m benchmark.score preds.json``: score a prediction file, print the table, write reports."""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from dataset.errors import UrecaError

from .evaluation import evaluate
from .inputs.command_line import check_outputs, config_options, find_data, listens, metric_names
from .inputs.predictions import read_predictions
from .inputs.verdicts import read_calibration, read_verdicts
from .metrics import METRICS
from .metrics.meteor.metric import IMPLEMENTATIONS
from .report import SCALE_NOTE, Report
from .reports.headlines import shown_scores
from .statistics.bootstrap import RESAMPLES
from .text.encoder import DEFAULT_MODEL

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    predictions: Annotated[Path, typer.Argument(help="JSON or JSON Lines, also gzipped.")],
    config: Annotated[str | None, typer.Option(help="scenes or photos; found from the ids if not given.")] = None,
    split: Annotated[str | None, typer.Option(help="Found from the ids, or test.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="Option of the config, as NAME=VALUE; repeatable.")] = None,
    references: Annotated[Path | None, typer.Option(help="Reference file of another benchmark.")] = None,
    metrics: Annotated[str | None, typer.Option(help=f"Comma-separated, of: {', '.join(METRICS)}.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    items: Annotated[Path | None, typer.Option(help="Write per-region scores here (parquet).")] = None,
    statistics: Annotated[Path | None, typer.Option(help="Write what comparisons need here (npz).")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the table here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with plots and examples here.")] = None,
    allow_missing: Annotated[bool, typer.Option(help="Score missing and empty captions 0.")] = False,
    meteor: Annotated[str | None, typer.Option(help=f"{' or '.join(IMPLEMENTATIONS)}.")] = None,
    bertscore_model: Annotated[str, typer.Option(help="Folder or Hugging Face id.")] = DEFAULT_MODEL,
    bertscore_layers: Annotated[int | None, typer.Option(help="Layer; by default bert-score's choice.")] = None,
    judge: Annotated[Path | None, typer.Option(help="Verdicts of a judge, from python -m benchmark.judge.")] = None,
    calibration: Annotated[Path | None, typer.Option(help="The judge's known errors: corrected rates.")] = None,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples; 0 for no intervals.", min=0)] = RESAMPLES,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Score captions of regions and print the table. Exit code 2 for input that cannot be scored."""
    errors = Console(stderr=True, quiet=quiet)
    options: dict[str, dict[str, Any]] = {"bertscore": {"model": bertscore_model, "num_layers": bertscore_layers}}
    if meteor is not None:
        options["meteor"] = {"implementation": meteor}
    try:
        names = metric_names(metrics)
        check_outputs(json, items, statistics, markdown, html)
        verdicts = None if judge is None else read_verdicts(judge)
        errors_of_judge = None if calibration is None else read_calibration(calibration)
        file = read_predictions(predictions)
        data = find_data(file, config, split, config_options(option or []), references)
        fitted = file.match(data.regions, allow_missing, data.name)
        worlds = data.worlds() if listens(names) or html is not None else None
        with errors.status("scoring") as status:
            report = evaluate(
                fitted,
                data.regions,
                metrics=names,
                metric_options=options,
                config=data.config,
                split=data.split,
                worlds=worlds if listens(names) else None,
                judge=verdicts,
                calibration=errors_of_judge,
                resamples=resamples,
                seed=seed,
                progress=lambda what: status.update(f"scoring: {what}"),
            )
            if html is not None:
                from .reports.html_report import write_html

                status.update("scoring: page")
                command = shlex.join(["python", "-m", "benchmark.score", *sys.argv[1:]])
                write_html(report, data.regions, fitted, data.images(), html, worlds=worlds, command=command)
        _write(report, json, items, statistics, markdown)
    except UrecaError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    if not quiet:
        _print(report, list(report.metrics) if names else shown_scores(report.metrics))


def _write(
    report: Report, json: Path | None, items: Path | None, statistics: Path | None, markdown: Path | None
) -> None:  # fmt: skip
    if json is not None:
        report.write_json(json)
    if items is not None:
        report.write_items(items)
    if statistics is not None:
        report.write_statistics(statistics)
    if markdown is not None:
        report.write_markdown(markdown)


def _print(report: Report, names: list[str]) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a table with a ? in it beats a traceback
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # a file has no edge to keep to
    for fact in report.facts():
        console.print(fact, markup=False, highlight=False, soft_wrap=True)
    for table in report.tables(console.width, names):
        console.print(table)
    hidden = len(report.metrics) - len(names)
    if hidden:
        console.print(f"{hidden} more scores: --markdown, --json, --html, or --metrics.", highlight=False)
    console.print(SCALE_NOTE, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    app()
