"""The probe for copied captions: it compares a submission with earlier ones of other systems.

Identical captions are one submission anyway (see `submissions`); this finds copies with a few changes. Submissions
are compared by sketches: digests of their captions of the same few hundred regions, stored with the finding and never
shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmark.metrics.duplicates import normalize_caption

from ..storage.schema import SUBMITTED, Probe, Submission, System
from .probes import FEWEST, Finding

__all__ = ["NAME", "compare_sketches", "note_resubmission", "sketch_of"]

NAME: Final = "resubmission"
RESUBMITTED_FROM: Final = 0.9
LONG_WORDS: Final = 4
"""Good systems give the same shorter captions by themselves: "the wheel"."""
_REGIONS: Final = 400

Sketch = Mapping[str, str]
"""region -> digest of its caption, both short."""


def sketch_of(captions: Mapping[str, str]) -> dict[str, str]:
    """The sketch of some captions by region_id: of the same regions for all submissions, long captions only."""
    sample = sorted((_digest(region_id), caption) for region_id, caption in captions.items())[:_REGIONS]
    texts = ((region, normalize_caption(caption)) for region, caption in sample)
    return {region: _digest(text) for region, text in texts if len(text.split()) >= LONG_WORDS}


def compare_sketches(own: Sketch, others: Sequence[tuple[str, Sketch]]) -> Finding:
    """The finding about a submission, from the sketches of others with the names of their systems."""
    details = {"threshold": RESUBMITTED_FROM, "sketch": dict(own)}
    if len(own) < FEWEST:
        return Finding(NAME, False, None, "Too few captions of four words or more to tell copies from chance.", details)
    name, value = "", 0.0
    for system, other in others:
        same = sum(other.get(region) == digest for region, digest in own.items()) / len(own)
        if same > value:
            name, value = system, same
    if not name:
        return Finding(NAME, False, 0.0, "No caption of four words or more is that of an earlier system.", details)
    message = f'{100 * value:.1f}% of the captions of four words or more are those of the earlier system "{name}".'
    return Finding(NAME, value >= RESUBMITTED_FROM, value, message, details)


def note_resubmission(session: Session, submission_id: str, own: Sketch, now: float) -> None:
    """Compare with earlier public submissions of other systems on the board, and keep the finding.

    What comes with the software is never a suspect and always a source, whenever it came: when it is scored, the
    others are compared with it.
    """
    submission = session.get_one(Submission, submission_id)
    if submission.system.kind == SUBMITTED:
        finding = compare_sketches(own, _sources(session, submission))
        _keep(session, submission_id, finding, now)
        return
    message = "It comes with the software: others are compared with it, and it with nobody."
    _keep(session, submission_id, Finding(NAME, False, None, message, {"sketch": dict(own)}), now)
    query = (
        select(Submission, Probe.details)
        .join(Probe, Probe.submission_id == Submission.id)
        .join(System, System.id == Submission.system_id)
        .where(Probe.name == NAME, Submission.board == submission.board, System.kind == SUBMITTED)
    )
    for other, details in session.execute(query).all():
        finding = compare_sketches(details["sketch"], _sources(session, other))
        _keep(session, other.id, finding, now)


def _sources(session: Session, submission: Submission) -> list[tuple[str, Sketch]]:
    """Names and sketches of what a submission may be a copy of, the earliest first."""
    query = (
        select(System.name, Probe.details)
        .join(Submission, Submission.id == Probe.submission_id)
        .join(System, System.id == Submission.system_id)
        .where(
            Probe.name == NAME,
            Submission.board == submission.board,
            Submission.system_id != submission.system_id,
            (Submission.created_at < submission.created_at) | (System.kind != SUBMITTED),
            Submission.visibility == "public",
        )
        .order_by(System.kind == SUBMITTED, Submission.created_at)
    )
    return [(name, details["sketch"]) for name, details in session.execute(query)]


def _keep(session: Session, submission_id: str, finding: Finding, now: float) -> None:
    session.merge(
        Probe(
            submission_id=submission_id,
            name=NAME,
            flagged=finding.flagged,
            value=finding.value,
            message=finding.message,
            details=dict(finding.details),
            created_at=now,
        )
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
