"""From logical forms to English noun phrases, in several styles."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ...listener.logic import Constraint, Phrase
from ...listener.words.categories import MASS_NOUNS
from ...listener.words.lexicon import plural_of

__all__ = ["PLAIN", "Wording", "say", "say_indefinite", "with_article"]


class Wording(NamedTuple):
    """How to word a phrase.

    Attributes:
        articles: write "the"; without, the phrase is terse.
        possessive: "the red car's wheel" where the whole is described before its noun.
        places_after: "the car on the left" for "the left car".
        clauses: "the car that is red" for "the red car", "on" or "belonging to" for "of".
        patterns_after: "the pink mug with blue stripes" for "the pink and blue striped mug".
        grouped: "the group of three cars" for "the three cars".
        synonyms: use other words for some nouns and adjectives.
        contents: the word between contents and what they are in: "the coffee in the mug".
        opening: words before the phrase, such as "this is".
        indoors: use the nouns of rooms: "the shelves of the bookshelf" for its boards.
    """

    articles: bool = True
    possessive: bool = False
    places_after: bool = False
    clauses: bool = False
    patterns_after: bool = False
    grouped: bool = False
    synonyms: bool = False
    contents: str = "in"
    opening: str = ""
    indoors: bool = False


PLAIN: Final = Wording()

NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ADJECTIVES: Final = {
    "pattern": {"stripes": "striped", "checker": "checkered", "dots": "dotted", "planks": "planked", "tiles": "tiled",
                "rings": "ringed"},
    "material": {"wood": "wooden"},
    "size": {},
}  # fmt: skip
MOST: Final = {
    "left": "leftmost", "right": "rightmost", "top": "topmost", "bottom": "lowest", "front": "nearest",
    "back": "farthest", "big": "biggest", "small": "smallest", "tall": "tallest", "short": "shortest",
    "middle": "middle",
}  # fmt: skip
MOST_AFTER: Final = {
    "left": "farthest to the left",
    "right": "farthest to the right",
    "front": "closest to the viewer",
    "back": "farthest from the viewer",
}
PLACE_AFTER: Final = {
    "left": "on the left", "right": "on the right", "middle": "in the middle", "top": "at the top",
    "bottom": "at the bottom",
}  # fmt: skip
PLACE_IN_WHOLE: Final = {
    "left": "on the left side", "right": "on the right side", "top": "at the top", "bottom": "at the bottom",
}  # fmt: skip
IN_PICTURE: Final = {
    "left": "on the left side of the picture", "right": "on the right side of the picture",
    "middle": "in the middle of the picture", "top": "at the top of the picture",
    "bottom": "at the bottom of the picture", "front": "in the foreground", "back": "in the background",
}  # fmt: skip
RELATIONS: Final = {"left of": "to the left of", "right of": "to the right of", "on": "on top of"}
SYNONYMS: Final = {
    "sofa": "couch", "gray": "grey", "bookshelf": "bookcase", "windshield": "windscreen", "tire": "tyre",
    "trash can": "garbage can", "picture": "painting", "rug": "carpet", "road": "street", "mug": "cup",
    "dotted": "spotted", "big": "large", "small": "little", "biggest": "largest", "nearest": "closest",
    "farthest": "furthest", "teal": "turquoise", "to the left of": "left of", "to the right of": "right of",
    "next to": "beside", "on top of": "on", "lowest": "bottommost", "backrest": "seat back", "armrest": "arm rest",
    "tabletop": "table top", "lampshade": "lamp shade", "checkered": "checked", "doorknob": "door handle",
    "street lamp": "street light", "potted plant": "plant", "front bumper": "bumper",
    "skirting board": "baseboard", "television": "tv", "foliage tier": "foliage layer", "lawn": "grass", "curb": "kerb",
    "refrigerator": "fridge", "nightstand": "bedside table", "worktop": "countertop", "tap": "faucet",
    "wastebasket": "waste bin", "sink": "washbasin", "bathtub": "bath", "coffee machine": "coffee maker",
    "hubcap": "wheel cover", "license plate": "number plate", "bulb": "light bulb", "trunk": "tree trunk",
}  # fmt: skip
PREMODIFIERS: Final = ("count", "nth", "most", "place", "size", "state", "color", "accent", "pattern", "material")
SPOKEN: Final = {"drink": "coffee"}
"""Nouns of the world for which a person has a better word, without "a"."""
SPOKEN_INDOORS: Final = {**SPOKEN, "board": "shelf"}
"""The same in rooms."""
CONTENTS: Final = frozenset(
    {"drink", "soil", "flower", "fruit", "book", "bulb", "apple", "banana", "pear", "loaf", "spoon"}
)
"""What is rather *in* its whole than *of* it."""
ON_THEIR_WHOLE: Final = frozenset(
    {"label", "cap", "lid", "cushion", "pillow", "blanket", "wheel", "hubcap", "flag", "chimney", "star", "headlight",
     "license plate", "doorknob", "chest panel", "lantern", "drawer", "antenna", "taillight", "handle", "lampshade"}
)  # fmt: skip
"""What a clause says to be *on* its whole."""
PATTERN_NOUNS: Final = {"stripes": "stripes", "dots": "dots"}
_BEFORE: Final = {kind: order for order, kind in enumerate(PREMODIFIERS)}
PLACE_ORDER: Final = {"top": 0, "bottom": 0, "left": 1, "right": 1, "middle": 1, "front": 2, "back": 2}
PLACE_ORDER_INDOORS: Final = {**PLACE_ORDER, "front": 0, "back": 0}
"""Wheels are left front ones, legs front left ones."""
SET_WORDS: Final = {"book": "row", "slat": "set", "fruit": "group"}


def say(phrase: Phrase, wording: Wording = PLAIN) -> str:
    """A definite noun phrase: "the left front wheel of the red car"."""
    text = _said(phrase, wording, "the")
    return f"{wording.opening} {text}".strip()


def say_indefinite(phrase: Phrase, wording: Wording = PLAIN) -> str:
    """An indefinite noun phrase: "a red door", "white windows"."""
    uncounted = phrase.plural or phrase.noun in MASS_NOUNS or phrase.noun in SPOKEN
    return _said(phrase, wording, "" if uncounted else "a")


def with_article(words: str) -> str:
    """The words with "a" or "an" in front."""
    return f"{'an' if words[:1] in 'aeiou' and not words.startswith(('uni', 'one')) else 'a'} {words}"


def _said(phrase: Phrase, wording: Wording, article: str) -> str:
    before, after = _split(phrase, wording)
    owner = next((c.inner for c in phrase.constraints if c.kind == "of"), None)
    possessive = wording.possessive and owner is not None and _is_simple(owner)
    noun = _noun(phrase, wording)
    ranked = [word for kind, word in before if kind in ("nth", "most", "place")] if phrase.plural else []
    if ranked:  # "the bottom row of eight red books"
        noun = " ".join([*ranked, SET_WORDS.get(phrase.noun, "set"), "of", *_others(before), noun])
    words = noun if ranked else " ".join([*(word for _, word in before), noun])
    if wording.grouped and any(c.kind == "count" for c in phrase.constraints):
        words = f"group of {words}"
    if possessive and owner is not None:
        words = f"{_said(owner, wording, article)}'s {words}"
    elif article == "a":
        words = with_article(words)
    elif wording.articles and article:
        words = f"{article} {words}"
    return " ".join([words, *after, *_tails(phrase, wording, possessive)])


@lru_cache(maxsize=64)
def _inner(wording: Wording) -> Wording:
    """How to word what is inside another phrase."""
    return wording._replace(clauses=False, grouped=False, opening="")


def _is_simple(phrase: Phrase) -> bool:
    return (
        not phrase.plural
        and not phrase.noun.startswith("pair of ")
        and not any(c.kind in ("of", "with", "relation", "nth", "picture") for c in phrase.constraints)
    )


def _others(before: list[tuple[str, str]]) -> list[str]:
    return [word for kind, word in before if kind not in ("nth", "most", "place")]


def _noun(phrase: Phrase, wording: Wording) -> str:
    if wording.synonyms:
        noun = SPOKEN_INDOORS.get(phrase.noun, phrase.noun) if wording.indoors else phrase.noun
        noun = SYNONYMS.get(phrase.noun, noun)
    else:
        noun = (SPOKEN_INDOORS if wording.indoors else SPOKEN).get(phrase.noun, phrase.noun)
    return plural_of(noun) if phrase.plural else noun


def _split(phrase: Phrase, wording: Wording) -> tuple[list[tuple[str, str]], list[str]]:
    """Adjectives before the noun with their kinds, and what the wording puts right after it."""
    constraints = [c for c in phrase.constraints if c.kind in _BEFORE]
    if len(constraints) > 1:
        order = PLACE_ORDER_INDOORS if wording.indoors else PLACE_ORDER
        constraints.sort(key=lambda c: (_BEFORE[c.kind], order.get(c.value, 0), c.value))
    before: list[tuple[str, str]] = []
    after: list[str] = []
    places = [c.value for c in constraints if c.kind == "place"]
    in_whole = any(c.kind == "of" for c in phrase.constraints)
    pattern_noun = _pattern_noun(phrase) if wording.patterns_after else ""
    for constraint in constraints:
        kind, value = constraint.kind, constraint.value
        if kind == "nth":
            number, _, direction = value.partition(" ")
            before.append((kind, ORDINALS[int(number)]))
            after.append(f"from the {direction}")
        elif (
            kind == "place"
            and wording.places_after
            and len(places) == 1
            and not (wording.indoors and phrase.plural)
            and value in (PLACE_IN_WHOLE if in_whole else PLACE_AFTER)
        ):
            after.append(PLACE_IN_WHOLE[value] if in_whole else PLACE_AFTER[value])
        elif kind == "most" and wording.places_after and value in MOST_AFTER and not in_whole:
            after.append(MOST_AFTER[value])
        elif kind == "accent" and pattern_noun:
            after.append(f"with {_adjective(constraint, wording)} {pattern_noun}")
        elif kind == "pattern" and pattern_noun:
            continue
        elif kind == "accent":
            before.append((kind, f"and {_adjective(constraint, wording)}"))
        elif kind == "color" and _tells_color_last(phrase, wording):
            after.insert(0, f"that is {_adjective(constraint, wording)}")
        else:
            before.append((kind, _adjective(constraint, wording)))
    return before, after


def _pattern_noun(phrase: Phrase) -> str:
    """What to call the pattern after the noun: "with blue stripes"; nothing if there is none of two colours."""
    looks = {constraint.kind: constraint.value for constraint in phrase.constraints}
    return (
        PATTERN_NOUNS.get(looks.get("pattern", ""), "")
        if "accent" in looks and not looks.keys() & {"with", "of"}
        else ""
    )


def _tells_color_last(phrase: Phrase, wording: Wording) -> bool:
    kinds = {constraint.kind for constraint in phrase.constraints}
    return wording.clauses and not phrase.plural and kinds <= {"color", "material", "picture"}


def _adjective(constraint: Constraint, wording: Wording) -> str:
    kind, value = constraint.kind, constraint.value
    if kind == "count":
        word = NUMBERS[int(value)]
    elif kind == "most":
        word = MOST[value]
    else:
        word = ADJECTIVES.get(kind, {}).get(value, value)
    return SYNONYMS.get(word, word) if wording.synonyms else word


def _linking(phrase: Phrase, owner: Phrase, wording: Wording) -> str:
    """The word between a part and its whole."""
    if owner.plural and owner.noun == phrase.noun:
        return "in"
    if phrase.noun in CONTENTS:
        return "of" if wording.indoors and phrase.noun == "bulb" else wording.contents
    if wording.clauses:
        return "on" if phrase.noun in ON_THEIR_WHOLE else "belonging to"
    return "of"


def _tails(phrase: Phrase, wording: Wording, possessive: bool) -> list[str]:
    """Prepositional phrases, the whole last but for places in the picture."""
    having = [c.inner for c in phrase.constraints if c.kind == "with"]
    tails = [f"with {' and '.join(say_indefinite(part, _inner(wording)) for part in having)}"] if having else []
    owners = [c.inner for c in phrase.constraints if c.kind == "of" and not possessive]
    tails += [f"{_linking(phrase, owner, wording)} {_said(owner, _inner(wording), 'the')}" for owner in owners]
    for constraint in phrase.constraints:
        if constraint.kind == "relation":
            relation = RELATIONS.get(constraint.value, constraint.value)
            relation = SYNONYMS.get(relation, relation) if wording.synonyms else relation
            tails.append(f"{relation} {_said(constraint.inner, _inner(wording), 'the')}")
    places = [IN_PICTURE[c.value] for c in phrase.constraints if c.kind == "picture"]
    if wording.indoors and phrase.noun == "picture":
        places = [place.replace("picture", "photo") for place in places]
    tails += places
    return tails
