"""From pointing to a mask: a box, an outline, strokes or a click on a visitor's picture become the pixels of a region.

Outlines and strokes are taken as they are. A box or a click says where, not what: a Segment Anything checkpoint finds
the region's edge where the operator names one, and GrabCut (OpenCV) elsewhere.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from dataset.errors import DataUnavailableError, InvalidInputError

__all__ = ["LONGEST_SIDE", "SHAPES", "mask_of_shape", "open_picture"]

LONGEST_SIDE: Final = 1024
"""Larger pictures are made smaller."""

SHAPES: Final = ("box", "outline", "brush", "click")

_MOST_PIXELS: Final = 60_000_000
_LEAST_PIXELS: Final = 16
_ROUNDS: Final = 4
_BRUSH: Final = 0.03
"""Width of a stroke, as a share of the longer side."""
_CUT_SIDE: Final = 360
"""Longest side of the copy that GrabCut works on."""
_CRUMB: Final = 0.15
"""Pieces of a smaller share of the largest piece are dropped."""
_HALF: Final = 127
_AROUND: Final = 0.18
"""Radius around a click in which the region is looked for, as a share of the longer side."""
_LOCK: Final = threading.Lock()

Mask = npt.NDArray[np.bool_]
Points = Sequence[tuple[float, float]]


def open_picture(content: bytes) -> Image.Image:
    """A visitor's picture, upright and at most `LONGEST_SIDE` wide and high; nothing else of the file is kept.

    Raises:
        InvalidInputError: it is no picture, or one with more pixels than fit.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            wide, tall = image.size
            if wide * tall <= _MOST_PIXELS:
                image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
                picture = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        problem = "this file is no picture that can be read: expected JPEG, PNG or WebP"
        raise InvalidInputError("picture", [problem]) from error
    if wide * tall > _MOST_PIXELS:
        problem = f"expected at most {_MOST_PIXELS:,} pixels, found {wide:,} x {tall:,}"
        raise InvalidInputError("picture", [problem], "Make it smaller and try again.")
    if min(picture.size) < _LEAST_PIXELS:
        raise InvalidInputError("picture", [f"expected {_LEAST_PIXELS} pixels a side at least, found {picture.size}"])
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    picture.info.clear()
    return picture


def mask_of_shape(picture: Image.Image, shape: Mapping[str, Any], segmenter: str = "") -> Mask:
    """The pixels that a visitor means.

    Args:
        picture: from `open_picture`.
        shape: ``kind``, one of `SHAPES`, and ``points``, (x, y) as shares of width and height: two corners of a box,
            the corners of an outline, the points of strokes, or where the click was.
        segmenter: id or folder of a Segment Anything checkpoint; empty for GrabCut.

    Returns:
        bool (height, width), with at least one pixel.

    Raises:
        InvalidInputError: the shape is none of these, or too small.
        DataUnavailableError: the segmenter cannot be used.
    """
    kind, points = _checked(shape)
    corners = [(x * (picture.width - 1), y * (picture.height - 1)) for x, y in points]
    if kind == "outline":
        mask = _drawn(picture, lambda pen: pen.polygon(corners, fill=1))
    elif kind == "brush":
        width = max(3, round(_BRUSH * max(picture.size)))
        mask = _drawn(picture, lambda pen: pen.line(corners, fill=1, width=width, joint="curve"))
    elif segmenter:
        mask = _segmented(picture, kind, corners, segmenter)
    else:
        mask = _cut(picture, kind, corners)
    if not mask.any():
        raise InvalidInputError("region", ["nothing is inside of what was marked"], "Mark something larger.")
    return mask


def _checked(shape: Mapping[str, Any]) -> tuple[str, list[tuple[float, float]]]:
    kind = shape.get("kind")
    fewest = {"box": 2, "outline": 3, "brush": 2, "click": 1}
    try:
        points = [(float(x), float(y)) for x, y in shape.get("points", [])]
    except (TypeError, ValueError) as error:
        raise InvalidInputError("region", ["expected points as pairs of numbers"]) from error
    if kind not in fewest or len(points) < fewest[kind] or not np.isfinite(points).all():
        raise InvalidInputError("region", [f"expected a {', '.join(SHAPES[:-1])} or click with its points"])
    return kind, [(min(1.0, max(0.0, x)), min(1.0, max(0.0, y))) for x, y in points]


def _drawn(picture: Image.Image, draw: Any) -> Mask:
    canvas = Image.new("1", picture.size)
    draw(ImageDraw.Draw(canvas))
    return np.array(canvas, dtype=bool)


def _cut(picture: Image.Image, kind: str, corners: Points) -> Mask:
    """GrabCut inside of a box, or around a click; on a smaller copy, since it takes seconds on a large one."""
    import cv2

    scale = min(1.0, _CUT_SIDE / max(picture.size))
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    places = [(x * scale, y * scale) for x, y in corners]
    pixels = np.ascontiguousarray(np.array(small)[:, :, ::-1])
    left, top, right, bottom = _box(small, kind, places)
    inside = np.full(pixels.shape[:2], cv2.GC_BGD, np.uint8)
    inside[top:bottom, left:right] = cv2.GC_PR_FGD if kind == "box" else cv2.GC_PR_BGD
    if kind == "click":
        at, radius = (round(places[0][0]), round(places[0][1])), max(2, round(0.02 * max(small.size)))
        cv2.circle(inside, at, 4 * radius, int(cv2.GC_PR_FGD), -1)
        cv2.circle(inside, at, radius, int(cv2.GC_FGD), -1)
    cv2.setRNGSeed(0)  # the same click gives the same mask
    try:
        cv2.grabCut(pixels, inside, None, np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # nothing but one colour, or no pixel on one of the sides: the box itself is the region
        inside[:] = 0
    cut = np.isin(inside, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    cut = _without_crumbs(cv2.medianBlur(cut, 5))
    if not cut.any():
        return _filled(picture, *_box(picture, kind, corners))
    mask: Mask = cv2.resize(cut * 255, picture.size, interpolation=cv2.INTER_LINEAR) > _HALF
    return mask


def _without_crumbs(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The pieces of a mask that are not tiny beside its largest one."""
    import cv2

    _, labels, facts, _ = cv2.connectedComponentsWithStats(mask)
    areas = facts[1:, cv2.CC_STAT_AREA]
    keep = 1 + np.flatnonzero(areas >= _CRUMB * areas.max(initial=0))
    return np.isin(labels, keep).astype(np.uint8)


def _box(picture: Image.Image, kind: str, corners: Points) -> tuple[int, int, int, int]:
    if kind == "click":
        (x, y), reach = corners[0], _AROUND * max(picture.size)
        corners = [(x - reach, y - reach), (x + reach, y + reach)]
    xs, ys = sorted(x for x, _ in corners[:2]), sorted(y for _, y in corners[:2])
    left, top = max(0, round(xs[0])), max(0, round(ys[0]))
    return (
        left,
        top,
        min(picture.width, max(round(xs[1]) + 1, left + 2)),
        min(picture.height, max(round(ys[1]) + 1, top + 2)),
    )


def _filled(picture: Image.Image, left: int, top: int, right: int, bottom: int) -> Mask:
    mask = np.zeros((picture.height, picture.width), bool)
    mask[top:bottom, left:right] = True
    return mask


def _segmented(picture: Image.Image, kind: str, corners: Points, segmenter: str) -> Mask:
    """What a Segment Anything model takes for the region; its best guess of three."""
    import torch

    processor, model = _open_segmenter(segmenter)
    if kind == "box":
        pointing: dict[str, Any] = {"input_boxes": [[list(map(float, _box(picture, kind, corners)))]]}
    else:
        pointing = {"input_points": [[list(map(float, corners[0]))]]}
    with _LOCK, torch.inference_mode():
        inputs = processor(picture, return_tensors="pt", **pointing)
        outputs = model(**inputs)
        masks = processor.image_processor.post_process_masks(
            outputs.pred_masks, inputs["original_sizes"], inputs["reshaped_input_sizes"]
        )
    best = int(outputs.iou_scores[0, 0].argmax())
    mask: Mask = masks[0][0, best].numpy().astype(bool)
    return mask


@lru_cache(maxsize=1)
def _open_segmenter(segmenter: str) -> tuple[Any, Any]:
    try:
        from transformers import SamModel, SamProcessor

        return SamProcessor.from_pretrained(segmenter), SamModel.from_pretrained(segmenter).eval()
    except (ImportError, OSError, ValueError) as error:
        raise DataUnavailableError(f"the segmenter {segmenter} cannot be opened: {error}") from error
