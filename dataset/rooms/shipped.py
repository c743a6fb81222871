"""The rooms that ship with the package, in ``pictures``: images as rendered, tables, and a manifest of all of it.

Reading them needs no renderer. The manifest's digest is the identity of the data: it holds that of every other file.
Images are copied into the cache, so that prepared data does not point into an environment that may go away.
``scripts/pack_rooms.py`` writes the folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..errors import DataUnavailableError, InvalidInputError
from ..runtime.cache import atomic_file, cache_root
from .options import RoomsDataOptions
from .tables import GROUP, group_sizes, read_rows, read_worlds

__all__ = [
    "MANIFEST",
    "PICTURES",
    "SHIPPED_SPLITS",
    "ShippedShard",
    "manifest",
    "pictures_digest",
    "shards_of",
    "table_name",
]

SHIPPED_SPLITS: Final = ("validation", "test")
PICTURES: Final = Path(__file__).with_name("pictures")
MANIFEST: Final = "manifest.json"
_REINSTALL: Final = "Install this package again with: pip install --force-reinstall --no-deps ureca"


@dataclass(frozen=True)
class ShippedShard:
    """Consecutive images of a shipped split.

    Attributes:
        split: validation or test.
        group: number of its tables.
        images: how many of its images, the first ones.
    """

    split: str
    group: int
    images: int

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows of the schema, with ``image_file`` (a path in the cache) instead of ``image``."""
        for row in read_rows(PICTURES, table_name(self.split, self.group), self.images):
            yield {**row, "image_file": str(_cached(self.split, row["image_file"]))}

    def worlds(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(image_id, world as a dictionary) of every image."""
        return read_worlds(PICTURES, table_name(self.split, self.group), self.images)

    def prepare(self) -> None:
        """Copy its images into the cache."""
        first = GROUP * self.group
        for name in list(manifest()["images"][self.split])[first : first + self.images]:
            _cached(self.split, name)


def table_name(split: str, group: int) -> str:
    """``test-003``: what the tables of ten images are called."""
    return f"{split}-{group:03d}"


def shards_of(split: str, images: int) -> list[ShippedShard]:
    """Shards of the first images of a split.

    Raises:
        InvalidInputError: more images than the benchmark has.
    """
    most, shipped = RoomsDataOptions().count(split), len(manifest()["images"][split])
    if images > most:
        raise InvalidInputError(
            'load_dataset("ureca", "rooms")',
            [f"{split}: expected at most {most:,} images, as the benchmark has, found {images:,}"],
            "Another seed renders as many as you like.",
        )
    return [ShippedShard(split, group, count) for group, count in enumerate(group_sizes(min(images, shipped)))]


@cache
def manifest() -> Mapping[str, Any]:
    """What is shipped: ``images`` (split -> file -> facts), ``files`` (file -> sha256), ``left_out``, ``made_with``.

    Raises:
        DataUnavailableError: the folder is not there.
    """
    return json.loads(_manifest_bytes())  # type: ignore[no-any-return]


@cache
def pictures_digest() -> str:
    """The identity of the shipped data: 16 hex digits that change with any file of it."""
    return hashlib.sha256(_manifest_bytes()).hexdigest()[:16]


def _manifest_bytes() -> bytes:
    try:
        return (PICTURES / MANIFEST).read_bytes()
    except OSError as error:
        raise DataUnavailableError(
            f"the rooms are read from {PICTURES}, which cannot be: {error}. {_REINSTALL}"
        ) from error


def _picture_of(split: str, name: str) -> Path:
    return PICTURES / split / name


def _cached(split: str, name: str) -> Path:
    """Path of an image in the cache, copied on first use.

    Raises:
        DataUnavailableError: the image is missing or is not the shipped one.
    """
    target = cache_root() / "rooms" / "shipped" / pictures_digest() / name
    if target.exists():
        return target
    source = _picture_of(split, name)
    try:
        content = source.read_bytes()
    except OSError as error:
        raise DataUnavailableError(f"the room {source} cannot be read: {error}. {_REINSTALL}") from error
    digest, expected = hashlib.sha256(content).hexdigest(), manifest()["images"][split][name]["sha256"]
    if digest != expected:
        raise DataUnavailableError(
            f"{source} is not the rendered picture: expected SHA-256 {expected[:12]}, found {digest[:12]}. {_REINSTALL}"
        )
    with atomic_file(target) as temporary:
        temporary.write_bytes(content)
    return target
