"""What the page of a system shows: its card, submissions, runs with every score, and checks."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from benchmark.metrics import METRICS, JudgeCorrected, find_metrics, headline_order
from benchmark.statistics.slices import slice_order
from dataset.errors import UnknownNameError

from ..boards.board import list_boards
from ..intake.card import SystemCard
from ..queue.jobs import JobProgress, progress_of
from ..storage.schema import Probe, Score, ScoreRun, Submission, System
from ..storage.store import Store
from .entries import Number

__all__ = [
    "RunScores",
    "SubmissionRecord",
    "SystemRecord",
    "read_run",
    "read_system",
    "reproduce_command",
    "slice_numbers",
]


@dataclass(frozen=True, slots=True)
class RunScores:
    """A score run with all of its numbers.

    Attributes:
        signatures: score name -> how it was computed.
        parts: slice ("" for all regions) -> (regions, score name -> number), in the order of boards.
        lower_is_better: names of scores.
        notes: what was left out.
        versions: package -> version.
    """

    run_id: str
    created_at: float
    seconds: float
    data_sha256: str
    regions: int
    images: int
    signatures: Mapping[str, str]
    parts: Mapping[str, tuple[int, Mapping[str, Number]]]
    lower_is_better: frozenset[str]
    notes: tuple[str, ...]
    versions: Mapping[str, str]

    @property
    def numbers(self) -> Mapping[str, Number]:
        """Score name -> number over all regions, headlines first."""
        return self.parts[""][1] if "" in self.parts else {}


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """A submission of a system.

    Attributes:
        run_ids: of its score runs, the newest first.
        probes: (name, flagged, message) of every automatic check.
        job: where its newest job stands.
    """

    submission_id: str
    board: str
    board_title: str
    config: str
    split: str
    hidden_references: bool
    note: str
    captions: int
    missing: int
    predictions_sha256: str
    visibility: str
    hidden_reason: str
    verified_by: str
    verified_reason: str
    created_at: float
    run_ids: tuple[str, ...]
    probes: tuple[tuple[str, bool, str], ...]
    job: JobProgress | None


@dataclass(frozen=True, slots=True)
class SystemRecord:
    """A system and what was submitted for it, the newest first; hidden submissions only on request."""

    system_id: int
    kind: str
    card: SystemCard
    submissions: tuple[SubmissionRecord, ...]

    @property
    def name(self) -> str:
        """Of the system."""
        return self.card.name


def read_system(store: Store, system_id: int, *, also: Sequence[str] = ()) -> SystemRecord:
    """A system with its public submissions.

    Args:
        store: of the leaderboard.
        system_id: which.
        also: ids of submissions that the reader may see although they are hidden (its sender).

    Raises:
        UnknownNameError: there is none, or nothing of it is public.
    """
    with store.reading() as session:
        system = session.get(System, system_id, options=[selectinload(System.submissions)])
        if system is None:
            raise UnknownNameError("system", str(system_id), [])
        submissions = [
            submission
            for submission in system.submissions
            if submission.visibility == "public" or submission.id in also
        ]
        if not submissions:
            raise UnknownNameError("system", str(system_id), [])
        boards = list_boards(store)
        records = [
            _record(
                session,
                submission,
                boards[submission.board].title if submission.board in boards else submission.board,
                submission.board not in boards or boards[submission.board].hidden,
            )
            for submission in submissions
        ]
        return SystemRecord(
            system.id,
            system.kind,
            SystemCard.of_row(system),
            tuple(sorted(records, key=lambda record: -record.created_at)),
        )


def read_run(store: Store, run_id: str) -> RunScores:
    """A run with all of its numbers.

    Raises:
        UnknownNameError: there is none.
    """
    with store.reading() as session:
        run = session.get(ScoreRun, run_id)
        if run is None:
            raise UnknownNameError("run", run_id, [])
        numbers: dict[str, dict[str, Number]] = {}
        counts: dict[str, int] = {}
        for score in session.scalars(select(Score).where(Score.run_id == run_id)):
            numbers.setdefault(score.slice, {})[score.metric] = Number(score.value, score.low, score.high)
            counts[score.slice] = score.n
        order = headline_order(run.signatures)
        parts = {
            part: (counts[part], {name: numbers[part][name] for name in order if name in numbers[part]})
            for part in sorted(numbers, key=lambda name: (name != "", slice_order(name)))
        }
        return RunScores(
            run.id,
            run.created_at,
            run.seconds,
            run.data_sha256,
            run.regions,
            run.images,
            run.signatures,
            parts,
            frozenset(run.lower_is_better),
            tuple(map(str, run.notes)),
            run.versions,
        )


def slice_numbers(store: Store, run_ids: Sequence[str], score: str) -> dict[tuple[str, str], tuple[int, Number]]:
    """(run, slice, "" for all regions) -> (regions, one score's number), of several runs."""
    query = select(Score).where(Score.run_id.in_(run_ids), Score.metric == score)
    with store.reading() as session:
        return {
            (row.run_id, row.slice): (row.n, Number(row.value, row.low, row.high)) for row in session.scalars(query)
        }


def reproduce_command(record: SubmissionRecord, score: str) -> str:
    """The one command that computes a score again from the submission's file, as downloaded from its page."""
    [metric] = find_metrics([score])
    words = ["python", "-m", "benchmark.score", f"predictions-{record.submission_id}.jsonl"]
    words += ["--config", record.config, "--split", record.split, "--metrics", metric]
    if METRICS[metric].needs_verdicts:  # the files are the operator's
        words[-2:] = ["--metrics", "duplicate_rate", "--judge", "VERDICTS"]
        words += ["--calibration", "CALIBRATION"] if metric == JudgeCorrected.name else []
    return shlex.join([*words, *(["--allow-missing"] if record.missing else [])])


def _record(session: Session, submission: Submission, title: str, hidden: bool) -> SubmissionRecord:
    query = select(ScoreRun.id).where(ScoreRun.submission_id == submission.id).order_by(ScoreRun.job_id.desc())
    probes = session.scalars(select(Probe).where(Probe.submission_id == submission.id).order_by(Probe.name))
    return SubmissionRecord(
        submission_id=submission.id,
        board=submission.board,
        board_title=title,
        config=submission.config,
        split=submission.split,
        hidden_references=hidden,
        note=submission.note,
        captions=submission.captions,
        missing=submission.missing,
        predictions_sha256=submission.predictions_sha256,
        visibility=submission.visibility,
        hidden_reason=submission.hidden_reason,
        verified_by=submission.verified_by,
        verified_reason=submission.verified_reason,
        created_at=submission.created_at,
        run_ids=tuple(session.scalars(query)),
        probes=tuple((probe.name, probe.flagged, probe.message) for probe in probes),
        job=progress_of(session, submission.id),
    )
