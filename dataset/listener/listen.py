"""The listener: which region does a caption denote, and is it the right one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .denote import Model, model_of
from .logic import Phrase
from .parse import parse
from .world import World

__all__ = ["Hearing", "Outcome", "listen"]

Outcome = Literal["correct", "ambiguous", "wrong", "nothing", "unparsed"]
Relation = Literal["parent", "child", "sibling", "other"]


@dataclass(frozen=True)
class Hearing:
    """What the listener made of a caption.

    Attributes:
        outcome: correct: it denotes the target alone; ambiguous: the target among others; wrong: others only;
            nothing: understood, but there is no such thing in the image; unparsed: not understood.
        relation: for a wrong one, how the nearest denoted region is related to the target in the mask tree: parent and
            child reach over all levels, sibling shares the parent, other is elsewhere.
        denoted: ids of all regions that it certainly or vaguely denotes.
        logical_form: the readings, as text, separated by " | ".
    """

    outcome: Outcome
    relation: Relation | None = None
    denoted: tuple[str, ...] = ()
    logical_form: str = ""


def listen(caption: str, world: World, target: str) -> Hearing:
    """Find what a caption denotes in the world and compare it with the target region.

    A text with several readings is heard with charity: readings that denote nothing do not count; the others are
    taken together, so that it is correct only if each of them denotes the target alone.

    Args:
        caption: any text.
        world: the visible regions of the image.
        target: id of the region that the caption is for.

    Raises:
        KeyError: the world has no region of that id.
    """
    model = model_of(world)
    wanted = 1 << model.position[target]
    readings = parse(caption) if isinstance(caption, str) else ()
    if not readings:
        return Hearing("unparsed")
    true, vague = hear(model, readings)
    denoted = model.ids(true | vague)
    form = " | ".join(map(str, readings))
    if true == wanted and not vague:
        return Hearing("correct", None, denoted, form)
    if (true | vague) & wanted:
        return Hearing("ambiguous", None, denoted, form)
    if denoted:
        return Hearing("wrong", _relation(world, denoted, target), denoted, form)
    return Hearing("nothing", None, (), form)


def hear(model: Model, readings: Sequence[Phrase]) -> tuple[int, int]:
    """Bit masks of the regions certainly and vaguely denoted by a text with these readings."""
    found = [denoted for denoted in map(model.denote, readings) if denoted[0] or denoted[1]]
    certain = [denoted for denoted in found if denoted[0]]
    true = vague = 0
    for denoted in certain or found:
        true |= denoted[0]
        vague |= denoted[1]
    if certain:
        for yes, _ in certain:
            vague |= true & ~yes
    return true & ~vague, vague


def _relation(world: World, denoted: Sequence[str], target: str) -> Relation:
    above = set(world.ancestors(target))
    if above.intersection(denoted):
        return "parent"
    if any(target in world.ancestors(region_id) for region_id in denoted):
        return "child"
    parent = world.by_id[target].parent
    return "sibling" if any(world.by_id[region_id].parent == parent for region_id in denoted) else "other"
