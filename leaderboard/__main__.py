"""``python -m leaderboard``: the commands that serve, submit, edit and keep; the groups admin, challenge, survey."""

from __future__ import annotations

import logging
import os
import signal
import stat
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.logging import RichHandler
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from dataset.terminal import CommandLine, output, terminal

from .admin.backup import Copied, back_up, restore_backup
from .admin.challenge_commands import app as challenge
from .admin.commands import app as admin
from .admin.doctor import examine
from .admin.integrity import damaged_files
from .admin.rescore import RankChange, batch_state, rank_changes, start_batch
from .admin.seeds import add_all
from .admin.survey_commands import app as survey
from .boards.board import find_board, list_boards
from .intake.card import read_card
from .intake.owner_commands import edit, publish, withdraw
from .intake.remote import board_of, submit_to, workers_of
from .intake.submissions import submit as submit_here
from .queue.health import queue_health
from .scoring.judging import check_judge
from .scoring.worker import ScoringWorker
from .storage import audit
from .storage.store import Store

app = CommandLine("Take submissions, score them, rank them. Settings: docs/leaderboard.md.")
for owners_command in (edit, publish, withdraw):
    app.command()(owners_command)
app.add_typer(admin, name="admin")
app.add_typer(challenge, name="challenge")
app.add_typer(survey, name="survey")

Board = Annotated[str, typer.Option(help="Name of the board; found from the ids if not given.")]
Token = Annotated[str, typer.Option(envvar="URECA_LEADERBOARD_TOKEN", help="Token for --url.", show_envvar=True)]


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port of pages and API.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(min=0, help="Scoring workers to start.")] = None,
    with_seed: Annotated[
        bool,
        typer.Option("--seed/--no-seed", help="Add the built-in captioners, as `seed` does, if they are not there."),
    ] = True,
) -> None:
    """Start the pages, the API and the scoring workers."""
    from .web.serve import application, run_application, seeding

    options = {"PORT": port, "HOST": host, "WORKERS": workers}
    variables = {f"URECA_LEADERBOARD_{name}": str(value) for name, value in options.items() if value is not None}
    os.environ.update(variables)  # pages and workers read the settings anew
    store = Store()
    store.prepare()
    boards = list_boards(store)
    check_judge(boards)
    for board in boards.values():
        if not board.hidden:
            board.data()  # drawn here, with a progress bar, rather than during the first upload
    terminal.print(f"Leaderboard on {store.settings.url}, files in {store.folder}", highlight=False, soft_wrap=True)
    with seeding() if with_seed else nullcontext():
        run_application(application(store, store.settings.workers), store)


@app.command()
def worker(
    until_idle: Annotated[bool, typer.Option(help="Stop when no job is due.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Report only problems.")] = False,
) -> None:
    """Score submissions, one at a time, until stopped. Start as many as there are processors to spare."""
    from .web.serve import stop_when_parent_ends

    _log(quiet)
    scorer = ScoringWorker(Store())
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: scorer.stopping.set())
    if _is_piped() and not until_idle:
        stop_when_parent_ends(scorer.stopping.set)
    worked = scorer.run(until_idle=until_idle)
    if not quiet:
        terminal.print(f"{worked} job{'s' if worked != 1 else ''} worked on", highlight=False)


def _is_piped() -> bool:
    """Whether standard input is a pipe, as `serve` gives its workers; systemd and containers give an empty file."""
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):  # there is none
        return False


@app.command()
def submit(
    predictions: Annotated[Path, typer.Argument(help="JSON or JSON Lines, also gzipped.")],
    system: Annotated[str, typer.Option(help="Name of the system, as on the board.")],
    board: Board = "",
    description: Annotated[str, typer.Option(help="A few sentences.")] = "",
    paper: Annotated[str, typer.Option(help="Address.")] = "",
    code: Annotated[str, typer.Option(help="Address.")] = "",
    model_card: Annotated[str, typer.Option(help="Address.")] = "",
    parameters: Annotated[str, typer.Option(help="Number of parameters, such as 8e9.")] = "",
    captions_per_second: Annotated[str, typer.Option(help="Measured on --hardware.")] = "",
    hardware: Annotated[str, typer.Option(help="Such as 1x H100.")] = "",
    organisation: Annotated[str, typer.Option(help="Who made it.")] = "",
    licence: Annotated[str, typer.Option(help="Of the weights.")] = "",
    weights: Annotated[str, typer.Option(help="open or closed.")] = "",
    method: Annotated[str, typer.Option(help="trained or prompted.")] = "",
    training_data: Annotated[str, typer.Option(help="What it was trained on.")] = "",
    saw_source: Annotated[
        str, typer.Option(help="yes if that comes from where the board's images come from, or no.")
    ] = "",
    note: Annotated[str, typer.Option(help="What sets this submission apart from the system's others.")] = "",
    allow_missing: Annotated[bool, typer.Option(help="Score missing and empty captions 0.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Only check everything.")] = False,
    private: Annotated[bool, typer.Option(help="Keep the entry off the board until it is published.")] = False,
    url: Annotated[str, typer.Option(help="A leaderboard elsewhere; this machine's if not given.")] = "",
    token: Token = "",
) -> None:
    """Submit a prediction file."""
    card = read_card(
        {
            "name": system,
            "description": description,
            "paper": paper,
            "code": code,
            "model_card": model_card,
            "parameters": parameters,
            "captions_per_second": captions_per_second,
            "hardware": hardware,
            "organisation": organisation,
            "licence": licence,
            "weights": weights,
            "method": method,
            "training_data": training_data,
            "saw_source": saw_source,
            "note": note,
        },
        "options",
    )
    name = board or board_of(predictions)
    if url:
        receipt = submit_to(
            url, token, predictions, name, card, allow_missing=allow_missing, dry_run=dry_run, private=private
        )
    else:
        store = Store()
        receipt = submit_here(
            store, predictions, name, card, allow_missing=allow_missing, dry_run=dry_run, private=private
        )
    status = "was already" if not receipt.created else "would be" if dry_run else "is"
    typer.echo(f"{receipt.submission_id}: {status} on {receipt.board} as {receipt.system!r}")
    typer.echo(f"{receipt.captions:,} captions, {receipt.missing:,} missing; sha256 {receipt.predictions_sha256}")
    if dry_run or not receipt.created:
        return
    if (workers_of(url) if url else _workers_here(store)) == 0:
        start = (
            "who runs that board has to start one" if url else "start one with `ureca board serve` or `board worker`"
        )
        terminal.print(f"No worker is running, so the file is stored but not scored: {start}.", soft_wrap=True)


@app.command()
def rescore(
    board: Annotated[str, typer.Option(help="Only this board.")] = "",
    wait: Annotated[
        bool, typer.Option(help="Wait for the workers and show the changes; without a worker, score here.")
    ] = True,
) -> None:
    """Score all history again and show which ranks change. Old runs are kept."""
    store = Store()
    boards = {board: find_board(store, board)} if board else list_boards(store)
    check_judge(boards)
    batch = start_batch(store, board or None)
    typer.echo(f"batch {batch}")
    if not wait:
        return
    _wait_for(store, batch)
    with store.reading() as session:
        state, changes = batch_state(session, batch), rank_changes(store, session, batch)
    output.print(_change_table(changes))
    if state.failed:
        typer.echo(f"{state.failed} of {state.total} could not be scored: see the pages of their systems", err=True)
        raise typer.Exit(1)


@app.command()
def seed() -> None:
    """Add what a new leaderboard starts with: the built-in captioners on every public board, published numbers."""
    added = add_all(Store(), lambda seed: terminal.print(f"{seed.captioner} on {seed.board.name}", highlight=False))
    typer.echo(f"{added} submissions added")


@app.command()
def snapshot(
    out: Annotated[Path, typer.Option(help="Folder to make; it must not exist, or be empty.")],
    images: Annotated[int, typer.Option(min=0, help="Images of each board that get a page.")] = 12,
) -> None:
    """Write a static copy, HTML and parquet, that any web server can host."""
    from .reading.snapshot import write_snapshot

    with terminal.status("writing") as status:
        count = write_snapshot(Store(), out, images, lambda what: status.update(f"writing {what}"))
    output.print(f"{count:,} files written to {out}", highlight=False, soft_wrap=True)


@app.command()
def backup(
    out: Annotated[Path, typer.Argument(help="Folder to make, or one with an earlier backup, to which is added.")],
) -> None:
    """Copy everything into a folder while all goes on. The copy is a leaderboard itself, on SQLite."""
    _show_copied(back_up(Store(), out), f"in {out}")


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="Folder that `backup` made, by this version or before.")],
) -> None:
    """Fill an empty leaderboard, on SQLite or PostgreSQL, with a backup. Exit code 1 if the backup was damaged."""
    store = Store()
    _show_copied(restore_backup(store, backup), f"restored to {store.folder}")
    _report_log(store, "", files=True)


@app.command()
def doctor(
    url: Annotated[str, typer.Option(help="Where the pages are; the setting PUBLIC_URL if not given.")] = "",
    offline: Annotated[bool, typer.Option(help="Do not ask the running server.")] = False,
    files: Annotated[bool, typer.Option(help="Also read every stored file and compare its digest.")] = False,
) -> None:
    """Check a deployment: settings, folder, database, log, workers, proxy. Exit code 1 if there is a problem."""
    from .admin.outside import examine_address

    store = Store()
    findings = list(examine(store, files=files))
    if not offline:
        findings += examine_address(url or store.settings.url, store.settings.upload_bytes)
    table = Table(show_header=False, box=None)
    for finding in findings:
        table.add_row(finding.state, finding.subject, escape(finding.message))
    output.print(table)
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


@app.command("verify-log")
def verify_log(
    head: Annotated[str, typer.Option(help="A hash that was once the newest; it must still be in the log.")] = "",
    files: Annotated[bool, typer.Option(help="Also read every file again and compare its digest.")] = False,
) -> None:
    """Recompute the chain of the log. Exit code 1 if anything was changed."""
    _report_log(Store(), head, files=files)


def _report_log(store: Store, head: str, *, files: bool) -> None:
    state = audit.verify(store, head or None)
    problems = [*state.problems, *(damaged_files(store) if files else [])]
    typer.echo(f"{state.events:,} events, newest hash {state.head}")
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


def _show_copied(copied: Copied, place: str) -> None:
    already = f", {copied.present:,} were there already" if copied.present else ""
    typer.echo(f"{copied.rows:,} rows and {copied.files:,} files {place}{already}")


def _log(quiet: bool) -> None:
    level = logging.WARNING if quiet else logging.INFO
    logging.basicConfig(level=level, format="%(message)s", handlers=[RichHandler(console=terminal, show_path=False)])


def _workers_here(store: Store) -> int:
    with store.reading() as session:
        return queue_health(session, store.settings, store.now(session)).alive


def _wait_for(store: Store, batch: str) -> None:
    """Wait until a batch is over; where no worker is alive, be one."""
    with Progress(console=terminal, disable=not terminal.is_terminal) as progress:
        task = progress.add_task("scoring again")
        while True:
            with store.reading() as session:
                state = batch_state(session, batch)
            progress.update(task, total=state.total, completed=state.done + state.failed)
            if state.over:
                return
            if not _workers_here(store):
                ScoringWorker(store).run(until_idle=True)
            time.sleep(store.settings.poll_seconds)


def _change_table(changes: list[RankChange]) -> Table:
    table = Table(title="Ranks by score, before and after")
    for column in ("board", "rank", "system", "score", "before", "after", "signature"):
        table.add_column(column, overflow="fold")
    for change in changes:
        rank = f"{change.new_rank or '-'}"
        if change.old_rank != change.new_rank:
            rank += f" (was {change.old_rank or '-'})"
        old, new = (("-" if value is None else f"{value:.4f}") for value in (change.old, change.new))
        signature = "same" if change.same else "changed"
        table.add_row(change.board, rank, escape(change.system), change.metric, old, new, signature)
    return table


if __name__ == "__main__":
    app()
