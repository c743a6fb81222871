"""The log of everything that changed what the board shows, chained by hashes: it cannot be edited unnoticed.

Each event's hash covers its content and the hash of the event before. Anyone who has once written down the newest
hash (the About page shows it) can later check whether any event up to it was changed, removed or inserted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from .schema import AuditEvent
from .store import Store

__all__ = ["FIRST_HASH", "LogState", "append", "event_hash", "lock", "read_log", "verify"]

FIRST_HASH = "0" * 64
"""The first event has this instead of a previous hash."""

_LOCK = 0x6C6F67  # "log"
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LogState:
    """What verifying the log found.

    Attributes:
        events: how many there are.
        head: hash of the newest event.
        problems: a line for every event that does not fit; empty if the log is sound.
    """

    events: int
    head: str
    problems: tuple[str, ...]


def lock(session: Session) -> None:
    """Be the only transaction that appends, from now to its end.

    On SQLite every `Store.session` is that anyway.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def append(
    session: Session, at: float, actor: str, action: str, subject: str, details: Mapping[str, Any] | None = None
) -> AuditEvent:
    """Add an event in the transaction of the change that it describes.

    Args:
        session: a writing one.
        at: seconds since 1970.
        actor: who did it: ``token:ID``, ``login:DIGEST``, ``page``, ``worker``, ``operator``.
        action: what was done: ``submitted``, ``scored``, ``hidden``, ...
        subject: to what: ``submission:ID`` and the like.
        details: plain JSON; it is public, so nothing secret and no address belongs here.
    """
    lock(session)
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one_or_none()
    event = AuditEvent(
        sequence=1 if last is None else last.sequence + 1,
        at=round(at, 3),
        actor=actor,
        action=action,
        subject=subject,
        details=dict(details or {}),
        previous_hash=FIRST_HASH if last is None else last.hash,
    )
    event.hash = event_hash(event)
    session.add(event)
    session.flush()
    return event


def event_hash(event: AuditEvent) -> str:
    """SHA-256 over the content of an event and the hash of the one before, as canonical JSON."""
    content = [
        event.sequence,
        event.at,
        event.actor,
        event.action,
        event.subject,
        event.details,
        event.previous_hash,
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify(store: Store, known_head: str | None = None) -> LogState:
    """Recompute the whole chain.

    Args:
        store: whose log.
        known_head: a hash that was once the newest; it must still be in the chain.
    """
    problems: list[str] = []
    sequence, previous, has_head = 0, FIRST_HASH, known_head is None
    with store.reading() as session:
        query = select(AuditEvent).order_by(AuditEvent.sequence).execution_options(yield_per=_ROWS_AT_ONCE)
        for event in session.scalars(query):
            if event.sequence != sequence + 1:
                problems.append(f"event {sequence + 1}: missing, the next one is {event.sequence}")
            if event.previous_hash != previous:
                problems.append(f"event {event.sequence}: does not follow on the event before it")
            if event_hash(event) != event.hash:
                problems.append(f"event {event.sequence}: its content was changed")
            sequence, previous = event.sequence, event.hash
            has_head = has_head or event.hash == known_head
    if not has_head:
        problems.append(f"the hash {known_head} is in no event: the log was cut off or written anew")
    return LogState(sequence, previous, tuple(problems))


def read_log(store: Store, limit: int = 200) -> list[AuditEvent]:
    """The newest events, the newest first."""
    with store.reading() as session:
        return list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(limit)))
