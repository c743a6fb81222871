"""Spellings: the tokens of a caption, after clipped, hyphenated and bracketed ways to write are made one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .palette import COLORS
from .terse import LAST, LOOKS, TERSE
from .vocabulary import COLOR_WORDS, HAVING_WORDS, LADEN, SUPERLATIVES

__all__ = ["REWRITES", "tokenize"]

_JOINED = str.maketrans({"’": "'", "‘": "'", "`": "'", "-": " ", "‐": " ", "‑": " ", "–": " ", "/": " ", "_": " "})
_SAME: Final = {";": ",", ":": ",", "'": "'s", "&": "and", "+": "with"}
_TOKEN: Final = re.compile(r"'s\b|[a-z0-9]+|[^\s\"().!?]")


_LAMP: Final = r"(?= (?:\w+ )?(?:street[ -]?(?:lamp|light)|lamp[ -]?post|lamp)\b)"
_LEFT_OUT: Final = ("not included", "not counted", "excluded", "left out", "left aside", "omitted", "aside", "apart")
_SIDED: Final = (
    r"book(?:case|shel(?:f|ves))|shel(?:f|ving)(?: unit)?|bookrack|book (?:case|shelf)"
    r"|(?:truck|pickup|lorry|cargo|load)(?:'s)? bed"
)
_ROUND: Final = r"band|ring|frame|rim|tire|tyre|label|border|strip|hoop|sticker|collar|rail|surround|trim|edge"
_HALF: Final = r"(?:upper|top|bottom|lower)"
_DRIVEN: Final = "car|van|bus|truck|lorry|pickup"
REWRITES: Final = (
    (("-hand",), re.compile(r"\b(left|right)-hand(ed)?(?=[ -](?:side|end|edge|one|\w+))"), r"\1"),
    (("extreme ",), re.compile(r"\bextreme (?=(?:left|right)\b)"), "far "),
    (("furthest ", "farthest "), re.compile(r"\b(?:furthest|farthest) (left|right)\b"), r"\1most"),
    (("to the rear of",), re.compile(r"\bto the rear of\b"), "behind"),
    (("patterned",), re.compile(r"\b(check|checker|dot|stripe|spot)[- ]patterned\b"), r"\1ed"),
    (("glass,",), re.compile(r"(?<=[a-z] )glass(?=, )"), "glass pane"),
    (("incl",), re.compile(r"\bincl\b\.?(?= *(?:$|,))"), "included"),
    (("excl", "minus"), re.compile(r"(?<=[a-z] )excl\b\.?(?= *(?:$|,))"), "excluded"),
    (("excl", "sans", "w/out"), re.compile(r"\b(?:excl\b\.?|sans\b|w/out\b)"), "without"),
    (("incl",), re.compile(r"\bincl\b\.?"), "including"),
    *LAST,
    (("last ",), re.compile(r"\blast (?=(?:side )?(?:window|pane)\b(?! from))"), "rearmost "),
    *TERSE,
    ((" sides",), re.compile(r"\bboth (road|table|street|bed|house|car) sides\b"), r"both sides of the \1"),
    ((" nr",), re.compile(r"\bnr\b\.?"), "near"),
    (("btw",), re.compile(r"\bbtwn?\b\.?"), "between"),
    (("round ",), re.compile(r"(?<=[a-z] )round (?=(?:the|its|their|a|an)\b)"), "around "),
    (("round ",), re.compile(rf"\b({_ROUND}) round (?=[a-z])"), r"\1 around "),
    (("inside ", "outside "), re.compile(r"\b(?:inside|outside) (?=(?:wall|face|panel|surface|edge|board)s?\b)"), ""),
    (
        (" in ",),
        re.compile(
            r"\b(picture|painting|art|artwork|print|poster) in (?:an? |the |its )?"
            rf"(?:(?<=its )|(?={'|'.join(COLOR_WORDS)}))((?:[a-z]+ )*frame)"
            r"(?=\.?$|, (?:just |only )?(?:the )?canvas\b)"
        ),
        r"\1 with its \2",
    ),
    (
        (" that ", " which "),
        re.compile(
            r" (?:that|which) ((?:the|an?) [a-z -]{3,30}?) "
            r"(?:stands|sits|rests|lies|is|is (?:standing|sitting)) on(?=$|[,.;])"
        ),
        r" with \1 on it",
    ),
    (
        (" on",),
        re.compile(
            r"(?<=[a-z]) the ([a-z -]{3,30}?) (?:stands|sits|rests|lies|is (?:standing|sitting|placed)) on(?=$|[,.;])"
        ),
        r" with \1 on it",
    ),
    (
        (" side",),
        re.compile(
            rf"^(the )?(left|right|near|far)( outer)? side(?: |, )(?=(?:of |(?<=, ))(?:the |an? )?(?:[a-z-]+ )*?(?:{_SIDED})\b)"
        ),
        r"\1\2 side panel ",
    ),
    ((")",), re.compile(r"\)(?=\s*(?:$|[.,;:]))"), ""),
    (("(", ")", " - ", " – ", "—"), re.compile(r"(?<=\S)\s*[()]\s*| +[-–] +|\s*—\s*"), ", "),
    (("viewer",), re.compile(r"\b(?:the )?viewer[’']s (left|right)\b"), r"the \1"),
    (("-colo",), re.compile(rf"\b({'|'.join(COLOR_WORDS)})-colou?red\b"), r"\1"),
    (("-",), re.compile(r"\b[a-z]+-(?:shaped|like|sized|tone|toned|edged|style|end|colored|coloured)\b"), "shaped"),
    (
        ("'s ",),
        re.compile(r"\b(?:on|of|in) the (\w+)'s (upper|lower) (?:floor|storey|story)"),
        r"at the \2 of the \1",
    ),
    (
        ("single", "one-"),
        re.compile(rf"\b(?:single|one)(?:[- ](?:headed|armed|lantern|light))?{_LAMP}"),
        "numbered one lantern",
    ),
    (
        ("double", "twin", "two-"),
        re.compile(rf"\b(?:double|twin|two)(?:[- ](?:headed|armed|lantern|light))?{_LAMP}"),
        "numbered two lantern",
    ),
    (("floor", "stor"), re.compile(r"\b(upper|lower|top)[- ](?:floor|storey|story)(?:'s)?"), r"\1"),
    (("ground",), re.compile(r"\bground[- ]floor(?:'s)?(?= \w)"), "lower"),
    (
        ("'s ",),
        re.compile(
            r"(?<!chair|bench|couch)(?<!sofa|seat)'s (?:front|back|rear|side|end|edge|corner|surface|middle|centre|center|face)"
            r"(?=$|[,.;:]| (?:of|on|in|and|beneath|below|above|next|with|at|behind)\b)"
        ),
        "",
    ),
    (
        ("floor", "stor"),
        re.compile(r"\b(?:on|at|in) the (?:ground|lower|bottom) (?:floor|storey|story)(?= *[,.;]|$)"),
        "at the bottom",
    ),
    (
        ("floor", "stor"),
        re.compile(r"\b(?:on|at|in) the (?:upper|first|top) (?:floor|storey|story)(?= *[,.;]|$)"),
        "at the top",
    ),
    (("upstairs", "downstairs"), re.compile(r"\bdownstairs(?= \w)"), "lower"),
    (("upstairs",), re.compile(r"\bupstairs(?= \w)"), "upper"),
    (
        ("blue", "green"),
        re.compile(r"\b(?:blue-?green|green-?blue|blu[ei]?ish[- ]green|greenish[- ]blue)\b"),
        "teal",
    ),
    (("half of",), re.compile(rf"^((?:[a-z]+ is )?(?:the )?{_HALF}) half of (?=[a-z])"), r"\1 part of "),
    (("half",), re.compile(rf"('s {_HALF}) half(?=$|[,.;])"), r"\1 part"),
    (
        ("-",),
        re.compile(
            rf"\b(?:{'|'.join(COLOR_WORDS)})-(?!(?:colou?r|dott|spott|strip|check|band|ring|paint|ting|ton|"
            rf"{'|'.join(HAVING_WORDS)})"
            r"(?:ed)?\b)[a-z]+ed\b(?= [a-z])"
        ),
        "shaped",
    ),
    (
        ("picture", "image", "scene"),
        re.compile(r"\b(?:through|throughout|over|along) (?:the|this) (?:whole |entire )?(?:picture|image|scene)\b"),
        "across the picture",
    ),
    (("'s ",), re.compile(r"\bthe (?:picture|image)'s (?:\w+ )?(?:border|edge|margin)\b"), "the edge of the picture"),
    (("ture edge", "age edge"), re.compile(r"\bthe (?:picture|image) edge\b"), "the edge of the picture"),
    (("looking",), re.compile(rf"\b(?:{'|'.join(COLOR_WORDS)})[- ]looking\b"), "shaped"),
    (("off",), re.compile(r"\boff[- ]white\b"), "white"),
    (("teal",), re.compile(r"\bteal[- ](?:blue|green)\b"), "teal"),
    (("ish", "olive"), re.compile(rf"\b(?:[a-z]+ish|olive)[- ]({'|'.join(COLORS)})\b"), r"\1"),
    (
        (" on ",),
        re.compile(
            rf"\b({'|'.join(COLOR_WORDS)}) (dots|stripes|spots|checks|squares) on (?:an? )?"
            rf"({'|'.join(COLOR_WORDS)})(?: (?:back)?ground)?(?= *(?:$|[,.;]|with\b|in\b|hanging\b))"
        ),
        r"\1 and \3 \2",
    ),
    (
        ("only", "just"),
        re.compile(
            r"^([^,.;:]+(?:, [^,.;:]+)?)[,:;] "
            r"(?:(?:just|only) (?:the |its )?|(?:the |its )?(?=(?:[a-z]+ ){0,3}\w+ only))"
            rf"(?!one\b|bl|flower|head|both\b|all\b)((?:(?:{LOOKS}) )*(?:side |corner )?\w+)(?: only)?\.?$"
        ),
        r"just the \2 of \1",
    ),
    (
        ("est",),
        re.compile(
            r"\b((?:of|next to|by|beside|behind|above|below|under|near|before|after|touching) (?:the|its|their) "
            rf"(?:{'|'.join(word for word in SUPERLATIVES if word.endswith('est'))}))(?= *(?:$|[,.;]))"
        ),
        r"\1 one",
    ),
    (
        (" its ",),
        re.compile(r"\b(?:next to|beside) ((?:the |an? )?[a-z -]+), (?:on|to) its (left|right)(?: side)?(?=$|[,.;])"),
        r"just \2 of \1",
    ),
    (("oranges",), re.compile(r"\boranges\b"), "orange fruits"),
    (
        ("low ",),
        re.compile(
            r"\blow (?=(?:\w+ )?(?:leaf|frond|blade|branch|arm|flower|bloom|blossom|window|slat|rung|shelf|board)\b)"
        ),
        "lower ",
    ),
    ((" both sides",), re.compile(r",? (?:on |along |at )?both sides(?=$|[,.;])"), ""),
    (
        ("facing",),
        re.compile(
            rf"\b({_DRIVEN}) (?:that is |which is )?facing (?:towards? )?(?:us|the viewer|the camera|forwards?)\b"
        ),
        r"\1 with headlights",
    ),
    (
        ("facing",),
        re.compile(rf"\b({_DRIVEN}) (?:that is |which is )?facing away\b(?: from (?:us|the viewer))?"),
        r"\1 with taillights",
    ),
    (
        ("facing",),
        re.compile(r"\b(?:facing|turned to(?:wards?)?) (?:us|you|me|the (?:viewer|camera|front))\b"),
        "in front",
    ),
    (
        ("back",),
        re.compile(
            r"\b(?:ladder|slat|spindle|high|low|wing|straight)[- ]?back(?:ed)? (?=chair|armchair|sofa|bench|seat)"
        ),
        "",
    ),
    (
        (", complete", ", whole", ", entire", ", in full", ", all of it"),
        re.compile(r"^(?:the )?([^,]+), (?:complete|whole|entire|in full|all of it)\.?$"),
        r"whole \1",
    ),
    (("lamp",), re.compile(r"\b(whole|complete|entire) ((?:[a-z-]+ )*?)lamp[ -]?post\b"), r"\1 \2street lamp"),
    (
        (" from the ",),
        re.compile(
            r"\b(first|second|third|fourth|2nd|3rd|4th) ((?:[a-z]+ ){0,2}?)(?:up )?"
            r"from the (?:ground|floor|base|foot)\b"
        ),
        r"\1 \2from the bottom",
    ),
    (("counting", "counted", "starting"), re.compile(r",? (?:counting|counted|starting) from\b(?! \w+ left)"), " from"),
    (
        ("vertical", "horizontal"),
        re.compile(
            rf"\bwith ((?:{'|'.join(COLOR_WORDS)}) )?(?:vertical|horizontal) "
            rf"((?:{'|'.join(COLOR_WORDS)}) )?(?:bars|bands|lines)\b"
        ),
        r"with \1\2stripes",
    ),
    (("glass only",), re.compile(r"\bglass(?= only\b)"), "pane"),
    (
        (" of ",),
        re.compile(
            r"^((?:(?!with|of\b|on\b|in\b|by\b|near|behind|left|right)[a-z-]+ ){0,4}(?:vase|urn|jug|bowl|dish))"
            r" of (?=(?:[a-z-]+ ){0,3}(?:flowers|blooms|blossoms|daisies|roses|tulips|fruits?|apples|lemons)\b)"
        ),
        r"\1 with ",
    ),
    (("all-",), re.compile(rf"\ball-(?={'|'.join(COLOR_WORDS)})"), "plain "),
    (
        (" too", " and all", "included"),
        re.compile(
            r"^((?:(?!of\b|with\b|in\b|on\b)[a-z-]+ )*?([a-z]+) (?:of|with) [^,]*), \2 (?:too|and all|included)\.?$"
        ),
        r"\1",
    ),
    (
        (" inside", " within"),
        re.compile(
            r"\b(?:picture|painting|image|print|artwork|art|poster)"
            r"(?= (?:inside|within) (?:the |its |an? )?(?:[a-z-]+ )*frame\b)"
        ),
        "canvas",
    ),
    (
        ("'s ",),
        re.compile(
            r"^([a-z -]*) (?:at|on|by|in) (the (?:[a-z-]+ )*[a-z]+)'s "
            r"(left|right|near|far|front|back|rear|top|bottom|upper|lower) (?:edge|corner|end|side)(?=\.?$)"
        ),
        r"\1 of \2, \3 side",
    ),
    (("w/o ",), re.compile(r"\bw/o(?= )"), "without"),
    (("w/",), re.compile(r"\bw/ ?(?=\w)"), "with "),
    (
        _LEFT_OUT,
        re.compile(
            r"(?:,|\bwith) (?!with\b)(?:(?:its|the|their|all) )?(\w+(?: \w+){0,3}) "
            rf"(?:{'|'.join(_LEFT_OUT)})(?=$|[,.;])"
        ),
        r" without \1",
    ),
    (
        ("included", "and all", "too"),
        re.compile(r"(?:,|\bwith) (?:(?:its|the|their|all) )?(\w+(?: \w+)?) (?:included|and all|too)(?=$|[,.;])"),
        r" along with its \1",
    ),
    (("whose",), re.compile(r"\bwhose (?=[a-z ]+ (?:hidden|covered|cut|blocked)\b)"), ", its "),
    (("polka",), re.compile(r"\bpolka[- ]dots?\b(?=[- ]\w)(?! (?:on|in|and|all)\b)"), "dotted"),
    (
        ("-",),
        re.compile(
            rf"\b(?!(?:{'|'.join([*COLOR_WORDS, *LADEN])}|striped|dotted|spotted|checkered|checked|polka)-)"
            r"[a-z]+-[a-z]+ed\b"
        ),
        "shaped",
    ),
    (
        ("-",),
        re.compile(r"\b(two|three|four|five|six|seven|eight|[2-8])-(?!thirds|quarters)([a-z]+)"),
        r"numbered \1 \2",
    ),
    (
        ("cann", "doesn", "don", "isn", "aren", "hasn", "haven"),
        re.compile(r"\b(can|does|do|is|are|has|have)n[’']?t\b"),
        r"\1 not",
    ),
)
"""Spellings of the same, before words are split: a text without any of the first strings does not match."""


@lru_cache(maxsize=65536)
def tokenize(caption: str) -> tuple[str, ...]:
    """Lower-case words, ``'s`` and commas; quotes, brackets and final stops are dropped."""
    text = caption.lower()
    for needed, pattern, other in REWRITES:
        for part in needed:
            if part in text:
                text = pattern.sub(other, text)
                break
    if not text.isascii() or any(map(text.__contains__, "`-/_")):
        text = text.translate(_JOINED)
    tokens = _TOKEN.findall(text)
    return tuple(map(_SAME.get, tokens, tokens))
