"""Whether something is on a side of an outline, whether the region rises to a side, and where a shelf has room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ..goodwill.model import GenerousModel
from ..logic import ANY_NOUN, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.lexicon import is_part
from ..world import WorldRegion
from .across import SIGNS, centres, is_surrounding, nearest
from .mentions import in_colors
from .named import meant_best, meant_by

__all__ = ["OUTLINES"]

MARGIN: Final = 0.2
"""So far on the other side of an outline, as a share of half its width, something is certainly not on a side."""
LEAST_WIDTH: Final = 0.02
FLAT: Final = 0.1
"""What rises by less, for its width, is level."""
LEAST_HEIGHT: Final = 0.008
"""What is no higher in the picture, in its heights, is level with another."""
FRONT_PAIRS: Final = ("armrest", "headlight", "taillight", "leg", "wheel", "side window", "drawer", "door")
"""Parts that stand side by side along what they are of."""


def _is_inside(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether anything that may be meant may be on that side of anything that may be its outline."""
    sign = SIGNS[fact.value]
    frame = fact.constraints[0].value
    boxes = [i for c in fact.constraints[1:] for i in _meant(model, k, c.inner)]
    if any(is_part(phrase.noun) and not _meant(model, k, phrase) for phrase in fact.others):
        return None  # a knob that is too small to be a region
    subjects = list(dict.fromkeys(j for phrase in fact.others for j in _meant(model, k, phrase)))
    is_told = False
    for j in (j for j in subjects if j == k or not is_surrounding(model.regions[j])):
        for place in _places(model, k, j, boxes, frame):
            if sign * place >= -MARGIN:
                return None
            is_told = True
    return False if is_told else None


def _places(model: GenerousModel, k: int, j: int, boxes: Iterable[int], frame: str) -> Iterator[float]:
    """Where something is in each outline, from -1 at its left to 1 at its right."""
    region = model.regions[j]
    if frame == "whole":
        boxes = [*boxes, *bits(model.above[k])]
    for i in boxes:
        box = model.regions[i]
        if i == j or box.right - box.left < LEAST_WIDTH:
            continue
        for x in centres(region, box):
            yield (2 * x - box.left - box.right) / (box.right - box.left)


def _meant(model: GenerousModel, k: int, phrase: Phrase) -> list[int]:
    """Who may be meant by a noun: the region, its whole, a part of its own, what carries it, or the nearest."""
    if phrase.noun == ANY_NOUN:
        return [k, *model.members_of(k)]
    every = in_colors(model, meant_best(model, phrase.noun), phrase)
    if k in every:
        return [k, *model.members_of(k)]
    own = [j for j in every if model.own(k) >> j & 1]
    above = [j for j in own if model.above[k] >> j & 1]
    if above or (own and is_part(phrase.noun)):
        return above or own
    carriers = {model.regions[j].supported_by for j in (k, *bits(model.above[k]))}
    carried = [j for j in every if model.regions[j].id in carriers]
    return carried or nearest(model, k, every)


def _is_about(model: GenerousModel, k: int, fact: Fact) -> bool:
    """Whether a statement on things that are named may be on the region."""
    return not fact.others or any(k in meant_by(model, phrase.noun) for phrase in fact.others)


def _rises(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region may rise to a side."""
    if not _is_about(model, k, fact):
        return None
    rises = [rise for rise in _rise(model, k) if abs(rise) > FLAT]
    return False if rises and all(rise * SIGNS[fact.value] < 0 for rise in rises) else None


def _rise(model: GenerousModel, k: int) -> Iterator[float]:
    """How much the region rises to the right for each width, by its members, or else by parts that stand along it."""
    members = [model.regions[j] for j in model.members_of(k)]
    if len(members) > 1 and _is_row(members):
        yield from _line(members)
        return
    own = [model.regions[j] for j in bits(model.own(k))]
    for category in FRONT_PAIRS:
        row = [r for r in own if r.category == category and not r.is_group and r.slots.get("depth", "front") == "front"]
        if len(row) > 1:
            yield from _line(row)


def _is_row(members: list[WorldRegion]) -> bool:
    """Whether members stand side by side."""
    xs, ys = [m.x for m in members], [m.y for m in members]
    return max(xs) - min(xs) > max(ys) - min(ys)


def _line(row: list[WorldRegion]) -> Iterator[float]:
    first, last = min(row, key=lambda r: r.x), max(row, key=lambda r: r.x)
    if last.x - first.x > LEAST_WIDTH:
        yield (first.y - last.y) / (last.x - first.x)


def _is_across(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether what is said to run from a side to the same side may do so: only what is higher than wide."""
    region = model.regions[k]
    if not _is_about(model, k, fact):
        return None
    return False if region.right - region.left > region.bottom - region.top else None


def _has_room(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a row of books on the region's own shelves may leave room on that side."""
    own = [model.regions[j] for j in bits(model.own(k))]
    case = next((region for region in own if region.category == "bookshelf" and not region.is_group), None)
    rows = [region for region in own if region.category == "book" and region.is_group]
    if case is None or not rows:
        return None
    for row in rows:
        left, right = row.left - case.left, case.right - row.right
        if (left >= right) if fact.value == "left" else (right >= left):
            return None
    return False


def _has_knob(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a door may have its knob on that side: of two doors next to the other one, of a house on the right."""
    door = model.regions[k]
    if door.category != "door" or door.is_group or not any("knob" in part for part in door.tiny):
        return None
    twins = [r for r in model.regions if r.parent == door.parent and r.category == "door" and r.id != door.id]
    if len(twins) > 1 or (not twins and model.kind(k) != "house"):
        return None
    is_right = twins[0].x > door.x if twins else True
    return None if is_right == (fact.value == "right") else False


def _is_higher(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether of two members, or two such parts, of the region that on a side may be the higher one."""
    pair = [model.regions[j] for j in model.members_of(k)]
    if not pair:
        parts = {j for phrase in fact.others for j in meant_by(model, phrase.noun)}
        pair = [model.regions[j] for j in parts if model.below[k] >> j & 1 and not model.regions[j].is_group]
    if len(pair) != 2 or abs(pair[0].y - pair[1].y) < LEAST_HEIGHT:
        return None
    left, right = sorted(pair, key=lambda region: region.x)
    return None if (left.y < right.y) == (fact.value == "left") else False


OUTLINES: Final[dict[str, Callable[[GenerousModel, int, Fact], Truth]]] = {
    "inside": _is_inside, "rises": _rises, "across": _is_across, "room": _has_room, "knob": _has_knob,
    "higher": _is_higher,
}  # fmt: skip
"""Kind of a fact -> whether it holds of region `k`."""
