"""What the owner of an entry may do with it: change what it says, publish it, withdraw it and show it again.

An owner is who has the claim code, the token or the login of a system's first submission. Nothing is deleted, and
every change is in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.errors import InvalidInputError, NotAllowedError, UnknownNameError

from ..storage import audit
from ..storage.schema import Submission, System
from ..storage.store import Store
from ..storage.tokens import OPERATOR, Actor, claim_of, new_claim_code
from .access import is_owner, readable_submission
from .card import SystemCard, read_card

__all__ = ["change_card", "new_claim", "publish", "withdraw"]


def change_card(store: Store, system_id: int, fields: Mapping[str, Any], actor: Actor) -> SystemCard:
    """Change what is said about a system; a field that is not given keeps its value, an empty one loses it.

    Raises:
        UnknownNameError: there is no such system.
        NotAllowedError: it belongs to somebody else.
        InvalidInputError: with every problem of every field; names and notes of submissions stay what they are.
    """
    unknown = sorted(set(fields) - set(SystemCard.model_fields) | set(fields) & {"name", "note"})
    if unknown:
        raise InvalidInputError("fields", [f"{name}: there is no such field to change" for name in unknown])

    def record(session: Session) -> SystemCard:
        audit.lock(session)
        system = _own_system(session, system_id, actor)
        current = SystemCard.of_row(system).model_dump(exclude={"note"})
        card = read_card({**current, **fields}, "fields")
        changed = {name: value for name, value in card.facts().items() if getattr(system, name) != value}
        for name, value in changed.items():
            setattr(system, name, value)
        if changed:
            public = any(submission.visibility == "public" for submission in system.submissions)
            audit.append(
                session, store.now(session), actor.name, "described", f"system:{system_id}", changed if public else {}
            )
        return card

    return store.transact(record)


def publish(store: Store, submission_id: str, actor: Actor) -> bool:
    """Show a private entry, or one that its owner withdrew, on its board.

    Returns:
        Whether that changed anything.

    Raises:
        UnknownNameError: there is no such submission, as far as this actor may know.
        NotAllowedError: it belongs to somebody else, or the operator has hidden it.
    """

    def change(submission: Submission) -> dict[str, Any] | None:
        if submission.visibility == "public":
            return None
        if submission.visibility == "hidden":
            raise NotAllowedError("the operator has hidden this entry; only the operator can restore it.")
        submission.visibility, submission.hidden_reason = "public", ""
        return {"system": submission.system.name, **SystemCard.of_row(submission.system).stated()}

    return _change(store, submission_id, actor, "published", change)


def withdraw(store: Store, submission_id: str, actor: Actor, reason: str = "") -> bool:
    """Take an entry off its board; its owner still sees it. Returns and raises as `publish`.

    Args:
        store: of the leaderboard.
        submission_id: which.
        actor: its owner.
        reason: public, in the log.
    """
    line = " ".join(reason.split())
    if len(line) > 500 or not line.isprintable():
        raise InvalidInputError("reason", ["expected at most 500 characters that can be shown"])

    def change(submission: Submission) -> dict[str, Any] | None:
        if submission.visibility == "withdrawn":
            return None
        if submission.visibility == "hidden":
            raise NotAllowedError("the operator has hidden this entry; it is off the board already.")
        submission.visibility, submission.hidden_reason = "withdrawn", line
        return {"reason": line} if line else {}

    return _change(store, submission_id, actor, "withdrawn", change)


def new_claim(store: Store, system_name: str) -> str:
    """Give a system to whoever gets the new claim code, for owners who lost theirs; for the operator alone.

    Raises:
        UnknownNameError: there is no such system.
    """
    code = new_claim_code()

    def record(session: Session) -> str:
        audit.lock(session)
        system = session.scalars(select(System).where(System.name == system_name)).one_or_none()
        if system is None:
            raise UnknownNameError("system", system_name, session.scalars(select(System.name).limit(20)).all())
        details = {"from": system.owner, "to": claim_of(code)}
        system.owner = claim_of(code)
        audit.append(session, store.now(session), OPERATOR.name, "gave", f"system:{system.id}", details)
        return code

    return store.transact(record)


def _own_system(session: Session, system_id: int, actor: Actor) -> System:
    system = session.get(System, system_id)
    if system is None:
        raise UnknownNameError("system", str(system_id), [])
    if actor != OPERATOR and actor.owner != system.owner:
        raise NotAllowedError(
            f"{system.name!r} belongs to somebody else: its first submission's claim code, token or login is needed."
        )
    return system


def _change(
    store: Store,
    submission_id: str,
    actor: Actor,
    action: str,
    change: Callable[[Submission], dict[str, Any] | None],
) -> bool:
    def record(session: Session) -> bool:
        audit.lock(session)
        submission = readable_submission(session, submission_id, actor)
        if not is_owner(submission, actor):
            raise NotAllowedError("this entry belongs to somebody else.")
        details = change(submission)
        if details is None:
            return False
        audit.append(session, store.now(session), actor.name, action, f"submission:{submission_id}", details)
        return True

    return store.transact(record)
