"""RefOI as published: parquet files with image, mask and people's expressions in every row.

Files are ``single_presence-*.parquet`` (the object is alone of its kind in its image) and ``co_occurrence-*.parquet``
(it has look-alikes). Rows have no ids: an image is named by the digest of its bytes, so that objects of one image
belong together, and a region by its place in the split.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...errors import InvalidInputError
from ...masks.rle import encode_mask
from ...runtime.cache import atomic_file, cache_root
from ...schema import Region
from ..data_options import RefoiOptions
from ..files import walk_files
from ..frames import opened_image, read_picture
from ..source import Joined, UserDataSource

__all__ = ["RefoiSource"]

_EXPRESSIONS: Final = {"written": "written_descriptions", "spoken": "spoken_descriptions"}
_NEEDED: Final = ("image", "mask", "label_name", *_EXPRESSIONS.values())
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class RefoiImage:
    """The rows of one image.

    Attributes:
        image_id: digits of its bytes.
        places: (file, row in it, place in the split) of its objects.
    """

    image_id: str
    places: tuple[tuple[str, int, int], ...]


class RefoiSource(UserDataSource[RefoiOptions, RefoiImage]):
    """RefOI in the user's own files."""

    def join(self, split: str) -> Joined:
        """The images of a split, in the order of their first rows."""
        return _join(tuple(self._files(split)), split, self.content_key())

    def read_image(self, image: RefoiImage) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of an image, and what is wrong with it."""
        rows, problems = [], []
        for file, row, place in image.places:
            name = f"{image.image_id}/{place}"
            try:
                rows.append(self._region(_row(file, row), name, image.image_id).to_row())
            except InvalidInputError as error:
                problems.append(f"region {name}: {error.problems[0]}")
        return rows, problems

    def file_of(self, image: RefoiImage) -> str:
        """A copy of the bytes in the cache."""
        target = cache_root() / "user_data" / "pictures" / image.image_id
        if not target.is_file():
            with atomic_file(target) as temporary:
                temporary.write_bytes(self._picture(image))
        return str(target)

    def stream_file_of(self, image: RefoiImage) -> str | dict[str, Any]:
        """The bytes."""
        return {"bytes": self._picture(image), "path": image.image_id}

    def annotations_state(self) -> str:
        """Options, and place, size and time of the files."""
        files = [path for split in self.options.splits for path in self._files(split)]
        return repr((self.options, [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]))

    def _files(self, split: str) -> list[Path]:
        return [
            path
            for path in walk_files(self.options.folder)
            if path.suffix.lower() == ".parquet" and split in path.relative_to(self.options.folder).as_posix()
        ]

    def _picture(self, image: RefoiImage) -> bytes:
        file, row, _ = image.places[0]
        return bytes(_row(file, row)["image"]["bytes"])

    def _region(self, record: Mapping[str, Any], name: str, image_id: str) -> Region:
        """A row as a region.

        Raises:
            InvalidInputError: the mask is none, or fits another image, or nobody said anything.
        """
        kinds = list(_EXPRESSIONS) if self.options.expressions == "all" else [self.options.expressions]
        texts = tuple(text for kind in kinds for text in record[_EXPRESSIONS[kind]] or () if text and text.strip())
        if not texts:
            raise InvalidInputError(name, [f"no {self.options.expressions} expression"])
        size = read_picture(io.BytesIO(record["image"]["bytes"]), name).upright_size
        mask = _mask(record["mask"], name)
        if mask.shape != size:
            raise InvalidInputError(name, [f"mask is of size {list(mask.shape)}, its image is {list(size)}"])
        if not mask.any():
            raise InvalidInputError(name, ["mask holds no pixel"])
        region = Region(name, image_id, texts, depth=1, granularity="object", category=record["label_name"])
        return region.with_mask(encode_mask(mask))


@functools.lru_cache(maxsize=4)  # a split is listed several times in a row
def _join(files: tuple[Path, ...], split: str, _content: str) -> Joined:
    """Rows by the digest of their image; changed files have another content key: they are read anew."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    places: dict[str, list[tuple[str, int, int]]] = {}
    problems = [] if files else [f"shard {split}: no .parquet file with {split} in its name"]
    count = 0
    for path in files:
        try:
            with pq.ParquetFile(path) as file:
                missing = [name for name in _NEEDED if name not in file.schema_arrow.names]
                if missing:
                    problems.append(f"shard {path}: has no column {', '.join(missing)}")
                    continue
                cells = [cell for batch in file.iter_batches(64, columns=["image"]) for cell in batch[0].to_pylist()]
        except (OSError, pa.ArrowException) as error:
            problems.append(f"shard {path}: cannot be read as parquet ({error})")
            continue
        for row, cell in enumerate(cells):
            content = cell.get("bytes") if isinstance(cell, Mapping) else None
            if content:
                digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
                places.setdefault(digest, []).append((str(path), row, count))
            else:
                problems.append(f"row {path.name}/{row}: image: expected its bytes")
            count += 1
    return Joined([RefoiImage(image_id, tuple(own)) for image_id, own in places.items()], problems)


def _row(file: str, row: int) -> Mapping[str, Any]:
    record: Mapping[str, Any] = _table(file, Path(file).stat().st_mtime_ns).slice(row, 1).to_pylist()[0]
    return record


@functools.lru_cache(maxsize=1)  # the images of a file come one after the other
def _table(file: str, _changed: int) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(file, columns=list(_NEEDED), memory_map=True)


def _mask(cell: Any, name: str) -> Any:
    """Pixels of the object, from a picture that is bright where it is."""
    import numpy as np

    content = cell.get("bytes") if isinstance(cell, Mapping) else None
    if not content:
        raise InvalidInputError(name, ["mask: expected a picture's bytes"])
    with opened_image(io.BytesIO(content), f"mask of {name}") as picture:
        pixels = np.asarray(picture.convert("L"))
    return pixels > int(pixels.max()) // 2
