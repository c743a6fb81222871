"""Clipped ways to write, and a table of what they are short for: ranks, what is half hidden, what is dark."""

from __future__ import annotations

from typing import Final, NamedTuple

from .vocabulary import COLOR_WORDS

__all__ = ["LOOKS", "TERSE", "Rewrite"]


class Rewrite(NamedTuple):
    """One way to write that is made another one, before words are split.

    Attributes:
        kind: what is made what, in words.
        needed: a text without any of these strings does not match.
        pattern: regular expression on text in lower case.
        replacement: what takes its place, as in `re.sub`.
        before: a caption that needs it.
        after: what becomes of that, by all tables together.
    """

    kind: str
    needed: tuple[str, ...]
    pattern: str
    replacement: str
    before: str
    after: str


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

_ON_PICTURES: Final = tuple(
    Rewrite(
        f"{nouns.partition('|')[0]} inside the frame are on the picture",
        tuple(f"{noun} " for noun in nouns.split("|")),
        rf"^(?:the )?((?:(?:{'|'.join(COLOR_WORDS)})(?:,? and |, |/| & | ))+)(?:{nouns}) "
        r"(?:inside|within|in) (?=(?:the |its |an? )?(?:[a-z-]+ )*frame\b)",
        rf"\1{adjective} canvas in ",
        f"white {nouns.partition('|')[0]} inside the frame",
        f"white {adjective} canvas in the frame",
    )
    for nouns, adjective in (
        ("stripes|bands|bars", "striped"),
        ("checks|squares|checkers", "checkered"),
        ("dots|spots", "dotted"),
    )
)
TERSE: Final = (
    # sides
    Rewrite(
        "the left-hand one is the left one",
        ("-hand",),
        r"\b(left|right)-hand(ed)?(?=[ -](?:side|end|edge|one|\w+))",
        r"\1",
        "right-hand black car",
        "right black car",
    ),
    Rewrite(
        "the extreme left is the far left",
        ("extreme ",),
        r"\bextreme (?=(?:left|right)\b)",
        "far ",
        "lamp at the extreme left",
        "lamp at the far left",
    ),
    Rewrite(
        "furthest left is leftmost",
        ("furthest ", "farthest "),
        r"\b(?:furthest|farthest) (left|right)(?=\.?$|[,;])",
        r"\1most",
        "blossom furthest left",
        "blossom leftmost",
    ),
    # places
    Rewrite(
        "to the rear of is behind",
        ("to the rear of",),
        r"(?<!close )(?<!next )(?<!near )\bto the rear of\b",
        "behind",
        "tree to the rear of the van",
        "tree behind the van",
    ),
    # looks and stuff
    Rewrite(
        "check-patterned is checked",
        ("patterned",),
        r"\b(check|checker)[- ]patterned\b",
        r"\1ed",
        "check-patterned van",
        "checked van",
    ),
    Rewrite(
        "glass before a comma is a noun",
        ("glass,",),
        r"(?<=[a-z] )glass(?=, )",
        "glass pane",
        "yellow lantern glass, black lamp",
        "yellow lantern glass pane, black lamp",
    ),
    # abbreviations
    Rewrite(
        "incl, at the end",
        ("incl",),
        r"\bincl\b\.?(?= *(?:$|,))",
        "included",
        "vase, flowers incl.",
        "vase along with its flowers",
    ),
    Rewrite(
        "excl, at the end",
        ("excl",),
        r"(?<=[a-z] )excl\b\.?(?= *(?:$|,))",
        "excluded",
        "vase, flowers excl.",
        "vase without flowers",
    ),
    Rewrite(
        "excl, sans",
        ("excl", "sans", "w/out"),
        r"\b(?:excl\b\.?|sans\b|w/out\b)",
        "without",
        "vase sans flowers",
        "vase without flowers",
    ),
    Rewrite(
        "incl, before a noun", ("incl",), r"\bincl\b\.?", "including", "window incl. sill", "window including sill"
    ),
    # ranks
    Rewrite(
        "the last window on the left is the leftmost",
        ("last ", "end ", "outer", "first "),
        (
            rf"\b(?:(?:very )?last|end|outer(?:most)?|first(?= {_IN_A_ROW})) "
            r"((?!drawer|shelf|board|and )(?:[a-z]+ )?[a-z]+) "
            r"(?:on|to|at) (?:the |its )?(?:far |very )?(left|right)(?: side)?\b(?! of\b)"
        ),
        r"\2most \1",
        "last side window on the right, white bus",
        "rightmost side window, white bus",
    ),
    Rewrite(
        "the last window is the rearmost",
        ("last ",),
        r"\blast (?=(?:side )?(?:window|pane)\b(?! from))",
        "rearmost ",
        "glass of the last window",
        "glass of the rearmost window",
    ),
    # fruit
    Rewrite(
        "oranges are fruits",
        ("oranges",),
        r"\b(?:orange )?oranges\b",
        "orange fruits",
        "bowl of oranges",
        "bowl with orange fruits",
    ),
    Rewrite(
        "lemons are fruits", ("lemons",), r"\b(?:yellow )?lemons\b", "yellow fruits", "two lemons", "two yellow fruits"
    ),
    # what is half hidden
    Rewrite(
        "a half hidden wheel is the smaller one, before the noun",
        ("hidden", "covered", "obscured"),
        rf"^((?:[a-z'-]+ )*?)(?:half|partly|partially|mostly|part)[ -](?:hidden|covered|obscured) ({_SEEN})\b",
        r"\1smaller \2",
        "yellow car's half-hidden wheel",
        "yellow car's smaller wheel",
    ),
    Rewrite(
        "a half hidden wheel is the smaller one, after the noun",
        ("hidden", "covered", "obscured", "behind"),
        (
            rf"^((?:[a-z'-]+ )*?)({_SEEN}) (?:half|partly|partially|mostly)[ -](?:(?:hidden|covered|obscured) )?"
            r"(?=(?:behind|by|under) (?:the |an? )?[a-z -]+\.?$)"
        ),
        r"\1smaller \2 ",
        "hub half hidden by the yellow box",
        "smaller hub by the yellow box",
    ),
    # behind
    Rewrite(
        "directly behind is behind",
        ("directly ", "immediately ", "straight "),
        r"\b(?:directly|immediately|straight) (?=(?:below|under|beneath|above|behind|in front|beside|next|over)\b)",
        "",
        "box directly behind it",
        "box behind it",
    ),
    Rewrite(
        "peeking out from behind is behind",
        (" behind",),
        rf"\b(?:{_PEEKING})(?: (?:out|up))?(?: a (?:bit|little))?(?: from)? (?=behind\b)",
        "",
        "tree peeking out from behind the house",
        "tree behind the house",
    ),
    # looks, without, colours
    Rewrite(
        "a check cloth is checked",
        ("check ",),
        r"\bcheck (?!(?:pattern|design|instead|on|in|with|and|of|at|by|over|the|is|that)\b)(?=[a-z])",
        "checked ",
        "green check tablecloth",
        "green checked tablecloth",
    ),
    Rewrite(
        "less the lid is without it",
        (" less ",),
        r"(?<=[a-z]),? less (?=(?:the|its|their)\b)",
        " without ",
        "mug, less the handle",
        "mug without the handle",
    ),
    Rewrite(
        "red + blue are two colours",
        (" + ", " plus "),
        rf"\b({'|'.join(COLOR_WORDS)}) (?:\+|plus) (?=(?:{'|'.join(COLOR_WORDS)})\b)",
        r"\1 and ",
        "red + blue striped pot",
        "red and blue striped pot",
    ),
    # what is hidden and what is dark
    Rewrite(
        "what is hidden by a thing is behind it",
        ("hidden", "obscured", "blocked", "concealed"),
        (
            r"^((?:(?!\b(?:is|are|its|it)\b)[a-z' -]){3,50}) (?:(?:partly|partially|half|mostly|largely)[ -])?"
            r"(?:hidden|obscured|blocked|concealed) by "
            r"(?=[a-z -]{3,40}\.?$)"
        ),
        r"\1 behind ",
        "television half hidden by the white one",
        "television half behind the white one",
    ),
    Rewrite(
        "a dark car is of a darkish colour",
        ("dark",),
        (
            rf"^({_NAME}{{0,60}}?)\bdark(?:-colou?red)? (?!(?:{'|'.join(COLOR_WORDS)}|{_MARKS}|and|or|one|wood|side)\b)"
            rf"(?={_NAME}{{3,60}}\.?$)"
        ),
        r"\1darkish ",
        "rear side window, dark car",
        "rear side window, darkish car",
    ),
    # street lamps
    Rewrite(
        "a lamp with one light has one lantern",
        ("light", "lantern", "head", "lamp"),
        (
            r"\b((?:street[ -]?(?:lamp|light)|lamp[ -]?post|lamp)s?) (?:with|having) (?:only |just )?(?:a )?"
            r"(?:one|single) (?:light|lantern|head|lamp|bulb)\b"
        ),
        r"numbered one lantern \1",
        "lamp post with only one light",
        "numbered one lantern lamp post",
    ),
    Rewrite(
        "a lamp with two arms has two lanterns",
        ("two ", "double "),
        (
            r"\b((?:street[ -]?(?:lamp|light)|lamp[ -]?post|lamp)s?) (?:with|having) (?:two|double|twin) "
            r"(?:arm|head|branche|lantern|light)s?\b"
        ),
        r"numbered two lantern \1",
        "lamp post with two arms",
        "numbered two lantern lamp post",
    ),
    # what is barely visible
    Rewrite(
        "what is barely visible is the smaller one",
        ("visible", "seen"),
        (
            r"^(?!.*\bin front\b)(the )?(?:barely|hardly|just|scarcely)[- ](?:visible|seen) "
            rf"(?=(?:[a-z'-]+ )*?(?:{_SEEN})\b)"
        ),
        r"\1smaller ",
        "barely visible grey table leg",
        "smaller grey table leg",
    ),
    # what it holds
    Rewrite(
        "the pot that a cactus sits in is under it",
        ("sits in", "stands in", "stand in", "grows in", "planted in", "rests in", "is in", "are in"),
        (
            rf"\b({_VESSELS}) (?:(?:that|which) )?((?:the|an?) [a-z -]{{3,30}}?) "
            rf"(?:{_BEING_IN})(?: (?:in|inside))(?=$|[,.;])"
        ),
        r"\1 under \2",
        "yellow pot the cactus sits in",
        "yellow pot under the cactus",
    ),
    # patterns in a frame
    *_ON_PICTURES,
)
"""Rewrites that come first."""
