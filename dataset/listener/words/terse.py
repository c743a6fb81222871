"""Spellings of terse captions: clipped syntax, what is half hidden, what is dark, the last one on a side."""

from __future__ import annotations

import re
from typing import Final

from .vocabulary import COLOR_WORDS

__all__ = ["LAST", "LOOKS", "TERSE"]

_PEEKING: Final = "(?:peek|peep|poke|pok|stick|look|jutt|show|protrud)ing|visible|seen|just visible|partly visible"
_SEEN: Final = "wheel|tyre|tire|hub|hubcap|leg|arm|foot|lantern|window|armrest|headlight|taillight"
_IN_A_ROW: Final = r"(?:side )?(?:window|pane)"
LOOKS: Final = "|".join((*COLOR_WORDS, "left", "right", "top", "bottom", "middle", "front", "back", "round"))
_NAME: Final = r"(?:(?!\b(?:is|are|it|its|they|he|stands|lies|runs|has|casts|comes|passes)\b)[a-z'(), -])"
"""A letter of a caption that names, and says nothing."""
_MARKS: Final = r"dots?|spots?|stripes?|checks?|squares?|lines?|bands?|patches|markings"
_VESSELS: Final = "pot|planter|plantpot|vase|urn|jug|bowl|dish"
_BEING_IN: Final = (
    "(?:is|are|stands?|sits?|grows?|rests?|lies?)(?: (?:standing|sitting|growing|resting|lying|planted|potted))?"
)
_PATTERNS: Final = (
    ("stripes|bands|bars", "striped"), ("checks|squares|checkers", "checkered"), ("dots|spots", "dotted"),
)  # fmt: skip
LAST: Final = (
    (
        ("last ", "end ", "outer", "first "),
        re.compile(
            rf"\b(?:(?:very )?last|end|outer(?:most)?|first(?= {_IN_A_ROW})) "
            r"((?!drawer|shelf|board)(?:[a-z]+ )?[a-z]+) "
            r"(?:on|to|at) (?:the |its )?(?:far |very )?(left|right)(?: side)?\b(?! of\b)"
        ),
        r"\2most \1",
    ),
)
"""The last window on the left is the leftmost."""
TERSE: Final = (
    (("oranges",), re.compile(r"\b(?:orange )?oranges\b"), "orange fruits"),
    (("lemons",), re.compile(r"\b(?:yellow )?lemons\b"), "yellow fruits"),
    (
        ("hidden", "covered", "obscured"),
        re.compile(
            rf"^((?:[a-z'-]+ )*?)(?:half|partly|partially|mostly|part)[ -](?:hidden|covered|obscured) ({_SEEN})\b"
        ),
        r"\1smaller \2",
    ),
    (
        ("hidden", "covered", "obscured", "behind"),
        re.compile(
            rf"^((?:[a-z'-]+ )*?)({_SEEN}) (?:half|partly|partially|mostly)[ -](?:(?:hidden|covered|obscured) )?"
            r"(?=(?:behind|by|under) (?:the |an? )?[a-z -]+\.?$)"
        ),
        r"\1smaller \2 ",
    ),
    (
        ("directly ", "immediately ", "straight "),
        re.compile(
            r"\b(?:directly|immediately|straight) (?=(?:below|under|beneath|above|behind|in front|beside|next|over)\b)"
        ),
        "",
    ),
    (
        (" behind",),
        re.compile(rf"\b(?:{_PEEKING})(?: (?:out|up))?(?: a (?:bit|little))?(?: from)? (?=behind\b)"),
        "",
    ),
    (
        ("check ",),
        re.compile(r"\bcheck (?!(?:pattern|design|instead|on|in|with|and|of|at|by|over|the|is|that)\b)(?=[a-z])"),
        "checked ",
    ),
    ((" less ",), re.compile(r"(?<=[a-z]),? less (?=(?:the|its|their)\b)"), " without "),
    (
        (" + ", " plus "),
        re.compile(rf"\b({'|'.join(COLOR_WORDS)}) (?:\+|plus) (?=(?:{'|'.join(COLOR_WORDS)})\b)"),
        r"\1 and ",
    ),
    (
        ("hidden", "obscured", "blocked", "concealed"),
        re.compile(
            r"^((?:(?!\b(?:is|are|its|it)\b)[a-z' -]){3,50}) (?:(?:partly|partially|half|mostly|largely)[ -])?"
            r"(?:hidden|obscured|blocked|concealed) by "
            r"(?=[a-z -]{3,40}\.?$)"
        ),
        r"\1 behind ",
    ),
    (
        ("dark",),
        re.compile(
            rf"^({_NAME}{{0,60}}?)\bdark(?:-colou?red)? (?!(?:{'|'.join(COLOR_WORDS)}|{_MARKS}|and|or|one|wood|side)\b)"
            rf"(?={_NAME}{{3,60}}\.?$)"
        ),
        r"\1darkish ",
    ),
    (
        ("light", "lantern", "head", "lamp"),
        re.compile(
            r"\b((?:street[ -]?(?:lamp|light)|lamp[ -]?post|lamp)s?) (?:with|having) (?:only |just )?(?:a )?"
            r"(?:one|single) (?:light|lantern|head|lamp|bulb)\b"
        ),
        r"numbered one lantern \1",
    ),
    (
        ("two ", "double "),
        re.compile(
            r"\b((?:street[ -]?(?:lamp|light)|lamp[ -]?post|lamp)s?) (?:with|having) (?:two|double|twin) "
            r"(?:arm|head|branche|lantern|light)s?\b"
        ),
        r"numbered two lantern \1",
    ),
    (
        ("visible", "seen"),
        re.compile(
            r"^(?!.*\bin front\b)(the )?(?:barely|hardly|just|scarcely)[- ](?:visible|seen) "
            rf"(?=(?:[a-z'-]+ )*?(?:{_SEEN})\b)"
        ),
        r"\1smaller ",
    ),
    (
        (" in", " inside"),
        re.compile(
            rf"\b({_VESSELS}) (?:(?:that|which) )?((?:the|an?) [a-z -]{{3,30}}?) "
            rf"(?:{_BEING_IN})(?: (?:in|inside))(?=$|[,.;])"
        ),
        r"\1 under \2",
    ),
    (
        (" in which ",),
        re.compile(rf"\b({_VESSELS}) in which ((?:the|an?) [a-z -]{{3,30}}?) (?:{_BEING_IN})(?=$|[,.;])"),
        r"\1 under \2",
    ),
    *(
        (
            (" frame",),
            re.compile(
                rf"^(?:the )?((?:(?:{'|'.join(COLOR_WORDS)})(?:,? and |, |/| & | ))+)(?:{nouns}) "
                r"(?:inside|within|in) (?=(?:the |its |an? )?(?:[a-z-]+ )*frame\b)"
            ),
            rf"\1{adjective} canvas in ",
        )
        for nouns, adjective in _PATTERNS
    ),
)
"""Spellings that come before those that clip."""
