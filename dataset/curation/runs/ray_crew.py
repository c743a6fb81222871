"""A crew on a Ray cluster, or on a Ray of this machine's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...errors import MissingDependencyError
from ...runtime.interpreter import PACKAGES, module_path
from ..run_options import RunSettings
from .crews import Outcome
from .shards import OnProgress

__all__ = ["RayCrew"]


class RayCrew:
    """One Ray task for each shard. What travels is its number: images and answers stay in their folders.

    The output folder and the folder of the images must have the same paths on all nodes, and this package be installed
    there.

    Raises:
        MissingDependencyError: ray is not installed.
    """

    def __init__(self, size: int, out: Path, settings: RunSettings, *, retry: bool, on_progress: OnProgress) -> None:
        try:
            import ray
        except ImportError:
            raise MissingDependencyError("ray", "--runner ray", "pip install 'ureca[ray]'") from None
        self.size = size
        self._ray = ray
        self._own = not ray.is_initialized()
        if self._own:
            options: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False}
            if "RAY_ADDRESS" not in os.environ:  # a Ray started here: it needs no store, as only numbers travel
                options |= {"num_cpus": size, "object_store_memory": 100_000_000}
            ray.init(runtime_env={"env_vars": {"PYTHONPATH": module_path(os.environ)}}, **options)
        self._task = ray.remote(max_retries=0, num_cpus=1)(_shard_task(PACKAGES))
        self._arguments = (str(out.absolute()), settings.to_json(), retry)
        self._running: dict[Any, int] = {}
        self._on_progress = on_progress

    def start(self, shard: int) -> None:
        """Hand out a shard."""
        self._running[self._task.remote(shard, *self._arguments)] = shard

    def wait(self) -> Outcome:
        """Wait for the next outcome."""
        done, _ = self._ray.wait(list(self._running), num_returns=1)
        shard = self._running.pop(done[0])
        try:
            message = self._ray.get(done[0])
        except self._ray.exceptions.RayError as error:  # the worker or its machine died
            return Outcome(shard, "failed", error=f"its worker died ({type(error).__name__})", traceback=str(error))
        outcome = Outcome.of_message(shard, message)
        if outcome.report is not None:
            self._on_progress(outcome.report.images, outcome.report.records)
        return outcome

    def close(self) -> None:
        """End what runs, and Ray if it was started here."""
        for task in self._running:
            self._ray.cancel(task, force=True)
        if self._own:
            self._ray.shutdown()


def _shard_task(packages: str) -> Callable[[int, str, str, bool], dict[str, Any]]:
    """The task, a function that travels by value: it finds this package by itself, in `packages` or as installed.

    Ray puts the working folder in front of a worker's path, and that may hold another project's ``dataset``.
    """

    def make_shard(shard: int, out: str, settings: str, retry: bool) -> dict[str, Any]:
        import sys
        from pathlib import Path

        if packages not in sys.path[:1]:
            sys.path.insert(0, packages)
        from dataset.curation.run_options import RunSettings
        from dataset.curation.runs.worker import attempt_shard

        return attempt_shard(shard, Path(out), RunSettings.from_json(settings), retry=retry)

    return make_shard
