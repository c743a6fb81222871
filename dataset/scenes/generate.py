"""Draw scenes into the cache: in shards, in parallel, each shard whole or not there.

A shard is a folder of consecutive scenes of one split::

    <cache>/scenes/<content hash>/seed-0-resolution-448/test/000020-000040/
        regions.parquet      one row per region, images by file name
        worlds.jsonl         one line per image: what the listener needs
        summary.json         counts, among them the regions left out
        scenes-test-00020.png ...
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..runtime.cache import cache_root, make_folder_once
from ..runtime.cores import usable_cores
from ..runtime.fingerprint import content_hash
from ..runtime.processes import Parent, run_workers
from .options import ScenesOptions

__all__ = ["Shard", "draw_shards", "generate", "read_rows", "read_worlds", "shards_of"]

SCENES_PER_SHARD = 20


@dataclass(frozen=True)
class Shard:
    """Consecutive scenes of one split."""

    options: ScenesOptions
    split: str
    first: int
    count: int

    @property
    def folder(self) -> Path:
        """Where the shard is, or will be."""
        root = cache_root() / "scenes" / content_hash() / self.options.folder_name / self.split
        return root / f"{self.first:06d}-{self.first + self.count:06d}"

    def ensure(self, on_scene: Callable[[], None] = lambda: None) -> Path:
        """Return the shard's folder, drawing its scenes first if it is not there; `on_scene` is called after each."""

        def fill(folder: Path) -> None:
            from .rows import write_shard

            write_shard(folder, self.options, self.split, range(self.first, self.first + self.count), on_scene)

        return make_folder_once(self.folder, fill)


def shards_of(options: ScenesOptions, split: str) -> list[Shard]:
    """The shards of a split in order; only the last may be smaller."""
    total = options.count(split)
    return [
        Shard(options, split, first, min(SCENES_PER_SHARD, total - first))
        for first in range(0, total, SCENES_PER_SHARD)
    ]


def generate(options: ScenesOptions, split: str, workers: int | None = None) -> list[Shard]:
    """Draw the missing shards of a split, in parallel, with a progress bar.

    Args:
        options: which scenes.
        split: train, validation or test.
        workers: number of processes; default: one for each core this process may use.

    Raises:
        DataUnavailableError: a worker failed; its last lines are in the message. Done shards stay.
    """
    shards = shards_of(options, split)
    missing = [shard for shard in shards if not shard.folder.is_dir()]
    if missing:
        _draw_in_parallel(missing, workers or usable_cores())
    return shards


def _draw_in_parallel(missing: list[Shard], workers: int) -> None:
    workers = min(workers, len(missing))
    options, split = missing[0].options, missing[0].split
    tasks = [
        {
            "options": asdict(options),
            "split": split,
            "shards": [(shard.first, shard.count) for shard in missing[k::workers]],
        }
        for k in range(workers)
    ]
    total = sum(shard.count for shard in missing)
    run_workers("dataset.scenes.generate:draw_shards", tasks, title=f"Drawing {split} scenes", total=total)


def draw_shards(parent: Parent, task: Mapping[str, Any]) -> None:
    """Draw shards in a process that `generate` started, and say so after each scene."""
    options = ScenesOptions(**task["options"])
    for first, count in task["shards"]:
        Shard(options, task["split"], first, count).ensure(lambda: parent.send("drawn"))


def read_rows(shard: Shard, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a shard, with ``image_file`` instead of the image; drawn first if missing."""
    import pyarrow.parquet as pq

    folder = shard.ensure()
    for row in pq.read_table(folder / "regions.parquet", columns=columns).to_pylist():
        if "image_file" in row:
            row["image_file"] = str(folder / row["image_file"])
        yield row


def read_worlds(shard: Shard) -> Iterator[tuple[str, dict[str, Any]]]:
    """(image_id, world as a dictionary) of every image of a shard."""
    with (shard.ensure() / "worlds.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["image_id"], record["world"]
