"""The listener: which region does a caption denote, and is it the right one?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from .goodwill.careful import careful_model_of
from .goodwill.check import fitting, holds, most_told
from .goodwill.generous import generous_model_of
from .goodwill.model import GenerousModel
from .logic import ANY_NOUN, UNKNOWN_NOUN, Phrase
from .meaning.bits import bits
from .meaning.denote import Model
from .meaning.structure import Denotation
from .reader import Read, read
from .sentences.attach import Reading
from .world import World

__all__ = ["Hearing", "Outcome", "hear", "listen"]

Outcome = Literal["correct", "ambiguous", "wrong", "nothing", "false", "unparsed"]
Relation = Literal["parent", "child", "sibling", "other"]

LEAST_READ: Final = 0.4
"""A caption of which a smaller share of the content words was read is not understood."""
MOST_HEARD: Final = 24
"""How many readings of a caption are evaluated."""


@dataclass(frozen=True)
class Hearing:
    """What the listener made of a caption.

    Attributes:
        outcome: correct: it denotes the target alone; ambiguous: the target among others; wrong: others only;
            nothing: understood, but there is no such thing in the image; false: its first sentence denotes the target,
            but something else that it says is not true of it; unparsed: not understood.
        relation: for a wrong one, how the nearest denoted region is related to the target in the mask tree: parent and
            child reach over all levels, sibling shares the parent, other is elsewhere.
        denoted: ids of all regions that it certainly or vaguely denotes.
        logical_form: the readings, as text, separated by " | ".
        read_share: share of the content words that were read, 1 where all were.
        untrue: the statements that are not true of the target, as text.
    """

    outcome: Outcome
    relation: Relation | None = None
    denoted: tuple[str, ...] = ()
    logical_form: str = ""
    read_share: float = 0.0
    untrue: tuple[str, ...] = ()


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
    model = careful_model_of(world)
    bit = 1 << model.position[target]
    content = read(caption) if isinstance(caption, str) else Read()
    named = any(reading.phrase.noun != UNKNOWN_NOUN for reading in content.head)
    if not named or content.share < LEAST_READ:
        return Hearing("unparsed", read_share=content.share)
    (true, vague), readings, untrue = _heard(world, content)
    denoted = model.ids(true | vague)
    form = " | ".join(map(str, readings))

    def hearing(outcome: Outcome, relation: Relation | None = None) -> Hearing:
        return Hearing(outcome, relation, denoted, form, content.share, untrue)

    if untrue and (true | vague) & bit:
        return hearing("false")
    if not _says_what(readings):
        vague, true = vague | true, 0
        return hearing(
            "ambiguous" if vague & bit else "wrong" if denoted else "nothing",
            None if vague & bit or not denoted else _relation(world, denoted, target),
        )
    if true | vague == bit or (true == bit and not vague):
        return hearing("correct")
    if (true | vague) & bit:
        return hearing("ambiguous")
    if denoted:
        return hearing("wrong", _relation(world, denoted, target))
    return hearing("nothing")


def _heard(world: World, content: Read) -> tuple[Denotation, list[Phrase], tuple[str, ...]]:
    """What a caption denotes, the readings that count, and the statements that nothing denoted fulfils."""
    exact, generous = careful_model_of(world), generous_model_of(world)
    untrue: list[str] = []
    heads = content.head if content.complete else content.head[:MOST_HEARD]
    readings, denoted = _first(exact.denote, heads, one_is_enough=not content.complete)
    if not denoted[0]:
        others, loose = _with_least_goodwill(generous, heads)
        if loose[0] or loose[1]:
            readings, denoted = others, loose
    if denoted == (0, 0) and content.core is not None:
        denoted = (0, fitting(generous, content.core, content.facts))
    true, vague = denoted
    for fact in content.statements:
        left = sum(1 << k for k in bits(true | vague) if holds(generous, k, fact) is not False)
        if left:
            true, vague = true & left, vague & left
        elif true | vague:
            untrue.append(str(fact))
    if content.statements and (true | vague) & ((true | vague) - 1):
        likeliest = most_told(generous, true | vague, content.statements)
        true, vague = true & likeliest, vague & likeliest
    denoted = true, vague
    return denoted, [reading.phrase for reading in readings], tuple(untrue)


def _first(
    denote: Callable[[Phrase], Denotation],
    readings: Sequence[Reading],
    within: Denotation | None = None,
    one_is_enough: bool = True,
) -> tuple[list[Reading], Denotation]:
    """The readings of least cost that denote something, and what they denote together."""
    meaning: list[tuple[Reading, Denotation]] = []
    for reading in readings:
        true, vague = denote(reading.phrase)
        if within is not None:
            every = within[0] | within[1]
            true, vague = true & within[0], (true | vague) & every & ~(true & within[0])
        if true or vague:
            meaning.append((reading, (true, vague)))
    if not meaning:
        return list(readings[:1]), (0, 0)
    if one_is_enough:
        meaning = _most_telling(meaning)
    return [reading for reading, _ in meaning], _together([denoted for _, denoted in meaning])


def _with_least_goodwill(model: GenerousModel, readings: Sequence[Reading]) -> tuple[list[Reading], Denotation]:
    """The regions that need the least goodwill in any reading, and the readings in which they do."""
    ranked: list[tuple[bool, int, int, Reading]] = []
    for reading in readings:
        true, vague = model.denote(reading.phrase)
        if true | vague:
            costs = model.goodwill(reading.phrase, true | vague)
            least = min(costs.values())
            best = sum(1 << k for k, cost in costs.items() if cost == least)
            ranked.append((best & (best - 1) != 0, least + reading.cost, best, reading))
    if not ranked:
        return list(readings[:1]), (0, 0)
    first = min(one[:2] for one in ranked)
    cheapest = [one for one in ranked if one[:2] == first]
    mask = 0
    for _, _, best, _ in cheapest:
        mask |= best
    return [reading for _, _, _, reading in cheapest], (0, mask)


def _most_telling(fitting: list[tuple[Reading, Denotation]]) -> list[tuple[Reading, Denotation]]:
    """The readings that are certain of one region, else those that may mean one only, else all."""
    sizes = [(true.bit_count(), (true | vague).bit_count()) for _, (true, vague) in fitting]
    for wished in ((1, 1), (None, 1), (1, None)):
        best = [
            one
            for one, (certain, possible) in zip(fitting, sizes, strict=True)
            if wished[0] in (None, certain) and wished[1] in (None, possible)
        ]
        if best:
            return best
    return fitting


def hear(model: Model, readings: Sequence[Phrase]) -> Denotation:
    """Bit masks of the regions certainly and vaguely denoted by a text with these readings."""
    return _together([denoted for denoted in map(model.denote, readings) if denoted[0] or denoted[1]])


def _together(denotations: Sequence[Denotation]) -> Denotation:
    certain = [denoted for denoted in denotations if denoted[0]]
    true = vague = 0
    for denoted in certain or denotations:
        true |= denoted[0]
        vague |= denoted[1]
    if certain:
        for yes, _ in certain:
            vague |= true & ~yes
    return true & ~vague, vague


def _says_what(readings: Sequence[Phrase]) -> bool:
    """Whether some reading says what the thing is or how it looks: more than its place, order, size and owner."""
    looks = ("color", "pattern", "accent")
    return any(
        reading.noun != UNKNOWN_NOUN and (reading.noun != ANY_NOUN or any(c.kind in looks for c in reading.constraints))
        for reading in readings
    )


def _relation(world: World, denoted: Sequence[str], target: str) -> Relation:
    above = set(world.ancestors(target))
    if above.intersection(denoted):
        return "parent"
    if any(target in world.ancestors(region_id) for region_id in denoted):
        return "child"
    parent = world.by_id[target].parent
    return "sibling" if any(world.by_id[region_id].parent == parent for region_id in denoted) else "other"
