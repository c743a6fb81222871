"""``python -m leaderboard edit``, ``publish`` and ``withdraw``: what owners do with their entries from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from dataset.errors import UnknownNameError

from ..storage.schema import Submission
from ..storage.store import Store
from ..storage.tokens import OPERATOR, Actor, bearer_actor
from . import ownership, remote

__all__ = ["edit", "publish", "withdraw"]

Identity = Annotated[str, typer.Argument(help="Id of the submission, as `submit` and its page show it.")]
Url = Annotated[str, typer.Option(help="A leaderboard elsewhere; this machine's if not given.")]
Token = Annotated[
    str,
    typer.Option(
        envvar="URECA_LEADERBOARD_TOKEN",
        help="Claim code of the entry, or token; who runs the board needs none.",
        show_envvar=True,
    ),
]
Fact = Annotated[str | None, typer.Option(help="New value; empty takes it away.")]


def edit(
    submission: Identity,
    description: Fact = None,
    paper: Fact = None,
    code: Fact = None,
    model_card: Fact = None,
    parameters: Fact = None,
    captions_per_second: Fact = None,
    hardware: Fact = None,
    organisation: Fact = None,
    licence: Fact = None,
    weights: Fact = None,
    method: Fact = None,
    training_data: Fact = None,
    saw_source: Fact = None,
    url: Url = "",
    token: Token = "",
) -> None:
    """Change what the board says about the system of a submission of yours; what is not given stays."""
    facts_by_name = {
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
    }
    fields = {name: value for name, value in facts_by_name.items() if value is not None}
    if not fields:
        raise typer.BadParameter("give at least one of --" + ", --".join(facts_by_name).replace("_", "-"))
    if url:
        system = remote.ask(url, token, "GET", f"submissions/{submission}", submission)["system"]["id"]
        facts = remote.ask(url, token, "PATCH", f"systems/{system}", "options", json=fields)["system"]
    else:
        store = Store()
        facts = ownership.change_card(store, _system_of(store, submission), fields, _actor(store, token)).model_dump()
    for name in fields:
        typer.echo(f"{name}: {facts[name] or 'not stated'}")


def publish(submission: Identity, url: Url = "", token: Token = "") -> None:
    """Show a private entry of yours, or one that you withdrew, on its board."""
    changed = _change(submission, url, token, "publish", ownership.publish)
    typer.echo(f"{submission}: {'is' if changed else 'was already'} on its board")


def withdraw(
    submission: Identity,
    reason: Annotated[str, typer.Option(help="Why; the public log keeps it for good.")] = "",
    url: Url = "",
    token: Token = "",
) -> None:
    """Take an entry of yours off its board; nothing is deleted, and `publish` shows it again."""
    changed = _change(submission, url, token, "withdraw", ownership.withdraw, reason=reason)
    typer.echo(f"{submission}: {'is' if changed else 'was already'} off its board")


def _change(submission: str, url: str, token: str, action: str, change: Callable[..., bool], **options: Any) -> bool:
    if url:
        path = f"submissions/{submission}/{action}"
        return bool(remote.ask(url, token, "POST", path, submission, params=options)["changed"])
    store = Store()
    return change(store, submission, _actor(store, token), **options)


def _actor(store: Store, token: str) -> Actor:
    return bearer_actor(store, token.strip()) if token else OPERATOR


def _system_of(store: Store, submission: str) -> int:
    with store.reading() as session:
        row = session.get(Submission, submission)
        if row is None:
            raise UnknownNameError("submission", submission, [])
        return row.system_id
