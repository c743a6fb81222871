"""Modifier words and function words of the grammar."""

from __future__ import annotations

from itertools import product
from typing import Final

from ..logic import Constraint, Phrase
from .palette import COLORS

__all__ = [
    "ADVERBS", "ARTICLES", "COLOR_WORDS", "HAVING_WORDS", "LADEN", "MATERIAL_NOUNS", "MODIFIERS", "NUMBERS",
    "ORDINALS", "PATTERN_NOUNS", "PATTERN_SIZES", "PATTERN_WORDS", "PICTURE_WORDS", "PLACES", "POSTURES",
    "RELATIONS", "SHADED_GRAYS", "STANDING", "SUPERLATIVES", "VIEWER_WORDS", "WORDS",
]  # fmt: skip

COLOR_WORDS: Final[dict[str, str]] = {
    **{color: color for color in COLORS},
    "grey": "gray", "turquoise": "teal", "cyan": "teal", "violet": "purple", "rose": "pink", "silver": "gray",
    "crimson": "red", "scarlet": "red", "golden": "yellow", "navy": "blue", "reddish": "red", "bluish": "bluish",
    "greenish": "greenish", "darkish": "dark", "grayish": "gray", "greyish": "gray", "brownish": "brown",
    "yellowish": "yellow",
    "pinkish": "pink", "whitish": "white", "purplish": "purple", "blackish": "black", "aqua": "teal",
    "aquamarine": "teal", "lilac": "purple", "lavender": "purple", "mauve": "purple", "maroon": "red",
    "burgundy": "red", "ivory": "white", "cream": "white", "cream colored": "white", "lime": "green",
    "emerald": "green", "olive": "green",
    "gold": "yellow", "silvery": "gray", "azure": "blue", "bluey": "bluish", "charcoal": "black", "lemon": "yellow",
    "snow white": "white", "sky blue": "blue", "brick red": "red", "bottle green": "green", "grass green": "green",
    "leaf green": "green", "cherry red": "red", "tomato red": "red", "apple green": "green", "earth brown": "brown",
    "stone gray": "gray", "stone grey": "gray", "coffee brown": "brown", "chocolate": "brown", "mustard": "yellow",
    "amber": "amber", "bronze": "bronze", "steely": "steely", "fuchsia": "pink", "indigo": "purple", "salmon": "pink",
}  # fmt: skip

SHADED_GRAYS: Final[dict[str, str]] = {
    f"{shade} {gray}": f"{like} gray"
    for shade, like in (("dark", "dark"), ("deep", "dark"), ("pale", "pale"), ("light", "pale"))
    for gray in ("gray", "grey")
}
"""Grays that black in the light, or white in the shade, may be called too."""

_PATTERNS: Final[dict[str, tuple[str, ...]]] = {
    "stripes": ("striped", "stripy", "stripey", "banded", "pinstriped", "candy striped"),
    "checker": ("checkered", "checked", "chequered", "checkerboard", "checker", "chessboard", "plaid", "gingham"),
    "dots": ("dotted", "spotted", "polka dot", "polka dotted", "dotty", "spotty", "speckled"),
    "planks": ("planked", "plank"),
    "brick": ("brick",),
    "tiles": ("tiled",),
    "rings": ("ringed", "bullseye", "bulls eye", "bull 's eye", "target", "concentric"),
    "plain": ("plain", "solid", "unpatterned", "single color"),
}
PATTERN_WORDS: Final = {word: pattern for pattern, words in _PATTERNS.items() for word in words}
PATTERN_NOUNS: Final[dict[str, str]] = {
    "stripes": "stripes", "dots": "dots", "spots": "dots", "polka dots": "dots", "checks": "checker", "squares":
    "checker", "planks": "planks", "bricks": "brick", "tiles": "tiles", "rings": "rings", "a checkered pattern":
    "checker", "a striped pattern": "stripes", "a dotted pattern": "dots", "a checkerboard pattern": "checker",
}  # fmt: skip
_MATERIALS: Final[dict[str, tuple[str, ...]]] = {
    "wood": ("wooden", "wood"),
    "metal": ("metal", "metallic"),
    "plastic": ("plastic",),
    "fabric": ("fabric", "cloth", "fabric covered", "upholstered"),
    "ceramic": ("ceramic", "porcelain"),
    "glass": ("glass",),
    "rubber": ("rubber",),
    "leather": ("leather",),
}
MATERIAL_NOUNS: Final[dict[str, str]] = {
    "wood": "wood", "metal": "metal", "plastic": "plastic", "fabric": "fabric", "cloth": "fabric",
    "ceramic": "ceramic", "glass": "glass", "rubber": "rubber", "leather": "leather",
}  # fmt: skip
_STATES: Final[dict[str, tuple[str, ...]]] = {"open": ("open", "opened"), "closed": ("closed", "shut")}
_SIZES: Final[dict[str, tuple[str, ...]]] = {
    "big": ("big", "large", "huge", "bigger", "larger", "bulkier"),
    "small": ("small", "little", "tiny", "smaller", "littler", "tinier"),
    "tall": ("tall", "taller"),
    "short": ("short", "shorter", "low"),
    "wide": ("wider", "broader"),
    "narrow": ("narrower", "slimmer"),
    "long": ("longer",),
}
_SHAPES: Final[dict[str, tuple[str, ...]]] = {
    "round": ("round", "circular", "bulbous", "spherical", "squat"),
    "angular": ("rectangular", "square", "oblong"),
    "conical": ("conical", "triangular"),
}
PLACES: Final[dict[str, str]] = {
    "left": "left", "right": "right", "middle": "middle", "center": "middle", "centre": "middle",
    "central": "middle", "top": "top", "upper": "top", "bottom": "bottom", "lower": "bottom", "front": "front",
    "back": "back", "rear": "back", "lefthand": "left", "righthand": "right", "left hand": "left",
    "right hand": "right", "far": "back", "distant": "back", "farther": "back", "further": "back",
    "nearer": "front", "closer": "front", "near": "front", "foreground": "front", "background": "back",
    "mid": "middle", "leftward": "left", "lefthanded": "left", "foot end": "front", "head end": "back",
}  # fmt: skip
SUPERLATIVES: Final[dict[str, str]] = {
    "leftmost": "left", "left most": "left", "rightmost": "right", "right most": "right", "farthest left": "left",
    "furthest left": "left", "farther left": "left", "further left": "left", "farther right": "right",
    "further right": "right", "farthest right": "right", "furthest right": "right", "far left": "left",
    "far right": "right", "topmost": "top", "top most": "top", "uppermost": "top", "highest": "top",
    "lowest": "bottom", "bottommost": "bottom", "bottom most": "bottom", "lowermost": "bottom", "nearest": "front",
    "closest": "front", "frontmost": "front", "foremost": "front", "farthest": "back", "furthest": "back",
    "rearmost": "back", "hindmost": "back", "backmost": "back", "most distant": "back",
    "biggest": "big", "largest": "big",
    "smallest": "small", "littlest": "small", "tiniest": "small", "tallest": "tall", "shortest": "short",
    "middlemost": "middle", "centermost": "middle", "widest": "wide", "broadest": "wide", "narrowest": "narrow",
    "slimmest": "narrow", "longest": "long", "front most": "front", "rear most": "back",
}  # fmt: skip
ORDINALS: Final[dict[str, int]] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7, "8th": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
NUMBERS: Final[dict[str, int]] = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    **{str(number): number for number in range(2, 13)},
}  # fmt: skip
RELATIONS: Final[dict[str, str]] = {
    "to the left of": "left of", "on the left of": "left of", "left of": "left of", "to the left side of": "left of",
    "on the left side of": "left of", "to the right of": "right of", "on the right of": "right of",
    "right of": "right of", "to the right side of": "right of", "on the right side of": "right of",
    "in front of": "in front of", "before": "in front of", "behind": "behind", "in back of": "behind",
    "on top of": "on", "atop": "on", "on": "on", "upon": "on", "onto": "on", "under": "under",
    "underneath": "under", "below": "below", "beneath": "under", "above": "above", "over": "above",
    "next to": "next to", "beside": "next to", "besides": "next to", "near": "next to", "by": "next to",
    "close to": "next to", "alongside": "next to", "adjacent to": "next to", "at the side of": "next to",
    "near to": "next to", "to the side of": "next to", "facing": "facing",
}  # fmt: skip
PICTURE_WORDS: Final = frozenset({"picture", "image", "photo", "photograph", "scene", "frame", "view"})
VIEWER_WORDS: Final = frozenset({"viewer", "camera", "us", "you", "me", "observer", "photographer", "lens"})
ADVERBS: Final = frozenset({"very", "rather", "quite", "bright", "dark", "light", "deep", "pale", "fairly", "really"})
ARTICLES: Final = frozenset({"the", "a", "an", "this", "that", "these", "those", "its", "their", "some"})

PATTERN_SIZES: Final = frozenset(
    {"small", "big", "large", "tiny", "little", "broad", "wide", "thin", "vertical", "horizontal", "bold", "thick",
     "rows", "row", "of", "round", "fine", "narrow", "neat", "regular", "evenly", "spaced", "closely", "upright",
     "square", "diagonal", "oblong", "chunky", "tight", "slanted", "slanting", "faint", "alternating", "heavy",
     "light", "dark", "pale", "bright"}
)  # fmt: skip
STANDING: Final = frozenset(
    {"standing", "sitting", "lying", "parked", "located", "placed", "resting", "positioned", "situated", "hanging",
     "leaning", "mounted", "seen", "stands", "sits", "lies", "rests", "painted", "colored", "coloured", "found",
     "stacked", "growing", "appearing"}
)  # fmt: skip


HAVING_WORDS: Final[dict[str, str]] = {
    "roofed": "roof", "capped": "cap", "cushioned": "cushion", "framed": "frame", "topped": "top", "flowered": "flower",
    "flowering": "flower", "blossomed": "blossom", "potted": "pot", "shaded": "lampshade", "legged": "leg",
    "doored": "door", "headed": "head", "wheeled": "wheel", "handled": "handle", "bodied": "body", "seated": "seat",
    "backed": "backrest", "lidded": "lid", "pillowed": "pillow", "armed": "arm", "slatted": "slat", "hubbed": "hubcap",
    "windowed": "window", "flagged": "flag", "covered": "cover", "based": "base", "footed": "foot", "tipped": "tip",
    "limbed": "arm", "trunked": "trunk", "leaved": "leaf", "leafed": "leaf", "crowned": "foliage", "walled": "wall",
    "bricked": "wall", "labeled": "label", "labelled": "label", "rimmed": "lid", "blanketed": "blanket",
    "boxed": "cargo box", "cabbed": "cab", "paned": "pane", "collared": "neck", "poled": "pole", "posted": "post",
    "screened": "screen", "tyred": "tire",
}  # fmt: skip
"""What "red-capped" means: with a red cap."""


LADEN: Final = ("star", "fruit", "flower", "book", "knob", "lid", "cap")
"""What "star-topped" and "fruit-laden" things have."""


def _modifiers() -> dict[tuple[str, ...], Constraint]:
    table: dict[tuple[str, ...], Constraint] = {}
    tables = {"pattern": _PATTERNS, "material": _MATERIALS, "size": _SIZES, "shape": _SHAPES, "state": _STATES}
    for kind, entries in tables.items():
        for value, words in entries.items():
            for word in words:
                table[tuple(word.split())] = Constraint(kind, value)
    for (written, noun), (word, color) in product(HAVING_WORDS.items(), COLOR_WORDS.items()):
        table[(word, written)] = Constraint("with", "", Phrase(noun, False, (Constraint("color", color),)))
    for written, noun in HAVING_WORDS.items():
        for pattern, words in _PATTERNS.items():
            for word in words:
                part = Phrase(noun, False, (Constraint("pattern", pattern),))
                table[(*word.split(), written)] = Constraint("with", "", part)
    for noun, written in product(LADEN, ("topped", "tipped", "filled", "laden", "covered")):
        table[(noun, written)] = Constraint("with", "", Phrase(noun))
    for word in ("slatted", "lidded", "flagged", "armed", "cushioned", "framed", "labelled", "labeled", "handled"):
        table[(word,)] = Constraint("with", "", Phrase(HAVING_WORDS[word]))
    for kind, names in (
        ("color", SHADED_GRAYS), ("color", COLOR_WORDS), ("place", PLACES), ("most", SUPERLATIVES)
    ):  # fmt: skip
        for word, value in names.items():
            table[tuple(word.split())] = Constraint(kind, value)
    return table


MODIFIERS: Final = _modifiers()
"""Words before the noun -> what they say."""

POSTURES: Final[dict[str, str]] = {
    "standing": "standing", "sitting": "standing", "lying": "lying", "parked": "parked", "driving": "parked",
    "hanging": "hanging", "growing": "growing", "stacked": "stacked", "leaning": "leaning",
}  # fmt: skip
"""Posture as written -> the posture that is checked against what the thing is."""
WORDS: Final = (
    frozenset(
        word
        for words in (*MODIFIERS, *map(str.split, (*PATTERN_NOUNS, *MATERIAL_NOUNS, *RELATIONS, *ORDINALS, *NUMBERS)))
        for word in words
    )
    | ADVERBS
    | ARTICLES
    | VIEWER_WORDS
    | {"foreground", "background"}
)
"""All single words of the tables above."""
