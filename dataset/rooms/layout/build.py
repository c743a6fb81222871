"""A room from its seed."""

from __future__ import annotations

from typing import Final, get_args

from ...scenes.rng import SplitMix64
from .built.textiles import curtains
from .cameras import choose_camera
from .furnish import Furnisher
from .palettes import MUTED, WALLS, WHITE_PAINT, floor_finish, rgb, wood
from .plan import FRONT, Plan, Space, space_of
from .recipes import RECIPES
from .room import Finish, Lamp, Room, RoomKind, Solid
from .shell import Opening, door, floor_and_ceiling, skirting, terrace_walls, wall_solid, window

__all__ = ["KINDS", "build_room"]

KINDS: Final[tuple[RoomKind, ...]] = get_args(RoomKind)
WEIGHTS: Final = (5, 4, 4, 4, 4, 3, 2)
EVENING: Final = 0.12
ATTEMPTS: Final = 4
RICH: Final = 13.0
"""A room that is less rich is furnished anew, some times."""


def build_room(seed: int, kind: RoomKind | None = None) -> Room:
    """A furnished room with its light and camera; the same on every machine.

    Args:
        seed: any 64-bit number.
        kind: of which kind; None: by chance.
    """
    rng = SplitMix64(seed)
    drawn = rng.choice([name for name, weight in zip(KINDS, WEIGHTS, strict=True) for _ in range(weight)])
    kind = kind or drawn
    rooms: list[Room] = []
    while len(rooms) < ATTEMPTS and (not rooms or _richness(rooms[-1]) < RICH):
        rooms.append(_terrace(seed, rng) if kind == "terrace" else _indoors(seed, rng, kind))
    return max(rooms, key=_richness)


def _richness(room: Room) -> float:
    """How many things are seen in a draft of boxes, and whether there are look-alikes among them."""
    alike = sum(1 for solids in room.look_alikes if sum(solid in room.in_view for solid in solids) > 1)
    return len(room.in_view) + 3.0 * min(2, alike)


def _indoors(seed: int, rng: SplitMix64, kind: RoomKind) -> Room:
    small = kind == "bathroom"
    plan = Plan(
        width=rng.uniform(2.8, 3.6) if small else rng.uniform(3.7, 4.8),
        depth=rng.uniform(2.9, 3.6) if small else rng.uniform(3.5, 4.7),
        height=rng.uniform(2.45, 2.8),
    )
    openings = _openings(rng, plan, kind)
    color = WALLS[rng.choice(tuple(WALLS))] if rng.chance(0.65) else WALLS["white"]
    accent = WALLS[rng.choice(tuple(WALLS))] if rng.chance(0.25) else color
    tiled = None
    if small or (kind == "kitchen" and rng.chance(0.3)):
        tile = rgb(rng.choice(("e9e7e1", "d5dde0", "c9d4cc", "dcd2c2", "8fa6a8")))
        side = rng.choice((0.1, 0.15, 0.2, 0.3))
        tiled = Finish("tile", tile, "tiles", rgb("c9c6bf"), scale=side, ratio=rng.choice((1.0, 2.0)), roughness=0.12)
    solids = floor_and_ceiling(plan.width, plan.depth, plan.height, floor_finish(rng, kind), outdoors=False)
    foot = WHITE_PAINT if rng.chance(0.7) else wood(rng)
    evening = rng.chance(EVENING)
    sky = 2.5 if evening else rng.uniform(45.0, 75.0)
    hung: list[Solid] = []
    cloth = rng.choice(tuple(MUTED))
    for wall in plan.walls.values():
        solids.append(
            wall_solid(wall, plan.height, Finish("plaster", accent if wall.name == "back" else color), openings, tiled)
        )
        if tiled is None:
            solids.append(skirting(wall, foot, openings))
    for opening in openings:
        wall = plan.walls[opening.wall]
        if opening.bottom > 0:
            solids.append(window(opening, wall, rng, sky))
            plan.taken.append(
                space_of((0, -0.16, -0.05, opening.width, 0.0, opening.height + 0.05), solids[-1].placement)
            )
            if opening.wall != FRONT and kind not in ("kitchen", "bathroom") and rng.chance(0.75):
                hung.append(_hang(rng, plan, opening, cloth))
        else:
            angle = rng.uniform(65.0, 100.0) if rng.chance(0.4) else 0.0
            solids.append(door(opening, wall, rng, angle))
            plan.take(solids[-1])
            way = space_of((0, -0.75, 0, opening.width, 0.0, 2.0), wall.at(opening.u))
            plan.reserved.append(way)
    plan.reserved.append(Space(0.0, 0.3, plan.width / 2, 0.3, 1.0, 0.0, 0.0, plan.height))
    furnisher = Furnisher(rng, plan, kind)
    furnisher.things += hung
    RECIPES[kind](furnisher)
    for solid in solids:
        if solid.hidden_front or any(opening.wall == FRONT for opening in openings if solid.node.category == "window"):
            solid.hidden_front = solid.placement.y < 0.01
    return _seen(seed, rng, kind, plan, solids, furnisher, evening, sky)


def _hang(rng: SplitMix64, plan: Plan, opening: Opening, color: str) -> Solid:
    """Curtains for a window, in the plan as two bundles."""
    wall = plan.walls[opening.wall]
    top = min(opening.bottom + opening.height + 0.12, plan.height - 0.05)
    pair = curtains(rng, opening.width, top - 0.02, color, wall.length, opening.u)
    pair.node.placement = wall.at(opening.u, top)
    left, front, bottom, right, back, high = pair.box
    middle = opening.width / 2
    pair.hulls = (
        (left, front, bottom, min(0.12, middle), back, high),
        (max(opening.width - 0.12, middle), front, bottom, right, back, high),
    )
    return plan.take(pair)


def _openings(rng: SplitMix64, plan: Plan, kind: RoomKind) -> list[Opening]:
    """Windows and a door: the light comes from the side, from the back, or from behind the camera."""
    openings = []
    sides = rng.sample(("left", "right"), 2)
    low = 1.15 if kind in ("kitchen", "bathroom") else rng.choice((0.45, 0.85, 0.9))
    main = rng.choice((sides[0], sides[0], "back")) if kind != "kitchen" else sides[0]
    wall = plan.walls[main]
    width = min(rng.uniform(1.2, 2.0) if kind != "bathroom" else rng.uniform(0.7, 1.0), wall.length - 1.2)
    share = (
        rng.uniform(0.35, 0.75)
        if main == "left"
        else rng.uniform(0.25, 0.65)
        if main == "right"
        else rng.uniform(0.2, 0.8)
    )
    u = min(max(0.45, share * wall.length - width / 2), wall.length - width - 0.45)
    openings.append(Opening(main, u, width, low, min(plan.height - 0.35, 2.2) - low))
    openings.append(Opening(FRONT, plan.width * 0.25, plan.width * 0.5, 0.8, 1.4))
    other = sides[1] if main != sides[1] else sides[0]
    if rng.chance(0.65):
        place = plan.walls[other]
        spot = rng.uniform(0.45, 0.7) if other == "left" else rng.uniform(0.3, 0.55)
        if rng.chance(0.35) and main != "back" and kind not in ("kitchen", "bathroom", "bedroom"):
            place, spot = plan.walls["back"], rng.choice((0.2, 0.8))
        openings.append(
            Opening(place.name, min(max(0.15, spot * place.length - 0.4), place.length - 0.95), 0.8, 0.0, 2.02)
        )
    return openings


def _terrace(seed: int, rng: SplitMix64) -> Room:
    plan = Plan(rng.uniform(4.6, 5.6), rng.uniform(4.4, 5.4), 2.9)
    solids = floor_and_ceiling(plan.width, plan.depth, plan.height, floor_finish(rng, "terrace"), outdoors=True)
    house, fences = terrace_walls(rng, plan.walls, plan.height)
    solids += [house, *fences]
    for solid in solids[1:]:
        if solid.node.category == "door":
            plan.take(solid)
    plan.reserved.append(Space(0.0, 0.25, plan.width / 2, 0.25, 1.0, 0.0, 0.0, plan.height))
    furnisher = Furnisher(rng, plan, "terrace")
    RECIPES["terrace"](furnisher)
    return _seen(seed, rng, "terrace", plan, solids, furnisher, False, 0.0)


def _seen(
    seed: int,
    rng: SplitMix64,
    kind: RoomKind,
    plan: Plan,
    solids: list[Solid],
    furnisher: Furnisher,
    evening: bool,
    sky: float,
) -> Room:
    """The room with its camera, its sun, and what is on rugs."""
    _note_rugs(furnisher.things)
    outdoors = kind == "terrace"
    doors = [solid for solid in solids if solid.node.category == "door"]
    camera, focus, in_view = choose_camera(rng, plan, furnisher.things + doors, outdoors)
    lamps = []
    if not evening and (outdoors or rng.chance(0.7)):
        direction = (rng.choice((-1, 1)) * rng.uniform(0.5, 1.0), rng.uniform(0.25, 0.6), -rng.uniform(0.5, 0.9))
        windows = [solid for solid in solids if solid.node.category == "window" and not solid.hidden_front]
        if windows:
            side = windows[0].placement.yaw
            slant = rng.uniform(-0.6, 0.6)
            down = -rng.uniform(0.5, 0.95)
            direction = (
                (1.0, slant, down) if side == 90.0 else (-1.0, slant, down) if side == -90.0 else (slant, -1.0, down)
            )
        power = rng.uniform(3.0, 5.0) if outdoors else rng.uniform(0.9, 2.2) * sky
        lamps.append(
            Lamp("sun", (0, 0, 0), direction, (0.6, 0.0), power, rgb(rng.choice(("fff1dc", "ffe6c2", "fff6ea"))))
        )
    ground = rgb(rng.choice(("6f8a4f", "7d9160", "5c7748")))
    backdrop = (ground, rgb("dfe6ec"), rgb("9fc0e6")) if not evening else (rgb("1d2226"), rgb("4b5d7a"), rgb("263653"))
    room = Room(
        seed=seed, kind=kind, size=(plan.width, plan.depth, plan.height), camera=camera,
        aperture=rng.uniform(0.0, 0.006), focus=focus, exposure=rng.uniform(-0.1, 0.35) - (0.25 if evening else 0.0),
        backdrop=backdrop, brightness=1.0 if outdoors else 0.9 if evening else sky * rng.uniform(0.2, 0.34),
        solids=solids + furnisher.things, lamps=lamps, look_alikes=furnisher.look_alikes,
        in_view=in_view,
    )  # fmt: skip
    room.number()
    return room


def _note_rugs(things: list[Solid]) -> None:
    """What stands with its middle on a rug is on the rug."""
    rugs = [
        (thing, space_of(thing.box, thing.placement)) for thing in things if thing.node.category in ("rug", "bath mat")
    ]
    for thing in things:
        if thing.placement.z > 0.001 or thing.node.supported_by is not None or not thing.solid:
            continue
        for rug, space in rugs:
            dx, dy = thing.placement.x - space.x, thing.placement.y - space.y
            along, across = dx * space.cosine + dy * space.sine, -dx * space.sine + dy * space.cosine
            if rug is not thing and abs(along) < space.half_width and abs(across) < space.half_depth:
                thing.node.supported_by = rug.node
