"""Ways to write of detailed captions, and what they are short for: lists of what is included, patterns, denials."""

from __future__ import annotations

from typing import Final

from .terse import Rewrite
from .vocabulary import NUMBERS

__all__ = ["DETAILED"]

_PART: Final = r"(?:(?:the|its) )?[a-z]+(?: [a-z]+)?"
"""A part in a list of what is included."""
_REACHES: Final = r",? (?:that |which )?(?:(?:is|are|rises|rise|stands|stand|reaches|reach|grows) )?(?:up )?"
_THAN_ALL: Final = r"than (?:all|any) (?:of )?(?:the )?(?:others?|rest|ones)\b"
_BACKED: Final = "bench|chair|armchair|sofa|couch|settee|seat"
_FUNCTION: Final = (
    "and the|and a|behind|beyond|below|above|in|with|to|at|on|from|under|around|between|before|that|which|is|lies|"
    "extends|stretches|reaches|runs|shows"
)
"""Words after a noun."""
DETAILED: Final = (
    Rewrite(
        "left of the middle",
        ("of the middle",),
        r"\b(left|right) of the middle(?=[.,;]|$| and\b| of the (?:picture|image|view|scene|room)\b)",
        r"\1 of the centre",
        "the bench right of the middle",
        "the bench right of the centre",
    ),
    Rewrite(
        "a plain is ground",
        (" plain",),
        rf"\b(the|a) ((?:(?!plain\b)[a-z]+ )?(?:(?!plain\b)[a-z]+ ))plain(?=[.,;]|$| (?:{_FUNCTION})\b)",
        r"\1 \2ground",
        "behind the grey plain",
        "behind the grey ground",
    ),
    Rewrite(
        "handle and lid included",
        ("included", "together"),
        rf", ({_PART}(?:, {_PART})*,? and {_PART}) (?:all |both )?(?:included|together)(?=$|[,.;])",
        r" along with its \1",
        "the teapot, lid and handle included",
        "the teapot along with its lid and handle",
    ),
    Rewrite(
        "the complete lamp, shade and foot",
        ("complete", "whole", "entire"),
        (
            r"^((?:this is |it is )?the (?:complete|whole|entire) (?:(?!along with)[^,.;])+), "
            r"((?:[a-z]+, )*[a-z]+,? and [a-z]+)(?=\.(?:\s|$)|$)"
        ),
        r"\1 along with its \2",
        "this is the complete lamp, shade and foot",
        "this is the complete lamp along with its shade and foot",
    ),
    Rewrite(
        "like a bench or a car",
        (" like ",),
        r", like (?:[a-z]+ ){0,2}[a-z]+ or [a-z]+(?=[,.;]|$)",
        "",
        "brown lawn, like a bench or car",
        "brown lawn",
    ),
    Rewrite(
        "higher than all others",
        ("er than ",),
        rf"{_REACHES}(?:higher|taller) {_THAN_ALL}",
        ", the tallest",
        "the blue pine, higher than all others",
        "the blue pine, the tallest",
    ),
    Rewrite(
        "lower than all others",
        ("lower than ",),
        rf"{_REACHES}lower {_THAN_ALL}",
        ", the lowest",
        "the plank lower than all the others",
        "the plank, the lowest",
    ),
    Rewrite(
        "Background: the wall",
        ("background", "foreground"),
        r"^(?:background|foreground): ",
        "",
        "background: the grey wall",
        "the grey wall",
    ),
    Rewrite(
        "boards forming the seat are the seat",
        (" form", " mak"),
        (
            rf"^(?:an? |the )?(?!(?:[a-z]+ )*(?:{'|'.join(NUMBERS)}) )((?:[a-z]+ )*)"
            r"(?:planks|slats|(?:board|panel|slab|disc)s?) "
            r"(?:forming|that forms?|making up|that makes? up) the (?=(?:[a-z]+ ){0,2}(?:seat|top|surface|tabletop)\b)"
        ),
        r"the \1",
        "planks forming the seat of the bench",
        "the seat of the bench",
    ),
    Rewrite(
        "slats in the back of a bench",
        (" the back of ",),
        (
            r"\b(?:in|across|(?:that )?mak(?:e|es|ing) up) the back of "
            rf"(?=(?:the |an? )?(?:[a-z-]+ ){{0,3}}(?:{_BACKED})\b)"
        ),
        "of the backrest of ",
        "slats in the back of the bench",
        "slats of the backrest of the bench",
    ),
    Rewrite(
        "set a little apart from the other",
        ("apart from",),
        r"\b(?:a little |a bit |well |set |stand(?:s|ing) |leaning |leans )?apart from (?=the (?:\w+ )?others?\b)",
        "away from ",
        "the mug standing apart from the other mugs",
        "the mug away from the other mugs",
    ),
    Rewrite(
        "set apart from",
        (" apart from",),
        r"\b(set|stands?|standing|lies|hangs|sits|well|little|bit) apart from\b",
        r"\1 away from",
        "the mug set apart from the table",
        "the mug set away from the table",
    ),
    Rewrite(
        "a checked pattern is checks",
        (" pattern",),
        r"\b(?:checkered|checked|chequered) pattern\b",
        "checks",
        "the mug with a checked pattern",
        "the mug with a checks",
    ),
    Rewrite(
        "a striped pattern is stripes",
        (" pattern",),
        r"\bstriped pattern\b",
        "stripes",
        "the mug with a striped pattern",
        "the mug with a stripes",
    ),
    Rewrite(
        "a dotted pattern is dots",
        (" pattern",),
        r"\b(?:dotted|spotted) pattern\b",
        "dots",
        "the mug with a dotted pattern",
        "the mug with a dots",
    ),
    Rewrite(
        "a low hill is a hill",
        ("low ",),
        r"\blow (?=(?:\w+ )?(?:hill|mound|slope|hillock)s?\b)",
        "",
        "the low green hill",
        "the green hill",
    ),
    Rewrite(
        "of which only a bit shows",
        ("of which",),
        r",? of which (?:only |just )?an? (?:[a-z]+ ){1,3}?(?:shows|is visible|is seen|can be seen)\b",
        "",
        "the far leg, of which only a short bit shows",
        "the far leg",
    ),
    Rewrite(
        "only the lid is meant, not the pot",
        ("meant, ",),
        r"\bonly (?:the )?[a-z ]+ (?:is|are) meant, (?:and )?not (?=(?:the|its) [a-z ]+(?:[,.;]|$))([a-z ]+)",
        r"\1 is not included",
        "only the lid is meant, not the pot",
        "the pot is not included",
    ),
    Rewrite(
        "the cup part",
        ("cup part",),
        r"\bcup part of\b",
        "body of",
        "the cup part of the mug",
        "the body of the mug",
    ),
    Rewrite(
        "of the two vases, this is the left",
        ("of the ",),
        r"^of (the (?:two|three|four|five|six) [^,.;]+), (?:this|it) is (?:the one |(?=the [a-z]+(?:[.]|$)))",
        r"one of \1, ",
        "of the two vases, this is the one on the left",
        "one of the two vases, on the left",
    ),
    Rewrite(
        "standing upright",
        ("upright",),
        r"\b(standing|stands) upright\b",
        r"\1",
        "the robot standing upright",
        "the robot standing",
    ),
    Rewrite(
        "the group of every wheel",
        ("every ",),
        r"\b(?:the |a )?(?:group|set|row) (?:made up |consisting |composed |formed )?of every\b",
        "every",
        "the group of every wheel",
        "every wheel",
    ),
)
