"""Logical forms in words, for readers who want to know what the listener understood."""

from __future__ import annotations

from typing import Final

from ..logic import ANY_NOUN, BOTH, UNKNOWN_NOUN, Constraint, Phrase
from ..sentences.fact import Fact

__all__ = ["constraint_in_words", "fact_in_words", "noun_in_words", "phrase_in_words"]

_SHAPES: Final = {
    "with": "with {}", "without": "without {}", "about": "with {} at it or near it", "among": "one of {}",
    "count": "{} of them", "accent": "with {} as a second colour", "material": "made of {}", "of": "part of {}",
    "picture": "{} in the picture", "between": "between {}",
}  # fmt: skip
_SIDES: Final = {
    "left": "at the left", "right": "at the right", "top": "at the top", "bottom": "at the bottom",
    "middle": "in the middle", "front": "in front", "back": "at the back",
}  # fmt: skip
_EXTREMES: Final = {
    "left": "furthest left", "right": "furthest right", "top": "topmost", "bottom": "lowest", "middle": "most central",
    "front": "furthest in front", "back": "furthest back", "big": "biggest", "small": "smallest", "tall": "tallest",
    "short": "shortest",
}  # fmt: skip
_PATTERNS: Final = {
    "stripes": "striped", "dots": "dotted", "checker": "checked", "rings": "with rings", "plain": "of one colour",
    "planks": "of planks", "tiles": "of tiles", "brick": "of bricks",
}  # fmt: skip
_ORDINALS: Final = {"1": "first", "2": "second", "3": "third"}
_FACTS: Final = {
    "shows": "{} is at it or near it",
    "has": "it has {}",
    "lacks": "it has no {}",
    "part": "it is part of {}",
    "named": "there is {} in the picture",
    "colored": "there is {} in the picture",
    "patterned": "there is {} in the picture",
    "mentioned": "there is {} in the picture",
    "elsewhere": "there is {} elsewhere",
    "enough": "there are as many as that of {}",
    "several": "there are as many as that of {}",
    "most": "there may be as many as that of {}",
    "hides": "{} touches it or is close to it",
    "supported": "it stands on {}",
    "comprises": "it comprises {}",
    "sized": "{} is smaller or larger than it",
    "far": "{} is at that depth",
}


_MEMBERS: Final = {
    "some": "one of them is {}",
    "tally": "there are {}",
    "total": "{} are all that are seen",
    "impossible": "{}, which no picture shows",
    "reaches": "it reaches that edge of the picture: {}",
}
_RELATED: Final = {"relation": "it is", "stands": "it stands"}
_SIDED: Final = {"other": "another like it is to the {}", "side": "{1} is at the {0}"}


def phrase_in_words(phrase: Phrase) -> str:
    """A phrase with all that it says: "a wheel (in front; part of a car (red))"."""
    if phrase.noun == BOTH:
        return " and ".join(phrase_in_words(constraint.inner) for constraint in phrase.constraints if constraint.phrase)
    noun = noun_in_words(phrase)
    clauses = "; ".join(map(constraint_in_words, phrase.constraints))
    return f"{noun} ({clauses})" if clauses else noun


def noun_in_words(phrase: Phrase) -> str:
    """What kind of thing a phrase means, without what is said of it."""
    if phrase.noun == UNKNOWN_NOUN:
        return "things of a kind not understood" if phrase.plural else "something of a kind not understood"
    if phrase.noun == ANY_NOUN:
        return "things of any kind" if phrase.plural else "a thing of any kind"
    if phrase.plural:
        return f"more than one {phrase.noun}"
    return f"{'an' if phrase.noun[0] in 'aeiou' else 'a'} {phrase.noun}"


def constraint_in_words(constraint: Constraint) -> str:
    """One thing said of the referent: "part of a car (red)", "second from the left"."""
    kind, value = constraint.kind, constraint.value
    inner = "" if constraint.phrase is None else phrase_in_words(constraint.phrase)
    if kind == "nth":
        number, _, side = value.partition(" ")
        ordinal = _ORDINALS.get(number, f"number {number}")
        return f"{ordinal} from the {side}" if side else f"{ordinal} in its row"
    if kind == "most":
        return f"the {_EXTREMES.get(value, value)} of them"
    if kind in ("place", "picture"):
        where = _SIDES.get(value, value)
        return where if kind == "place" else _SHAPES["picture"].format(where)
    if kind == "pattern":
        return _PATTERNS.get(value, value)
    if kind in _SHAPES:
        return _SHAPES[kind].format(inner or value)
    return " ".join(filter(None, (value, inner))) or kind


def fact_in_words(fact: Fact) -> str:
    """One statement of a further sentence: "it has a door (green)"."""
    clauses = ", ".join(map(constraint_in_words, fact.constraints))
    if fact.phrase is None and fact.kind == "side":
        return f"it is {_SIDES[fact.value]}"
    if fact.phrase is None:
        return _MEMBERS.get(fact.kind, "it is {}").format(clauses)
    thing = phrase_in_words(fact.phrase)
    if fact.kind in _SIDED:
        return _SIDED[fact.kind].format(fact.value, thing)
    if fact.kind == "ranked":
        return f"it is {fact.value} than {thing}"
    if fact.kind == "formed":
        return f"{noun_in_words(fact.phrase)} is {fact.value}"
    if fact.kind in _RELATED:
        return f"{_RELATED[fact.kind]} {fact.value} {thing}"
    if fact.kind == "lacks":
        return _FACTS["lacks"].format(thing.removeprefix("a ").removeprefix("an "))
    return _FACTS.get(fact.kind, "{}").format(thing)
