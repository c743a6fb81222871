"""The main path of the listener: which region does a caption denote, and is it the right one?

`listen` goes in four steps, each a module or folder of its own:

1. `reader.read`: the caption becomes a `Read`, its first sentence and the facts of the others.
2. Its readings are logical forms (`logic`), by the grammar (`grammar`) or, for free text, from islands (`sentences`).
3. Each reading has a denotation in the world: exactly (`meaning`), else with goodwill (`goodwill`).
4. The denotation is compared with the target, which gives the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from .alike import alike, rest_of
from .checks.facts import fitting, holds, likeliest
from .choice import chosen, most_telling, together
from .goodwill.careful import careful_model_of
from .goodwill.generous import generous_model_of
from .goodwill.model import GenerousModel
from .goodwill.preference import preferred
from .logic import UNKNOWN_NOUN, Constraint, Phrase
from .meaning.bits import bits
from .meaning.denote import Model
from .meaning.structure import Denotation
from .reader import Read, read, read_freely, unread_numbers
from .sentences.attach import Reading
from .sentences.phrases import goes_on_with_whole, merged, says_what
from .sentences.wholes import is_of_ground
from .words.opposites import exchangeable, turned
from .words.spelling import SENTENCE_END
from .world import World

__all__ = ["Hearing", "Outcome", "hear", "interpret", "listen"]

Outcome = Literal["correct", "ambiguous", "wrong", "nothing", "false", "unparsed"]
Relation = Literal["parent", "child", "sibling", "other"]

LEAST_READ: Final = 0.4
"""A caption of which a smaller share of the content words was read is not understood."""
TELLING: Final = ("side", "number")
"""Of these kinds of words a caption of several sentences must not be as correct with the opposites of all."""
MOST_HEARD: Final = 24
"""How many readings of a caption are evaluated."""


@dataclass(frozen=True)
class Hearing:
    """What the listener made of a caption.

    Attributes:
        outcome: correct: it denotes the target alone, or what no one tells apart from it; ambiguous: the target among
            others; wrong: others only; nothing: understood, but there is no such thing in the image; false: its first
            sentence denotes the target, but something else that it says is not true of it; unparsed: not understood.
        relation: for a wrong one, how the nearest denoted region is related to the target in the mask tree: parent and
            child reach over all levels, sibling shares the parent, other is elsewhere.
        denoted: ids of all regions that it certainly or vaguely denotes.
        logical_form: the readings, as text, separated by " | ".
        read_share: share of the content words that were read, 1 where all were.
        untrue: the statements that are not true of the target, as text.
        first_unknown: the first word that no table has, empty if there is none.
        untold: all sides, or all numbers, of a caption of several sentences that would be as correct with their
            opposites; it is unparsed then.
    """

    outcome: Outcome
    relation: Relation | None = None
    denoted: tuple[str, ...] = ()
    logical_form: str = ""
    read_share: float = 0.0
    untrue: tuple[str, ...] = ()
    first_unknown: str = ""
    untold: tuple[str, ...] = ()


class Meaning(NamedTuple):
    """What a caption says of a world.

    Attributes:
        denoted: bit masks of the regions certainly and vaguely denoted.
        readings: the readings that count.
        untrue: the statements that nothing denoted fulfils, as text.
    """

    denoted: Denotation
    readings: list[Phrase]
    untrue: tuple[str, ...]


def listen(caption: str, world: World, target: str) -> Hearing:
    """Find what a caption denotes in the world and compare it with the target region.

    A text with several readings is heard with charity: readings that denote nothing do not count; the others are
    taken together, so that it is correct only if each of them denotes the target alone. A caption of several sentences
    that is as correct with left and right exchanged, or with other numbers, was not understood.

    Args:
        caption: any text.
        world: the visible regions of the image.
        target: id of the region that the caption is for.

    Raises:
        KeyError: the world has no region of that id.
    """
    hearing = interpret(caption, world, target)
    if hearing.outcome == "correct" and SENTENCE_END.search(caption):
        untold = tuple(word for kind in TELLING for word in _untold(caption, kind, world, target))
        return replace(hearing, outcome="unparsed", untold=untold) if untold else hearing
    return hearing


def _untold(caption: str, kind: str, world: World, target: str) -> tuple[str, ...]:
    """The words of a kind in a correct caption that is as correct with the opposites of all of them."""
    details = tuple(exchangeable(caption, kind))
    if details and interpret(turned(caption, details), world, target).outcome == "correct":
        return tuple(detail.word for detail in details)
    return ()


def interpret(caption: str, world: World, target: str) -> Hearing:
    """As `listen`, also for a caption of which nothing tells sides or numbers: what it denotes beside the target."""
    model = careful_model_of(world)
    bit = 1 << model.position[target]
    content = read(caption) if isinstance(caption, str) else Read()
    if not _is_understood(content):
        return Hearing("unparsed", read_share=content.share, first_unknown=next(iter(content.unknown), ""))
    meaning = _meaning(world, content, bit)
    if content.complete and meaning.denoted == (0, 0):
        free = replace(read_freely(caption), core=None)
        if _is_understood(free) and any((other := _meaning(world, free, bit)).denoted):
            content, meaning = free, other
    elif content.complete and not meaning.denoted[0]:
        free = replace(read_freely(caption), core=None)
        is_like = {_last_word(r) for r in free.head} == {_last_word(r) for r in content.head} and free.share == 1
        other = _meaning(world, free, bit) if is_like and _is_understood(free) else meaning
        if other.denoted[0] and other.denoted[0] & (other.denoted[0] - 1) == 0 and not other.denoted[1]:
            content, meaning = free, other
        left, untrue = _true_of_statements(world, meaning.denoted, read_freely(caption))
        meaning = meaning._replace(denoted=left, untrue=untrue)
    outcome, region = _outcome(meaning, bit, model), world.by_id[target]
    if outcome == "correct" and unread_numbers(content, certain=bool(meaning.denoted[0])) - {
        0,
        region.count,
        region.pieces,
    }:
        outcome = "ambiguous"
    denoted = model.ids(meaning.denoted[0] | meaning.denoted[1])
    relation = _relation(world, denoted, target) if outcome == "wrong" else None
    form = " | ".join(map(str, meaning.readings))
    unknown = next(iter(content.unknown), "")
    return Hearing(outcome, relation, denoted, form, content.share, meaning.untrue, unknown)


def _is_understood(content: Read) -> bool:
    """Whether enough words were read, and among them a noun."""
    return content.share >= LEAST_READ and any(reading.phrase.noun != UNKNOWN_NOUN for reading in content.head)


def _last_word(reading: Reading) -> str:
    return reading.phrase.noun.rpartition(" ")[2]


def _meaning(world: World, content: Read, bit: int) -> Meaning:
    """The regions that the first sentence denotes, less those of which the other sentences are not true.

    Where these are true of none, and the target, given by its bit, is not among them, the first sentence may be taken
    with more goodwill.
    """
    denoted, readings = _head_meaning(world, content)
    owned = [
        clause
        for clause in (clause for clauses in content.more for clause in clauses)
        if any(goes_on_with_whole(clause.phrase, head.phrase) for head in readings)
    ]
    if owned and (meant := _head_meaning(world, replace(content, head=tuple(owned), core=None)))[0] != (0, 0):
        denoted, readings = meant  # "This is the rightmost leg. It belongs to the brown table."
    is_target = bool(bit & (denoted[0] | denoted[1]))
    denoted, untrue = _true_of_statements(world, denoted, content)
    if untrue and not is_target and not any(text.startswith("located") for text in untrue):
        denoted, untrue = _in_other_light(world, content, denoted, untrue)
    phrases = [reading.phrase for reading in readings]
    if says_what(phrases):
        denoted = chosen(generous_model_of(world), readings, denoted)
    return Meaning(denoted, phrases, untrue)


def _outcome(meaning: Meaning, bit: int, model: Model) -> Outcome:
    """What comes of a meaning for the target, given by its bit; what no one tells apart from it is the target, too."""
    true, vague = meaning.denoted
    every = true | vague
    if every not in (0, bit) and not every & ~(bit | alike(model, bit.bit_length() - 1, meaning.readings)):
        every = bit
    if every & bit:
        if meaning.untrue:
            return "false"
        return "correct" if every == bit and says_what(meaning.readings) else "ambiguous"
    return "wrong" if every else "nothing"


def _head_meaning(world: World, content: Read) -> tuple[Denotation, list[Reading]]:
    """What the first sentence denotes and the readings that count.

    It is taken exactly; where that leaves nothing certain, with the least goodwill; where that leaves nothing at all,
    by its noun and single facts.
    """
    heads = content.head if content.complete else content.head[:MOST_HEARD]
    readings, denoted = _of_readings(world, heads, content.complete)
    if not denoted[0]:
        loose = [reading for reading in heads if denoted == (0, 0) or is_of_ground(reading.phrase)]
        one_noun = [reading._replace(phrase=merged(reading.phrase)) for reading in loose]
        other_heads = [reading for reading, head in zip(one_noun, loose, strict=True) if reading != head]
        others, meant = _of_readings(world, other_heads, content.complete)
        readings, denoted = (others, meant) if meant != (0, 0) else (readings, denoted)
    generous = generous_model_of(world)
    rests = [rest_of(generous, reading.phrase) for reading in heads[:1]] if denoted == (0, 0) else []
    if any(rests):
        return (0, rests[0]), readings
    if denoted == (0, 0) and content.core is not None:
        denoted = (0, fitting(generous, content.core, content.facts))
    return denoted, readings


def _of_readings(world: World, heads: Sequence[Reading], complete: bool) -> tuple[list[Reading], Denotation]:
    """What readings denote, exactly or else with the least goodwill, and which of them count."""
    readings, denoted = _first(careful_model_of(world).denote, heads, one_is_enough=not complete)
    if denoted[0]:
        return readings, denoted
    loose_readings, loose = _with_least_goodwill(generous_model_of(world), heads)
    return (loose_readings, loose) if loose != (0, 0) else (readings, denoted)


def _in_other_light(
    world: World, content: Read, denoted: Denotation, untrue: tuple[str, ...]
) -> tuple[Denotation, tuple[str, ...]]:
    """If a first sentence taken with goodwill may mean another region, of which all statements are true, that one."""
    generous = generous_model_of(world)
    mask = 0
    for reading in content.head[:MOST_HEARD]:
        true, vague = generous.denote(reading.phrase)
        mask |= true | vague
    other, still_untrue = _true_of_statements(world, (0, mask), content)
    return (other, ()) if other[1] and not still_untrue else (denoted, untrue)


def _narrowed(model: GenerousModel, candidates: int, content: Read) -> int:
    """Of candidates, those that the clauses on the region itself leave, one clause after the other."""
    for readings in content.more:
        if candidates & (candidates - 1) == 0:
            break
        meant = 0
        for reading in readings[:MOST_HEARD]:
            true, vague = model.exact.denote(reading.phrase)
            meant |= true | vague
        candidates = candidates & meant or _of_least_goodwill(model, candidates, readings) or candidates
    return candidates


def _of_least_goodwill(model: GenerousModel, candidates: int, readings: Sequence[Reading]) -> int:
    """Of candidates, those that need the least goodwill in any reading."""
    ranked: list[tuple[int, int]] = []
    for reading in readings[:MOST_HEARD]:
        meant = candidates & sum(model.denote(reading.phrase))
        if meant:
            least, best = model.likeliest(reading.phrase, meant)
            ranked.append((least + reading.cost, best))
    first = min((cost for cost, _ in ranked), default=0)
    mask = 0
    for cost, best in ranked:
        mask |= best if cost == first else 0
    return mask


def _true_of_statements(world: World, denoted: Denotation, content: Read) -> tuple[Denotation, tuple[str, ...]]:
    """Of the denoted regions those of which the statements are true, and the statements that are true of none."""
    statements = content.statements
    if not statements and not content.mentions:
        return denoted, ()
    generous = generous_model_of(world)
    true, vague = denoted
    untrue: list[str] = []
    for fact in (*statements, *content.mentions):
        left = sum(1 << k for k in bits(true | vague) if holds(generous, k, fact) is not False)
        if left:
            true, vague = true & left, vague & left
        elif true | vague:
            untrue.append(str(fact))
    if statements and (true | vague).bit_count() > 1:
        mask = likeliest(generous, _narrowed(generous, true | vague, content), statements)
        claims = (c for fact in statements if fact.kind == "is" for c in fact.constraints)
        near = (Constraint("relation", f.value, f.phrase) for f in statements if f.kind == "relation")
        mask = preferred(generous, Phrase(UNKNOWN_NOUN, False, (*claims, *near)), mask)
        true, vague = true & mask, vague & mask
    return (true, vague), tuple(untrue)


def _first(
    denote: Callable[[Phrase], Denotation], readings: Sequence[Reading], one_is_enough: bool
) -> tuple[list[Reading], Denotation]:
    """The readings that denote something, and what they denote together.

    Args:
        denote: from a phrase to what it denotes.
        readings: the most usual first.
        one_is_enough: whether the readings that are certain of one region count alone.
    """
    meaning = [(reading, denoted) for reading in readings if any(denoted := denote(reading.phrase))]
    if not meaning:
        return list(readings[:1]), (0, 0)
    if one_is_enough:
        meaning = most_telling(meaning)
    return [reading for reading, _ in meaning], together([denoted for _, denoted in meaning])


def _with_least_goodwill(model: GenerousModel, readings: Sequence[Reading]) -> tuple[list[Reading], Denotation]:
    """The regions that need the least goodwill in any reading, and the readings in which they do."""
    ranked: list[tuple[bool, int, int, Reading]] = []
    for reading in readings:
        true, vague = model.denote(reading.phrase)
        if true | vague:
            least, best = model.likeliest(reading.phrase, true | vague)
            ranked.append((best & (best - 1) != 0, least + reading.cost, best, reading))
    if not ranked:
        return list(readings[:1]), (0, 0)
    rank = [(several, cost, -len(reading.phrase.noun.split())) for several, cost, _, reading in ranked]
    first = min(rank)  # "front window" before a window in front
    mask, cheapest = 0, []
    for own, (_, _, best, reading) in zip(rank, ranked, strict=True):
        if own == first:
            mask |= best
            cheapest.append(reading)
    return cheapest, (0, mask)


def hear(model: Model, readings: Sequence[Phrase]) -> Denotation:
    """Bit masks of the regions certainly and vaguely denoted by a text with these readings."""
    return together([denoted for denoted in map(model.denote, readings) if denoted[0] or denoted[1]])


def _relation(world: World, denoted: Sequence[str], target: str) -> Relation:
    above = set(world.ancestors(target))
    if above.intersection(denoted):
        return "parent"
    if any(target in world.ancestors(region_id) for region_id in denoted):
        return "child"
    parent = world.by_id[target].parent
    return "sibling" if any(world.by_id[region_id].parent == parent for region_id in denoted) else "other"
