"""One shard, from its images to its parquet file: the unit of work of a curation.

Whatever kills the process, running the shard again resumes it, and a finished shard is not made again::

    OUT/run.json                      the options
    OUT/plan/shard-00012.json         its images
    OUT/journal/shard-00012.jsonl     every answer, appended
    OUT/data/shard-00012.parquet      rows and report: there when the shard is done, never in part
    OUT/quarantine/shard-00012.json   why it was given up
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ...errors import InvalidInputError, UnknownNameError
from ...prompting.describer import Describer
from ...prompting.journal import Journal
from ...prompting.prompts import Stage
from ...runtime.coroutines import run_to_end
from ..images import AnnotatedImage, image_id_of, read_annotated_image
from ..look_alikes.search import Encoder
from ..records import Ledger
from ..region_tree import RegionTree, build_region_tree
from ..run_options import STAGES, CurationOptions, RunSettings, read_options
from ..stages import ImageCuration, ServerUnavailableError
from .curated_rows import read_stamp, rows_of_image, write_parquet
from .plan import planned_images, shard_name
from .services import Services

__all__ = ["OnProgress", "ShardReport", "committed_report", "run_shard"]

logger = logging.getLogger(__name__)
OnProgress = Callable[[int, int], None]
"""Called with the numbers of images and of answers since the last call."""


@dataclass(frozen=True)
class ShardReport:
    """What became of a shard; equal for every run that makes it.

    Attributes:
        shard: its number.
        stages: the stages that are done.
        images: images planned.
        regions: rows written.
        records: answers and failures, over all stages.
        left_out: why masks are not regions -> how many.
        failures: region_id, stage and reason of every failed answer.
        problems: image_id -> what is wrong with the image or its masks.
    """

    shard: int
    stages: tuple[str, ...]
    images: int
    regions: int
    records: int
    left_out: dict[str, int] = field(default_factory=dict)
    failures: list[dict[str, str]] = field(default_factory=list)
    problems: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> ShardReport:
        """Read what `dataclasses.asdict` made."""
        return cls(**{**record, "stages": tuple(record["stages"])})


def run_shard(
    shard: int,
    out: Path,
    settings: RunSettings,
    *,
    describer: Describer | None = None,
    encoder: Encoder | None = None,
    retry: bool = False,
    on_progress: OnProgress = lambda _images, _answers: None,
) -> ShardReport:
    """Make one shard, or return its report if it is made already.

    Args:
        shard: its number in the plan.
        out: the output folder.
        settings: how to carry it out.
        describer: who answers, instead of the settings' server.
        encoder: instead of the options' encoder.
        retry: do images with problems or failures again; what the response cache has costs nothing.
        on_progress: see `OnProgress`.

    Raises:
        DataUnavailableError: the server is down, another process has the shard, or the disk refuses.
        InvalidInputError: a stage before the first of the settings has not been run.
    """
    names = planned_images(out, shard)
    options = read_options(out)
    report = committed_report(out, shard)
    if report is not None and set(settings.stages) <= set(report.stages) and not (retry and _has_failed(report)):
        on_progress(len(names), 0)
        return report
    stages = _stages_after(settings.stages, report)
    with Journal(out / "journal" / f"{shard_name(shard)}.jsonl") as journal:
        _remove_temporary_files(out, shard)
        ledger = Ledger(journal)
        for image_id in ledger.failed_images() if retry else ():
            ledger.forget(image_id)
        image_ids = frozenset(map(image_id_of, names))
        services = Services(out, shard, options, settings, describer, encoder, image_ids)
        images = _Images(Path(settings.images), names, options, ledger)
        run_to_end(_curate(images, services, stages, on_progress))
        return _commit(out, shard, images, stages)


def committed_report(out: Path, shard: int) -> ShardReport | None:
    """The report of a shard that is made and whole; None if it is to be made."""
    stamp = read_stamp(_data_path(out, shard))
    if stamp is None or stamp.get("inputs") != _inputs(out, shard):
        return None
    try:
        return ShardReport.from_dict({**stamp["report"], "regions": stamp["rows"]})
    except (TypeError, KeyError):
        return None


def _has_failed(report: ShardReport) -> bool:
    return bool(report.problems or report.failures)


def _stages_after(run_stages: Sequence[Stage], report: ShardReport | None) -> tuple[Stage, ...]:
    """All stages that the shard has when this run is done."""
    have = {*run_stages, *(report.stages if report else ())}
    stages = tuple(stage for stage in STAGES if stage in have)
    if stages != STAGES[: len(stages)]:
        missing = next(stage for stage in STAGES if stage not in have)
        hint = f"Run --stage {missing} first, or leave out --stage to run all."
        raise InvalidInputError("stages", [f"{stages[-1]} builds on {missing}, which has not been run"], hint)
    return stages


def _inputs(out: Path, shard: int) -> str:
    """Hash of all that a shard is made from but the pixels: options and names."""
    options = asdict(read_options(out))
    if options["frame"] is None:  # shards of runs that did not have this option yet stay made
        del options["frame"]
    content = [options, planned_images(out, shard)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _data_path(out: Path, shard: int) -> Path:
    return out / "data" / f"{shard_name(shard)}.parquet"


def _remove_temporary_files(out: Path, shard: int) -> None:
    """Remove what killed processes left; the journal's lock keeps others away."""
    for path in (out / "data").glob(f".{shard_name(shard)}.parquet.*.tmp"):
        path.unlink(missing_ok=True)


class _Images:
    """The images of a shard, each read when it is needed, with what is wrong with them."""

    def __init__(self, folder: Path, names: Sequence[str], options: CurationOptions, ledger: Ledger) -> None:
        self.folder, self.names, self.options, self.ledger = folder, names, options, ledger
        self.left_out: Counter[str] = Counter()
        self._unreadable: set[str] = set()

    def read(self, name: str) -> tuple[AnnotatedImage, RegionTree]:
        image = read_annotated_image(self.folder / name, self.options.frame)
        return image, build_region_tree(image.image_id, image.annotations, image.height * image.width, self.options)

    def readable(self) -> Iterator[tuple[AnnotatedImage, RegionTree]]:
        """The images that could be read, in order."""
        return (self.read(name) for name in self.names if name not in self._unreadable)

    async def read_beside(self, name: str) -> tuple[AnnotatedImage, RegionTree]:
        """Read an image while answers come in, and count what is left out of it."""
        try:
            image, tree = await asyncio.to_thread(self.read, name)
        except InvalidInputError:
            self._unreadable.add(name)
            raise
        self.left_out.update(tree.left_out)
        return image, tree


async def _curate(images: _Images, services: Services, stages: Sequence[Stage], on_progress: OnProgress) -> None:
    """Run the stages on all images, some at once; what is wrong with one stays with it."""
    waiting = iter(images.names)

    async def work() -> None:
        for name in waiting:
            await _curate_image(images, name, services, stages, lambda: on_progress(0, 1))
            on_progress(1, 0)

    async with services:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(services.settings.images_at_once, len(images.names))):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        ledger = images.ledger
        if ledger.failures_held_back and not ledger.new_answers and not await services.is_alive():
            raise ServerUnavailableError(f"the server answered none of {ledger.failures_held_back} requests")
        ledger.release()


async def _curate_image(
    images: _Images, name: str, services: Services, stages: Sequence[Stage], on_answer: Callable[[], None]
) -> None:
    image_id = image_id_of(name)
    problems: list[str] = []
    try:
        image, tree = await images.read_beside(name)
        problems += image.problems
        curation = ImageCuration(
            image, tree, images.ledger, services.describer, services.encoder, services.options, on_answer
        )
        await curation.run(stages)
    except InvalidInputError as error:
        problems += error.problems
    except (OSError, MemoryError, ImportError, UnknownNameError):
        raise  # the server, the disk, the installation or the options, not the image
    except Exception as error:  # one image's error is not to reach the others
        logger.exception("%s", image_id)
        problems.append(f"unexpected {type(error).__name__}: {error}")
    images.ledger.add_problems(image_id, problems)


def _commit(out: Path, shard: int, images: _Images, stages: Sequence[Stage]) -> ShardReport:
    """Write the rows and the report as one file, so that both are there or neither is."""
    ledger = images.ledger
    failures = [
        {
            "region_id": record.region_id,
            "stage": record.stage,
            "reason": record.failure or "",
        }
        for record in ledger.failures()
    ]
    problems = {image_id: lines for image_id, lines in sorted(ledger.problems.items()) if lines}
    report = ShardReport(
        shard,
        tuple(stages),
        len(images.names),
        0,
        len(ledger),
        dict(sorted(images.left_out.items())),
        failures,
        problems,
    )
    rows = (
        list(rows_of_image(image, tree, ledger, embed=images.options.embed_images)) for image, tree in images.readable()
    )
    stamp = {"inputs": _inputs(out, shard), "report": asdict(report)}
    return replace(report, regions=write_parquet(_data_path(out, shard), rows, stamp))
