"""A split of rooms as two parquet files: ``test.parquet``, its region rows, and ``test-worlds.parquet``.

Both have one row group for each `GROUP` images, in the order of the images, so that a few images are read alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..listener.world import World
from ..runtime.cache import atomic_file
from ..schema import Region, arrow_schema

__all__ = ["GROUP", "RoomRecord", "group_sizes", "read_rows", "read_worlds", "write_tables"]

GROUP: Final = 10
_COMPRESSION: Final = {"compression": "zstd", "compression_level": 19}


@dataclass(frozen=True)
class RoomRecord:
    """What the tables say of one room.

    Attributes:
        image_file: name of its image.
        regions: its described regions with masks, in the order of rows.
        world: what the listener needs.
    """

    image_file: str
    regions: Sequence[Region]
    world: World


def group_sizes(images: int) -> list[int]:
    """How many of so many first images are in each row group."""
    return [min(GROUP, images - first) for first in range(0, images, GROUP)]


def write_tables(folder: Path, name: str, rooms: Sequence[RoomRecord]) -> None:
    """Write the two files of some rooms into a folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows_schema = arrow_schema().insert(0, pa.field("image_file", pa.string()))
    worlds_schema = pa.schema([("image_id", pa.string()), ("world", pa.string())])
    with ExitStack() as stack:
        rows_path = stack.enter_context(atomic_file(_rows_file(folder, name)))
        worlds_path = stack.enter_context(atomic_file(_worlds_file(folder, name)))
        rows_file = stack.enter_context(pq.ParquetWriter(rows_path, rows_schema, **_COMPRESSION))
        worlds_file = stack.enter_context(pq.ParquetWriter(worlds_path, worlds_schema, **_COMPRESSION))
        for first in range(0, len(rooms), GROUP):
            group = rooms[first : first + GROUP]
            rows = [{"image_file": room.image_file, **region.to_row()} for room in group for region in room.regions]
            worlds = [
                {"image_id": Path(room.image_file).stem, "world": json.dumps(room.world.to_dict())} for room in group
            ]
            rows_file.write_table(pa.Table.from_pylist(rows, schema=rows_schema))
            worlds_file.write_table(pa.Table.from_pylist(worlds, schema=worlds_schema))


def read_rows(folder: Path, name: str, group: int, images: int) -> Iterator[dict[str, Any]]:
    """Rows of the first images of a row group, with ``image_file`` as it was written."""
    files: set[str] = set()
    for row in _read_group(_rows_file(folder, name), group):
        files.add(row["image_file"])
        if len(files) > images:
            return
        yield row


def read_worlds(folder: Path, name: str, group: int, images: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(image_id, world as a dictionary) of the first images of a row group."""
    for record in _read_group(_worlds_file(folder, name), group)[:images]:
        yield record["image_id"], json.loads(record["world"])


def _rows_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _worlds_file(folder: Path, name: str) -> Path:
    return folder / f"{name}-worlds.parquet"


def _read_group(path: Path, group: int) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return file.read_row_group(group).to_pylist()  # type: ignore[no-any-return]
