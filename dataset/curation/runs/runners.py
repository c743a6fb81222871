"""Many shards at once: `run_shards` hands `run_shard` to local processes or to Ray and looks after both.

A worker that dies is replaced and its shard done again, from its journal. A shard that fails, or kills its workers,
`attempts` times is put into quarantine with its error, and is counted in every report until it is made. If the server
is down no further shard is started.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ...errors import look_up
from ...runtime.cache import atomic_file
from ..run_options import RunSettings
from .crews import Crew, Outcome
from .local import LocalCrew, ThisProcess
from .plan import shard_name
from .ray_crew import RayCrew
from .shards import OnProgress, ShardReport

__all__ = ["RunReport", "quarantined", "run_shards"]

logger = logging.getLogger(__name__)
_CREWS: Final[Mapping[str, Callable[..., Crew]]] = {"local": LocalCrew, "ray": RayCrew, "here": ThisProcess}


@dataclass
class RunReport:
    """What became of a run.

    Attributes:
        reports: of all shards that are made, by number.
        quarantine: shards given up -> why.
        unfinished: shards not made, as the server was down -> why.
    """

    reports: dict[int, ShardReport] = field(default_factory=dict)
    quarantine: dict[int, str] = field(default_factory=dict)
    unfinished: dict[int, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every shard is made."""
        return not self.quarantine and not self.unfinished

    @property
    def regions(self) -> int:
        """Rows of all shards that are made."""
        return sum(shard.regions for shard in self.reports.values())


def run_shards(
    shards: Sequence[int],
    out: Path,
    settings: RunSettings,
    *,
    runner: str = "local",
    workers: int = 1,
    attempts: int = 3,
    retry: bool = False,
    on_progress: OnProgress = lambda _images, _answers: None,
) -> RunReport:
    """Make shards in parallel; those that are made already cost next to nothing.

    Args:
        shards: their numbers.
        out: the output folder.
        settings: how each is made.
        runner: local (processes of this machine), ray, or here (this process, one after the other).
        workers: shards under way at once.
        attempts: how often a shard may fail before it is put into quarantine.
        retry: do again what failed: shards in quarantine, images with problems or failures.
        on_progress: see `OnProgress`.

    Raises:
        UnknownNameError: no such runner.
        MissingDependencyError: runner ray without ray.
    """
    quarantine = {} if retry else quarantined(out)
    report = RunReport(quarantine={shard: quarantine[shard] for shard in shards if shard in quarantine})
    todo = [shard for shard in shards if shard not in quarantine]
    if todo:
        crew = _open_crew(runner, min(workers, len(todo)), out, settings, retry, on_progress)
        try:
            for outcome in _outcomes(todo, crew, attempts):
                _file(outcome, report, out, attempts)
        finally:
            crew.close()
    for shard in todo:
        if shard not in report.reports and shard not in report.quarantine:
            report.unfinished.setdefault(shard, "not started, as the server is down")
    return report


def _outcomes(todo: Iterable[int], crew: Crew, attempts: int) -> Iterator[Outcome]:
    """The last outcome of each shard, as they come; shards that failed are tried again at the end of the queue."""
    waiting = deque(todo)
    failed: dict[int, int] = {}
    running = 0
    while running or waiting:
        while waiting and running < crew.size:
            crew.start(waiting.popleft())
            running += 1
        outcome = crew.wait()
        running -= 1
        if outcome.kind == "server":
            waiting.clear()
        if outcome.kind == "failed":
            failed[outcome.shard] = failed.get(outcome.shard, 0) + 1
            if failed[outcome.shard] < attempts:
                logger.warning("%s failed and is tried again: %s", shard_name(outcome.shard), outcome.error)
                waiting.append(outcome.shard)
                continue
        yield outcome


def _file(outcome: Outcome, report: RunReport, out: Path, attempts: int) -> None:
    path = _quarantine_path(out, outcome.shard)
    if outcome.report is not None:
        path.unlink(missing_ok=True)
        report.reports[outcome.shard] = outcome.report
    elif outcome.kind == "server":
        report.unfinished[outcome.shard] = outcome.error
    else:
        report.quarantine[outcome.shard] = outcome.error
        record = {
            "shard": outcome.shard,
            "error": outcome.error,
            "traceback": outcome.traceback.splitlines(),
            "attempts": attempts,
        }
        with atomic_file(path) as temporary:
            temporary.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def quarantined(out: Path) -> dict[int, str]:
    """The shards in quarantine, and why."""
    reasons = {}
    for path in sorted((out / "quarantine").glob("shard-*.json")):
        try:
            error = str(json.loads(path.read_text(encoding="utf-8"))["error"])
        except (OSError, ValueError, KeyError, TypeError):
            error = f"{path} cannot be read"
        reasons[int(path.stem.removeprefix("shard-"))] = error
    return reasons


def _quarantine_path(out: Path, shard: int) -> Path:
    return out / "quarantine" / f"{shard_name(shard)}.json"


def _open_crew(runner: str, size: int, out: Path, settings: RunSettings, retry: bool, on_progress: OnProgress) -> Crew:
    return look_up("runner", runner, _CREWS)(size, out, settings, retry=retry, on_progress=on_progress)
