"""``python -m leaderboard admin``: what only the operator does."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from dataset.terminal import CommandLine, output

from .moderation_commands import add_moderation

__all__ = ["app"]

app = CommandLine("Tokens, moderation, cleaning up.")
token = CommandLine("Tokens for the API.")
app.add_typer(token, name="token")
add_moderation(app)
_DAY = 86_400.0


@token.command("new")
def new_token(
    name: Annotated[str, typer.Argument(help="Whom it is for.")],
    quota: Annotated[int | None, typer.Option(min=0, help="Submissions a day; the setting's if not given.")] = None,
    days: Annotated[float | None, typer.Option(min=0, help="Valid for so long; forever if not given.")] = None,
) -> None:
    """Make a token and show it, this once: only its digest is kept."""
    from ..storage.store import Store
    from ..storage.tokens import issue_token

    store = Store()
    seconds = None if days is None else days * _DAY
    with store.session() as session:
        token_text = issue_token(session, store.now(session), name, quota, seconds)
    typer.echo(token_text)


@token.command("list")
def list_tokens() -> None:
    """Every token with its state, and what it was used for in the last 24 hours."""
    from ..storage.schema import ApiToken
    from ..storage.store import Store
    from ..storage.tokens import used_today

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
    """Make a token worthless from now on."""
    from ..storage.store import Store
    from ..storage.tokens import revoke_token

    store = Store()
    with store.session() as session:
        revoke_token(session, store.now(session), identity)


@app.command()
def sweep() -> None:
    """Remove files that crashes left behind, a day old or older."""
    from ..storage.store import Store
    from .integrity import sweep_files

    typer.echo(f"{sweep_files(Store())} removed")
