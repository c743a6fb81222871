"""Region rows of one image of SA-1B: its captions, masks and mask tree."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InvalidInputError
from ...masks.rle import MaskRle
from ...masks.tree import MaskTree, build_mask_tree
from ...runtime.cache import atomic_file, cache_root
from ...schema import Region
from ..annotations import read_annotations
from ..frames import read_picture
from .files import Place

__all__ = ["BACKGROUND_SHARE", "CaptionedImage", "granularities", "read_rows"]

BACKGROUND_SHARE = 0.7
"""Above this share of the image a mask is not an object: the upper bound of main objects in the published curation."""

_OF_MASK = re.compile(r"annotation \d+: id '(\d+)': (.*)")
"""A line of `read_annotations` about a mask that has an id, and what is wrong with it."""


@dataclass(frozen=True)
class CaptionedImage:
    """What is needed to make the rows of one image, wherever it is.

    Attributes:
        image_id: such as "sa_223750".
        picture: its JPEG.
        annotations: its JSON.
        captions: (mask id, its captions) in the order of the captions file.
        frame: what the annotations are made for, one of `FRAMES`; None to read it off their sizes.
    """

    image_id: str
    picture: Place
    annotations: Place
    captions: tuple[tuple[str, tuple[str, ...]], ...]
    frame: str | None = None

    def picture_file(self) -> str:
        """Path of the JPEG; one that is in a shard is first copied to the cache, once."""
        place = self.picture
        if place.offset is None:
            return place.path
        shard = hashlib.sha256(place.path.encode()).hexdigest()[:16]
        target = cache_root() / "sa1b" / "images" / shard / f"{self.image_id}-{place.offset}.jpg"
        if not target.is_file():
            content = place.read()
            with atomic_file(target) as temporary:
                temporary.write_bytes(content)
        return str(target)

    def picture_bytes(self) -> dict[str, Any]:
        """The JPEG as `datasets` takes it: {"bytes", "path"}; bytes only of one that is in a shard."""
        if self.picture.offset is None:
            return {"bytes": None, "path": self.picture.path}
        return {"bytes": self.picture.read(), "path": f"{self.image_id}.jpg"}


def read_rows(image: CaptionedImage) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of the captioned regions of one image, without the image itself.

    Parents are the nearest enclosing masks that have a caption; depth and granularity come from the tree over all masks
    of the image. This data has neither categories nor short captions nor slices.

    Returns:
        The rows in the order of the captions, and a line for each mask that the image does not have or that cannot be
        used. The tree is then over the other masks.

    Raises:
        InvalidInputError: annotations or image that cannot be used, with every problem found.
        OSError: a file cannot be read.
    """
    annotations, unusable = _annotations(image)
    try:
        tree = build_mask_tree(annotations)
    except InvalidInputError as error:
        raise InvalidInputError(f"{image.image_id}.json", error.problems) from None
    index_of = {str(mask_id): index for index, mask_id in enumerate(tree.ids)}
    captioned = {index_of[mask_id] for mask_id, _ in image.captions if mask_id in index_of}
    depths, grains = tree.depths, granularities(tree, annotations)
    rows = []
    for mask_id, captions in image.captions:
        index = index_of.get(mask_id)
        if index is None:
            continue
        parent = _nearest(tree, index, captioned)
        mask = annotations[index]["segmentation"]
        x, y, width, height = tree.boxes_xywh[index].astype(float).tolist()
        region = Region(
            region_id=f"{image.image_id}/{mask_id}",
            image_id=image.image_id,
            captions=captions,
            parent_id=None if parent < 0 else f"{image.image_id}/{tree.ids[parent]}",
            mask=MaskRle(size=list(mask["size"]), counts=mask["counts"]),
            bbox=(x, y, width, height),
            area=int(tree.areas[index]),
            depth=int(depths[index]),
            granularity=grains[index],
        )
        rows.append(region.to_row())
    return rows, _lines_of(image, set(index_of), unusable)


def _lines_of(image: CaptionedImage, usable: set[str], unusable: Sequence[str]) -> list[str]:
    """A line for each captioned mask that has no row, and for each other mask that the tree lacks."""
    reasons = {match[1]: match[2] for match in map(_OF_MASK.match, unusable) if match}
    lines = []
    for mask_id, _ in image.captions:
        if mask_id not in usable:
            lines.append(f"mask {image.image_id}/{mask_id}: {reasons.pop(mask_id, 'no annotation has this id')}")
    others = [line for line in unusable if (match := _OF_MASK.match(line)) is None or match[1] in reasons]
    return [*lines, *(f"mask {image.image_id}: {line} (no caption; the mask tree is without it)" for line in others)]


def granularities(tree: MaskTree, annotations: Sequence[Mapping[str, Any]]) -> list[str]:
    """Granularity of every mask, by its place in the tree alone.

    A mask that covers more than 70% of the image, and has only such masks above it, is ``background``. Of the others
    those on the first level below the root or below background are ``object``, their children ``part``, and everything
    deeper ``subpart``. Geometry does not distinguish a ``group`` from an object, so no mask gets that name.
    """
    if not annotations:
        return []
    height, width = annotations[0]["segmentation"]["size"]
    levels = [0] * (len(tree.ids) + 1)  # the last is the root's
    for index in tree.order.tolist():
        above = levels[tree.parents[index]]
        is_background = above == 0 and tree.areas[index] > BACKGROUND_SHARE * height * width
        levels[index] = 0 if is_background else above + 1
    names = ("background", "object", "part", "subpart")
    return [names[min(level, 3)] for level in levels[:-1]]


def _annotations(image: CaptionedImage) -> tuple[list[dict[str, Any]], list[str]]:
    """The annotations of an image, masks in COCO's compressed form and turned as the picture is shown; the bad ones."""
    name = f"{image.image_id}.json"
    try:
        document = json.loads(image.annotations.read())
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(name, [f"not JSON ({error})"]) from None
    place = image.picture
    picture_file = f"{image.image_id}.jpg"
    source = Path(place.path) if place.offset is None else io.BytesIO(place.read())
    picture = read_picture(source, picture_file)
    try:
        return read_annotations(document, picture, picture_file, image.frame)
    except InvalidInputError as error:
        raise InvalidInputError(f"{picture_file} and {name}", error.problems) from None


def _nearest(tree: MaskTree, index: int, captioned: set[int]) -> int:
    above = int(tree.parents[index])
    while above >= 0 and above not in captioned:
        above = int(tree.parents[above])
    return above
