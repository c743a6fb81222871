"""The judge of a board, as its settings name it: recorded verdicts and known errors, read at every scoring."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmark.inputs.verdicts import read_calibration, read_verdicts
from benchmark.verdicts.calibration import Calibration
from benchmark.verdicts.verdict import Verdict
from dataset.errors import InvalidInputError, UrecaError

from ..boards.board import Board

__all__ = ["BoardJudge", "check_judge", "judge_of"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BoardJudge:
    """What a judge says of one submission.

    Attributes:
        verdicts: on its captions; None if there are none.
        calibration: the judge's known errors; None without verdicts, or if it has no calibration.
        notes: why there is none, for the run.
    """

    verdicts: list[Verdict] | None = None
    calibration: Calibration | None = None
    notes: tuple[str, ...] = ()


def judge_of(board: Board, captions: Mapping[str, str]) -> BoardJudge:
    """The verdicts of the board's judge on some captions.

    A file that cannot be read costs the judge's scores, with a note, and never the submission.
    """
    if not board.verdicts:
        return BoardJudge()
    try:
        verdicts, calibration = _read(board)
    except UrecaError as error:
        logger.warning("the judge of %s: %s", board.name, error)
        return BoardJudge(notes=("judge is left out: its files cannot be read; the operator's log says why",))
    own = [verdict for verdict in verdicts if captions.get(verdict.region_id) == verdict.caption]
    if not own:
        return BoardJudge(notes=("judge is left out: none of its verdicts is of these captions",))
    return BoardJudge(own, calibration)


def check_judge(boards: Mapping[str, Board]) -> None:
    """Read the files of every board's judge.

    Raises:
        InvalidInputError: with what is wrong with each of them.
    """
    problems = list(_problems(boards))
    if problems:
        raise InvalidInputError("URECA_LEADERBOARD_BOARDS", problems, "docs/leaderboard.md explains a board's judge.")


def _problems(boards: Mapping[str, Board]) -> Iterator[str]:
    for name, board in boards.items():
        if board.calibration and not board.verdicts:
            yield f"{name}: there is a calibration of a judge and no verdicts"
        elif board.verdicts:
            try:
                _read(board)
            except UrecaError as error:
                yield f"{name}: {error}"


def _read(board: Board) -> tuple[list[Verdict], Calibration | None]:
    """Both files.

    Raises:
        UrecaError: one cannot be read, or the calibration is of another judge.
    """
    verdicts = read_verdicts(Path(board.verdicts))
    if not board.calibration:
        return verdicts, None
    calibration = read_calibration(Path(board.calibration))
    for judge in sorted({verdict.judge for verdict in verdicts}):
        calibration.check_judge(judge)
    return verdicts, calibration
