"""``python -m leaderboard survey``: captions that people judge on the page *Annotate*; for the operator alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from benchmark.inputs.verdicts import read_verdicts
from benchmark.judge.agreement import agreement_lines, agreement_of_pairs, agreement_with_verdicts
from benchmark.verdicts.verdict import write_verdicts
from dataset.terminal import CommandLine, check_outputs, output

from ..annotation.answers import people_verdicts, verdict_pairs
from ..annotation.surveys import PEOPLE, close_survey, list_surveys, open_survey
from ..storage.store import Store

__all__ = ["app"]

app = CommandLine("Captions that people judge on the board.")
Name = Annotated[str, typer.Argument(help="Name of the survey.")]


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits, hyphens.")],
    board: Annotated[str, typer.Option(help="On which board the captions are.")] = "photos",
    captions: Annotated[int, typer.Option(min=1, help="How many, drawn at random.")] = 100,
    system: Annotated[
        list[str] | None, typer.Option(help="Whose captions; repeatable, everybody's if left out.")
    ] = None,
    judged: Annotated[
        Path | None, typer.Option(help="Verdicts of a judge: draw from their captions and show the same panels.")
    ] = None,
    people: Annotated[int, typer.Option(min=1, max=9, help="Verdicts of each caption, by different people.")] = PEOPLE,
    size: Annotated[int, typer.Option(help="Longer side of each picture in pixels.")] = 640,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample and the order of panels.")] = 0,
) -> None:
    """Draw captions of public submissions, and print the address where holders of a token judge them."""
    store = Store()
    state = open_survey(
        store,
        name,
        board,
        captions=captions,
        systems=system or [],
        judged=[] if judged is None else read_verdicts(judged),
        people=people,
        size=size,
        seed=seed,
    )
    typer.echo(f"{state.items:,} captions, {people} verdicts each: {store.settings.url}/annotate?survey={name}")


@app.command("list")
def show() -> None:
    """Every survey and how far it is."""
    table = Table()
    for column in ("survey", "board", "state", "captions", "verdicts", "complete"):
        table.add_column(column)
    for survey in list_surveys(Store()):
        total = survey.items * survey.people
        state = "open" if survey.is_open else "closed"
        cells = (f"{survey.items:,}", f"{survey.answers:,} of {total:,}", f"{survey.complete:,}")
        table.add_row(survey.name, survey.board, state, *cells)
    output.print(table)


@app.command()
def close(name: Name) -> None:
    """Take no more answers. Those that there are stay."""
    close_survey(Store(), name)
    typer.echo(f"{name} is closed")


@app.command()
def agreement(
    name: Name,
    judge: Annotated[Path | None, typer.Option(help="Verdicts of a judge, to compare with the people's.")] = None,
) -> None:
    """How alike people judge the same captions, and how a judge agrees with them."""
    store = Store()
    for line in agreement_of_pairs(verdict_pairs(store, name)).lines():
        typer.echo(line)
    if judge is not None:
        rows = [agreement_with_verdicts(people_verdicts(store, name), read_verdicts(judge))]
        typer.echo("\n".join(agreement_lines(rows)))


@app.command()
def export(
    name: Name,
    out: Annotated[Path, typer.Option(help="The first verdict of each caption (JSON lines).")],
    second: Annotated[Path | None, typer.Option(help="The second verdicts.")] = None,
) -> None:
    """Write people's verdicts in the form that every command of the judge reads."""
    check_outputs(out, second)
    store = Store()
    for place, path in enumerate((out, second)):
        if path is not None:
            count = write_verdicts(people_verdicts(store, name, place), path)
            typer.echo(f"{count:,} verdicts written to {path}")
