"""Rooms as tables: ``NAME.parquet`` has rows of up to `GROUP` images, ``NAME-worlds.parquet`` their worlds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..runtime.cache import atomic_file

if TYPE_CHECKING:
    from ..listener.world import World  # importing it would make every process read all of the listener's words
    from ..scenes.rows import Regions

__all__ = ["GROUP", "RoomRecord", "group_sizes", "read_rows", "read_worlds", "write_tables"]

GROUP: Final = 10


@dataclass(frozen=True)
class RoomRecord:
    """What the tables say of one room.

    Attributes:
        image_file: name of its image.
        regions: its described regions with masks, in the order of rows.
        world: what the listener needs.
    """

    image_file: str
    regions: Regions
    world: World


def group_sizes(images: int) -> list[int]:
    """How many of so many first images are in each pair of tables."""
    return [min(GROUP, images - first) for first in range(0, images, GROUP)]


def write_tables(folder: Path, name: str, rooms: Sequence[RoomRecord]) -> None:
    """Write the two tables of some rooms into a folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ..scenes.rows import write_rows

    with atomic_file(_rows_file(folder, name)) as path:
        write_rows(path, [(room.image_file, room.regions) for room in rooms])
    worlds = {
        "image_id": [Path(room.image_file).stem for room in rooms],
        "world": [json.dumps(room.world.to_dict(), separators=(",", ":")) for room in rooms],
    }
    with atomic_file(_worlds_file(folder, name)) as path:
        pq.write_table(pa.table(worlds), path, compression="zstd", compression_level=19)


def read_rows(folder: Path, name: str, images: int = GROUP) -> Iterator[dict[str, Any]]:
    """Rows of the first images, with ``image_file`` as it was written."""
    files: set[str] = set()
    for row in _read(_rows_file(folder, name)):
        files.add(row["image_file"])
        if len(files) > images:
            return
        yield row


def read_worlds(folder: Path, name: str, images: int = GROUP) -> Iterator[tuple[str, dict[str, Any]]]:
    """(image_id, world as a dictionary) of the first images."""
    for record in _read(_worlds_file(folder, name))[:images]:
        yield record["image_id"], json.loads(record["world"])


def _rows_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _worlds_file(folder: Path, name: str) -> Path:
    return folder / f"{name}-worlds.parquet"


def _read(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    return pq.read_table(path).to_pylist()  # type: ignore[no-any-return]
