"""What a board shows: every system's newest run on one slice of the regions, ranked on one score."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmark.metrics import METRICS
from benchmark.statistics.slices import slice_order
from dataset.errors import UnknownNameError, UrecaError

from ..boards.board import Board, find_board, list_boards
from ..intake.card import SystemCard
from ..storage.schema import BASELINE, AuditEvent, Probe, Score, ScoreRun, Submission, System
from ..storage.store import Store
from .entries import Entry, Flag, Number
from .ranking import rank_runs, ranking_is_ready

__all__ = ["Standings", "last_change", "read_standings", "warm_rankings"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standings:
    """A board, best entries first.

    Attributes:
        board: which.
        score: what it is ranked on; empty while nothing is scored.
        part: slice of the regions, empty for all.
        regions: in the data; `part_regions` in the slice.
        images: in the data.
        scores: all scores that can be columns, headlines first.
        parts: all slices -> how many regions they have.
        lower_is_better: of `scores`.
        entries: those that are public.
        all_pairs: whether every pair was tested for the ranks, see `ranking`.
    """

    board: Board
    score: str
    part: str
    regions: int
    images: int
    part_regions: int
    scores: tuple[str, ...]
    parts: Mapping[str, int]
    lower_is_better: frozenset[str]
    entries: tuple[Entry, ...]
    all_pairs: bool = True

    def columns(self) -> list[str]:
        """The columns shown by default."""
        return self.board.headlines(self.scores)


def read_standings(
    store: Store,
    board: str,
    score: str = "",
    part: str = "",
    columns: Sequence[str] = (),
    *,
    baselines: bool = True,
    all_submissions: bool = False,
    ranked: bool = True,
) -> Standings:
    """The board of a name.

    Args:
        store: where everything is kept.
        board: its name.
        score: what to rank on; the board's first headline score if empty.
        part: slice of the regions; all if empty.
        columns: scores to read besides; `Standings.columns` if empty.
        baselines: whether the trivial captioners stand among the others, without ranks.
        all_submissions: every public submission; otherwise each system's newest one.
        ranked: whether to rank; otherwise entries are in the order of their values and have no ranks.

    Raises:
        UnknownNameError: no such board, score or slice.
    """
    board_info = find_board(store, board)
    with store.reading() as session:
        runs = _newest_runs(session, board, baselines, all_submissions)
        if not runs:
            return Standings(board_info, "", part, 0, 0, 0, (), {}, frozenset(), ())
        newest = max((run for run, _, _ in runs), key=lambda run: run.created_at)
        current = _current_signatures([run for run, _, _ in runs], newest)
        scores = tuple(board_info.score_order(current))
        parts = _parts(session, newest.id)
        score = score or scores[0]
        for kind, name, options in (("score", score, scores), ("slice", part or next(iter(parts), ""), tuple(parts))):
            if name and name not in options:
                raise UnknownNameError(kind, name, options)
        empty = Standings(
            board=board_info,
            score=score,
            part=part,
            regions=newest.regions,
            images=newest.images,
            part_regions=parts.get(part, newest.regions),
            scores=scores,
            parts=parts,
            lower_is_better=frozenset(name for run, _, _ in runs for name in run.lower_is_better if name in current),
            entries=(),
        )
        score_names = dict.fromkeys([score, *(name for name in columns or empty.columns() if name in scores)])
        numbers = _numbers(session, [run.id for run, _, _ in runs], list(score_names), part)
        flags = _flags(session, [submission.id for _, submission, _ in runs])
    entries = [
        _entry(
            run, submission, system, _mark_stale(numbers.get(run.id, {}), run, current), flags.get(submission.id, ())
        )
        for run, submission, system in runs
    ]
    return _ordered(store, replace(empty, entries=tuple(entries)), ranked)


def last_change(store: Store) -> int:
    """Number of the newest event of the log: while it is the same, nothing that was read has changed."""
    with store.reading() as session:
        return session.scalar(select(func.max(AuditEvent.sequence))) or 0


def warm_rankings(store: Store) -> None:
    """Rank the boards that are too large to be ranked while a reader waits, if that is not done yet."""
    for name in list_boards(store):
        plain = read_standings(store, name, baselines=False, ranked=False)
        ids = [entry.run_id for entry in plain.entries]
        if plain.score and not ranking_is_ready(store, ids, plain.score):
            try:
                read_standings(store, name, baselines=False)
            except UrecaError as error:
                logger.warning("the board %s cannot be ranked: %s", name, error)


_Row = tuple[ScoreRun, Submission, System]


def _newest_runs(session: Session, board: str, baselines: bool, all_submissions: bool) -> list[_Row]:
    """The newest run of each submission, or of each system's newest scored submission."""
    newest = select(func.max(ScoreRun.job_id)).group_by(ScoreRun.submission_id)
    query = (
        select(ScoreRun, Submission, System)
        .join(Submission, ScoreRun.submission_id == Submission.id)
        .join(System, Submission.system_id == System.id)
        .where(Submission.board == board, Submission.visibility == "public", ScoreRun.job_id.in_(newest))
        .order_by(Submission.created_at.desc(), Submission.id)
    )
    if not baselines:
        query = query.where(System.kind != BASELINE)
    rows: list[_Row] = [(run, submission, system) for run, submission, system in session.execute(query)]
    if all_submissions:
        return rows
    first: dict[int, _Row] = {}
    for row in rows:
        first.setdefault(row[2].id, row)
    return list(first.values())


def _parts(session: Session, run_id: str) -> dict[str, int]:
    query = (
        select(Score.slice, func.max(Score.n)).where(Score.run_id == run_id, Score.slice != "").group_by(Score.slice)
    )
    counts: dict[str, int] = {name: count for name, count in session.execute(query)}  # noqa: C416 - to mypy a row is not a pair
    return dict(sorted(counts.items(), key=lambda item: slice_order(item[0])))


def _numbers(session: Session, run_ids: Sequence[str], names: Sequence[str], part: str) -> dict[str, dict[str, Number]]:
    query = select(Score.run_id, Score.metric, Score.value, Score.low, Score.high).where(
        Score.run_id.in_(run_ids), Score.slice == part, Score.metric.in_(names)
    )
    numbers: dict[str, dict[str, Number]] = {}
    for run_id, name, value, low, high in session.execute(query):
        numbers.setdefault(run_id, {})[name] = Number(value, low, high)
    return numbers


def _flags(session: Session, submission_ids: Sequence[str]) -> dict[str, tuple[Flag, ...]]:
    query = select(Probe.submission_id, Probe.name, Probe.message)
    query = query.where(Probe.submission_id.in_(submission_ids), Probe.flagged).order_by(Probe.name)
    flags: dict[str, tuple[Flag, ...]] = {}
    for submission_id, name, message in session.execute(query):
        flags[submission_id] = (*flags.get(submission_id, ()), Flag(name, message))
    return flags


def _current_signatures(runs: Sequence[ScoreRun], newest: ScoreRun) -> dict[str, str]:
    """Score -> how it is computed now: as in the newest run; a judge's scores as in the newest run that has them.

    A judge comes to a submission later than its other scores, or never.
    """
    of_judge = {name for metric in METRICS.values() if metric.needs_verdicts for name in metric.score_names()}
    current: dict[str, str] = {}
    for run in sorted(runs, key=lambda run: run.created_at):
        current |= {name: signature for name, signature in run.signatures.items() if name in of_judge}
    return {**current, **newest.signatures}


def _mark_stale(numbers: Mapping[str, Number], run: ScoreRun, current: Mapping[str, str]) -> dict[str, Number]:
    """Numbers with those marked that were computed in another way than now."""
    return {
        name: replace(number, current=run.signatures.get(name) == current.get(name)) for name, number in numbers.items()
    }


def _entry(
    run: ScoreRun, submission: Submission, system: System, numbers: Mapping[str, Number], flags: tuple[Flag, ...]
) -> Entry:
    return Entry(
        run_id=run.id,
        submission_id=submission.id,
        system_id=system.id,
        kind=system.kind,
        card=SystemCard.of_row(system, submission.note),
        scored=run.scored,
        regions=run.regions,
        verified_by=submission.verified_by,
        created_at=submission.created_at,
        flags=flags,
        numbers=numbers,
    )


def _ordered(store: Store, standings: Standings, ranked: bool) -> Standings:
    """The entries in the order of their values, with their ranks."""
    score = standings.score
    lower = score in standings.lower_is_better

    def key(entry: Entry) -> tuple[bool, float, str]:
        number = entry.numbers.get(score)
        is_current = number is not None and number.value is not None and number.current
        value = number.value if number is not None and number.value is not None else 0.0
        return (not is_current, value if lower else -value, entry.label.casefold())

    entries = sorted(standings.entries, key=key)
    if not ranked:
        return replace(standings, entries=tuple(entries))
    run_ids = [entry.run_id for entry in entries if entry.kind != BASELINE and not key(entry)[0]]
    ranking = rank_runs(store, run_ids, score, standings.part)
    ranks = ranking.ranks()
    entries = [replace(entry, rank=ranks.get(entry.run_id)) for entry in entries]
    return replace(standings, entries=tuple(entries), all_pairs=ranking.all_pairs)
