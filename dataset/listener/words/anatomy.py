"""Which parts of a thing are regions, if they are seen: a wheel of a car is one, its mirror is not."""

from __future__ import annotations

from typing import Final

from .furnishings import ANATOMY
from .lexicon import categories_of, is_part
from .synonyms import loosely

__all__ = [
    "SHAPES",
    "are_parts_of_one",
    "has_part",
    "is_checkable",
    "is_part_noun",
    "is_subpart",
    "most_called",
    "most_of",
]

_WHEEL: Final = "wheel tire hubcap"
_SHELL: Final = "side_window headlight taillight license_plate windshield grille front_bumper roof_rack suitcase"

_PARTS: Final[dict[str, str]] = {
    "table": "apron drawer foot knob leg pedestal tabletop base", "wagon": f"axle grip handle tub {_WHEEL}",
    "vase": "blossom body flower flower_center stem neck", "drawer": "knob", "mailbox": "body flag flap post handle",
    "van": f"{_WHEEL} {_SHELL} rear_window", "car": f"cabin rear_window aerial antenna {_WHEEL} {_SHELL}",
    "bus": f"display door pane roof {_WHEEL} {_SHELL} rear_window", "handle": "grip",
    "truck": f"cab cargo_bed cargo_box chassis side_panel tailgate {_WHEEL} {_SHELL}",
    "picture": "canvas frame", "window": "frame pane window_frame", "stool": "leg ring seat",
    "mug": "body drink handle knob lid", "armchair": "armrest backrest base cushion foot feet leg",
    "sofa": "armrest backrest base cushion foot feet leg", "bottle": "body cap label neck",
    "bookshelf": "back_panel board book side_panel", "bed": "blanket footboard frame headboard leg mattress pillow",
    "cabinet": "body door drawer knob leg top foot", "chair": "armrest backrest leg seat slat cushion headrest",
    "bench": "armrest backrest leg seat slat", "bowl": "body fruit", "crate": "body corner_post label lid",
    "tree": "foliage fruit trunk birdhouse entrance", "stem": "leaf",
    "robot": "antenna antenna_tip arm button chest_panel eye foot gauge hand head leg mouth torso emblem shield",
    "television": "antenna antenna_tip case foot frame knob screen stand aerial", "lamp": "base lampshade pole bulb",
    "pine": "foliage_tier star trunk", "potted plant": "arm cactus flower leaf pot soil",
    "street lamp": "bulb cap lantern post", "teapot": "body handle knob lid spout",
    "house": "chimney door pane roof wall window window_frame doorknob balcony railing", "door": "doorknob knob pane",
    "birdhouse": "entrance", **ANATOMY,
}  # fmt: skip
"""Thing -> the categories of its parts, at all levels."""

_SUBPARTS: Final[dict[str, str]] = {
    "wheel": "tire hubcap", "cab": "windshield side_window headlight grille",
    "cabin": "windshield side_window rear_window roof_rack", "flower": "blossom stem flower_center",
    "blossom": "flower_center", "balcony": "railing", "lantern": "bulb", "head": "eye mouth",
    "torso": "chest_panel emblem shield gauge button", "chest panel": "gauge button", "lid": "knob",
    "backrest": "slat", "cactus": "arm flower", "cargo bed": "side_panel tailgate",
}  # fmt: skip
"""Part -> the categories of its own parts."""

_MOST: Final[dict[str, str]] = {
    "armchair": "armrest 2 cushion 1 foot 4 feet 4", "bed": "leg 4 pillow 2", "blossom": "petal 6 petals 6",
    "bench": "armrest 2 leg 4 slat 3 post 2 upright 2",
    "bookshelf": "side_panel 2", "bus": "headlight 2 taillight 2 wheel 4 tire 4 hubcap 4",
    "cabinet": "door 2 drawer 3 front 3 knob 3 leg 4 foot 4", "car": "headlight 2 taillight 2 wheel 4 tire 4 hubcap 4",
    "chair": "armrest 2 leg 4 slat 4 cushion 1 seat 1 post 2 upright 2", "crate": "corner_post 4",
    "door": "doorknob 1 knob 1 pane 1", "drawer": "knob 1", "fence": "rail 2",
    "flower": "blossom 1 stem 1 flower_center 1", "house": "window 3 window_frame 3 door 1 chimney 1",
    "lamp": "lampshade 1 pole 1", "pine": "foliage_tier 4", "potted plant": "arm 2 flower 1",
    "robot": "arm 2 button 3 eye 2 foot 2 hand 2 leg 2", "sofa": "armrest 2 cushion 3 foot 4 feet 4",
    "stool": "leg 3", "street lamp": "bulb 2 cap 2 lantern 2", "table": "drawer 2 knob 2 leg 4 foot 4",
    "television": "antenna 2 dial 2 foot 4 knob 2",
    "truck": "headlight 2 taillight 2 side_panel 2 wheel 4 tire 4 hubcap 4",
    "van": "headlight 2 taillight 2 wheel 4 tire 4 hubcap 4", "vase": "blossom 3 flower 3 flower_center 3 stem 3",
    "wagon": "hubcap 4 tire 4 wall 4 wheel 4", "window": "opening 4 pane 4 square 4",
}  # fmt: skip
"""Thing -> how many parts of a category, or of a name that means other parts elsewhere, it has at most."""

SHAPES: Final = frozenset(
    {"ball", "block", "circle", "cone", "cube", "cylinder", "disc", "disk", "dot", "line", "rod", "sphere", "square",
     "stripe", "strip", "tube"}
)  # fmt: skip
"""Nouns that say what form something has: any part may be called so, also one that is no region."""

_CATEGORIES: Final = {
    kind: frozenset(part.replace("_", " ") for part in parts.split()) for kind, parts in _PARTS.items()
}
_OF_PARTS: Final = {
    kind: frozenset(part.replace("_", " ") for part in parts.split()) for kind, parts in _SUBPARTS.items()
}
_MOST_OF: Final = {
    kind: {part.replace("_", " "): int(most) for part, most in zip(*[iter(parts.split())] * 2, strict=True)}
    for kind, parts in _MOST.items()
}


def is_part_noun(noun: str) -> bool:
    """Whether a noun names parts, and no things or surroundings."""
    strict = categories_of(noun)
    if strict:
        return all(map(is_part, strict))
    return strict is not None and any(map(is_part, loosely(noun)))


def are_parts_of_one(one: str, other: str) -> bool:
    """Whether two nouns name parts of one kind of thing: a leaf and a pot, a leg and a tabletop."""
    first, second = categories_of(one), categories_of(other)
    if not first or not second or first & second:
        return False
    return any(not first.isdisjoint(parts) and not second.isdisjoint(parts) for parts in _CATEGORIES.values())


def is_checkable(noun: str, kind: str) -> bool:
    """Whether a part of that name would be a region of a thing of that kind, if it were seen."""
    strict = categories_of(noun)
    return strict is None or not strict.isdisjoint(_CATEGORIES.get(kind, ()))


def has_part(kind: str, parts: frozenset[str], *, deep: bool = True) -> bool:
    """Whether a thing of a kind, or, where `deep`, a part of it, has parts of one of some categories."""
    own = _CATEGORIES.get(kind, frozenset())
    return not parts.isdisjoint(own | _OF_PARTS.get(kind, frozenset()) if deep else own)


def most_called(kind: str, noun: str) -> int | None:
    """How many parts that a noun means on a thing of a kind it has at most; None if that is not certain."""
    return _MOST_OF.get(kind, {}).get(noun)


def most_of(kind: str, parts: frozenset[str]) -> int | None:
    """How many such parts a thing of a kind has at most, 0 if it has none; None if that is not certain."""
    own = parts & (_CATEGORIES.get(kind, frozenset()) | _OF_PARTS.get(kind, frozenset()))
    numbers = [_MOST_OF.get(kind, {}).get(part) for part in own]
    return None if None in numbers else sum(number for number in numbers if number is not None)


def is_subpart(noun: str, kind: str) -> bool:
    """Whether a part of that name is one of a part of that kind: the tire of a wheel."""
    return not (categories_of(noun) or frozenset()).isdisjoint(_OF_PARTS.get(kind, ()))
