"""From a scene to its region rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..masks.rle import encode_mask
from ..runtime.arrays import BoolArray, ByteArray
from ..schema import Region, arrow_schema
from .layout.scene import build_scene
from .options import ScenesOptions
from .rendering.render import render
from .words.describe import Description, describe_scene
from .words.regions import visible_regions

if TYPE_CHECKING:
    from ..listener import World

__all__ = ["Regions", "described_regions", "draw", "masked_regions", "write_rows", "write_shard"]

Masks = dict[str, BoolArray]
Regions = list[Region]


def draw(options: ScenesOptions, split: str, index: int, device: str = "cpu") -> tuple[ByteArray, World, Masks]:
    """One scene: the image (h, w, 3), the world the listener knows, and the mask (h, w) of every visible region.

    Raises:
        UrecaError: the device cannot draw it, see `rendering.render.render`.
    """
    scene = build_scene(options.scene_seed(split, index), held_out=options.has_held_out(split, index))
    rendering = render(scene, options.resolution, device)
    world, masks = visible_regions(scene, rendering)
    return rendering.image, world, masks


def write_shard(
    folder: Path, options: ScenesOptions, split: str, indices: Iterable[int], on_scene: Callable[[], None]
) -> None:
    """Write the scenes' images, rows and worlds into a folder (see `generate`), calling `on_scene` after each."""
    from PIL import Image

    drawings: list[tuple[str, Regions]] = []
    summary = {"images": 0, "regions": 0, "left_out": 0, "visible": 0}
    with (folder / "worlds.jsonl").open("w", encoding="utf-8") as worlds:
        for index in indices:
            image_id = options.image_id(split, index)
            image, world, masks = draw(options, split, index)
            descriptions, left_out = describe_scene(world, options.scene_seed(split, index))
            regions = masked_regions(image_id, world, masks, descriptions)
            Image.fromarray(image).save(folder / f"{image_id}.png", compress_level=1)
            worlds.write(json.dumps({"image_id": image_id, "world": world.to_dict()}, separators=(",", ":")) + "\n")
            drawings.append((f"{image_id}.png", regions))
            summary["images"] += 1
            summary["regions"] += len(regions)
            summary["left_out"] += left_out
            summary["visible"] += len(masks)
            on_scene()
    write_rows(folder / "regions.parquet", drawings)
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")


def write_rows(path: Path, images: Iterable[tuple[str, Regions]]) -> None:
    """Write the regions of images as rows, which name the image's file instead of holding the image.

    Args:
        path: the parquet file.
        images: the name of an image's file, and its regions with masks, for every image.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema().insert(0, pa.field("image_file", pa.string()))
    rows = [{"image_file": name, **region.to_row()} for name, regions in images for region in regions]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="zstd")


def masked_regions(image_id: str, world: World, masks: Masks, descriptions: list[Description]) -> Regions:
    """The described regions with their masks, in the order of rows."""
    described = described_regions(image_id, world, descriptions)
    return [region.with_mask(encode_mask(masks[own_id])) for own_id, region in described]


def described_regions(image_id: str, world: World, descriptions: list[Description]) -> Iterator[tuple[str, Region]]:
    """(region's id in its world, the region without its mask) for every described region, in the order of rows."""
    described = {description.region_id for description in descriptions}
    by_id = {drawn.id: drawn for drawn in world.regions}
    for description in descriptions:
        drawn = by_id[description.region_id]
        ancestors = _ancestors(drawn.parent, by_id)
        parent = next((ancestor for ancestor in ancestors if ancestor in described), None)
        region = Region(
            region_id=f"{image_id}/{drawn.id}",
            image_id=image_id,
            captions=description.references,
            parent_id=None if parent is None else f"{image_id}/{parent}",
            depth=len(ancestors) + 1,
            granularity=drawn.granularity,
            category=drawn.plural if drawn.is_group else drawn.category,
            short_caption=description.short_caption,
            slice="novel" if drawn.held_out else "standard",
        )
        yield drawn.id, region


def _ancestors(parent: str | None, by_id: dict[str, Any]) -> list[str]:
    chain = []
    while parent is not None:
        chain.append(parent)
        parent = by_id[parent].parent
    return chain
