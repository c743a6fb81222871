"""What the operator decides about submissions: hide, restore, verify; always with a reason, always in the log.

Nothing is deleted: a hidden submission keeps its file, its scores and its history, and can be restored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from dataset.errors import InvalidInputError, UnknownNameError

from ..storage import audit
from ..storage.schema import Probe, Submission
from ..storage.store import Store
from ..storage.tokens import OPERATOR

__all__ = ["FlaggedSubmission", "flagged_submissions", "hide", "restore", "unverify", "verify"]

_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class FlaggedSubmission:
    """A submission that probes have flagged.

    Attributes:
        findings: probe -> its evidence, flagged ones only.
    """

    submission_id: str
    board: str
    system: str
    visibility: str
    findings: dict[str, str]


def hide(store: Store, submission_id: str, reason: str) -> bool:
    """Take a submission off its board; only its sender still sees it.

    Returns:
        Whether that changed anything.

    Raises:
        UnknownNameError: there is no such submission.
        InvalidInputError: the reason is missing or too long.
    """

    def change(submission: Submission, _: float, checked_reason: str) -> bool:
        if submission.visibility == "hidden":
            return False
        submission.visibility, submission.hidden_reason = "hidden", checked_reason
        return True

    return _decide(store, submission_id, "hidden", reason, change)


def restore(store: Store, submission_id: str, reason: str) -> bool:
    """Show a hidden submission again. Returns and raises as `hide`."""

    def change(submission: Submission, _: float, __: str) -> bool:
        if submission.visibility != "hidden":
            return False
        submission.visibility, submission.hidden_reason = "public", ""
        return True

    return _decide(store, submission_id, "restored", reason, change)


def verify(store: Store, submission_id: str, by: str, reason: str) -> bool:
    """Mark a submission whose captions somebody has reproduced. Returns and raises as `hide`.

    Args:
        store: of the leaderboard.
        submission_id: which submission.
        by: who; shown on the board.
        reason: how it was reproduced, such as "ran the published weights on all regions".
    """
    name = _one_line(by, "by")

    def change(submission: Submission, now: float, checked_reason: str) -> bool:
        if submission.verified_by == name and submission.verified_reason == checked_reason:
            return False
        submission.verified_by, submission.verified_at, submission.verified_reason = name, now, checked_reason
        return True

    return _decide(store, submission_id, "verified", reason, change, {"by": name})


def unverify(store: Store, submission_id: str, reason: str) -> bool:
    """Take a verification back. Returns and raises as `hide`."""

    def change(submission: Submission, _: float, __: str) -> bool:
        if not submission.verified_by:
            return False
        submission.verified_by, submission.verified_at, submission.verified_reason = "", None, ""
        return True

    return _decide(store, submission_id, "unverified", reason, change)


def flagged_submissions(store: Store) -> list[FlaggedSubmission]:
    """Submissions that a probe has flagged, newest first."""
    query = (
        select(Submission)
        .where(Submission.id.in_(select(Probe.submission_id).where(Probe.flagged)))
        .options(joinedload(Submission.system), joinedload(Submission.probes))
        .order_by(Submission.created_at.desc(), Submission.id)
    )
    with store.reading() as session:
        return [
            FlaggedSubmission(
                submission.id,
                submission.board,
                submission.system.name,
                submission.visibility,
                {probe.name: probe.message for probe in submission.probes if probe.flagged},
            )
            for submission in session.scalars(query).unique()
        ]


def _decide(
    store: Store,
    submission_id: str,
    action: str,
    reason: str,
    change: Callable[[Submission, float, str], bool],
    details: dict[str, str] | None = None,
) -> bool:
    reason = _one_line(reason, "reason")

    def record(session: Session) -> bool:
        audit.lock(session)
        submission = session.get(Submission, submission_id)
        if submission is None:
            raise UnknownNameError("submission", submission_id, session.scalars(select(Submission.id).limit(20)).all())
        now = store.now(session)
        if not change(submission, now, reason):
            return False
        event_details = {"reason": reason, **(details or {})}
        audit.append(session, now, OPERATOR.name, action, f"submission:{submission_id}", event_details)
        return True

    return store.transact(record)


def _one_line(text: str, name: str) -> str:
    """Text on one line. The log is public and permanent, so invisible characters are refused."""
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST:
        raise InvalidInputError(name, [f"expected 1 to {_LONGEST} characters, found {len(line)}"])
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in line):
        raise InvalidInputError(name, ["it contains characters that cannot be shown"])
    return line
