"""Compose a scene: which objects, how they look, where they stand, what is behind them, who looks from where.

Everything follows from the seed through `SplitMix64`. A scene has two to four categories with several instances each
and sometimes a single thing more; most objects are near copies of a sibling, so that a unique caption needs colour,
parts, position or relations. Slots are explained in `objects.parts`, held-out looks in `held_out`.
"""

from __future__ import annotations

import math
from dataclasses import replace

from ..rng import SplitMix64
from .arrange import Arrangement
from .backdrops import Road, draw_road, room, street, tabletop
from .framing import View, frame_all
from .graph import Node, Scene, Vector
from .held_out import mark_held_out
from .looks import can_be_held_out, draw_style, hold_out
from .objects.catalogue import CATALOGUE, RIVALS, Setting
from .objects.style import Style

__all__ = ["build_scene"]

SETTINGS: tuple[Setting, ...] = ("room", "room", "street", "street", "tabletop")
FEWEST, MOST = 4, 12
ROUNDS = 4
MOST_ROUNDS = 100
"""A plan that is not placed by then never will be: it wants small things and furniture that carries none of them."""


def build_scene(seed: int, *, held_out: bool = False) -> Scene:
    """Build the scene of a seed.

    Args:
        seed: any 64-bit integer; equal seeds give equal scenes on every machine.
        held_out: put in at least one object that shows what other scenes never do (see `held_out`).

    Returns:
        The scene: background first, then 4 to 12 objects; all nodes indexed.
    """
    rng = SplitMix64(seed)
    setting, position, road, arrangement = _arranged(rng, held_out)
    if setting == "street":
        background = street(rng, road, max(item.footprint.y + item.footprint.radius for item in arrangement.placed))
    elif setting == "room":
        background = room(rng, arrangement.wall, arrangement.half_width)
    else:
        background = tabletop(rng, arrangement.wall, arrangement.half_width)
    objects = [item.node for item in arrangement.placed]
    for thing in objects:
        mark_held_out(thing)
    points = [corner for item in arrangement.placed for corner in item.corners]
    camera = frame_all(position, points, rng.uniform(1.05, 1.14))
    scene = Scene(seed, setting != "street", camera, _sun(rng), [*background, *objects])
    for index, node in enumerate(scene.nodes()):
        node.index = index
    return scene


def _arranged(rng: SplitMix64, held_out: bool) -> tuple[Setting, Vector, Road | None, Arrangement]:
    """Setting, position of the camera, road and objects; a plan that cannot be placed is given up for another one."""
    while True:
        setting = rng.choice(SETTINGS)
        plan = _plan(rng, setting, held_out)
        position = _camera_position(rng)
        driving = setting == "street" and any(CATALOGUE[name].zone == "road" for name in plan)
        road = draw_road(rng) if setting == "street" and rng.chance(0.7 if driving else 0.25) else None
        arrangement = Arrangement(rng, setting, View(position, (0.0, 1.0, -0.3)), len(plan), road)
        if _fill(rng, arrangement, plan, held_out):
            return setting, position, road, arrangement


def _plan(rng: SplitMix64, setting: Setting, held_out: bool) -> list[str]:
    """Categories of the objects to place, the held-out one first, then large before small."""
    count = FEWEST + (1 + rng.below(MOST - FEWEST) if rng.chance(0.9) else 0)
    pool = [name for name, kind in CATALOGUE.items() if setting in kind.scales]
    kinds = _kinds(rng, setting, pool, min(max(count // 2, 2), 2 + rng.below(3)), held_out)
    plan = [name for name in kinds for _ in range(2)]
    while len(plan) < count:
        name = rng.choice(kinds)
        if plan.count(name) < CATALOGUE[name].most:
            plan.append(name)
        elif all(plan.count(other) >= CATALOGUE[other].most for other in kinds):
            break
    if len(plan) < MOST and rng.chance(0.5):
        singles = [
            name
            for name in pool
            if name not in kinds and not _rivals(name, kinds) and not _needs_support(setting, name)
        ]
        plan += rng.sample(singles, 1)
    first = kinds[0]
    return sorted(plan, key=lambda name: (name != first or not held_out or _needs_support(setting, name), _order(name)))


def _kinds(rng: SplitMix64, setting: Setting, pool: list[str], count: int, held_out: bool) -> list[str]:
    """The main categories; small things bring a piece of furniture to stand on."""
    candidates = rng.shuffled(pool)
    postponed = [name for name in candidates if len(CATALOGUE[name].scales) > 1 and rng.chance(0.55)]
    candidates.sort(key=lambda name: name in postponed)
    if held_out:
        candidates.sort(key=lambda name: not can_be_held_out(name) or _needs_support(setting, name))
    kinds: list[str] = []
    for name in candidates:
        if len(kinds) < count and not _rivals(name, kinds):
            kinds.append(name)
    if any(_needs_support(setting, name) for name in kinds) and not any(CATALOGUE[name].support for name in kinds):
        kinds[-1] = rng.choice(("table", "table", "cabinet"))
    return kinds


def _rivals(name: str, kinds: list[str]) -> bool:
    return any(name in rivals and not rivals.isdisjoint(kinds) for rivals in RIVALS)


def _needs_support(setting: Setting, name: str) -> bool:
    return setting == "room" and CATALOGUE[name].zone == "shelf"


def _order(name: str) -> tuple[int, int]:
    """Furniture that carries things and large things come first, things on furniture last."""
    kind = CATALOGUE[name]
    rank = {"road": 0, "back": 1, "wall": 0, "floor": 2, "shelf": 4}[kind.zone]
    return (1 if kind.support else rank, list(CATALOGUE).index(name))


def _fill(rng: SplitMix64, arrangement: Arrangement, plan: list[str], held_out: bool) -> bool:
    """Build and place the planned objects; what does not fit is tried again under looser rules, at most `ROUNDS` times.

    Rounds continue while there are fewer than `FEWEST` objects, or none that is held out where one must be.

    Returns:
        Whether it was done in `MOST_ROUNDS`.
    """
    queue, failed = list(plan), list[str]()
    styles: dict[str, list[Style]] = {}
    pending, rounds = held_out, 1
    while queue or pending or len(arrangement.placed) < FEWEST or (failed and rounds < ROUNDS):
        if not queue:
            if rounds == MOST_ROUNDS:
                return False
            arrangement.relax()
            queue, failed, rounds = failed or plan[:1], [], rounds + 1
        name = queue.pop(0)
        style = draw_style(rng, name, styles.get(name, []))
        unseen = pending and can_be_held_out(name)
        if unseen:
            style = hold_out(rng, name, style)
        if arrangement.add(name, _build(name, style, arrangement.setting), style):
            styles.setdefault(name, []).append(style)
            pending = pending and not unseen
        else:
            failed.append(name)
        if len(arrangement.placed) == MOST:
            break
    return True


def _build(name: str, style: Style, setting: Setting) -> Node:
    if name == "lamp":
        style = replace(style, variant="table" if setting == "tabletop" else "floor")
    return CATALOGUE[name].build(style)


def _camera_position(rng: SplitMix64) -> Vector:
    return (rng.uniform(-1.2, 1.2), -7.2, rng.uniform(3.0, 4.6))


def _sun(rng: SplitMix64) -> Vector:
    x, y, z = rng.uniform(-0.8, 0.8), rng.uniform(-0.9, -0.3), rng.uniform(0.8, 1.2)
    length = math.sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)
