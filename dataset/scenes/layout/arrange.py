"""Find places: objects stand on the ground or on furniture, never in one another, and stay visible."""

from __future__ import annotations

from dataclasses import dataclass

from ..rng import SplitMix64
from .backdrops import Road
from .extents import Extent, Footprint, extent_of, footprint_of, rounded_cos_sin
from .framing import View, ViewRect, corners_of
from .graph import Node, Placement, Vector
from .objects.catalogue import CATALOGUE, Setting
from .objects.style import Style

__all__ = ["Arrangement", "Placed"]

TRIES = 36
GAP = 0.07
WIDEST = 0.46
"""How far from the middle of the view an object may reach, in tangents of the angle."""
HIDDEN = 0.36
"""Share of an object's rectangle in the image that other rectangles may cover."""


@dataclass
class Placed:
    """An object in its place."""

    category: str
    node: Node
    style: Style
    extent: Extent
    footprint: Footprint
    rect: ViewRect
    covered: float = 0.0

    @property
    def corners(self) -> list[Vector]:
        """World corners of its box."""
        assert self.node.placement is not None  # noqa: S101 - placed by construction
        return corners_of(self.extent, self.node.placement)


class Arrangement:
    """The objects placed so far, and the rules for the next one.

    Args:
        rng: the scene's generator.
        setting: room, tabletop or street.
        view: a provisional view, to judge what hides what.
        count: how many objects are planned; sets how wide they spread.
        road: where vehicles go, and nothing else may stand.
    """

    def __init__(self, rng: SplitMix64, setting: Setting, view: View, count: int, road: Road | None) -> None:
        self.rng, self.setting, self.view, self.road = rng, setting, view, road
        self.placed: list[Placed] = []
        self.spread, self.leniency = 1.0, 1.0
        near = {"room": (0.75, 0.11, 0.9, 0.28), "street": (0.9, 0.13, 1.1, 0.3), "tabletop": (0.5, 0.08, 0.2, 0.17)}
        wide, wider, deep, deeper = near[setting]
        self.half_width = wide + wider * count
        self.front = -1.2
        self.back = deep + deeper * count
        self.wall = self.back + (0.75 if setting == "room" else 0.4)
        self.parking = rng.choice((-1, 1)) * rng.uniform(28.0, 62.0)

    def relax(self) -> None:
        """Let objects stand a little further out and hide one another a little more, when too few fit."""
        self.spread *= 1.08
        self.leniency *= 1.04

    def add(self, category: str, node: Node, style: Style) -> bool:
        """Place an object if there is room for it."""
        extent = extent_of(node)
        for _ in range(TRIES):
            candidate, support = self._candidate(category, extent)
            if candidate is None:
                continue
            footprint = footprint_of(extent, candidate)
            if not self._free(category, footprint, support):
                continue
            rect = self.view.rect(corners_of(extent, candidate))
            if max(rect.right, -rect.left) > WIDEST * self.leniency:
                continue
            if not self._visible(footprint, rect, support):
                continue
            node.placement = candidate
            node.supported_by = support.node if support else None
            self.placed.append(Placed(category, node, style, extent, footprint, rect))
            return True
        return False

    def _candidate(self, category: str, extent: Extent) -> tuple[Placement | None, Placed | None]:
        kind, rng = CATALOGUE[category], self.rng
        scale = rng.uniform(*kind.scales[self.setting])
        zone = kind.zone
        on_furniture = self.setting == "room" and (zone == "shelf" or (category == "potted plant" and rng.chance(0.4)))
        if on_furniture:
            supports = [item for item in self.placed if CATALOGUE[item.category].support]
            if supports:
                support = rng.choice(supports)
                return self._on(support, extent, scale, kind.turn), support
            if zone == "shelf":
                return None, None
        x = rng.uniform(-1.0, 1.0) * self.half_width * self.spread
        y = rng.uniform(self.front, self.back * self.spread)
        yaw = rng.uniform(-kind.turn, kind.turn)
        if zone == "wall":
            y, yaw = self.wall - extent.high[1] * scale - 0.06, 0.0
        elif zone == "back":
            y = rng.uniform(0.25 * self.back, self.back * self.spread + 0.9)
        elif zone == "road" and self.setting == "street":
            return self._driving(x, y, scale), None
        return Placement(x, y, 0.0, yaw, scale), None

    def _on(self, support: Placed, extent: Extent, scale: float, turn: float) -> Placement | None:
        """Somewhere on the top of a piece of furniture, facing roughly as it does; None if it is too small."""
        surface = next(n for n in support.node.walk() if n.category == CATALOGUE[support.category].support)
        top = surface.primitives[0]
        base = support.node.placement
        assert base is not None  # noqa: S101 - placed by construction
        if extent.high[0] * scale > top.half[0] * base.scale:
            return None
        radius = footprint_of(extent, Placement(0.0, 0.0, 0.0, 0.0, scale)).radius * 0.8
        shrink = 0.72 if top.shape == "frustum" else 1.0
        room_x, room_y = (max(top.half[k] * base.scale * shrink - radius, 0.0) for k in (0, 1))
        u, v = self.rng.uniform(-room_x, room_x), self.rng.uniform(-room_y, room_y)
        cos, sin = rounded_cos_sin(base.yaw)
        z = base.z + (top.center[2] + top.half[2]) * base.scale
        yaw = base.yaw + self.rng.uniform(-turn, turn)
        return Placement(base.x + cos * u - sin * v, base.y + sin * u + cos * v, z, yaw, scale)

    def _driving(self, x: float, y: float, scale: float) -> Placement:
        """In a lane of the road, or parked aslant where there is none."""
        if self.road is None:
            away = 180.0 if self.rng.chance(0.25) else 0.0
            return Placement(x, y, 0.0, self.parking + away + self.rng.uniform(-6.0, 6.0), scale)
        lane = self.rng.choice((-1, 1))
        cos, sin = rounded_cos_sin(self.road.angle)
        offset = lane * self.road.lane
        yaw = self.road.angle + (90.0 if lane < 0 else -90.0) + self.rng.uniform(-2.0, 2.0)
        return Placement(cos * x - sin * offset, self.road.y + sin * x + cos * offset, 0.0, yaw, scale)

    def _free(self, category: str, footprint: Footprint, support: Placed | None) -> bool:
        others = [item for item in self.placed if item.node.supported_by is (support.node if support else None)]
        if any(footprint.overlaps(item.footprint, GAP if support is None else 0.02) for item in others):
            return False
        if support is not None:
            return True
        if self.setting != "street":
            return max(y for _, y in footprint.corners()) < self.wall - 0.04
        on_road = self.road is not None and CATALOGUE[category].zone == "road"
        return on_road or self.road is None or not footprint.overlaps(self.road.footprint, 0.05)

    def _visible(self, footprint: Footprint, rect: ViewRect, support: Placed | None) -> bool:
        hidden, hides = 0.0, []
        for item in self.placed:
            shared = rect.shared(item.rect)
            if shared == 0.0 or item is support:
                continue
            if item.footprint.y < footprint.y:
                hidden += shared / rect.area
            else:
                hides.append((item, shared / item.rect.area))
        limit = HIDDEN * self.leniency
        if hidden > limit or any(item.covered + share > limit for item, share in hides):
            return False
        for item, share in hides:
            item.covered += share
        return True
