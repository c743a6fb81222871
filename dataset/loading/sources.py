"""The configs: which splits each has, how its data is made ready, and how its rows are read.

Everything above (the `datasets` builder, `load_regions`, the command line) goes through a `Source`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Final, Protocol, runtime_checkable

from ..errors import InvalidInputError, UnknownNameError, check_name, look_up
from ..photos.photographs import PHOTOGRAPHS, Photograph
from ..photos.photographs import read_rows as read_photo_rows
from ..rooms import shipped as shipped_rooms
from ..rooms.options import RoomsDataOptions
from ..runtime.fingerprint import code_digest
from ..scenes import generate as scenes
from ..scenes.options import SPLITS, ScenesOptions
from ..user_files.data_options import (
    InstancesOptions,
    RefcocogOptions,
    RefoiOptions,
    RegionListOptions,
    Sa1bOptions,
    UserDataOptions,
    VisualGenomeOptions,
)
from ..user_files.row_files import FolderOptions, FolderSource

__all__ = [
    "CONFIGS",
    "DEFAULT_CONFIG",
    "EMBEDDED",
    "WITH_WORLDS",
    "Config",
    "PhotosSource",
    "RoomsSource",
    "ScenesSource",
    "Source",
    "WorldSource",
    "check_split",
    "open_source",
]

DEFAULT_CONFIG = "scenes"
_SHIPPED: Final = shipped_rooms.SHIPPED_SPLITS


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
        """Rows of the schema, with ``image_file`` (a path) instead of ``image``; made first if missing."""

    def stream_rows(self, shard: Any) -> Iterator[dict[str, Any]]:
        """The same rows; ``image_file`` may be {"bytes", "path"} where a path would mean writing a file."""

    def left_out(self, split: str) -> list[str]:
        """What was left out of the rows of a split that is prepared, one line each."""

    def left_out_of_stream(self, split: str) -> list[str]:
        """The same of a stream: what is known before its images are opened."""

    def protocol(self, split: str) -> str:
        """Which test set and rules numbers of a split follow; empty where there is one alone."""

    def content_key(self) -> str:
        """Digits that change with the user's own files; empty where code and options alone make the data."""


@runtime_checkable
class WorldSource(Source, Protocol):
    """Data of which the whole truth is known: the listener hears captions in its worlds."""

    def worlds(self, shard: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """(image_id, `World.to_dict`) of every image of a shard; made first if missing."""


def check_split(split: str, source: Source, kind: str = "split") -> None:
    """See that a source has a split; the source knows best how one that it could have is made.

    Raises:
        InvalidInputError: an option is needed to have it.
        UnknownNameError: there is no such split.
    """
    if split not in source.splits:
        with suppress(UnknownNameError):
            source.shards(split)
        raise UnknownNameError(kind, split, source.splits)


class EmbeddedSource:
    """What the sources have in common that need no files of the user's."""

    def left_out(self, split: str) -> list[str]:  # noqa: ARG002 - as every source has it
        """Nothing: the data is whole."""
        return []

    left_out_of_stream = left_out

    def protocol(self, split: str) -> str:  # noqa: ARG002 - as every source has it
        """Empty: the data has one test set."""
        return ""

    def content_key(self) -> str:
        """Empty: nothing but code and options makes the data."""
        return ""


class ScenesSource(EmbeddedSource):
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

    def worlds(self, shard: scenes.Shard) -> Iterator[tuple[str, dict[str, Any]]]:
        """Worlds of one shard."""
        return scenes.read_worlds(shard)


class RoomsSource(EmbeddedSource):
    """Path-traced rooms (see `dataset.rooms`): shipped, or rendered here."""

    def __init__(self, options: RoomsDataOptions) -> None:
        self.options = options
        self.splits: tuple[str, ...] = ("train", *_SHIPPED) if options.train else _SHIPPED

    def prepare(self, split: str) -> None:
        """Put the images into the cache: a copy of those that are shipped, others rendered in parallel."""
        if self._is_shipped(split):
            for shard in self.shards(split):
                shard.prepare()
        else:
            from ..rooms.rendered import render

            render(self.shards(split))

    def shards(self, split: str) -> list[Any]:
        """Shards of 10 rooms."""
        if split == "train" and not self.options.train:
            raise InvalidInputError(
                "rooms",
                ["expected `train=N`: rooms to learn from are not shipped, they are rendered here"],
                "train=400 makes the split of the recipe in docs/rooms.md, in some hours.",
            )
        check_name("split", split, self.splits)
        if self._is_shipped(split):
            return list(shipped_rooms.shards_of(split, self.options.count(split)))
        from ..rooms.rendered import shards_of

        return list(shards_of(self.options.drawing, split, self.options.count(split)))

    def rows(self, shard: Any) -> Iterator[dict[str, Any]]:
        """Rows of one shard."""
        return shard.rows()  # type: ignore[no-any-return]

    stream_rows = rows

    def worlds(self, shard: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Worlds of one shard."""
        return shard.worlds()  # type: ignore[no-any-return]

    def content_key(self) -> str:
        """The identity of what is shipped, and of the code that renders the rest."""
        return code_digest([shipped_rooms.PICTURES.parent])

    def _is_shipped(self, split: str) -> bool:
        return self.options.seed == 0 and split in _SHIPPED


class PhotosSource(EmbeddedSource):
    """Annotated photographs (see `dataset.photos`)."""

    splits: tuple[str, ...] = ("test",)

    def __init__(self, _options: PhotosOptions) -> None:
        pass

    def prepare(self, split: str) -> None:
        """Put the pictures into the cache."""
        for photograph in self.shards(split):
            photograph.cached_png()

    def shards(self, split: str) -> list[Photograph]:
        """One shard for each photograph."""
        check_name("split", split, self.splits)
        return list(PHOTOGRAPHS)

    def rows(self, shard: Photograph) -> Iterator[dict[str, Any]]:
        """Rows of one photograph."""
        return read_photo_rows(shard)

    stream_rows = rows


@dataclass(frozen=True)
class PhotosOptions:
    """Config ``photos`` has no options."""


@dataclass(frozen=True)
class Config:
    """One config of the data.

    Attributes:
        name: as in ``load_dataset("ureca", name)``.
        description: one sentence.
        options: dataclass of its options, all with defaults; raises InvalidInputError for values out of range.
        open: the source for some options.
        has_worlds: whether its sources are `WorldSource`, so that the listener hears captions of it.
    """

    name: str
    description: str
    options: type[Any]
    open: Callable[[Any], Source]
    has_worlds: bool = False

    @property
    def defaults(self) -> dict[str, Any]:
        """Name of every option -> its default."""
        return {field.name: field.default for field in fields(self.options)}

    @property
    def needs_user_data(self) -> bool:
        """Whether it reads the user's own files, whose folder is option ``data_dir``."""
        return issubclass(self.options, UserDataOptions)


def _open_sa1b(options: Sa1bOptions) -> Source:
    from ..user_files.sa1b.source import Sa1bSource  # compiles: only for its users

    return Sa1bSource(options)


def _open_foreign(options: RefcocogOptions | VisualGenomeOptions | InstancesOptions) -> Source:
    from ..user_files.foreign import ForeignSource

    return ForeignSource(options)


def _open_refoi(options: RefoiOptions) -> Source:
    from ..user_files.benchmarks.refoi import RefoiSource

    return RefoiSource(options)


_SCENES = "Rendered scenes with exact masks and captions proved to denote one region."
_ROOMS = "Path-traced rooms with real furniture models, exact masks, and captions proved to denote one region."
_PHOTOS = "Eight real photographs, annotated by hand as mask trees with unique captions."
_SA1B = "The published captions of SA-1B regions, joined with your copy of SA-1B."
_REFCOCOG = "RefCOCOg: your copies of its expressions and of COCO's images and masks."
_VISUAL_GENOME = "Visual Genome's region descriptions from your copy; the masks are boxes."
_INSTANCES = "Instances of COCO, LVIS, PACO or DLC-Bench from your copy; captions are what they are called."
_REGION_LISTS = "Masks and captions of ParaDLC-Bench, GAR-Bench, MDVP-Bench or Ferret-Bench from your copy."
_REFOI = "RefOI from your copy: objects of photographs with people's written and spoken expressions."
_FOLDER = "Your own rows: a folder that a curation run or an export wrote, or parquet files like theirs."

CONFIGS: Final[Mapping[str, Config]] = {
    config.name: config
    for config in (
        Config("scenes", _SCENES, ScenesOptions, ScenesSource, has_worlds=True),
        Config("rooms", _ROOMS, RoomsDataOptions, RoomsSource, has_worlds=True),
        Config("photos", _PHOTOS, PhotosOptions, PhotosSource),
        Config("sa1b", _SA1B, Sa1bOptions, _open_sa1b),
        Config("refcocog", _REFCOCOG, RefcocogOptions, _open_foreign),
        Config("visual_genome", _VISUAL_GENOME, VisualGenomeOptions, _open_foreign),
        Config("instances", _INSTANCES, InstancesOptions, _open_foreign),
        Config("region_lists", _REGION_LISTS, RegionListOptions, _open_foreign),
        Config("refoi", _REFOI, RefoiOptions, _open_refoi),
        Config("folder", _FOLDER, FolderOptions, FolderSource),
    )
}
"""Name -> config: the one place that lists them. A new one is a `Source`, a dataclass of its options, and a line."""

EMBEDDED: Final = tuple(name for name, config in CONFIGS.items() if not config.needs_user_data)
"""The configs that need no data of the user's."""

WITH_WORLDS: Final = tuple(name for name, config in CONFIGS.items() if config.has_worlds)
"""The configs whose whole truth is known, so that the listener can hear captions of them."""


def open_source(config: str, options: Mapping[str, Any] | None = None) -> Source:
    """The source of a config.

    Raises:
        UnknownNameError: no such config or option.
        InvalidInputError: an option's value is out of range.
    """
    entry, values = look_up("config", config, CONFIGS), dict(options or {})
    for name in values:
        check_name(f"option of config {config!r}:", name, entry.defaults)
    return entry.open(entry.options(**values))
