"""Captions of a detector's boxes, as GRiT writes them, given to the regions whose boxes they fit.

GRiT's evaluator scales boxes to images whose longer side is 720 pixels, the frame of DenseCap; other programs write
those of the image itself. The frame is the one in which boxes and regions agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.schema import Region
from dataset.user_files.files import plain_id, xywh

from ..inputs.predictions import caption_problem
from .results import MatchedResults, Result

__all__ = ["LEAST_IOU", "match_boxes"]

LEAST_IOU = 0.5
"""Intersection over union that a box needs with its region."""

LONGER_SIDE = 720.0
"""Pixels of the longer side of the images in whose frame GRiT writes boxes."""

_TEXT = "object_descriptions"
_CLEAR = 0.02
_Boxes = npt.NDArray[np.float64]


def match_boxes(
    results: Sequence[Result],
    regions: Sequence[Region],
    sizes: Mapping[str, tuple[int, int]],
    least: float = LEAST_IOU,
    longer_side: float | None = None,
    source: str = "results",
    left_out: list[str] | None = None,
) -> MatchedResults:
    """Give each region the caption of the box that overlaps it most; each box serves one region.

    Pairs are taken by falling overlap, then by falling score of the box.

    Args:
        results: rows with ``image_id``, ``bbox`` (XYWH), ``score`` and ``object_descriptions``.
        regions: the references, with boxes.
        sizes: image_id -> (width, height).
        least: intersection over union that a pair needs.
        longer_side: of the images in whose frame the boxes are, 0 for that of the images themselves; None to find out.
        source: what the results are called, for messages.
        left_out: where a line goes for each result that cannot be used, which is then left out, and for each region
            without a box; None raises instead.

    Raises:
        InvalidInputError: without `left_out` regions without a box and results that do not fit; a frame that cannot be
            found out, or no box that fits.
    """
    if not 0 < least <= 1:
        raise InvalidInputError("--iou", [f"expected a share above 0, at most 1, found {least:g}"])
    results, boxed = _usable(results, regions, source, left_out)
    by_image: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_image[_image_of(result)].append(result)
    outside = sorted(by_image.keys() - {region.image_id for region in regions})
    frames = [longer_side] if longer_side is not None else [0.0, LONGER_SIDE] if sizes else [0.0]
    tries = {frame: _match(by_image, boxed, sizes, least, frame) for frame in frames}
    frame = _best_frame(tries, len(regions), source)
    captions, overlap = tries[frame]
    if not captions:
        raise InvalidInputError(source, [f"no box overlaps a region of its image by an IoU of {least:g}"])
    where = f"images whose longer side is {frame:g} pixels" if frame else "the images themselves"
    notes = [
        f"boxes matched by IoU of at least {least:g}, in the frame of {where}: "
        f"{len(captions):,} of {len(regions):,} regions have a box, mean IoU {overlap / len(captions):.3f}"
    ]
    if outside:
        notes.append(f"boxes of {len(outside):,} images outside of these references are left out")
    return MatchedResults(captions, notes)


def _usable(
    results: Sequence[Result], regions: Sequence[Region], source: str, left_out: list[str] | None
) -> tuple[list[Result], list[Region]]:
    """The results that can be used, and the regions that have a box."""
    bare = [f"{region.region_id}: no box" for region in regions if region.bbox is None]
    if bare and left_out is None:
        raise InvalidInputError("references", bare, f"{source} names regions by their boxes.")
    problems = [(result, _problem_of(result.row)) for result in results]
    lines = [f"{result.place}: {problem}" for result, problem in problems if problem is not None]
    if left_out is not None:
        left_out += [f"region {line}" for line in bare]
        left_out += [f"result {line}" for line in lines]
    elif lines:
        raise InvalidInputError(source, lines, limit=100)
    return [result for result, problem in problems if problem is None], [
        region for region in regions if region.bbox is not None
    ]


def _problem_of(row: Mapping[str, Any]) -> str | None:
    """What is wrong with a detection, None if nothing."""
    lacking = [name for name in ("image_id", "bbox", _TEXT) if name not in row]
    if lacking:
        return f"a box lacks {', '.join(lacking)}"
    if xywh(row["bbox"]) is None:
        return "bbox: expected [x, y, width, height]"
    problem = caption_problem(row[_TEXT])
    return None if problem is None else f"{_TEXT}: {problem}"


def _match(
    by_image: Mapping[str, Sequence[Result]],
    regions: Sequence[Region],
    sizes: Mapping[str, tuple[int, int]],
    least: float,
    frame: float,
) -> tuple[dict[str, str], float]:
    """Captions by region_id, and the sum of their overlaps."""
    of_image: dict[str, list[Region]] = defaultdict(list)
    for region in regions:
        of_image[region.image_id].append(region)
    captions, total = {}, 0.0
    for image, own in of_image.items():
        own_boxes = by_image.get(image, ())
        if not own_boxes or (frame and image not in sizes):
            continue
        scale = frame / max(sizes[image]) if frame else 1.0
        overlaps = _overlaps(
            np.array([region.bbox for region in own], float) * scale,
            np.array([xywh(result.row["bbox"]) for result in own_boxes], float),
        )
        for place, box in _pairs(overlaps, np.array([_score(result) for result in own_boxes]), least):
            captions[own[place].region_id] = own_boxes[box].row[_TEXT]
            total += float(overlaps[place, box])
    return captions, total


def _overlaps(regions: _Boxes, boxes: _Boxes) -> _Boxes:
    """Intersection over union of XYWH boxes, (regions, boxes)."""
    low = np.maximum(regions[:, None, :2], boxes[None, :, :2])
    high = np.minimum((regions[:, :2] + regions[:, 2:])[:, None], (boxes[:, :2] + boxes[:, 2:])[None])
    inside = np.clip(high - low, 0, None).prod(axis=2)
    union = regions[:, 2:].prod(axis=1)[:, None] + boxes[:, 2:].prod(axis=1)[None] - inside
    overlaps: _Boxes = np.divide(inside, union, out=np.zeros_like(inside), where=union > 0)
    return overlaps


def _pairs(overlaps: _Boxes, scores: npt.NDArray[np.float64], least: float) -> list[tuple[int, int]]:
    """Pairs of a region and a box, each in one pair, by falling overlap."""
    places, boxes = np.nonzero(overlaps >= least)
    order = np.lexsort((boxes, places, -scores[boxes], -overlaps[places, boxes]))
    pairs, taken_places, taken_boxes = [], set[int](), set[int]()
    for number in order.tolist():
        place, box = int(places[number]), int(boxes[number])
        if place not in taken_places and box not in taken_boxes:
            pairs.append((place, box))
            taken_places.add(place)
            taken_boxes.add(box)
    return pairs


def _best_frame(tries: Mapping[float, tuple[dict[str, str], float]], regions: int, source: str) -> float:
    """The frame in which boxes and regions overlap most."""
    ranked = sorted(tries, key=lambda frame: -tries[frame][1])
    if len(ranked) > 1 and tries[ranked[0]][0] != tries[ranked[1]][0]:
        shares = [tries[frame][1] / max(regions, 1) for frame in ranked]
        if shares[0] - shares[1] < _CLEAR:
            problem = f"boxes fit the regions alike in two frames (overlap {shares[0]:.3f} and {shares[1]:.3f})"
            hint = "Name the frame: --longer-side 720 for GRiT's own files, --longer-side 0 for pixels of the images."
            raise InvalidInputError(source, [problem], hint)
    return ranked[0]


def _image_of(result: Result) -> str:
    return plain_id(result.row["image_id"])


def _score(result: Result) -> float:
    score = result.row.get("score")
    return float(score) if isinstance(score, int | float) else 0.0
