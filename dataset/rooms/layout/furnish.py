"""Puts things into a room: against walls, freely on the floor, on boards, on walls, under the ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ...scenes.rng import SplitMix64
from ..furniture.models import Model, load_models
from ..projection import turn
from .nodes import model_solid
from .palettes import ACCENTS, MUTED
from .plan import Plan, apart, space_of
from .room import Placement, RoomKind, Solid

__all__ = ["Furnisher"]

SIDES: Final = ("back", "left", "right")
MOST_THINGS: Final = 20
UNFIT: Final = frozenset({"BlendSwap-CC-0/wardrobeWithSlidingDoors", "BlendSwap-CC-BY/washing_machine"})
"""Models that do not look right when they are path-traced."""
Area = tuple[float, float, float, float]


class Furnisher:
    """One room while it is being furnished.

    Attributes:
        things: what is in it so far, without the shell.
        look_alikes: things of a kind that differ in a fact or two.
    """

    def __init__(self, rng: SplitMix64, plan: Plan, kind: RoomKind) -> None:
        self.rng, self.plan, self.kind = rng, plan, kind
        self.things: list[Solid] = []
        self.look_alikes: list[list[Solid]] = []
        self._on_boards: dict[int, list[Solid]] = {}

    @property
    def is_full(self) -> bool:
        """Whether there is enough in it."""
        return len(self.things) >= MOST_THINGS

    @property
    def middle(self) -> Area:
        """The part of the floor that is seen best."""
        half = self.plan.width / 2
        return -half + 0.5, 0.45 * self.plan.depth, half - 0.5, self.plan.depth - 0.6

    def models(
        self, *categories: str, stands: str | None = None, any_room: bool = False, within: float = 9.0
    ) -> list[Model]:
        """Models of these categories that may be in such a room and are at most ``within`` metres wide."""
        return [
            model
            for model in load_models().values()
            if model.category in categories
            and (any_room or self.kind in model.rooms)
            and stands in (None, model.stands)
            and max(model.size[:2]) <= within
            and model.id not in UNFIT
        ]

    def model(
        self, *categories: str, stands: str | None = None, any_room: bool = False, within: float = 9.0
    ) -> Solid | None:
        """A new solid of such a model, painted or as it comes; None if there is none."""
        fitting = self.models(*categories, stands=stands, any_room=any_room, within=within)
        return self.of_model(self.rng.choice(fitting)) if fitting else None

    def of_model(self, model: Model, paint: str | None = None) -> Solid:
        """A new solid of a model; without ``paint``, a colour by chance or its own."""
        solid = model_solid(model)
        if model.category == "parasol":
            left, front, _, right, back, top = solid.box
            solid.hulls = ((left, front, 0.72 * top, right, back, top), (-0.3, -0.3, 0.0, 0.3, 0.3, 0.72 * top))
        large = max(model.size) > 0.9
        if paint is not None:
            solid.paint = (ACCENTS | MUTED)[paint]
        elif model.recolor and self.rng.chance(0.45):
            palette = MUTED if large else ACCENTS
            solid.paint = palette[self.rng.choice(tuple(palette))]
        return solid

    def settle(self, solid: Solid, placement: Placement) -> Solid:
        """A solid at its place."""
        solid.node.placement = placement
        self.things.append(self.plan.take(solid))
        return solid

    def against_wall(
        self, solid: Solid | None, walls: Iterable[str] = SIDES, spread: tuple[float, float] = (0.0, 1.0),
        z: float = 0.0, out: float | None = None,
    ) -> Solid | None:  # fmt: skip
        """With its back to one of the walls, at a height for things that hang."""
        if solid is None or self.is_full:
            return None
        for name in self.rng.shuffled(list(walls)):
            wall = self.plan.walls[name]
            own = spread if name == "back" or spread != (0.0, 1.0) else ((0.4, 1.0) if name == "left" else (0.0, 0.6))
            gap = out if out is not None else 0.002 if z > 0 else 0.025
            placement = self.plan.along_wall(solid, wall, self.rng, z, own, out=gap)
            if placement is not None:
                return self.settle(solid, placement)
        return None

    def on_floor(
        self, solid: Solid | None, area: Area | None = None, yaws: tuple[float, float] = (-180, 180), gap: float = 0.08
    ) -> Solid | None:
        """Freely on the floor."""
        if solid is None or self.is_full:
            return None
        placement = self.plan.free_place(solid, self.rng, area or self.middle, yaws, gap=gap)
        return None if placement is None else self.settle(solid, placement)

    def at(
        self, solid: Solid | None, anchor: Solid, dx: float, dy: float, yaw: float, gap: float = 0.0
    ) -> Solid | None:
        """At a place in the frame of something else, turned by ``yaw`` against it; None if it does not fit there."""
        if solid is None or self.is_full:
            return None
        base = anchor.placement
        cosine, sine = turn(base.yaw)
        placement = Placement(
            base.x + cosine * dx - sine * dy, base.y + sine * dx + cosine * dy, 0.0, base.yaw + yaw, 1.0
        )
        return self.settle(solid, placement) if self.plan.free(solid, placement, gap) else None

    def before(
        self, solid: Solid | None, anchor: Solid, distance: float, yaw: float = 0.0, shift: float = 0.0
    ) -> Solid | None:
        """In front of something, ``distance`` metres between them."""
        if solid is None:
            return None
        deep = max(abs(number) for number in (solid.box[1], solid.box[4]))
        return self.at(solid, anchor, shift, anchor.box[1] - distance - deep, yaw)

    def beside(
        self, solid: Solid | None, anchor: Solid, side: int, distance: float = 0.06, yaw: float = 0.0
    ) -> Solid | None:
        """Right (1) or left (-1) of something, their backs in line."""
        if solid is None:
            return None
        half = (solid.box[3] - solid.box[0]) / 2
        dx = anchor.box[3] + distance + half if side > 0 else anchor.box[0] - distance - half
        return self.at(solid, anchor, dx, anchor.box[4] - solid.box[4], yaw)

    def around(self, anchor: Solid, seats: list[Solid], distance: float = 0.05) -> list[Solid]:
        """Chairs at the sides of a table, facing it."""
        left, front, _, right, back, _ = anchor.box
        middle_x, middle_y = (left + right) / 2, (front + back) / 2
        long = right - left > 1.1
        spots = [(0, front, 180.0), (0, back, 0.0), (right, middle_y, 90.0), (left, middle_y, -90.0)]
        if long:
            quarter = (right - left) / 4
            spots = [(x, y, yaw) for x in (-quarter, quarter) for y, yaw in ((back, 0.0), (front, 180.0))]
            spots += [(right, middle_y, 90.0), (left, middle_y, -90.0)]
        seated = []
        for solid, (x, y, yaw) in zip(seats, spots, strict=False):
            # A chair faces -y; its front is `distance` from the table's edge.
            reach = distance - solid.box[1] + self.rng.uniform(0.0, 0.12)
            dx = middle_x + x if yaw in (0.0, 180.0) else x
            dx += reach if yaw == 90.0 else -reach if yaw == -90.0 else 0.0
            dy = y + reach if yaw == 0.0 else y - reach if yaw == 180.0 else y
            turned = {90.0: 90.0, -90.0: -90.0}.get(yaw, yaw)
            placed = self.at(
                solid, anchor, dx, dy, {90.0: -90.0, -90.0: 90.0}.get(turned, turned) + self.rng.uniform(-9, 9)
            )
            if placed is not None:
                seated.append(placed)
        return seated

    def put_on(
        self,
        solid: Solid | None,
        support: Solid | None,
        level: int = -1,
        yaw: float | None = None,
        spot: tuple[float, float] | None = None,
    ) -> Solid | None:
        """On a board of something; ``level`` counts boards from below, ``spot`` is a share of its sides."""
        if solid is None or support is None or not support.boards or self.is_full:
            return None
        board, base = support.boards[level], support.placement
        left, front, _, right, back, top = solid.box
        if board.clearance is not None and top > board.clearance * base.scale - 0.01:
            return None
        beside = self._on_boards.setdefault(id(support), [])
        for _ in range(14):
            turned = self.rng.uniform(-25, 25) if yaw is None else yaw
            local = Placement(0, 0, 0, turned, 1)
            corners = space_of((left, front, 0, right, back, top), local).corners()
            low_x, high_x = min(x for x, _ in corners), max(x for x, _ in corners)
            low_y, high_y = min(y for _, y in corners), max(y for _, y in corners)
            room_x, room_y = board.right - board.left - (high_x - low_x), board.back - board.front - (high_y - low_y)
            if room_x < 0 or room_y < 0:
                continue
            u, v = (self.rng.random(), self.rng.random()) if spot is None else spot
            x, y = board.left - low_x + u * room_x, board.front - low_y + v * room_y
            cosine, sine = turn(base.yaw)
            x, y = base.scale * x, base.scale * y
            placement = Placement(
                base.x + cosine * x - sine * y, base.y + sine * x + cosine * y,
                base.z + base.scale * board.height, base.yaw + turned, 1.0,
            )  # fmt: skip
            space = space_of(solid.box, placement)
            if not self.plan.clear(space, support):
                continue
            if all(apart(space, space_of(other.box, other.placement), 0.012) for other in beside):
                solid.node.placement, solid.node.supported_by = placement, support.node
                beside.append(solid)
                self.things.append(self.plan.take(solid))
                return solid
        return None

    def under_ceiling(self, solid: Solid | None, x: float, y: float, yaw: float = 0.0) -> Solid | None:
        """Hanging from the ceiling."""
        if solid is None or self.is_full:
            return None
        placement = Placement(x, y, self.plan.height - 0.001, yaw, 1.0)
        if not self.plan.free(solid, placement):
            return None
        return self.settle(solid, placement)

    def alike(self, *solids: Solid | None) -> None:
        """Note that these are of a kind on purpose; what did not fit is None."""
        there = [solid for solid in solids if solid is not None]
        if len(there) > 1:
            self.look_alikes.append(there)

    def painted(self, model: Model, colors: list[str]) -> list[Solid]:
        """One of a model in each of some colours; without surfaces that may be painted, all the same."""
        return [self.of_model(model, color if model.recolor else None) for color in colors]

    def colors(self, count: int, palette: dict[str, tuple[float, float, float]] = ACCENTS, alike: int = 2) -> list[str]:
        """Colours for things of a kind: the first ``alike`` of some are of one colour, others differ."""
        names = self.rng.sample(tuple(palette), max(2, count))
        return self.rng.shuffled([names[0] if k < min(alike, count - 1) else names[k] for k in range(count)])

    def several(
        self, count: int, make: Callable[[int], Solid | None], put: Callable[[Solid], Solid | None]
    ) -> list[Solid]:
        """Make and put things of a kind; those that found a place, noted as alike."""
        copies = [solid for solid in (make(k) for k in range(count)) if solid is not None]
        there = [solid for solid in (put(solid) for solid in copies) if solid is not None]
        self.alike(*there)
        return there
