"""The configs: which splits each has, how its data is made ready, and how its rows are read.

Everything above (the `datasets` builder, `load_regions`, the command line) goes through a `Source`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Protocol

from ..errors import UnknownNameError
from ..photos.photographs import PHOTOGRAPHS, Photograph
from ..photos.photographs import read_rows as read_photo_rows
from ..scenes import generate as scenes
from ..scenes.options import SPLITS, ScenesOptions
from ..user_files.options import ForeignOptions, RefcocogOptions, VisualGenomeOptions
from ..user_files.sa1b.options import Sa1bOptions

__all__ = [
    "CONFIGS",
    "DEFAULT_CONFIG",
    "EMBEDDED",
    "USER_DATA",
    "PhotosSource",
    "ScenesSource",
    "Source",
    "open_source",
]

DEFAULT_CONFIG = "scenes"


class Source(Protocol):
    """Data of one config.

    A shard is whatever the source reads at once; it can be pickled and shipped to another process.
    """

    splits: tuple[str, ...]

    def prepare(self, split: str) -> None:
        """Make everything of the split that is not there yet; fast when all is there."""

    def shards(self, split: str) -> list[Any]:
        """The shards of the split, in order, made or not."""

    def rows(self, shard: Any) -> Iterator[dict[str, Any]]:
        """Rows of the schema, with ``image_file`` (a path) in place of ``image``; made first if need be."""

    def stream_rows(self, shard: Any) -> Iterator[dict[str, Any]]:
        """The same rows; ``image_file`` may be {"bytes", "path"} where a path would mean writing a file."""


class ScenesSource:
    """Procedural scenes (see `dataset.scenes`)."""

    splits: tuple[str, ...] = SPLITS

    def __init__(self, options: ScenesOptions) -> None:
        self.options = options

    def prepare(self, split: str) -> None:
        """Draw the scenes that are missing, in parallel."""
        scenes.generate(self.options, split)

    def shards(self, split: str) -> list[scenes.Shard]:
        """Shards of 20 scenes."""
        return scenes.shards_of(self.options, split)

    def rows(self, shard: scenes.Shard) -> Iterator[dict[str, Any]]:
        """Rows of one shard."""
        return scenes.read_rows(shard)

    stream_rows = rows


class PhotosSource:
    """Annotated photographs (see `dataset.photos`)."""

    splits: tuple[str, ...] = ("test",)

    def prepare(self, split: str) -> None:
        """Put the pictures into the cache."""
        for photograph in self.shards(split):
            photograph.cached_png()

    def shards(self, split: str) -> list[Photograph]:
        """One shard for each photograph."""
        if split not in self.splits:
            raise UnknownNameError("split", split, self.splits)
        return list(PHOTOGRAPHS)

    def rows(self, shard: Photograph) -> Iterator[dict[str, Any]]:
        """Rows of one photograph."""
        return read_photo_rows(shard)

    stream_rows = rows


USER_DATA: Mapping[str, type[Sa1bOptions | ForeignOptions]] = {
    "sa1b": Sa1bOptions,
    "refcocog": RefcocogOptions,
    "visual_genome": VisualGenomeOptions,
}
"""The configs over the user's own files -> their options."""

CONFIGS: Mapping[str, tuple[str, ...]] = {
    "scenes": tuple(field.name for field in fields(ScenesOptions)),
    "photos": (),
    **{name: tuple(field.name for field in fields(options)) for name, options in USER_DATA.items()},
}
"""Name of every config -> the options it takes."""

EMBEDDED = ("scenes", "photos")
"""The configs that need no data of the user's."""


def open_source(config: str, options: Mapping[str, Any] | None = None) -> Source:
    """The source of a config.

    Raises:
        UnknownNameError: no such config or option.
        InvalidInputError: an option's value is out of range.
    """
    if config not in CONFIGS:
        raise UnknownNameError("config", config, CONFIGS)
    chosen = dict(options or {})
    for name in chosen:
        if name not in CONFIGS[config]:
            raise UnknownNameError(f"option of config {config!r}:", name, CONFIGS[config])
    if config == "scenes":
        return ScenesSource(ScenesOptions(**chosen))
    if config == "sa1b":
        from ..user_files.sa1b.source import Sa1bSource  # compiles: only for those who use it

        return Sa1bSource(Sa1bOptions(**chosen))
    if config in USER_DATA:
        from ..user_files.source import ForeignSource

        return ForeignSource(USER_DATA[config](**chosen))  # type: ignore[arg-type]
    return PhotosSource()
