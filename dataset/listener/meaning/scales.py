"""Words that compare: sizes, places, extremes and ranks, each against the others that fit the rest of the phrase.

Left and right are always the viewer's, in the picture. Front and back are a thing's own where it has them (the front
wheels of a car), else near to and far from the viewer. A word is vague where the difference is below a margin.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from ..logic import Constraint
from ..world import WorldRegion
from .bits import bits
from .structure import Denotation, Structure, Truth

__all__ = ["DISTANCE_RATIO", "SIDES", "SMALLEST_GAP", "Scales"]

SMALLEST_GAP: Final = 0.012
"""Places nearer than this share of the picture do not differ."""
SIZE_RATIO: Final = 1.2
"""Linear sizes within this ratio do not differ."""
DISTANCE_RATIO: Final = 1.06
"""Distances from the viewer within this ratio do not differ."""
SIDES: Final = ("left", "right", "top", "bottom")
OPPOSITE: Final = {"right": "left", "bottom": "top", "back": "front", "small": "big", "short": "tall", "narrow": "wide"}


class Scales:
    """Comparison among the regions of a model."""

    def __init__(self, model: Structure) -> None:
        self._model = model
        self._measured: dict[tuple[str, int], float | None] = {}
        self._spans: dict[tuple[str, tuple[int, ...]], tuple[float, float] | None] = {}
        self._narrowed: dict[tuple[Constraint, int, int, int], Denotation] = {}

    def narrow(self, constraint: Constraint, true: int, vague: int, wholes: int) -> Denotation:
        """Keep those of the candidates of which a comparing constraint is true or vague; `wholes` were named before."""
        key = (constraint, true, vague, wholes)
        narrowed = self._narrowed.get(key)
        if narrowed is None:
            narrowed = self._narrowed[key] = self._narrow(constraint, true, vague, wholes)
        return narrowed

    def _narrow(self, constraint: Constraint, true: int, vague: int, wholes: int) -> Denotation:
        certain = maybe = 0
        for group in self._comparison_classes(constraint, true | vague, wholes):
            for k in group:
                holds = self._holds(constraint, k, group)
                if holds is False:
                    continue
                if holds and true >> k & 1 and not (constraint.kind == "nth" and any(vague >> j & 1 for j in group)):
                    certain |= 1 << k
                else:
                    maybe |= 1 << k
        return certain, maybe

    def _comparison_classes(self, constraint: Constraint, candidates: int, wholes: int) -> list[list[int]]:
        """Parts are compared within each whole that the phrase may mean: "the left wheel of the car"."""
        if not wholes or constraint.kind == "picture":
            return [list(bits(candidates))] if candidates else []
        classes: dict[int, list[int]] = {}
        for k in bits(candidates):
            within = self._model.above[k] & wholes
            classes.setdefault(within, []).append(k)
        return list(classes.values())

    def _holds(self, constraint: Constraint, k: int, group: list[int]) -> Truth:
        kind, value = constraint.kind, constraint.value
        if kind == "nth":
            number, _, direction = value.partition(" ")
            return self._ranks(k, group, direction, int(number))
        if kind == "picture":
            return (
                self._in_span(k, value, 0.0, 1.0) if value not in ("front", "back") else self._placed(k, value, group)
            )
        if kind == "place":
            return self._placed(k, value, group)
        if kind == "among":
            return self._among(k, group, int(value))
        if kind == "most" and value != "middle":
            return self._extreme(k, group, value)
        return self._middle(k, group) if kind == "most" else self._sized(k, group, value)

    def _placed(self, k: int, value: str, group: list[int]) -> Truth:
        """Whether a place word fits: an own slot, else a third of the range of those compared."""
        if value in ("front", "back"):
            slots = [self._model.regions[j].slots.get("depth") for j in group]
            if any(slots):
                own = self._model.regions[k].slots.get("depth")
                return None if own is None else own == value
        if len(group) == 1:
            return self._alone(k, value)
        if value == "middle":
            return self._middle(k, group)
        own_measure, span = self._measure(value, k), self._span(value, group)
        if own_measure is None or span is None:
            return None
        low, high = span
        return _third((high - own_measure) / (high - low), 0.35, 0.45)

    def _span(self, value: str, group: list[int]) -> tuple[float, float] | None:
        """The least and the greatest measure of those compared; None where they do not differ or one has none."""
        key = (value, tuple(group))
        if key not in self._spans:
            measured = [self._measure(value, j) for j in group]
            places = [measure for measure in measured if measure is not None]
            low, high = min(places, default=0.0), max(places, default=0.0)
            is_clear = len(places) == len(measured) and high - low >= self._margin(value, group)
            self._spans[key] = (low, high) if is_clear else None
        return self._spans[key]

    def _alone(self, k: int, value: str) -> Truth:
        """A place word without others to compare: against the object it is part of, or the picture."""
        region = self._model.regions[k]
        whole = self._whole(k)
        if value in ("front", "back"):
            if whole is not None or region.distance is None:
                return None
            share = region.bottom if value == "back" else 1 - region.bottom
            return _third(share, 0.35, 0.5)
        if whole is None:
            return self._in_span(k, value, 0.0, 1.0)
        if value in ("left", "right"):
            return self._in_span(k, value, whole.left, whole.right)
        return self._in_span(k, value, whole.top, whole.bottom)

    def _in_span(self, k: int, value: str, low: float, high: float) -> Truth:
        region = self._model.regions[k]
        if high <= low:
            return None
        across = (region.x - low) / (high - low)
        down = (region.y - low) / (high - low)
        if value == "middle":
            return _third(abs(across - 0.5), 0.14, 0.25)
        share = {"left": across, "right": 1 - across, "top": down, "bottom": 1 - down}[value]
        return _third(share, 0.42, 0.52)

    def _whole(self, k: int) -> WorldRegion | None:
        for j in bits(self._model.above[k]):
            if self._model.regions[j].granularity == "object":
                return self._model.regions[j]
        return None

    def _extreme(self, k: int, group: list[int], value: str) -> Truth:
        own = self._measure(value, k)
        margin = self._margin(value, group)
        result: Truth = True
        for j in group:
            other = self._measure(value, j)
            if j == k:
                continue
            if own is None or other is None:
                result = None
            elif own - other <= -margin:
                return False
            elif own - other < margin:
                result = None
        return result

    def _ranks(self, k: int, group: list[int], direction: str, number: int) -> Truth:
        if not direction:
            return None
        margin = self._margin(direction, group)
        own = self._measure(direction, k)
        rank = 1
        for j in group:
            other = self._measure(direction, j)
            if own is None or other is None:
                return None
            if j != k and abs(own - other) < margin:
                return None
            rank += other > own
        return rank == number

    def _middle(self, k: int, group: list[int]) -> Truth:
        if len(group) == 1:
            return self._alone(k, "middle")
        if len(group) % 2 == 0:
            return None
        axis = "left" if self._spread("left", group) >= self._spread("top", group) else "top"
        return self._ranks(k, group, axis, len(group) // 2 + 1)

    def _sized(self, k: int, group: list[int], value: str) -> Truth:
        """Big and small need a difference; a thing alone of its kind has any size."""
        if len(group) == 1:
            region = self._model.regions[k]
            same = self._model.noun(region.category, region.is_group)
            group = list(bits(same))
            if len(group) == 1:
                return True
        measures = [self._measure(value, j) or 0.0 for j in group]
        low, high = min(measures), max(measures)
        if high - low < math.log(SIZE_RATIO) * 1.5:
            return None
        own = self._measure(value, k) or 0.0
        return _third((high - own) / (high - low), 0.35, 0.6)

    def _among(self, k: int, group: list[int], number: int) -> Truth:
        """One of so many: of the candidates, or of a set that it is a member of."""
        name = self._model.regions[k].id
        sets = [len(region.members) for region in self._model.regions if name in region.members]
        if len(group) == number or number in sets:
            return True
        return None if len(group) > number else False

    def _spread(self, direction: str, group: list[int]) -> float:
        measures = [self._measure(direction, j) or 0.0 for j in group]
        return max(measures) - min(measures)

    def _margin(self, value: str, group: list[int]) -> float:
        base = OPPOSITE.get(value, value)
        if base in ("big", "tall", "wide", "long"):
            return math.log(SIZE_RATIO)
        if base == "front":
            return math.log(DISTANCE_RATIO)
        regions = [self._model.regions[k] for k in group]
        if base == "left":
            return max(SMALLEST_GAP, 0.15 * min(region.right - region.left for region in regions))
        return max(SMALLEST_GAP, 0.15 * min(region.bottom - region.top for region in regions))

    def _measure(self, value: str, k: int) -> float | None:
        """How far a region is along a direction: the larger, the more."""
        key = (value, k)
        try:
            return self._measured[key]
        except KeyError:
            base = OPPOSITE.get(value, value)
            measure = _MEASURES[base](self._model.regions[k])
            self._measured[key] = measure = measure if measure is None or base == value else -measure
            return measure


def _nearness(region: WorldRegion) -> float | None:
    return None if region.distance is None else -math.log(region.distance)


_MEASURES: Final[dict[str, Callable[[WorldRegion], float | None]]] = {
    "left": lambda region: -region.x,
    "top": lambda region: -region.y,
    "front": _nearness,
    "big": lambda region: math.log(region.area) / 2,
    "wide": lambda region: math.log(max(region.right - region.left, 1e-6)),
    "long": lambda region: math.log(max(region.right - region.left, region.bottom - region.top, 1e-6)),
    "tall": lambda region: math.log(max(region.bottom - region.top, 1e-6)),
}


def _third(share: float, true_below: float, false_above: float) -> Truth:
    return True if share <= true_below else False if share >= false_above else None
