"""Whether anything that may be meant stands so to anything that may be its landmark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..goodwill.model import GenerousModel
from ..logic import ANY_NOUN, Phrase
from ..meaning.bits import bits
from ..meaning.contrary import FLAT, is_contrary
from ..meaning.relations import room_between
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.lexicon import is_part
from .across import SIGNS
from .mentions import in_colors
from .named import meant_best

__all__ = ["GROUNDS", "is_placed"]

GROUNDS: Final = FLAT | {"tabletop", "tablecloth"}
"""What lies under all things, and is said to be nowhere."""
DEPTHS: Final = frozenset({"behind", "in front of"})
OUTER: Final = frozenset({"base", "foot", "bottom", "top", "body", "surface", "stem"})
"""What everything has, whether or not it is a region."""
LEAST_SPAN: Final = 0.02
"""Things that are no farther apart across are not told apart by their sides."""
LEEWAY: Final = 0.01
"""What is no farther on the other side may be on a side."""
CLEARLY_NEARER: Final = 0.08
"""Room by which one thing is clearly nearer than another, in widths of the picture."""


def is_placed(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether anything that may be the subject of a relation may stand so to anything that may be its landmark."""
    is_hiding = fact.value == "hides"
    landmarks = [thing for thing in (fact.phrase, *(c.phrase for c in fact.constraints)) if thing is not None]
    places = _all_of(model, k, landmarks, wide=is_hiding)
    like = [j for j in _all_of(model, k, [_anywhere(thing) for thing in landmarks]) if j not in places]
    is_tried = False
    for subject in fact.others if places else ():
        things = _subjects(model, k, subject, places, fact.value)
        is_one_of = subject in landmarks or subject == Phrase(ANY_NOUN) or set(things) < set(places)
        rest = [j for j in places if j not in things] if is_one_of else places
        is_told = subject.noun != ANY_NOUN and not is_hiding
        if not rest or set(things) <= set(rest) or (is_told and _are_grounds(model, things, fact.value)):
            continue
        so = [i for i in _standing_so(model, k, things, rest, fact.value) if _is_nearer(model, i, places, like)]
        number = next((int(c.value) for c in subject.constraints if c.kind == "count"), 1 + subject.plural)
        if len(so) >= min(number, len(things)):
            return None
        is_tried = True
    return False if is_tried else None


def _subjects(model: GenerousModel, k: int, phrase: Phrase, places: list[int], relation: str) -> list[int]:
    """Who may stand so to some places; no part is behind what it is of."""
    things = [i for i in _all_of(model, k, (phrase,), wide=relation == "hides") if places != [i]]
    if relation not in DEPTHS:
        return things
    return [i for i in things if any(not (model.above[i] | model.below[i]) >> j & 1 for j in places)]


def _standing_so(model: GenerousModel, k: int, things: list[int], places: list[int], relation: str) -> Iterator[int]:
    """Those of some things that may stand so to a place; another table hides the tabletop than its own."""
    for i in things:
        parts = model.below[i] if relation == "hides" and (i == k or len(things) > 1) else 0
        if any(i != j and not parts >> j & 1 and not is_contrary(model, relation, i, j) for j in places):
            yield i


def _are_grounds(model: GenerousModel, things: list[int], relation: str) -> bool:
    """Whether some things lie under all others; a wall is behind all of them, and all around them."""
    grounds = GROUNDS if relation in DEPTHS else GROUNDS | {"wall"}
    regions = [model.regions[j] for j in things]
    return all(region.category in grounds and region.granularity == "background" for region in regions)


def _anywhere(phrase: Phrase) -> Phrase:
    """A thing without the side on which it is among its like."""
    return phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind != "place"))


def _is_nearer(model: GenerousModel, i: int, places: list[int], like: list[int]) -> bool:
    """Whether a thing is not clearly farther from what is named, "the left table", than from the other ones."""
    if not like:
        return True
    room = [min(room_between(model.regions[i], model.regions[j]) for j in group) for group in (places, like)]
    return room[0] <= room[1] + CLEARLY_NEARER


def _all_of(model: GenerousModel, k: int, phrases: Iterable[Phrase], *, wide: bool = False) -> list[int]:
    """All that phrases may mean, of a group its members."""
    every = {j for phrase in phrases for j in bits(_placed(model, k, phrase, wide=wide))}
    return sorted({i for j in every for i in model.members_of(j) or (j,)})


def _placed(model: GenerousModel, k: int, phrase: Phrase, *, wide: bool = False) -> int:
    """What a phrase may mean in a sentence on a region, on the side among its like that it says."""
    mask = _named(model, k, phrase, wide=wide)
    side = next((c.value for c in phrase.constraints if c.kind == "place"), "")
    if not side or not mask:
        return mask
    sign = SIGNS[side]
    mask = sum(1 << j for j in {i for j in bits(mask) for i in (model.members_of(j) or (j,))})
    like = {model.regions[j].category for j in bits(mask)}
    own = [k] if model.regions[k].category in like and not model.regions[k].is_group else []
    xs = [model.regions[j].x for j in (*bits(mask), *own)]
    middle = (min(xs) + max(xs)) / 2
    if max(xs) - min(xs) < LEAST_SPAN:
        return mask
    is_member = any(1 << j & mask for j in model.members_of(k))
    return sum(
        1 << j for j in bits(mask)
        if sign * (model.regions[j].x - middle) >= -LEEWAY or (not is_member and sign * (model.regions[j].x - 0.5) >= 0)
    )  # fmt: skip


def _named(model: GenerousModel, k: int, phrase: Phrase, *, wide: bool = False) -> int:
    """What a phrase may mean in a sentence on a region: it, another like it, a part of its own or, if wide, of any."""
    how = {c.value for c in phrase.constraints if c.kind == "about"}
    if phrase.noun == ANY_NOUN and "like" not in how:
        return sum(1 << j for j in (k, *model.members_of(k)))
    around = 1 << k | model.above[k] | model.below[k]
    mask = _looking_so(model, k, phrase) & ~(1 << k | model.above[k] if "another" in how else 0)
    own = mask & model.own(k)
    if "like" in how:
        members = sum(1 << j for j in model.members_of(k))
        others = mask & ~around
        others = (others & own if is_part(model.regions[k].category) else 0) or others
        return mask & members or others or (1 << k if model.regions[k].is_group else 0)
    if wide and phrase.noun in OUTER and ("own" in how or not phrase.constraints):
        return own | 1 << k
    if "own" in how:
        return own or mask or wide << k
    owner = next((c.phrase for c in phrase.constraints if c.kind == "of" and c.phrase is not None), None)
    if owner is not None:  # what is no region is where that is which has it
        wholes = _placed(model, k, owner)
        parts = sum(1 << j for j in bits(mask) if (model.above[j] | 1 << j) & wholes)
        near = around if "another" in how else 0 if wide else model.own(k)
        return parts or wholes & ~near or mask
    return own if own and is_part(phrase.noun) and not wide else mask


def _looking_so(model: GenerousModel, k: int, phrase: Phrase) -> int:
    """What a noun may mean, with the colours and the pattern that are said; what has them itself, if there is any."""
    region = model.regions[k]
    if phrase.noun == "picture" and region.granularity == "background":
        return 0  # "the lower part of the picture" is no picture
    like = [j for j, other in enumerate(model.regions) if other.category == region.category]
    meant = in_colors(model, like if phrase.noun == ANY_NOUN else meant_best(model, phrase.noun), phrase)
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    if colors:
        meant = [j for j in meant if colors <= set(model.regions[j].attributes.values())] or meant
    patterns = {c.value for c in phrase.constraints if c.kind == "pattern"}
    if patterns:
        meant = [j for j in meant if model.regions[j].attributes.get("pattern", "plain") in patterns] or meant
    return sum(1 << j for j in meant)
