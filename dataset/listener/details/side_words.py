"""Words of a place on a side: what stands before the side and after it, and what it is a side of."""

from __future__ import annotations

from typing import Final

from ..sentences.clauses import JOINTS
from ..words.vocabulary import PICTURE_WORDS

__all__ = ["AT", "BORDERS", "ENDS", "FIELDS", "LEVELS", "PICTURES", "clause_start", "lead_of", "side_at"]

ENDS: Final = frozenset(
    {"end", "edge", "corner", "half", "part", "portion", "tip", "border", "rim", "margin", "third", "section", "flank"}
)
"""Nouns after a side of what something is at or on."""
BORDERS: Final = ENDS | {"side"}
"""The same, and what may be of the region or beside it."""
FIELDS: Final = frozenset({"side", "foreground", "background", "area", "hand"})
LEVELS: Final = frozenset(
    {"upper", "lower", "top", "bottom", "front", "back", "rear", "near", "far", "very", "extreme", "outer", "nearer",
     "middle"}
)  # fmt: skip
"""Words that may stand between an article and a side."""
AT: Final = frozenset({"at", "on", "in", "along", "near", "by"})
PICTURES: Final = PICTURE_WORDS | {"room"}


def clause_start(tokens: tuple[str, ...], k: int) -> int:
    """Where the clause of a word begins: behind the last joint before it."""
    return max((j + 1 for j in range(k) if tokens[j] in JOINTS), default=0)


def lead_of(tokens: tuple[str, ...], k: int) -> int:
    """Where the words begin that may stand between the article of a side and that side."""
    while k and tokens[k - 1] in LEVELS:
        k -= 1
    return k


def side_at(tokens: tuple[str, ...], k: int) -> tuple[int, int]:
    """Where the article of a side is, behind the words that may stand between them, and where what follows begins."""
    return lead_of(tokens, k) - 1, k + 1 + (tokens[k + 1 : k + 2] == ("hand",))
