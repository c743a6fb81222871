"""Spellings: the tokens of a caption, after clipped, hyphenated and bracketed ways to write are made one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .clipped import CLIPPED, LAMP
from .detailed import DETAILED
from .palette import COLORS
from .terse import LOOKS, TERSE, Rewrite
from .vocabulary import COLOR_WORDS, LADEN, SUPERLATIVES

__all__ = ["REWRITES", "SENTENCE_END", "rewritten", "tokenize"]

SENTENCE_END: Final = re.compile(r"(?<=[a-z0-9\"')\]])(?<!\bincl)(?<!\bexcl)(?<!\bnr)[.!?]+\s+(?=\S)")
_JOINED = str.maketrans({"’": "'", "‘": "'", "`": "'", "-": " ", "‐": " ", "‑": " ", "–": " ", "/": " ", "_": " "})
_SAME: Final = {";": ",", ":": ",", "'": "'s", "&": "and", "+": "with"}
_TOKEN: Final = re.compile(r"'s\b|[a-z0-9]+|[^\s\"().!?]")
SO_MANY: Final = "two|three|four|five|six|seven|eight|[2-8]"
_LEFT_OUT: Final = ("not included", "not counted", "excluded", "left out", "left aside", "omitted", "aside", "apart")
_DRIVEN: Final = "car|van|bus|truck|lorry|pickup"
REWRITES: Final = (
    *TERSE,
    *CLIPPED,
    # colours
    Rewrite("off-white is white", ("off",), r"\boff[- ]white\b", "white", "off-white wall", "white wall"),
    Rewrite("teal-blue is teal", ("teal",), r"\bteal[- ](?:blue|green)\b", "teal", "teal-blue wall", "teal wall"),
    Rewrite(
        "reddish-brown is brown",
        ("ish", "olive"),
        rf"\b(?:[a-z]+ish|olive)[- ]({'|'.join(COLORS)})\b",
        r"\1",
        "reddish-brown fence",
        "brown fence",
    ),
    Rewrite(
        "white dots on teal are two colours",
        ("dots on ", "stripes on ", "spots on ", "checks on ", "squares on "),
        (
            rf"\b({'|'.join(COLOR_WORDS)}) (dots|stripes|spots|checks|squares) on (?:an? )?"
            rf"({'|'.join(COLOR_WORDS)})(?: (?:back)?ground)?(?= *(?:$|[,.;]|with\b|in\b|hanging\b))"
        ),
        r"\1 and \3 \2",
        "picture of white dots on teal",
        "picture of white and teal dots",
    ),
    # only, and words without a noun
    Rewrite(
        "only the box of the wagon",
        ("only", "just"),
        (
            r"^([^,.;:]+(?:, [^,.;:]+)?)[,:;] "
            r"(?:(?:just|only) (?:the |its )?|(?:the |its )?(?=(?:[a-z]+ ){0,3}\w+ only))"
            rf"(?!one\b|bl|flower|head|both\b|all\b)((?:(?:{LOOKS}) )*(?:side |corner )?\w+)(?: only)?\.?$"
        ),
        r"just the \2 of \1",
        "black wagon: box only",
        "just the box of black wagon",
    ),
    Rewrite(
        "the tallest, without a noun",
        ("est",),
        (
            r"\b((?:of|next to|by|beside|behind|above|below|under|near|before|after|touching) (?:the|its|their) "
            rf"(?:{'|'.join(word for word in SUPERLATIVES if word.endswith('est'))}))(?= *(?:$|[,.;]))"
        ),
        r"\1 one",
        "leaf next to the tallest",
        "leaf next to the tallest one",
    ),
    Rewrite(
        "beside the vase, on its left",
        (" its ",),
        r"\b(?:next to|beside) ((?:the |an? )?[a-z -]+), (?:on|to) its (left|right)(?: side)?(?=$|[,.;])",
        r"just \2 of \1",
        "ball next to the vase, on its left",
        "ball just left of the vase",
    ),
    # low, at both sides, facing
    Rewrite(
        "a low leaf is a lower one",
        ("low ",),
        r"\blow (?=(?:\w+ )?(?:leaf|frond|blade|branch|arm|flower|bloom|blossom|window|slat|rung|shelf|board)\b)",
        "lower ",
        "low left leaf",
        "lower left leaf",
    ),
    Rewrite(
        "at both sides says nothing",
        (" both sides",),
        r",? (?:on |along |at )?both sides(?=$|[,.;])",
        "",
        "pale kerbs edging the road, both sides",
        "pale kerbs edging the road",
    ),
    Rewrite(
        "a car that faces us shows its headlights",
        ("facing",),
        rf"\b({_DRIVEN}) (?:that is |which is )?facing (?:towards? )?(?:us|the viewer|the camera|forwards?)\b",
        r"\1 with headlights",
        "white car facing us",
        "white car with headlights",
    ),
    Rewrite(
        "a car that faces away shows its taillights",
        ("facing",),
        rf"\b({_DRIVEN}) (?:that is |which is )?facing away\b(?: from (?:us|the viewer))?",
        r"\1 with taillights",
        "white car facing away",
        "white car with taillights",
    ),
    Rewrite(
        "what faces us is in front",
        ("facing",),
        r"\b(?:facing|turned to(?:wards?)?) (?:us|you|me|the (?:viewer|camera|front))\b",
        "in front",
        "yellow corner post facing us on the brown box",
        "yellow corner post in front on the brown box",
    ),
    # chairs, whole things, street lamps
    Rewrite(
        "a ladder-back chair",
        ("back",),
        r"\b(?:ladder|slat|spindle|high|low|wing|straight)[- ]?back(?:ed)? (?=chair|armchair|sofa|bench|seat)",
        "",
        "slats of the ladder-back chair",
        "slats of the chair",
    ),
    Rewrite(
        "a cart, complete, is a whole one",
        (", complete", ", whole", ", entire", ", in full", ", all of it"),
        r"^(?:the )?([^,]+), (?:complete|whole|entire|in full|all of it)\.?$",
        r"whole \1",
        "blue cart, complete",
        "whole blue cart",
    ),
    Rewrite(
        "a whole lamp post is a street lamp",
        ("lamp",),
        r"\b(whole|complete|entire) ((?:[a-z-]+ )*?)lamp[ -]?post\b",
        r"\1 \2street lamp",
        "whole lamp post",
        "whole street lamp",
    ),
    # counting
    Rewrite(
        "third from the ground is third from the bottom",
        (" from the ",),
        (
            r"\b(first|second|third|fourth|2nd|3rd|4th) ((?:[a-z]+ ){0,2}?)(?:up )?"
            r"from the (?:ground|floor|base|foot)\b"
        ),
        r"\1 \2from the bottom",
        "white fir: second tier up from the ground",
        "white fir: second tier from the bottom",
    ),
    Rewrite(
        "counted from",
        ("counting", "counted", "starting"),
        r",? (?:counting|counted|starting) from\b(?! \w+ left)",
        " from",
        "the third window counted from the door",
        "the third window from the door",
    ),
    # bars, glass, bowls
    Rewrite(
        "vertical bars are stripes",
        ("vertical", "horizontal"),
        (
            rf"\bwith ((?:{'|'.join(COLOR_WORDS)}) )?(?:vertical|horizontal) "
            rf"((?:{'|'.join(COLOR_WORDS)}) )?(?:bars|bands|lines)\b"
        ),
        r"with \1\2stripes",
        "wall picture with brown vertical bars",
        "wall picture with brown stripes",
    ),
    Rewrite(
        "the glass only is a pane",
        ("glass only",),
        r"\bglass(?= only\b)",
        "pane",
        "yellow glass only, leftmost lantern",
        "yellow pane only, leftmost lantern",
    ),
    Rewrite(
        "a bowl of apples is one with apples",
        (" of ",),
        (
            r"^((?:(?!with|of\b|on\b|in\b|by\b|near|behind|left|right)[a-z-]+ ){0,4}(?:vase|urn|jug|bowl|dish))"
            r" of (?=(?:[a-z-]+ ){0,3}(?:flowers|blooms|blossoms|daisies|roses|tulips|fruits?|apples|lemons)\b)"
        ),
        r"\1 with ",
        "bowl of green apples",
        "bowl with green apples",
    ),
    # all of one colour, with all of it
    Rewrite(
        "all-red is plain red",
        ("all-",),
        rf"\ball-(?={'|'.join(COLOR_WORDS)})",
        "plain ",
        "black panel on the all-red robot",
        "black panel on the plain red robot",
    ),
    Rewrite(
        "a bowl of fruit, bowl too, is the bowl",
        (" too", " and all", "included"),
        r"^((?:(?!of\b|with\b|in\b|on\b)[a-z-]+ )*?([a-z]+) (?:of|with) [^,]*), \2 (?:too|and all|included)\.?$",
        r"\1",
        "bowl of green apples, bowl too",
        "bowl with green apples",
    ),
    # pictures and edges
    Rewrite(
        "the picture inside the frame is its canvas",
        (" inside", " within"),
        (
            r"\b(?:picture|painting|image|print|artwork|art|poster)"
            r"(?= (?:inside|within) (?:the |its |an? )?(?:[a-z-]+ )*frame\b)"
        ),
        "canvas",
        "striped artwork inside the frame",
        "striped canvas inside the frame",
    ),
    Rewrite(
        "at the crate's near edge",
        ("'s ",),
        (
            r"^([a-z -]*) (?:at|on|by|in) (the (?:[a-z-]+ )*[a-z]+)'s "
            r"(left|right|near|far|front|back|rear|top|bottom|upper|lower) (?:edge|corner|end|side)(?=\.?$)"
        ),
        r"\1 of \2, \3 side",
        "blue corner post at the red crate's near edge",
        "blue corner post of the red crate, near side",
    ),
    # with and without
    Rewrite("w/o", ("w/o ",), r"\bw/o(?= )", "without", "pink art, w/o frame", "pink art, without frame"),
    Rewrite("w/", ("w/",), r"\bw/ ?(?=\w)", "with ", "house w/ blue roof", "house with blue roof"),
    Rewrite(
        "the frame left out, frame excluded",
        _LEFT_OUT,
        (
            r"(?:,|\bwith) (?!with\b)(?:(?:its|the|their|all) )?(\w+(?: (?!is\b|are\b)\w+){0,3}) "
            rf"(?:{'|'.join(_LEFT_OUT)})(?=$|[,.;])"
        ),
        r" without \1",
        "purple picture, frame left out",
        "purple picture without frame",
    ),
    *DETAILED,
    Rewrite(
        "the trunk too, trunk included",
        ("included", "and all", "too"),
        r"(?:,|\bwith) (?:(?:its|the|their|all) )?(\w+(?: \w+)?) (?:included|and all|too)(?=$|[,.;])",
        r" along with its \1",
        "leftmost tree, trunk too",
        "leftmost tree along with its trunk",
    ),
    # hyphens, and denials
    Rewrite(
        "whose lower end is hidden",
        ("whose",),
        r"\bwhose (?=[a-z ]+ (?:hidden|covered|cut|blocked)\b)",
        ", its ",
        "cylinder whose lower end is hidden",
        "cylinder , its lower end is hidden",
    ),
    Rewrite(
        "polka-dot is dotted",
        ("polka",),
        r"\bpolka[- ]dots?\b(?=[- ]\w)(?! (?:on|in|and|all)\b)",
        "dotted",
        "the three polka-dot lamps",
        "the three dotted lamps",
    ),
    Rewrite(
        "a three-tiered tree has three tiers",
        ("tiered", "paned", "legged"),
        rf"\b({SO_MANY})-(?:(tier)ed|(pane)d|(leg)ged)\b",
        r"\1-\2\3\4",
        "the three-tiered tree",
        "the numbered three tier tree",
    ),
    Rewrite(
        "a three-armed lamp has three lanterns",
        ("-headed", "-armed"),
        rf"\b({SO_MANY})-(?:head|arm)ed{LAMP}",
        r"\1-lantern",
        "the three-armed street lamp",
        "the numbered three lantern street lamp",
    ),
    Rewrite(
        "high-backed and the like say a form",
        ("-",),
        (
            rf"\b(?!(?:{'|'.join([*COLOR_WORDS, *LADEN])}|striped|dotted|spotted|checkered|checked|polka)-)"
            r"[a-z]+-(?!red\b)[a-z]+ed\b"
        ),
        "shaped",
        "wall-mounted shelf",
        "shaped shelf",
    ),
    Rewrite(
        "a two-seat sofa",
        ("-",),
        rf"\b({SO_MANY})-(?!thirds|quarters)([a-z]+)",
        r"numbered \1 \2",
        "teal cushions, two-seat sofa",
        "teal cushions, numbered two seat sofa",
    ),
    Rewrite(
        "isn't, doesn't",
        ("cann", "doesn", "don", "isn", "aren", "hasn", "haven"),
        r"\b(can|does|do|is|are|has|have)n[’']?t\b",
        r"\1 not",
        "the stem isn't counted",
        "the stem is not counted",
    ),
)
"""Ways to write that are made one, in the order in which they are."""
_COMPILED: Final = tuple((rewrite.needed, re.compile(rewrite.pattern).sub, rewrite.replacement) for rewrite in REWRITES)


def rewritten(text: str) -> str:
    """The text, in lower case, with all ways to write made one."""
    for needed, replace, other in _COMPILED:
        for part in needed:
            if part in text:
                text = replace(other, text)
                break
    return text


@lru_cache(maxsize=65536)
def tokenize(caption: str) -> tuple[str, ...]:
    """Lower-case words, ``'s`` and commas; quotes, brackets and final stops are dropped."""
    text = rewritten(caption.lower())
    if not text.isascii() or any(map(text.__contains__, "`-/_")):
        text = text.translate(_JOINED)
    tokens = _TOKEN.findall(text)
    return tuple(map(_SAME.get, tokens, tokens))
