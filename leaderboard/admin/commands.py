"""``python -m leaderboard admin``: tokens, moderation, cleaning up; for the operator alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from dataset.terminal import CommandLine, output

from ..intake.ownership import new_claim
from ..storage.schema import ApiToken
from ..storage.store import Store
from ..storage.tokens import DAY, issue_token, revoke_token, used_today
from . import moderation
from .integrity import sweep_files

__all__ = ["app"]

app = CommandLine("Tokens, moderation, cleaning up.")
token = CommandLine("Tokens for the API.")
app.add_typer(token, name="token")

Submission = Annotated[str, typer.Argument(help="Id of the submission; its system's page and `flagged` show it.")]
Reason = Annotated[str, typer.Option(help="Why; the public log keeps it for good.")]
By = Annotated[str, typer.Option(help="Who reproduced the captions.")]


@token.command("new")
def new_token(
    name: Annotated[str, typer.Argument(help="Whom it is for.")],
    quota: Annotated[int | None, typer.Option(min=0, help="Submissions a day; the setting's if not given.")] = None,
    days: Annotated[float | None, typer.Option(min=0, help="Valid for so long; forever if not given.")] = None,
) -> None:
    """Make a token and show it, this once: only its digest is kept."""
    store = Store()
    seconds = None if days is None else days * DAY
    with store.session() as session:
        token_text = issue_token(session, store.now(session), name, quota, seconds)
    typer.echo(token_text)


@token.command("list")
def list_tokens() -> None:
    """Every token with its state, and what it was used for in the last 24 hours."""
    store = Store()
    table = Table()
    for column in ("id", "for", "made", "state", "today", "quota"):
        table.add_column(column)
    with store.reading() as session:
        now = store.now(session)
        for row in session.scalars(select(ApiToken).order_by(ApiToken.created_at)):
            expired = row.expires_at is not None and row.expires_at <= now
            state = "revoked" if row.revoked_at is not None else "expired" if expired else "valid"
            date = time.strftime("%Y-%m-%d", time.gmtime(row.created_at))
            quota = store.settings.quota_per_day if row.quota_per_day is None else row.quota_per_day
            used = used_today(session, f"token:{row.id}", now)
            table.add_row(row.id, escape(row.name), date, state, str(used), str(quota))
    output.print(table)


@token.command("revoke")
def revoke(
    identity: Annotated[str, typer.Argument(help="The first part of the token, between the underscores.")],
) -> None:
    """Revoke a token, at once."""
    store = Store()
    with store.session() as session:
        revoke_token(session, store.now(session), identity)


@app.command()
def hide(submission: Submission, reason: Reason) -> None:
    """Take a submission off its board; nothing is deleted."""
    _report(lambda store: moderation.hide(store, submission, reason), submission, "hidden")


@app.command()
def restore(submission: Submission, reason: Reason) -> None:
    """Show a hidden submission again."""
    _report(lambda store: moderation.restore(store, submission, reason), submission, "public")


@app.command()
def verify(submission: Submission, by: By, reason: Reason) -> None:
    """Mark a submission whose captions somebody has reproduced."""
    _report(lambda store: moderation.verify(store, submission, by, reason), submission, "verified")


@app.command()
def unverify(submission: Submission, reason: Reason) -> None:
    """Take a verification back."""
    _report(lambda store: moderation.unverify(store, submission, reason), submission, "not verified")


@app.command()
def claim(system: Annotated[str, typer.Argument(help="Name of the system.")]) -> None:
    """Make a new claim code for a system and show it, this once: whoever has it owns the system; the former do not."""
    typer.echo(new_claim(Store(), system))


@app.command()
def flagged() -> None:
    """Submissions that an automatic check has flagged, with the evidence."""
    table = Table()
    for column in ("submission", "board", "system", "shown", "check", "evidence"):
        table.add_column(column, overflow="fold")
    for submission in moderation.flagged_submissions(Store()):
        for check, evidence in submission.findings.items():
            visible = "yes" if submission.visibility == "public" else "no"
            table.add_row(
                submission.submission_id, submission.board, escape(submission.system), visible, check, escape(evidence)
            )
    output.print(table)


@app.command()
def sweep() -> None:
    """Remove files that crashes left behind, a day old or older."""
    typer.echo(f"{sweep_files(Store())} removed")


def _report(decide: Callable[[Store], bool], submission: str, state: str) -> None:
    changed = decide(Store())
    typer.echo(f"{submission} is {state}" if changed else f"{submission} was {state} already")
