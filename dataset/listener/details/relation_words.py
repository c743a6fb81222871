"""Words of who stands how to what, and of what hides what; and words before which they say no such thing."""

from __future__ import annotations

from typing import Final

from ..words.connectives import LEFT_RIGHT
from .side_words import LEVELS

__all__ = [
    "ADVERBS",
    "AND_ASIDE",
    "ASIDE",
    "BY_THE_WAY",
    "CONTRASTS",
    "DENIALS",
    "DENIED",
    "DEPTH",
    "DISAPPEARS",
    "EDGES",
    "ENDS_OF",
    "EXCLUDES",
    "HIDDEN",
    "HIDES",
    "HIDING",
    "NO_RELATION",
    "PARTLY",
    "PATTERNS",
    "PREPOSITIONS",
    "RELATIONS",
    "SHARES",
    "SIDED",
    "SIDES_END",
    "VANISHES",
]

RELATIONS: Final = {
    ("in", "front", "of"): "in front of", ("ahead", "of"): "in front of", ("behind",): "behind",
    ("beyond",): "behind", ("above",): "above", ("on", "top", "of"): "above", ("atop",): "above", ("over",): "above",
    ("below",): "below", ("under",): "under", ("beneath",): "under", ("underneath",): "under",
    ("in", "front"): "in front of",
}  # fmt: skip
DEPTH: Final = frozenset({"behind", "in front of", "hides", "hidden by"})
PATTERNS: Final = frozenset({"dot", "spot", "stripe", "check", "square", "circle", "band", "stripes", "dots"})
HIDING: Final = frozenset({"hides", "hidden by"})
HIDDEN: Final = frozenset(
    {"hidden", "covered", "blocked", "concealed", "obscured", "overlapped", "interrupted", "masked", "screened"}
)
HIDES: Final = frozenset(
    {"hides", "covers", "conceals", "obscures", "overlaps", "blocks", "interrupts", "hiding", "covering",
     "overlapping", "hide", "overlap", "cover", "obscure", "conceal", "interrupt", "block"}
)  # fmt: skip
PARTLY: Final = frozenset({"partly", "half", "mostly", "partially", "largely"})
"""What is so behind a thing is hidden by it."""
DISAPPEARS: Final = frozenset({"disappears", "disappear", "disappearing", "vanishes", "vanish", "vanishing"})
VANISHES: Final = DISAPPEARS | PARTLY | {"hidden", "goes", "continues", "passes", "ends", "ending", "runs"}
"""What "disappears behind" another is hidden by it."""
SHARES: Final = tuple(
    (word, "of") for word in ("most", "some", "much", "all", "one", "two", "both", "each", "three", "little")
)
ENDS_OF: Final = frozenset({"of", "beside", "between", "near"})
AND_ASIDE: Final = frozenset({"left", "right", "beside", "between", "near"})
"""Words of a second place: "above and to the right of the books", "behind and between them"."""
SIDED: Final = LEVELS | LEFT_RIGHT.keys()
"""Words of "the lower left", which stands for a part of something."""
SIDES_END: Final = frozenset({"", ",", "of", "and", "except", "so", "while", "but", "with"})
ADVERBS: Final = frozenset({"behind", "above", "below", "beneath", "underneath", "beyond", "in"})
"""Relations that may stand without a landmark: "the lamp behind"."""
ASIDE: Final = frozenset({"behind", "front", "above", "below", "beneath", "underneath", "beyond"})
"""What stands so, with no more said, is not the region."""
CONTRASTS: Final = frozenset({"whereas", "than", "unlike"})
"""What follows these is not the region."""
NO_RELATION: Final = frozenset(
    {"from", "all", "flipped", "draped", "pulled", "up", "than", "left", "spread", "follows", "following",
     "follow", "trails"}
)  # fmt: skip
"""Words before a relation that is none: "seen from behind", "all over"."""
EDGES: Final = frozenset({"edge", "corner", "end", "rim", "border"})
BY_THE_WAY: Final = frozenset(
    {"just", "directly", "right", "immediately", "slightly", "close", "partly", "half", "mostly", "well", "far",
     "standing", "lying", "sitting", "hanging", "placed", "parked", "resting", "set", "seen", "visible", "showing",
     "that", "which", "stands", "lies", "little", "bit", "a", "peeking", "out", "further", "farther", "partially",
     "largely", "located", "on", "straight", "clearly", "rising", "immediate", "mounted", "nearly", "almost", "still"}
)  # fmt: skip
"""Words between a thing and what is said of where it is."""
PREPOSITIONS: Final = frozenset(
    {"on", "in", "at", "with", "by", "to", "from", "near", "against", "beside", "behind", "above", "below", "under",
     "over", "of", "beneath", "along", "between", "around", "into", "onto", "toward", "towards", "through", "past"}
)  # fmt: skip
DENIALS: Final = frozenset({"no", "nothing", "none", "never"})
EXCLUDES: Final = frozenset({"not", "excluded", "out", "nor", "neither", "aside", "separate", "different"})
"""In a sentence with these "it" is the region."""
DENIED: Final = frozenset({"not", "neither", "without", "nor"})
