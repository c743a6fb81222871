"""Hidden tests that can be renewed: opened from a fresh secret, closed, published so that anyone can check it.

    open ──close──> closed ──publish──> published          renew: close this one, open the next

While a challenge is not published, its captions, categories, mask tree, worlds and secret stay in the operator's
folder (`challenge_files`): pages, API and errors show scores of all regions together, never of a single one.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dataset.errors import (
    DataUnavailableError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    UnknownNameError,
    look_up,
)

from ..storage import audit
from ..storage.schema import Challenge, Submission
from ..storage.store import Store
from ..storage.tokens import DAY, OPERATOR, Actor
from .board import Board, challenge_folder, list_boards
from .challenge_files import PACKAGE, ROOMS, SCENES, Facts, make_files, parse_secret

__all__ = [
    "QUOTA_PER_DAY",
    "check_board_quota",
    "close_challenge",
    "facts_of",
    "find_challenge",
    "list_challenges",
    "open_challenge",
    "package_of",
    "publish_challenge",
    "renew_challenge",
]

QUOTA_PER_DAY: Final = 3
"""Submissions a day of one sender: the scores of many would reveal, one by one, which captions are right."""

_SIDES: Final = {SCENES: 448, ROOMS: 512}
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LIMITS: Final = {"images": (4, 5_000), "resolution": (64, 2048), "quota_per_day": (1, 1_000)}
_SECRET_BYTES: Final = 32


def open_challenge(
    store: Store,
    name: str,
    *,
    title: str = "",
    images: int = 100,
    config: str = SCENES,
    resolution: int | None = None,
    quota_per_day: int = QUOTA_PER_DAY,
    secret: bytes | None = None,
    renews: str = "",
    on_scene: Callable[[], None] = lambda: None,
) -> Challenge:
    """Draw a challenge and take submissions for it.

    Args:
        store: of the leaderboard.
        name: lower-case letters, digits and hyphens; also the name of its board.
        title: for people; the name if empty.
        images: how many.
        config: what is drawn: "scenes", or "rooms", which needs Blender's module and takes half a minute an image.
        resolution: side of the images in pixels; that of the public images if not given.
        quota_per_day: submissions a day of one sender.
        secret: made at random if not given, which is best.
        renews: name of the challenge that this one follows.
        on_scene: called after each image.

    Raises:
        InvalidInputError: with every problem of the arguments.
        UnknownNameError: no such config can be hidden.
        MissingDependencyError: rooms cannot be rendered on this machine.
        DataUnavailableError: the files cannot be written.
    """
    side = look_up("config that can be hidden", config, _SIDES)
    resolution = side if resolution is None else resolution
    _check(name, {"images": images, "resolution": resolution, "quota_per_day": quota_per_day})
    folder = challenge_folder(store, name)
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataUnavailableError(f"cannot write to {folder.parent} ({error.strerror})") from error
    with FileLock(folder.parent / ".lock"):  # held until the row is there: files without a row are taken for leftovers
        if name in list_boards(store):
            problem = f"name: there is a board {name!r} already; `challenge renew {name}` opens the next one"
            raise InvalidInputError("challenge", [problem])
        shutil.rmtree(folder, ignore_errors=True)
        facts, digest = make_files(
            folder, name, secret or secrets.token_bytes(_SECRET_BYTES), images, resolution, on_scene, config
        )
        details: dict[str, Any] = {
            "commitment": facts.commitment,
            "generator": facts.generator,
            "version": facts.version,
            "regions": facts.regions,
            "quota_per_day": quota_per_day,
            "renews": renews,
            **({} if config == SCENES else {"config": config}),
        }

        def record(session: Session) -> Challenge:
            row = session.get(Challenge, name)  # there if the answer to an earlier try was lost
            if row is None:
                row = Challenge(
                    name=name,
                    title=title,
                    images=images,
                    resolution=resolution,
                    data_sha256=digest,
                    details=details,
                    created_at=store.now(session),
                )
                session.add(row)
                _log(session, store, name, "opened", {"commitment": facts.commitment, "regions": facts.regions})
            return row

        return store.transact(record)


def close_challenge(store: Store, name: str) -> Challenge:
    """Take no more submissions; what was submitted is still scored.

    Raises:
        UnknownNameError: there is no such challenge.
    """

    def record(session: Session) -> Challenge:
        row = find_challenge(session, name)
        if row.state == "open":
            row.state, row.closed_at = "closed", store.now(session)
            _log(session, store, name, "closed", {})
        return row

    return store.transact(record)


def publish_challenge(store: Store, name: str) -> Challenge:
    """Publish secret and references, so that anyone can check the commitment and look at single regions.

    Raises:
        UnknownNameError: there is no such challenge.
        NotAllowedError: it is still open.
        DataUnavailableError: its secret is not on this machine.
    """
    secret = _read_secret(store, name)

    def record(session: Session) -> Challenge:
        row = find_challenge(session, name)
        if row.state == "open":
            raise NotAllowedError(f"{name} still takes submissions: first `challenge close {name}`")
        if row.state == "closed":
            row.state, row.published_at = "published", store.now(session)
            row.details = {**row.details, "secret": secret.hex()}
            _log(session, store, name, "published", {"secret": secret.hex(), "references_sha256": row.data_sha256})
        return row

    return store.transact(record)


def renew_challenge(store: Store, name: str, on_scene: Callable[[], None] = lambda: None) -> Challenge:
    """Close a challenge and open its successor, the same in everything but the secret, as ``<name>-2`` and so on.

    Raises:
        UnknownNameError: there is no such challenge.
        DataUnavailableError: the files cannot be written.
    """
    with store.reading() as session:
        old = find_challenge(session, name)
        taken = set(session.scalars(select(Challenge.name)))
    base = _base(name) if _base(name) in taken else name
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    new = open_challenge(
        store,
        f"{base}-{number}",
        title=f"{_base(old.title or base, ' ')} {number}",
        images=old.images,
        config=old.details.get("config", SCENES),
        resolution=old.resolution,
        quota_per_day=old.details.get("quota_per_day", QUOTA_PER_DAY),
        renews=name,
        on_scene=on_scene,
    )
    close_challenge(store, name)
    return new


def find_challenge(session: Session, name: str) -> Challenge:
    """The challenge of a name.

    Raises:
        UnknownNameError: there is none.
    """
    row = session.get(Challenge, name)
    if row is None:
        raise UnknownNameError("challenge", name, session.scalars(select(Challenge.name)).all())
    return row


def list_challenges(store: Store) -> list[Challenge]:
    """All challenges, oldest first."""
    with store.reading() as session:
        return list(session.scalars(select(Challenge).order_by(Challenge.created_at, Challenge.name)))


def facts_of(row: Challenge) -> Facts:
    """The public facts of a challenge."""
    details = row.details
    return Facts(
        row.name,
        row.images,
        row.resolution,
        details["regions"],
        details["version"],
        details["generator"],
        details["commitment"],
        details.get("config", SCENES),
    )


def package_of(store: Store, name: str) -> Path:
    """The file that participants get.

    Raises:
        UnknownNameError: there is no such challenge.
        DataUnavailableError: its files are not on this machine.
    """
    with store.reading() as session:
        find_challenge(session, name)
    path = challenge_folder(store, name) / PACKAGE
    if not path.is_file():
        raise DataUnavailableError(f"the files of the challenge {name} are not on this machine")
    return path


def check_board_quota(session: Session, board: Board, actor: Actor, now: float) -> None:
    """Refuse one submission too many to a board that has a quota of its own.

    Raises:
        LimitReachedError: the sender's quota of 24 hours is used up.
    """
    if board.quota_per_day is None or actor == OPERATOR:
        return
    recent = select(func.count(), func.min(Submission.created_at)).where(
        Submission.board == board.name, Submission.actor == actor.name, Submission.created_at > now - DAY
    )
    count, oldest = session.execute(recent).one()
    if count >= board.quota_per_day:
        raise LimitReachedError(
            f"{board.name} is a hidden test: {board.quota_per_day} submissions in 24 hours and no more",
            oldest + DAY - now,
        )


def _check(name: str, numbers: Mapping[str, int]) -> None:
    problems = _name_problems(name)
    problems += [
        f"{what}: expected {low} to {high:,}, found {numbers[what]}"
        for what, (low, high) in _LIMITS.items()
        if not low <= numbers[what] <= high
    ]
    if problems:
        raise InvalidInputError("challenge", problems)


def _name_problems(name: str) -> list[str]:
    if not _NAME.fullmatch(name) or len(name) > 40:
        return [f"name: expected up to 40 lower-case letters, digits and single hyphens, found {name[:60]!r}"]
    for config in _SIDES:
        if name.startswith(f"{config}-"):
            return [f"name: names that start with {config}- are reserved for public {config}"]
    return []


def _base(name: str, before: str = "-") -> str:
    """The name without the number of the round."""
    base, _, number = name.rpartition(before)
    return base if base and number.isdecimal() else name


def _read_secret(store: Store, name: str) -> bytes:
    with store.reading() as session:
        find_challenge(session, name)
    try:
        text = (challenge_folder(store, name) / "secret").read_text(encoding="ascii")
    except OSError as error:
        raise DataUnavailableError(f"the secret of {name} is not on this machine ({error.strerror})") from error
    return parse_secret(text, "secret")


def _log(session: Session, store: Store, name: str, action: str, details: dict[str, Any]) -> None:
    audit.append(session, store.now(session), OPERATOR.name, action, f"challenge:{name}", details)
