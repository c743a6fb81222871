"""Shelves as people count them: by the rows of books, not by the boards."""

from __future__ import annotations

from typing import Final

from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Denotation
from .model import GenerousModel

__all__ = ["is_tier", "on_shelf", "tiers"]

SHELVES: Final = frozenset({"shelf", "board", "level", "tier", "row", "compartment", "section"})


def on_shelf(model: GenerousModel, phrase: Phrase) -> Denotation | None:
    """Books and rows on "the middle shelf": the shelves with books are counted, not the boards."""
    places = [c for c in phrase.constraints if c.kind in ("place", "most", "nth")]
    if phrase.noun not in SHELVES or phrase.plural or len(places) != 1:
        return None
    cases = next((c.inner for c in phrase.constraints if c.kind == "of"), Phrase("bookshelf"))
    allowed, maybe = model.inner(cases)
    mask = 0
    for j in bits((allowed | maybe) & model.noun("bookshelf", False)):
        rows = [*bits(model.below[j] & model.noun("book", True)), *_lone(model, j)]
        rows.sort(key=lambda k: model.regions[k].y)
        row = _row(places[0], len(rows))
        if row is not None:
            mask |= 1 << rows[row] | model.below[rows[row]]
    return 0, mask


def _lone(model: GenerousModel, case: int) -> list[int]:
    """The books that are the only ones that are seen on their shelf."""
    books = bits(model.below[case] & model.noun("book", False))
    return [k for k in books if model.regions[k].parent == model.regions[case].id]


def _row(place: Constraint, number: int) -> int | None:
    if place.value == "top" and number:
        return 0
    if place.value == "bottom" and number:
        return number - 1
    if place.value == "middle" and number % 2:
        return number // 2
    rank, _, side = place.value.partition(" ")
    if place.kind == "nth" and side in ("top", "bottom") and int(rank) <= number:
        return int(rank) - 1 if side == "top" else number - int(rank)
    return None


def is_tier(phrase: Phrase) -> bool:
    """Whether a phrase names shelves by what is on them: rows of books, compartments."""
    return phrase.noun in SHELVES - {"board"}


def tiers(model: GenerousModel, own: int) -> tuple[int, int] | None:
    """How many rows of books a bookcase shows, and how many its boards make room for; None of all else."""
    cases = list(bits(own & model.noun("bookshelf", False)))
    if len(cases) != 1:
        return None
    below = model.below[cases[0]]
    rows = (below & model.noun("book", True)).bit_count()
    boards = (below & model.noun("board", False)).bit_count()
    return rows, max(rows, boards - 1)
