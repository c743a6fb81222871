"""The one way a prediction file gets onto a board, however it is sent: page, API, command line or seed.

What `submit` returns is durable: the file is on disk before the row that names it, and the row is committed before
the answer. The same captions on the same board are one submission, no matter how often and by whom they are sent.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.errors import DataUnavailableError, InvalidInputError, NotAllowedError

from ..boards.board import find_board
from ..boards.challenge import check_board_quota
from ..queue.jobs import enqueue
from ..storage import audit
from ..storage.blobs import Blobs
from ..storage.schema import SUBMITTED, Submission, System
from ..storage.store import Store
from ..storage.tokens import OPERATOR, Actor, check_quota, claim_of, new_claim_code
from .card import SystemCard
from .names import look_alike, name_key
from .validation import ValidFile, read_canonical, validate

__all__ = ["Receipt", "blobs", "check_name", "check_space", "describe", "predictions", "submission_id", "submit"]

_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file that was sent.

    Attributes:
        submission_id: where it is, or would be after a dry run.
        board: on which board.
        system: the system it counts for; that of the earlier submission if these captions were there already.
        created: whether this made a new submission, or would have if it was a dry run.
        dry_run: whether nothing was stored because nothing should be.
        captions: number of regions with a caption.
        missing: number of regions without one.
        predictions_sha256: of the captions in canonical form.
        claim_code: gives its holder the new system, to change, replace or withdraw it; only for senders without a
            login or token, only this once.
    """

    submission_id: str
    board: str
    system: str
    created: bool
    dry_run: bool
    captions: int
    missing: int
    predictions_sha256: str
    claim_code: str = ""


def submit(
    store: Store,
    path: Path,
    board: str,
    card: SystemCard,
    *,
    actor: Actor = OPERATOR,
    source: str = "command line",
    name: str | None = None,
    allow_missing: bool = False,
    dry_run: bool = False,
    private: bool = False,
    kind: str = SUBMITTED,
) -> Receipt:
    """Validate a file, keep it, and ask for it to be scored.

    Args:
        store: of the leaderboard.
        path: the file.
        board: name of the board.
        card: the system that made the captions.
        actor: who sends it.
        source: how it came: ``api``, ``page``, ``command line`` or ``seed``.
        name: what its sender calls the file, for messages.
        allow_missing: accept regions without a caption; they score 0.
        dry_run: only find out what would happen.
        private: keep the entry off the board until its owner publishes it; it is scored and checked as any other.
        kind: ``submitted`` or ``baseline``, of a system that is new.

    Raises:
        UnknownNameError: no such board.
        InvalidInputError: with every problem of the file.
        NotAllowedError: the system belongs to another sender, or the board takes no submissions.
        LimitReachedError: the quota is used up.
        DataUnavailableError: the disk is full, or the database is unreachable.
    """
    board_info = find_board(store, board)
    if not board_info.accepts:
        raise NotAllowedError(f"the board {board!r} takes no more submissions")
    # Scores of a few captions alone would reveal which of them are right.
    file = validate(path, board_info, allow_missing=allow_missing and not board_info.hidden, name=name)
    if not dry_run:
        check_space(store)
        try:
            blobs(store).put(file.content)
        except OSError as error:
            raise DataUnavailableError(f"the file could not be stored ({error}); nothing was submitted") from error

    def record(session: Session) -> Receipt:
        audit.lock(session)  # submissions come one after the other: quota and names are exact
        sending = _Sending(file, card, actor, source, kind, private)
        return _record(session, store.now(session), sending, dry_run)

    return store.transact(record)


def submission_id(board: str, predictions_sha256: str) -> str:
    """The id that captions have on a board."""
    return hashlib.sha256(f"{board}\n{predictions_sha256}".encode()).hexdigest()[:_ID_LENGTH]


def predictions(store: Store, submission_id: str) -> dict[str, str]:
    """The captions of a submission by region_id, in the order of the data; regions without one are left out.

    Raises:
        InvalidInputError: there is no such submission.
        DataUnavailableError: its file is missing or damaged.
    """
    with store.reading() as session:
        query = select(Submission.predictions_sha256).where(Submission.id == submission_id)
        sha256 = session.scalars(query).one_or_none()
    if sha256 is None:
        raise InvalidInputError("submission", [f"there is none with the id {submission_id!r}"])
    return read_canonical(blobs(store).get(sha256))


def blobs(store: Store) -> Blobs:
    """The store's files by content."""
    return Blobs(store.folder / "blobs")


def check_space(store: Store) -> None:
    """Refuse work before the disk is full, as long as there is room to answer.

    Raises:
        DataUnavailableError: less is free than the settings ask for.
    """
    store.prepare()
    free = shutil.disk_usage(store.folder).free // 2**20
    if free < store.settings.free_mib:
        raise DataUnavailableError(
            f"only {free:,} MiB are free where the leaderboard keeps its files, {store.settings.free_mib:,} are needed;"
            " nothing was stored. Try again later."
        )


@dataclass(frozen=True, slots=True)
class _Sending:
    """A valid file on its way onto a board."""

    file: ValidFile
    card: SystemCard
    actor: Actor
    source: str
    kind: str
    private: bool


def _record(session: Session, now: float, sending: _Sending, dry_run: bool) -> Receipt:
    file, card, actor = sending.file, sending.card, sending.actor
    identity = submission_id(file.board.name, file.sha256)
    earlier = session.get(Submission, identity)
    if earlier is not None:
        return _receipt(identity, file, earlier.system.name, created=False, dry_run=dry_run)
    system = session.scalars(select(System).where(System.name_key == name_key(card.name))).one_or_none()
    check_name(session, card.name, system, actor)
    check_quota(session, actor, now)
    check_board_quota(session, file.board, actor, now)
    code = ""
    if not dry_run:
        if system is None and not actor.owner:
            code = new_claim_code()
            actor = replace(actor, claim=claim_of(code))
            sending = replace(sending, actor=actor)
        system = system or _new_system(session, card, actor, sending.kind, now)
        describe(session, system, card, actor, now, private=sending.private)
        _insert(session, identity, system, sending, now)
    name = card.name if system is None else system.name
    return replace(_receipt(identity, file, name, created=True, dry_run=dry_run), claim_code=code)


def check_name(session: Session, name: str, system: System | None, actor: Actor) -> None:
    """Refuse a name that is somebody else's, or that a reader would take for that of another system.

    Args:
        session: any.
        name: as sent.
        system: that has the name already; None for a new one.
        actor: who sends it.

    Raises:
        NotAllowedError: the actor may not use it.
    """
    if system is not None:
        if actor != OPERATOR and system.owner != actor.owner:
            raise NotAllowedError(
                f"the name {name!r} belongs to a system of somebody else. Choose another name, or send it with the "
                "claim code, token or login of its first submission."
            )
        return
    other = look_alike(name, session.scalars(select(System.name).order_by(System.id)))
    if other is not None:
        raise NotAllowedError(
            f"the name {name!r} looks like {other!r}, which is on this leaderboard: some of its characters only look "
            "the same. Choose another name."
        )


def _new_system(session: Session, card: SystemCard, actor: Actor, kind: str, now: float) -> System:
    system = System(name=card.name, name_key=name_key(card.name), owner=actor.owner, kind=kind, created_at=now)
    session.add(system)
    session.flush()
    return system


def describe(
    session: Session, system: System, card: SystemCard, actor: Actor, now: float, *, private: bool = False
) -> None:
    """Take over what the card says; fields it leaves out keep their values.

    The log is public: of a system that has only private entries it does not say what changed.
    """
    stated = {name: value for name, value in card.facts().items() if value not in ("", None)}
    changed = {name: value for name, value in stated.items() if getattr(system, name) != value}
    for name, value in changed.items():
        setattr(system, name, value)
    if changed:
        details = {} if private else changed
        audit.append(session, now, actor.name, "described", f"system:{system.id}", details)


def _insert(session: Session, identity: str, system: System, sending: _Sending, now: float) -> None:
    file, actor = sending.file, sending.actor
    session.add(
        Submission(
            id=identity,
            board=file.board.name,
            config=file.board.config,
            split=file.board.split,
            system_id=system.id,
            note=sending.card.note,
            predictions_sha256=file.sha256,
            upload_sha256=file.upload_sha256,
            upload_bytes=file.upload_bytes,
            captions=file.captions,
            missing=len(file.missing),
            actor=actor.name,
            source=sending.source,
            visibility="private" if sending.private else "public",
            created_at=now,
        )
    )
    session.flush()
    enqueue(session, identity, now)
    details: dict[str, object] = {"board": file.board.name, "predictions_sha256": file.sha256, "source": sending.source}
    details |= {"private": True} if sending.private else {"system": system.name}
    audit.append(session, now, actor.name, "submitted", f"submission:{identity}", details)


def _receipt(identity: str, file: ValidFile, system: str, *, created: bool, dry_run: bool) -> Receipt:
    return Receipt(identity, file.board.name, system, created, dry_run, file.captions, len(file.missing), file.sha256)
