"""``python -m benchmark.score preds.json``: score a prediction file, print the table, write reports."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from dataset.errors import InvalidInputError, UrecaError
from dataset.regions import identify, load_regions, load_worlds
from dataset.schema import Region

from .bootstrap import RESAMPLES
from .encoder import DEFAULT_MODEL
from .evaluation import evaluate
from .metrics import METRICS, ListenerOutcomes, find_metrics
from .metrics.meteor import IMPLEMENTATIONS
from .predictions import PredictionFile, read_predictions
from .references import read_references
from .report import Report

__all__ = ["app"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_DEFAULT_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class _Data:
    """The regions to score against, and how they are called."""

    regions: list[Region]
    config: str | None = None
    split: str | None = None
    worlds: Callable[[], Any] = field(default=lambda: None)

    @property
    def name(self) -> str:
        return "the references" if self.config is None else f"{self.config}/{self.split}"


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
    markdown: Annotated[Path | None, typer.Option(help="Write the table here.")] = None,
    allow_missing: Annotated[bool, typer.Option(help="Score missing and empty captions 0.")] = False,
    meteor: Annotated[str | None, typer.Option(help=f"{' or '.join(IMPLEMENTATIONS)}.")] = None,
    bertscore_model: Annotated[str, typer.Option(help="Folder or Hugging Face id.")] = DEFAULT_MODEL,
    bertscore_layers: Annotated[int | None, typer.Option(help="Layer; by default bert-score's choice.")] = None,
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
        names = _names(metrics)
        _check_outputs(json, items, markdown)
        file = read_predictions(predictions)
        data = _find_data(file, config, split, _options(option or []), references)
        fitted = file.match(data.regions, allow_missing, data.name)
        with errors.status("scoring") as status:
            report = evaluate(
                fitted,
                data.regions,
                metrics=names,
                metric_options=options,
                config=data.config,
                split=data.split,
                worlds=data.worlds() if _listens(names) else None,
                resamples=resamples,
                seed=seed,
                progress=lambda what: status.update(f"scoring: {what}"),
            )
        _write(report, json, items, markdown)
    except UrecaError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    if not quiet:
        _print(report)


def _names(metrics: str | None) -> list[str] | None:
    if metrics is None:
        return None
    names = [name.strip() for name in metrics.split(",") if name.strip()]
    if not names:
        raise InvalidInputError("--metrics", ["no metric is named"], f"Available: {', '.join(METRICS)}.")
    find_metrics(names)
    return names


def _listens(names: list[str] | None) -> bool:
    return names is None or ListenerOutcomes.name in find_metrics(names)


def _check_outputs(*paths: Path | None) -> None:
    """Find out before the work, not after it, that its result cannot be written."""
    problems = []
    for path in filter(None, paths):
        if path.is_dir():
            problems.append(f"{path}: this is a folder, expected the name of a file")
        elif path.parent.exists() and not os.access(path.parent, os.W_OK):
            problems.append(f"{path}: the folder cannot be written to")
    if problems:
        raise InvalidInputError("output", problems, "Nothing was computed.")


def _options(given: list[str]) -> dict[str, int | str]:
    """NAME=VALUE pairs; whole numbers as numbers."""
    options: dict[str, int | str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidInputError("--option", [f"expected NAME=VALUE, found {pair!r}"])
        options[name] = int(value) if value.isdecimal() else value
    return options


def _find_data(
    file: PredictionFile, config: str | None, split: str | None, options: dict[str, Any], references: Path | None
) -> _Data:
    """The regions the file is about: the reference file, the data named, or what its ids look like."""
    if references is not None:
        if config is not None or split is not None or options:
            problem = "given together with --config, --split or --option"
            raise InvalidInputError("--references", [problem], "Give one of them.")
        return _Data(read_references(references))
    if config is None:
        looks = [found[:2] for found in identify(file.captions) if split in (None, found[1])]
        if not looks:
            raise _unidentified(file, split)
        config, split = looks[0]
    split = split or _DEFAULT_SPLIT
    worlds = (lambda: load_worlds(split, **options)) if config == "scenes" else (lambda: None)
    return _Data(load_regions(config, split, **options), config, split, worlds)


def _unidentified(file: PredictionFile, split: str | None) -> InvalidInputError:
    problems = list(file.problems)
    if file.captions:
        first = next(iter(file.captions))
        where = "any data known here" if split is None else f"a split {split!r} of any data known here"
        problems.append(f"the ids look like no region of {where} (first: {first!r})")
    return InvalidInputError(
        file.source, problems, "Name the data with --config and --split, or a file with --references.", shown=100
    )


def _write(report: Report, json: Path | None, items: Path | None, markdown: Path | None) -> None:
    if json is not None:
        report.write_json(json)
    if items is not None:
        report.write_items(items)
    if markdown is not None:
        report.write_markdown(markdown)


def _print(report: Report) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a table with a ? in it beats a traceback
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # a file has no edge to keep to
    for fact in report.facts():
        console.print(fact, markup=False, highlight=False, soft_wrap=True)
    for table in report.tables(console.width):
        console.print(table)


if __name__ == "__main__":
    app()
