"""A whole run: plan the shards of a folder of images, make them, report what became of them."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import InvalidInputError
from ...prompting.server import ServerDescriber, ServerOptions
from ...runtime.cache import atomic_file
from ...runtime.coroutines import run_to_end
from ..look_alikes.encoders import check_encoder
from ..rehearsal import REHEARSAL
from ..run_options import EMBEDDED, STAGES, CurationOptions, RunSettings, read_options, start_run
from .curated_rows import CARD
from .plan import extend_plan, planned_shards, shard_name
from .runners import RunReport, run_shards
from .shards import OnProgress, committed_report
from .summary import write_report

__all__ = ["CurationRun"]


class CurationRun:
    """A planned run; call `make` to execute it.

    Args:
        out: the output folder; created, or resumed.
        options: what the captions depend on.
        settings: how to carry it out.
        per_shard: images in a shard that is not planned yet.

    Attributes:
        shards: their numbers.
        not_planned: one line for each image that is not in a shard.

    Raises:
        InvalidInputError: no images, or `out` was started with other options, or a stage is missing before the first.
    """

    def __init__(self, out: Path, options: CurationOptions, settings: RunSettings, per_shard: int = 1000) -> None:
        self.out, self.options, self.settings = out, options, settings
        out.mkdir(parents=True, exist_ok=True)
        _take_back(out, options)
        start_run(out, options)
        self.shards, self.not_planned = extend_plan(out, Path(settings.images), per_shard)
        card = out / "README.md"
        if not card.exists():
            with atomic_file(card) as temporary:
                temporary.write_text(CARD, encoding="utf-8")

    def check_server(self) -> None:
        """See that the server answers and has the model; nothing to see without a server.

        Raises:
            DataUnavailableError: no server there.
            UnknownNameError: it has no such model.
        """
        if self.settings.server == EMBEDDED or self.settings.server.startswith(REHEARSAL):
            return

        async def check() -> None:
            key = os.environ.get(self.settings.api_key_variable, "")
            options = ServerOptions(self.settings.server, self.options.model, api_key=key)
            async with ServerDescriber(options) as describer:
                await describer.check()

        run_to_end(check())

    def check_encoder(self) -> None:
        """See that the encoder of look-alikes can be opened and has a threshold.

        Raises:
            MissingDependencyError: what it needs is not installed.
            UnknownNameError: no such encoder, or it has no threshold.
        """
        if "unique" in self.settings.stages:
            check_encoder(self.options.encoder, self.options.threshold)

    def check_stages(self) -> None:
        """See that every stage before the first of the settings was run.

        Raises:
            InvalidInputError: it was not; the message says what to run.
        """
        before = STAGES[: min(map(STAGES.index, self.settings.stages))]
        for shard in self.shards if before else ():
            report = committed_report(self.out, shard)
            missing = next((stage for stage in before if report is None or stage not in report.stages), None)
            if missing is not None:
                problem = f"shard {shard} has not been through stage {missing}"
                raise InvalidInputError(
                    "--stage", [problem], f"Run --stage {missing} first, or leave out --stage to run all."
                )

    def make(self, *, runner: str, workers: int, attempts: int, retry: bool, on_progress: OnProgress) -> RunReport:
        """Make all shards that are not made, and write the report; see `run_shards`."""
        report = run_shards(
            self.shards,
            self.out,
            self.settings,
            runner=runner,
            workers=workers,
            attempts=attempts,
            retry=retry,
            on_progress=on_progress,
        )
        write_report(self.out, report, self.not_planned)
        return report


def _take_back(out: Path, options: CurationOptions) -> None:
    """Make a folder new again where a run with other options has asked nothing and captioned nothing."""
    if not (out / "run.json").exists() or read_options(out) == options:
        return
    files = []
    for shard in planned_shards(out):
        report = committed_report(out, shard)
        journal = out / "journal" / f"{shard_name(shard)}.jsonl"
        if (report is None and journal.exists() and journal.stat().st_size) or (report is not None and report.records):
            return
        files += [journal, out / "data" / f"{shard_name(shard)}.parquet"]
    for path in (*files, out / "report.json", out / "run.json"):
        path.unlink(missing_ok=True)
