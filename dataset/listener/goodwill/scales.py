"""Places and extremes with goodwill: by the half of the picture, of the whole, or of the things like it."""

from __future__ import annotations

import math
from typing import Final

from ..meaning.bits import bits
from ..meaning.scales import OPPOSITE, SIDES, SMALLEST_GAP
from ..meaning.structure import Truth
from .careful import CarefulScales, fills, fills_picture

__all__ = ["DRIVEN", "GenerousScales"]

SMALLEST_SPAN: Final = 0.03
"""Things that are spread over less than this share of the picture are not on different sides."""

NEARER_PART: Final = 0.42
"""The same within a whole, or among others."""

NOT_LAST: Final = 0.66
"""Beyond this share of their range a thing is not in front of (or behind) the others."""

FAR: Final = 0.4
"""What is alone and called leftmost is in this share of the picture, or of its whole."""

OTHER_SIDE: Final = 0.7
"""Beyond this share of the range of the like parts of a whole, a part is on the other side."""

PARTS: Final = ("part", "subpart")
DRIVEN: Final = frozenset({"car", "van", "bus", "truck"})
ROWS: Final = frozenset({"side window", "pane", "door"})
"""Parts that stand in a row from the front of a vehicle to its rear."""
FRONTS: Final = frozenset({"headlight", "windshield", "grille", "front bumper", "cab"})
REARS: Final = frozenset({"taillight", "rear window", "tailgate", "cargo box", "cargo bed"})
"""Parts at the ends of vehicles."""
LOW: Final = frozenset({"skirting board", "curb"})
"""What is at the bottom of a wall, or of all."""
GROWING: Final = frozenset({"leaf", "flower", "blossom", "stem"})
"""What grows out of one pot."""
SIZES: Final = frozenset({"big", "tall", "wide", "long"})
SEEN: Final = 0.33
"""Of things that a size may mean, the one is meant that leads by this share of the usual margin."""

NEARER_HALF: Final = 0.48
"""Beyond this share of a span a thing is not on that side of it."""


class GenerousScales(CarefulScales):
    """Places and extremes of parts go by the whole's, by the picture, and by how far down they are seen."""

    def _extreme(self, k: int, group: list[int], value: str) -> Truth:
        if len(group) == 1 and value in SIDES:
            return None if self.on_side(k, value, FAR) else False
        ends = {self.end(j) for j in group} if value in ("front", "back") else set()
        if (
            ends >= {"front", "back"}
            and self.end(k)
            and len({whole.id if (whole := self._whole(j)) else "" for j in group}) == 1
        ):  # the rearmost tire of a truck
            return None if self.end(k) == value else False
        holds = super()._extreme(k, group, value)
        rest = self._without_nested(k, group) if not holds else group
        return self._extreme(k, rest, value) if len(rest) < len(group) else holds

    def _without_nested(self, k: int, group: list[int]) -> list[int]:
        """Those of a group that a region is compared with: a wheel is not compared with its own tire."""
        nested, regions = self._model.below[k] | self._model.above[k], self._model.regions
        if len(group) < 2 or not nested:
            return group
        return [j for j in group if not nested >> j & 1 or regions[j].is_group or regions[k].is_group]

    def _ranks(self, k: int, group: list[int], direction: str, number: int) -> Truth:
        """Without a direction people count like parts of a thing as they read, from the left or the top."""
        region = self._model.regions[k]
        if direction and (
            len(group) < number or len(self._without_nested(k, group)) == 1 < number
        ):  # the only one with stripes, and the second of all
            every = self._model.noun(region.category, region.is_group)
            beside = every & self._model.below[self._model.position[region.parent]] if region.parent else 0
            alike = [*bits(beside if beside.bit_count() >= number else every)]  # of books those in the row
            return None if super()._ranks(k, alike, direction, number) else False
        if direction or region.parent is None:  # things that stand about have no order
            holds = super()._ranks(k, group, direction, number)
            rest = self._without_nested(k, group) if direction and holds is None else group
            return super()._ranks(k, rest, direction, number) if len(rest) < len(group) else holds
        kind = (region.parent, region.category)
        group = [j for j in group if (self._model.regions[j].parent, self._model.regions[j].category) == kind]
        across = self._spread("left", group) >= self._spread("top", group)
        return super()._ranks(k, group, "left" if across else "top", number)

    def _sized(self, k: int, group: list[int], value: str) -> Truth:
        return super()._sized(k, group, value) or None  # sizes may be meant in space

    def _placed(self, k: int, value: str, group: list[int]) -> Truth:
        is_shared = value in ("left", "right", "front", "back")
        wholes = [j for j in group if not (is_shared and self._wholes_among(j, group))]
        if len(wholes) < len(group):  # the plant and its cactus are in one place, the lanterns of one lamp are not
            whole = (self._wholes_among(k, group) or [k])[0]
            nested = self._model.below[k] | self._model.above[k] | 1 << k
            kind, below = self._model.regions[k].category, self._model.below[whole]
            like = [j for j in group if below >> j & ~nested >> j & 1 and self._model.regions[j].category == kind]
            return (
                self._placed(k, value, [*like, k])
                if like and value in ("left", "right")
                else self._placed(whole, value, wholes)
            )
        if value in ("front", "back"):
            own = self.end(k)
            if own is not None:
                return own == value
            if len(group) > 1:
                return super()._placed(k, value, group) or self._not_last(k, value, group)
            if self._is_so_of_kind(k, value):
                return self._alone(k, value) or None
        holds = super()._placed(k, value, group)
        if holds is False and value == "bottom" and self._model.regions[k].category in LOW:
            return None
        if holds or value not in SIDES:
            return holds
        kind = self._model.regions[k].category
        alike = [j for j in group if self._model.regions[j].category == kind]
        return None if self._nearer_half(k, value, alike, strict=True) else False

    def _is_so_of_kind(self, k: int, value: str) -> bool:
        """Whether a thing alone in its looks is in front, or at the back, of all of its kind: "the rear, teal bus"."""
        region = self._model.regions[k]
        if region.distance is None:
            return False
        alike = [*bits(self._model.noun(region.category, False))]
        return len(alike) > 1 and self._not_last(k, value, alike) is None

    def _wholes_among(self, k: int, group: list[int]) -> list[int]:
        """The single things in a group that a region is a part of, the largest first."""
        above = self._model.above[k]
        return [j for j in bits(above) if j in group and not self._model.regions[j].is_group] if above else []

    def _not_last(self, k: int, value: str, group: list[int]) -> Truth:
        """Vague in the nearer (or farther) two thirds of the range of those compared."""
        own, span = self._measure(value, k), self._span(value, group)
        if own is None or span is None:
            return None
        return None if (span[1] - own) / (span[1] - span[0]) < NOT_LAST else False

    def on_side(self, k: int, value: str, most: float = 1.0, *, in_whole: bool = True) -> bool:
        """Whether a region is on a side, at least so far: of the picture, its whole, or those like it in that."""
        region = self._model.regions[k]
        whole = self._whole(k)
        rivals = self._model.noun(region.category, region.is_group)
        if whole is not None:
            rivals &= self._model.below[self._model.position[whole.id]]
        if self._fills_to(k, value) or self._on_support(k, value) or (value == "bottom" and region.category in LOW):
            return True
        if not rivals & ~(1 << k) and whole is not None and region.granularity == "subpart":  # blossoms of one vase
            rivals = self._model.noun(region.category, region.is_group) & self._model.own(k)
        alike = [*bits(rivals | 1 << k)]
        if not in_whole and len(alike) == 1:
            return self._nearer_half(k, value, [], most=most)
        return self._nearer_half(k, value, alike, most=most) or (
            in_whole and whole is not None and self._nearer_half(k, value, [k], most=most)
        )

    def _fills_to(self, k: int, value: str) -> bool:
        """Whether a region that goes through the picture reaches a side of it: a piece of it is there."""
        region = self._model.regions[k]
        reach = {"left": region.left, "right": 1 - region.right}.get(value, 1.0)
        return fills_picture(region) and reach < FAR

    def _on_support(self, k: int, value: str) -> bool:
        """Whether it is on a side of what it stands on: "near the left edge of the table"."""
        region = self._model.regions[k]
        support = self._model.world.by_id.get(region.supported_by or "")
        if support is None or support.granularity == "background" or value not in ("left", "right"):
            return False
        share = (region.x - support.left) / max(support.right - support.left, SMALLEST_SPAN)
        return (share if value == "left" else 1 - share) < NEARER_PART

    def _nearer_half(self, k: int, value: str, group: list[int], *, strict: bool = False, most: float = 1.0) -> bool:
        """Whether it is in that half: of those compared or of its whole, unless it fills that, or of the picture."""
        region, whole = self._model.regions[k], self._whole(k)
        spans = [(0.0, 1.0, 0.0, 1.0, NEARER_HALF)]
        if len(group) > 1:
            others = [self._model.regions[j] for j in group]
            xs, ys = [other.x for other in others], [other.y for other in others]
            spans.append((min(xs), max(xs), min(ys), max(ys), NEARER_PART))
        elif group and whole is not None and not (strict and fills(region, whole, value)):
            spans.append((whole.left, whole.right, whole.top, whole.bottom, NEARER_PART))
        shares = []
        for left, right, top, bottom, least in spans:
            low, high, own = (left, right, region.x) if value in ("left", "right") else (top, bottom, region.y)
            if high - low >= SMALLEST_SPAN:
                share = (own - low) / (high - low)
                shares.append(((share if value in ("left", "top") else 1 - share), least))
        if whole is not None and len(shares) > 1 and len(group) > 1 and shares[1][0] > OTHER_SIDE:
            return False  # the right one of the parts is not on the left, wherever the whole is
        return any(share < min(least, most) for share, least in shares)

    def is_first(self, k: int, group: list[int], value: str) -> bool:
        """Whether a region is first in a direction among others, in size by any difference that is seen."""
        own = self._measure(value, k)
        margin = self._margin(value, group) * (SEEN if OPPOSITE.get(value, value) in (*SIZES, "front") else 1.0)
        others = [self._measure(value, j) for j in group if j != k]
        if own is None or None in others:
            return False
        gaps = [own - other for other in others if other is not None]
        if value in ("top", "bottom") and min(gaps, default=0.0) > -margin:  # of two that are level
            reach = [self._reach(value, k) - self._reach(value, j) for j in group if j != k]
            gaps = [max(gap, farther) for gap, farther in zip(gaps, reach, strict=True)]
        return all(gap >= margin for gap in gaps)

    def _reach(self, value: str, k: int) -> float:
        """How far a region reaches up, or down."""
        region = self._model.regions[k]
        return -region.top if value == "top" else region.bottom

    def _margin(self, value: str, group: list[int]) -> float:
        """Parts have no distance: how near they are shows in how far down they reach."""
        if value == "tall" and all(self._model.regions[k].category in GROWING for k in group):
            return SMALLEST_GAP
        if value in ("front", "back") and all(self._model.regions[k].granularity in PARTS for k in group):
            return SMALLEST_GAP
        return super()._margin(value, group)

    def _measure(self, value: str, k: int) -> float | None:
        if value == "tall" and self._model.regions[k].category in GROWING:  # which reaches highest
            return -self._model.regions[k].top
        measure = super()._measure(value, k)
        if measure is None and value in ("front", "back"):
            along = self._along(k)
            if along is not None:
                return along if value == "front" else -along
            region = self._model.regions[k]
            measure = region.bottom if value == "front" else -region.bottom
        return measure

    def _along(self, k: int) -> float | None:
        """How far in front a part is on a vehicle whose front or rear is seen, in widths of the picture."""
        whole = self._whole(k)
        if whole is None or whole.category not in DRIVEN or self._model.regions[k].category not in ROWS:
            return None
        own = [self._model.regions[j] for j in bits(self._model.below[self._model.position[whole.id]])]
        ends = [
            (sum(part.x for part in parts) / len(parts), sum(part.y for part in parts) / len(parts))
            if (parts := [p for p in own if not p.is_group and (p.category in kinds or p.slots.get("depth") == end)])
            else None
            for kinds, end in ((FRONTS, "front"), (REARS, "back"))
        ]
        if ends == [None, None]:
            return None
        (x, y), (back_x, back_y) = (end or (whole.x, whole.y) for end in ends)
        length = math.hypot(x - back_x, y - back_y)
        if length < SMALLEST_SPAN:
            return None
        region = self._model.regions[k]
        return ((region.x - back_x) * (x - back_x) + (region.y - back_y) * (y - back_y)) / length
