"""``python -m leaderboard.scoring.score_one``: score one submission and exit. The worker starts it and watches it.

It reads one JSON line (a `Task`) from its input, writes the files of a score run into a folder, and reports progress on
its output. It never touches the database. When its input closes, its worker is dead, and it stops as well.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmark.evaluation import evaluate
from benchmark.inputs.predictions import Predictions
from benchmark.metrics import METRICS, find_metrics
from dataset.errors import UrecaError

from ..boards.board import Board
from ..checks.probes import probe
from ..intake.validation import read_canonical
from ..storage import similarity_maps
from ..storage.blobs import Blobs
from .judging import judge_of

__all__ = ["FILES", "FULL", "INVALID", "NO_MEMORY", "NO_SPACE", "UNAVAILABLE", "Task", "score"]

FILES = ("report.json", "items.parquet", "statistics.npz", similarity_maps.FILE, "run.json")
"""What a finished run consists of."""

INVALID, NO_MEMORY, NO_SPACE, UNAVAILABLE = 2, 3, 4, 5
"""Exit codes: the captions cannot be scored, memory ran out, the disk is full, a file is missing or damaged."""

_NEARLY = 0.8

FULL = (errno.ENOSPC, errno.EDQUOT)
"""Numbers of the errors of a full disk."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to score, and how.

    Attributes:
        board: `Board.to_dict` of the board.
        blobs: folder of the blobs.
        predictions_sha256: which blob.
        system: name of the system, for the report.
        folder: where to write; it exists and is empty.
        metrics: names of metrics; those that the data or this machine cannot compute are left out and noted.
        resamples: of the bootstrap.
        memory_mib: limit of this process and its children, each.
    """

    board: dict[str, Any]
    blobs: str
    predictions_sha256: str
    system: str
    folder: str
    metrics: tuple[str, ...]
    resamples: int
    memory_mib: int

    def to_json(self) -> str:
        """One line of JSON; ``Task(**json.loads(line))`` makes the task again."""
        return json.dumps(asdict(self))


def score(task: Task, progress: Callable[[str], None] = lambda _: None) -> None:
    """Write the files of a run.

    Raises:
        UrecaError: the submission cannot be scored.
    """
    board = Board.from_dict(task.board)
    progress("reading the data")
    data = board.data()
    worlds = data.worlds() if "listener" in find_metrics(task.metrics) else None
    captions = read_canonical(Blobs(Path(task.blobs)).get(task.predictions_sha256))
    missing = tuple(region.region_id for region in data.regions if region.region_id not in captions)
    predictions = Predictions(captions, missing, {"name": task.system}, task.predictions_sha256, "submission")
    judge = judge_of(board, captions)
    report = evaluate(
        predictions,
        data.regions,
        metrics=task.metrics,
        config=board.config,
        split=board.split,
        protocol=data.protocol,
        worlds=worlds,
        judge=judge.verdicts,
        calibration=judge.calibration,
        allow_missing=True,
        leave_out=True,
        resamples=task.resamples,
        progress=progress,
    )
    progress("probes")
    findings = [asdict(finding) for finding in probe(captions, data.regions)]
    progress("writing")
    folder = Path(task.folder)
    report.write_json(folder / "report.json")
    report.write_items(folder / "items.parquet")
    report.write_statistics(folder / "statistics.npz")
    if report.corpus is not None:
        similarity_maps.write_maps(report.corpus, folder / similarity_maps.FILE)
    requested = find_metrics(task.metrics)
    notes = [
        f"{name} is left out by the settings of this leaderboard"
        for name, metric in METRICS.items()
        if name not in requested and not metric.needs_verdicts
    ]
    rest = {
        "notes": [*notes, *judge.notes, *report.notes],
        "lower_is_better": sorted(report.lower_is_better),
        "probes": findings,
        "calibration": None if judge.calibration is None else judge.calibration.to_dict(),
    }
    (folder / "run.json").write_text(json.dumps(rest, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Do the task that the input names."""
    task = Task(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_stop_with_worker, daemon=True).start()
    _limit_memory(task.memory_mib)
    try:
        score(task, lambda what: _send({"doing": what}))
    except (MemoryError, ImportError, RuntimeError, SystemError):
        if not _is_memory_used_up(task.memory_mib):
            raise
        return NO_MEMORY
    except (UrecaError, OSError) as error:
        _send({"error": str(error)})
        return _code(error)
    return 0


def _code(error: Exception) -> int:
    """The exit code for an error; a full disk may be the cause of another one."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in FULL:
            return NO_SPACE
        cause = cause.__cause__
    return UNAVAILABLE if isinstance(error, OSError) else INVALID


def _send(what: Mapping[str, str]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _stop_with_worker() -> None:
    sys.stdin.read()
    os._exit(1)


def _limit_memory(mib: int) -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows has none, and there the limit is not kept
        return
    resource.setrlimit(resource.RLIMIT_DATA, (mib * 2**20, mib * 2**20))


def _is_memory_used_up(mib: int) -> bool:
    """Whether an error may come from the limit: libraries say it in many ways ("failed to map segment")."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:  # pragma: no cover - not on Linux
        return True
    used = next(int(line.split()[1]) for line in lines if line.startswith("VmData:"))
    return used * 1024 > _NEARLY * mib * 2**20


if __name__ == "__main__":
    sys.exit(main())
