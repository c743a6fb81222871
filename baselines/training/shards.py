"""Training data as plain files: images, masks and captions that numpy alone can read.

A folder of shards::

    summary.json             what it holds, the code that made it, and the command
    000000-000050/           images 0 to 49, whole or not there
        pixels.npy           uint8, all images one after the other, each (height, width, 3)
        runs.npy             uint32, all masks one after the other, each as the lengths of its runs (see `row_runs`)
        scenes.jsonl         one line for each image: its size, where its pixels are, and its regions
        worlds.jsonl         one line for each image of `scenes`: what the listener needs
        summary.json         counts, and where each line starts

Images may have any size. Nothing stays open between two reads, so that an opened folder can be pickled, forked and
read by many processes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.listener import World
from dataset.masks.boxes import box_of, to_xywh
from dataset.masks.row_runs import mask_to_runs, runs_to_mask
from dataset.runtime.arrays import BoolArray, ByteArray, IntArray
from dataset.runtime.cache import atomic_file, make_folder_once
from dataset.schema import Region

__all__ = [
    "FORMAT",
    "IMAGES_PER_SHARD",
    "SUMMARY",
    "SceneExample",
    "SceneText",
    "Scenes",
    "begin_shards",
    "end_shards",
    "read_shards",
    "shard_folder",
    "shard_spans",
    "write_shard",
]

FORMAT: Final = 1
IMAGES_PER_SHARD: Final = 50
SUMMARY: Final = "summary.json"
_ELSEWHERE: Final = ("image_id", "mask", "depth", "caption")
"""Columns of a region that its record leaves out: they are in the image's record, in the runs, nowhere, in captions."""


@dataclass(frozen=True)
class SceneText:
    """One image with its regions, without pixels.

    Attributes:
        image_id: the image's id.
        height, width: of the image, pixels.
        regions: in the order of the data, without mask and depth once they have been written and read.
    """

    image_id: str
    height: int
    width: int
    regions: tuple[Region, ...]

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.regions)


@dataclass(frozen=True, eq=False)
class SceneExample(SceneText):
    """One image with its regions, ready to learn from.

    Attributes:
        image: (height, width, 3) uint8, RGB.
        masks: (regions, height, width) bool.
    """

    image: ByteArray
    masks: BoolArray

    @classmethod
    def measured(cls, image_id: str, image: ByteArray, masks: BoolArray, regions: Iterable[Region]) -> SceneExample:
        """An example whose regions get the boxes and areas of their masks."""
        measured_regions = tuple(
            replace(region, bbox=to_xywh(box_of(mask)), area=int(np.count_nonzero(mask)))
            for region, mask in zip(regions, masks, strict=True)
        )
        return cls(image_id, image.shape[0], image.shape[1], measured_regions, image, masks)


class Scenes(Sequence[SceneExample]):
    """The images of a folder of shards; see `read_shards`.

    Attributes:
        folder: the folder.
        summary: the folder's ``summary.json``.
    """

    def __init__(self, folder: Path, summary: Mapping[str, Any], images: int) -> None:
        self.folder, self.summary, self._images = folder, summary, images
        spans = [span for span in shard_spans(int(summary["images"])) if span[0] < images]
        self._shards = [shard_folder(folder, *span) for span in spans]
        self._indices = [_read_json(shard / SUMMARY) for shard in self._shards]

    def __len__(self) -> int:
        """Number of images."""
        return self._images

    def __getitem__(self, index: Any) -> Any:
        """The image at an index, read from disk; a list of them for a slice."""
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        return self.read(index)

    def read(self, index: int, regions: Sequence[int] | None = None) -> SceneExample:
        """The image at an index with some of its regions, in the order given; with all of them if None."""
        shard, record = self._record(index)
        if regions is not None:
            record["regions"] = [record["regions"][k] for k in regions]
        height, width = record["size"]
        pixels = np.load(shard / "pixels.npy", mmap_mode="r")
        first = record["pixels_at"]
        image = np.array(pixels[first : first + height * width * 3]).reshape(height, width, 3)
        runs = np.load(shard / "runs.npy", mmap_mode="r")
        masks = np.zeros((len(record["regions"]), height, width), dtype=np.bool_)
        for mask, region in zip(masks, record["regions"], strict=True):
            start, count = region["runs"]
            mask[:] = runs_to_mask(runs[start : start + count], height, width)
        return SceneExample(record["image_id"], height, width, _regions(record), image, masks)

    def first(self, images: int) -> Scenes:
        """The first images, all if there are fewer."""
        return Scenes(self.folder, self.summary, min(images, len(self)))

    def text(self, index: int) -> SceneText:
        """The regions of an image without pixels and masks: much cheaper than the whole."""
        _, record = self._record(index)
        height, width = record["size"]
        return SceneText(record["image_id"], height, width, _regions(record))

    def texts(self) -> Iterator[SceneText]:
        """The regions of every image, without pixels and masks."""
        return (self.text(index) for index in range(len(self)))

    @property
    def split(self) -> str:
        """Which split of the data this is."""
        return str(self.summary["split"])

    @cached_property
    def region_counts(self) -> IntArray:
        """(images,) number of regions of each."""
        counts = [count for index in self._indices for count in index["regions_each"]]
        return np.array(counts[: len(self)], dtype=np.int64)

    def world(self, index: int) -> World | None:
        """What the listener needs of an image; None for data that is not `scenes`."""
        shard, lines, position = self._place(index)
        offsets = lines["world_lines"]
        return World.from_dict(_read_line(shard / "worlds.jsonl", offsets[position])["world"]) if offsets else None

    def _record(self, index: int) -> tuple[Path, dict[str, Any]]:
        shard, lines, position = self._place(index)
        return shard, _read_line(shard / "scenes.jsonl", lines["scene_lines"][position])

    def _place(self, index: int) -> tuple[Path, dict[str, Any], int]:
        shard, position = divmod(range(len(self))[index], IMAGES_PER_SHARD)
        return self._shards[shard], self._indices[shard], position


def read_shards(folder: Path | str, images: int | None = None) -> Scenes:
    """Open a folder of shards; only counts are read until an image is asked for.

    Args:
        folder: what ``python -m baselines.training.draw`` wrote.
        images: take only the first images, this many; they may be read while the rest is still being drawn.

    Raises:
        DataUnavailableError: no such folder, or not all of the images are there yet.
        InvalidInputError: the folder is of another format.
    """
    folder = Path(folder)
    if not (folder / SUMMARY).is_file():
        make = "Draw scenes into a new folder: ureca draw --images 1000 --out shards"
        if any(folder.rglob("*.parquet")):
            make = f"For rows: ureca shards --config folder --data-option data_dir={folder} --split train --out shards"
        raise DataUnavailableError(f"{folder} is no folder of training shards: it has no {SUMMARY}. {make}")
    summary = _read_json(folder / SUMMARY)
    if summary.get("format") != FORMAT:
        raise InvalidInputError(
            str(folder), [f"expected format {FORMAT}, found {summary.get('format')!r}"], "Draw it again."
        )
    planned = int(summary["images"])
    count = planned if images is None else images
    if not 0 < count <= planned:
        raise InvalidInputError(str(folder), [f"asked for {count:,} images, but it holds 1 to {planned:,}"])
    missing = [span for span in shard_spans(planned) if span[0] < count and not shard_folder(folder, *span).is_dir()]
    if missing:
        complete = missing[0][0]
        raise DataUnavailableError(
            f"{folder}: {complete:,} of {count:,} images are there. Start `{summary['command']}` again to draw the "
            "rest, or take fewer images."
        )
    return Scenes(folder, summary, count)


def shard_spans(images: int) -> list[tuple[int, int]]:
    """(first image, number of images) of every shard; only the last may be smaller."""
    return [(first, min(IMAGES_PER_SHARD, images - first)) for first in range(0, images, IMAGES_PER_SHARD)]


def shard_folder(folder: Path, first: int, count: int) -> Path:
    """Where the shard of `count` images from `first` on is, or will be."""
    return folder / f"{first:06d}-{first + count:06d}"


def begin_shards(folder: Path, made_by: Mapping[str, Any], images: int, command: str) -> int:
    """Write the folder's summary, or check that what it holds was made by the same.

    Args:
        folder: the folder of shards.
        made_by: config, split, and all else that decides the images.
        images: how many images there are to be.
        command: what to type to do this again.

    Returns:
        How many images there are to be: more than asked for, if the folder has more.

    Raises:
        InvalidInputError: the folder holds other images.
    """
    made_by = {"format": FORMAT, **made_by}
    planned = 0
    if (folder / SUMMARY).is_file():
        summary = _read_json(folder / SUMMARY)
        problems = [f"{k}: expected {v!r}, found {summary.get(k)!r}" for k, v in made_by.items() if summary.get(k) != v]
        if problems:
            raise InvalidInputError(str(folder / SUMMARY), problems, "Take another folder, or delete this one.")
        planned = int(summary["images"])
    if planned < images:
        with atomic_file(folder / SUMMARY) as temporary:
            temporary.write_text(json.dumps({**made_by, "images": images, "command": command}, indent=1) + "\n")
    return max(planned, images)


def end_shards(folder: Path) -> Scenes:
    """Open a folder that is complete; a last shard that was smaller, and whose images a larger one has now, goes."""
    scenes = read_shards(folder)
    folders = {shard_folder(folder, *span) for span in shard_spans(len(scenes))}
    for shard in folder.glob("[0-9]*-[0-9]*"):
        if shard.is_dir() and shard not in folders:
            shutil.rmtree(shard)
    return scenes


def write_shard(folder: Path, first: int, count: int, examples: Iterable[tuple[SceneExample, World | None]]) -> Path:
    """Write images `first` to ``first + count - 1`` as one shard of a folder; the shard appears whole or not at all.

    What is already there is kept.

    Args:
        folder: the folder of shards.
        first: number of the shard's first image.
        count: number of its images.
        examples: the images with what the listener needs of them, None for data that is not `scenes`.

    Raises:
        DataUnavailableError: the folder cannot be written.
    """
    return make_folder_once(shard_folder(folder, first, count), lambda temporary: _fill(temporary, count, examples))


def _fill(folder: Path, count: int, examples: Iterable[tuple[SceneExample, World | None]]) -> None:
    pixels: list[ByteArray] = []
    runs: list[npt.NDArray[np.uint32]] = []
    records, worlds, regions_each = [], [], []
    pixels_at = runs_at = 0
    for example, world in examples:
        regions = []
        for region, mask in zip(example.regions, example.masks, strict=True):
            lengths = mask_to_runs(mask)
            regions.append({**_region_record(region), "runs": [runs_at, len(lengths)]})
            runs.append(lengths)
            runs_at += len(lengths)
        size = [example.height, example.width]
        records.append({"image_id": example.image_id, "size": size, "pixels_at": pixels_at, "regions": regions})
        regions_each.append(len(regions))
        pixels.append(example.image.reshape(-1))
        pixels_at += example.image.size
        if world is not None:
            worlds.append({"image_id": example.image_id, "world": world.to_dict()})
    if len(records) != count or len(worlds) not in (0, count):
        raise InvalidInputError("shard", [f"expected {count} images, found {len(records)} with {len(worlds)} worlds"])
    np.save(folder / "pixels.npy", np.concatenate(pixels))
    np.save(folder / "runs.npy", np.concatenate([np.zeros(0, np.uint32), *runs]))
    summary = {
        "images": count,
        "regions": sum(regions_each),
        "regions_each": regions_each,
        "scene_lines": _write_lines(folder / "scenes.jsonl", records),
        "world_lines": _write_lines(folder / "worlds.jsonl", worlds) if worlds else [],
    }
    (folder / SUMMARY).write_text(json.dumps(summary), encoding="utf-8")


def _region_record(region: Region) -> dict[str, Any]:
    row = region.to_row()
    return {("bbox_xywh" if name == "bbox" else name): row[name] for name in row if name not in _ELSEWHERE}


def _regions(record: Mapping[str, Any]) -> tuple[Region, ...]:
    shared = {"image_id": record["image_id"]}
    return tuple(Region.from_row({**region, "bbox": region["bbox_xywh"], **shared}) for region in record["regions"])


def _write_lines(path: Path, records: Sequence[Mapping[str, Any]]) -> list[int]:
    offsets = []
    with path.open("wb") as lines:
        for record in records:
            offsets.append(lines.tell())
            lines.write(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
    return offsets


def _read_line(path: Path, offset: int) -> dict[str, Any]:
    with path.open("rb") as lines:
        lines.seek(offset)
        record: dict[str, Any] = json.loads(lines.readline())
        return record


def _read_json(path: Path) -> dict[str, Any]:
    """A JSON object of a folder of shards."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataUnavailableError(f"{path}: {error}. Draw the folder again.") from error
    return record
