"""Spellings of detailed captions: lists of what is included, what a thing is of, who is higher than all others."""

from __future__ import annotations

import re
from typing import Final

from .vocabulary import NUMBERS

__all__ = ["DETAILED"]

_PART: Final = r"(?:(?:the|its) )?[a-z]+(?: [a-z]+)?"
"""A part in a list of what is included."""
_REACHES: Final = r",? (?:that |which )?(?:(?:is|are|rises|rise|stands|stand|reaches|reach|grows) )?(?:up )?"
_THAN_ALL: Final = r"than (?:all|any) (?:of )?(?:the )?(?:others?|rest|ones)\b"
_BACKED: Final = "bench|chair|armchair|sofa|couch|settee|seat"
DETAILED: Final = (
    (
        ("included", "together"),
        re.compile(rf", ({_PART}(?:, {_PART})*,? and {_PART}) (?:all |both )?(?:included|together)(?=$|[,.;])"),
        r" along with its \1",
    ),
    (
        ("complete", "whole", "entire"),
        re.compile(
            r"^((?:this is |it is )?the (?:complete|whole|entire) (?:(?!along with)[^,.;])+), "
            r"((?:[a-z]+, )*[a-z]+,? and [a-z]+)(?=\.(?:\s|$)|$)"
        ),
        r"\1 along with its \2",
    ),
    ((" like ",), re.compile(r", like (?:[a-z]+ ){0,2}[a-z]+ or [a-z]+(?=[,.;]|$)"), ""),
    (("er than ",), re.compile(rf"{_REACHES}(?:higher|taller) {_THAN_ALL}"), ", the tallest"),
    (("lower than ",), re.compile(rf"{_REACHES}lower {_THAN_ALL}"), ", the lowest"),
    (("background", "foreground"), re.compile(r"^(?:background|foreground): "), ""),
    (
        (" form", " mak"),
        re.compile(
            rf"^(?:an? |the )?(?!(?:[a-z]+ )*(?:{'|'.join(NUMBERS)}) )((?:[a-z]+ )*)"
            r"(?:planks|slats|(?:board|panel|slab|disc)s?) "
            r"(?:forming|that forms?|making up|that makes? up) the (?=(?:[a-z]+ ){0,2}(?:seat|top|surface|tabletop)\b)"
        ),
        r"the \1",
    ),
    (
        (" the back of ",),
        re.compile(
            r"\b(?:in|across|(?:that )?mak(?:e|es|ing) up) the back of "
            rf"(?=(?:the |an? )?(?:[a-z-]+ ){{0,3}}(?:{_BACKED})\b)"
        ),
        "of the backrest of ",
    ),
    (
        ("apart from",),
        re.compile(
            r"\b(?:a little |a bit |well |set |stand(?:s|ing) |leaning |leans )?apart from (?=the (?:\w+ )?others?\b)"
        ),
        "away from ",
    ),
    (
        (" apart from",),
        re.compile(r"\b(set|stands?|standing|lies|hangs|sits|well|little|bit) apart from\b"),
        r"\1 away from",
    ),
    ((" pattern",), re.compile(r"\b(?:checkered|checked|chequered) pattern\b"), "checks"),
    ((" pattern",), re.compile(r"\bstriped pattern\b"), "stripes"),
    ((" pattern",), re.compile(r"\b(?:dotted|spotted) pattern\b"), "dots"),
    (("low ",), re.compile(r"\blow (?=(?:\w+ )?(?:hill|mound|slope|hillock)s?\b)"), ""),
    (
        ("of which",),
        re.compile(r",? of which (?:only |just )?an? (?:[a-z]+ ){1,3}?(?:shows|is visible|is seen|can be seen)\b"),
        "",
    ),
    (
        ("meant, ",),
        re.compile(
            r"\bonly (?:the )?[a-z ]+ (?:is|are) meant, (?:and )?not (?=(?:the|its) [a-z ]+(?:[,.;]|$))([a-z ]+)"
        ),
        r"\1 is not included",
    ),
    (("cup part",), re.compile(r"\bcup part of\b"), "body of"),
    (
        ("of the ",),
        re.compile(
            r"^of (the (?:two|three|four|five|six) [^,.;]+), (?:this|it) is (?:the one |(?=the [a-z]+(?:[.]|$)))"
        ),
        r"one of \1, ",
    ),
    (("upright",), re.compile(r"\b(standing|stands) upright\b"), r"\1"),
    (
        ("every ",),
        re.compile(r"\b(?:the |a )?(?:group|set|row) (?:made up |consisting |composed |formed )?of every\b"),
        "every",
    ),
)
"""Spellings of the same, as in `spelling`."""
