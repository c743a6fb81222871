"""Rooms that are rendered on demand, into the cache: training images, and all splits of another seed.

::

    <cache>/rooms/rendered/<hash of what draws>/seed-0/train/
        rooms-train-00000.jpg, rooms-train-00000.npz ...     negatives, see `negatives`
        <hash of what makes words>/000000-000010/            tables of a shard, see `tables`

Another version of what makes words develops the same negatives anew, without rendering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..runtime.cache import cache_root, make_folder_once
from ..runtime.fingerprint import code_digest, content_hash
from .facts.captions import tell, words_hash
from .generate import draw_rooms
from .negatives import read_negative
from .options import RoomsOptions
from .tables import GROUP, RoomRecord, group_sizes, read_rows, read_worlds, write_tables

__all__ = ["RenderedShard", "render", "shards_of"]

_ROOMS: Final = Path(__file__).parent
_DRAWING: Final = ("furniture", "generate.py", "layout", "negatives.py", "options.py", "projection.py", "rendering")
_TABLES: Final = "regions"


@dataclass(frozen=True)
class RenderedShard:
    """Consecutive rooms of a split.

    Attributes:
        options: how they are rendered.
        split: train, validation or test.
        first: index of the first.
        images: how many.
    """

    options: RoomsOptions
    split: str
    first: int
    images: int

    @property
    def negatives(self) -> Path:
        """The folder of images and negatives of the whole split."""
        return cache_root() / "rooms" / "rendered" / _drawing_hash() / f"seed-{self.options.seed}" / self.split

    def ensure(self) -> Path:
        """The folder of its tables; what is missing is rendered and developed first.

        Raises:
            MissingDependencyError: images are missing, and bpy or the packs of furniture are not installed.
        """
        name = f"{self.first:06d}-{self.first + self.images:06d}"
        return make_folder_once(self.negatives / f"{content_hash()}-{words_hash()}" / name, self._develop)

    def _develop(self, folder: Path) -> None:
        indices = range(self.first, self.first + self.images)
        rooms = []
        for path in draw_rooms(self.negatives, self.split, indices, self.options):
            room = tell(read_negative(path))
            rooms.append(RoomRecord(f"{path.stem}.jpg", room.regions, room.world))
        write_tables(folder, _TABLES, rooms)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows of the schema, with ``image_file`` (a path in the cache) instead of ``image``."""
        images = self.negatives
        for row in read_rows(self.ensure(), _TABLES):
            yield {**row, "image_file": str(images / row["image_file"])}

    def worlds(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(image_id, world as a dictionary) of every image."""
        return read_worlds(self.ensure(), _TABLES)


@cache
def _drawing_hash() -> str:
    """Changes with the code that lays rooms out and renders them."""
    return code_digest(_ROOMS / name for name in _DRAWING)


def shards_of(options: RoomsOptions, split: str, images: int) -> list[RenderedShard]:
    """Shards of the first rooms of a split, rendered or not."""
    return [RenderedShard(options, split, GROUP * number, count) for number, count in enumerate(group_sizes(images))]


def render(shards: list[RenderedShard]) -> None:
    """Render the missing images of the shards, all at once, in parallel; then develop them.

    Raises:
        MissingDependencyError: images are missing, and bpy or the packs of furniture are not installed.
        DataUnavailableError: a process failed; its last lines are in the message. Done images stay.
    """
    if shards:
        indices = range(shards[-1].first + shards[-1].images)
        draw_rooms(shards[0].negatives, shards[0].split, indices, shards[0].options)
    for shard in shards:
        shard.ensure()
