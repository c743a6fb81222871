"""``python -m leaderboard admin hide | restore | verify | unverify | flagged``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from dataset.terminal import CommandLine, output

if TYPE_CHECKING:
    from ..storage.store import Store

__all__ = ["add_moderation"]

Submission = Annotated[str, typer.Argument(help="Id of the submission; its system's page and `flagged` show it.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the public log for good.")]
By = Annotated[str, typer.Option(help="Who reproduced the captions.")]


def hide(submission: Submission, reason: Reason) -> None:
    """Take a submission off its board; nothing is deleted."""
    from . import moderation

    _report(lambda store: moderation.hide(store, submission, reason), submission, "hidden")


def restore(submission: Submission, reason: Reason) -> None:
    """Show a hidden submission again."""
    from . import moderation

    _report(lambda store: moderation.restore(store, submission, reason), submission, "public")


def verify(submission: Submission, by: By, reason: Reason) -> None:
    """Mark that somebody reproduced the captions of a submission."""
    from . import moderation

    _report(lambda store: moderation.verify(store, submission, by, reason), submission, "verified")


def unverify(submission: Submission, reason: Reason) -> None:
    """Take a verification back."""
    from . import moderation

    _report(lambda store: moderation.unverify(store, submission, reason), submission, "not verified")


def flagged() -> None:
    """Submissions that an automatic check has flagged, with the evidence."""
    from ..storage.store import Store
    from .moderation import flagged_submissions

    table = Table()
    for column in ("submission", "board", "system", "shown", "check", "evidence"):
        table.add_column(column, overflow="fold")
    for submission in flagged_submissions(Store()):
        for check, evidence in submission.findings.items():
            visible = "yes" if submission.visibility == "public" else "no"
            table.add_row(
                submission.submission_id, submission.board, escape(submission.system), visible, check, escape(evidence)
            )
    output.print(table)


def _report(decide: Callable[[Store], bool], submission: str, state: str) -> None:
    from ..storage.store import Store

    changed = decide(Store())
    typer.echo(f"{submission} is {state}" if changed else f"{submission} was {state} already")


def add_moderation(app: CommandLine) -> None:
    """Add these commands to another's."""
    for command in (hide, restore, verify, unverify, flagged):
        app.command()(command)
