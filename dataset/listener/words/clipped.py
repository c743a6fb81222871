"""Clipped ways to write, and what they are short for, in one table: sides, brackets, hyphens, floors, street lamps."""

from __future__ import annotations

from typing import Final

from .terse import Rewrite
from .vocabulary import COLOR_WORDS, HAVING_WORDS

__all__ = ["CLIPPED", "LAMP"]

LAMP: Final = r"(?= (?:\w+ )?(?:street[ -]?(?:lamp|light)|lamp[ -]?post|lamp)\b)"
_SIDED: Final = (
    r"book(?:case|shel(?:f|ves))|shel(?:f|ving)(?: unit)?|bookrack|book (?:case|shelf)"
    r"|(?:truck|pickup|lorry|cargo|load)(?:'s)? bed"
)
_NO_PATTERN: Final = r"(?! (?:strip|check|dot|spot|tile|polka|ring))"
_HALF: Final = r"(?:upper|top|bottom|lower)"
CLIPPED: Final = (
    # sides and abbreviations
    Rewrite(
        "both road sides",
        (" sides",),
        r"\bboth (road|table|street|bed|house|car) sides\b",
        r"both sides of the \1",
        "kerbs along both road sides",
        "kerbs along both sides of the road",
    ),
    Rewrite("nr", (" nr",), r"\bnr\b\.?", "near", "mug nr the teapot", "mug near the teapot"),
    Rewrite("btw", ("btw",), r"\bbtwn?\b\.?", "between", "box btw two chairs", "box between two chairs"),
    # round, inside
    Rewrite(
        "round the pot is around it",
        ("round ",),
        r"(?<=[a-z] )round (?=(?:the|its|their|a|an)\b)",
        "around ",
        "soil round the cactus",
        "soil around the cactus",
    ),
    Rewrite(
        "the inside wall is a wall",
        ("inside ", "outside "),
        r"\b(?:inside|outside) (?=(?:wall|face|panel|surface|edge|board)s?\b)",
        "",
        "far inside wall of the truck's bed",
        "far wall of the truck's bed",
    ),
    # pictures in frames, and what stands on a thing
    Rewrite(
        "a picture in its frame is one with its frame",
        (" in ",),
        (
            r"\b(picture|painting|art|artwork|print|poster) in (?:an? |the |its )?"
            rf"(?:(?<=its )|(?={'|'.join(COLOR_WORDS)}))((?:[a-z]+ )*frame)"
            r"(?=\.?$|, (?:just |only )?(?:the )?canvas\b)"
        ),
        r"\1 with its \2",
        "pink picture in its white frame",
        "pink picture with its white frame",
    ),
    Rewrite(
        "a picture in a frame that hangs",
        ("picture in ",),
        r"\bpicture in (?:an?|the|its) ((?:[a-z]+ )*frame)(?=,? (?:hanging|hung|on|at|in|to)\b)",
        r"picture with its \1",
        "the picture in a brown frame on the left",
        "the picture with its brown frame on the left",
    ),
    Rewrite(
        "the crate that the television stands on",
        (" that ", " which "),
        (
            r" (?:that|which) ((?:the|an?) [a-z -]{3,30}?) "
            r"(?:stands|sits|rests|lies|is|is (?:standing|sitting)) on(?=$|[,.;])"
        ),
        r" with \1 on it",
        "black panels of the crate that the gray tv stands on",
        "black panels of the crate with the gray tv on it",
    ),
    Rewrite(
        "the crate the television stands on",
        ("stands on", "sits on", "rests on", "lies on", "standing on", "sitting on", "placed on"),
        r"(?<=[a-z]) the ([a-z -]{3,30}?) (?:stands|sits|rests|lies|is (?:standing|sitting|placed)) on(?=$|[,.;])",
        r" with \1 on it",
        "the yellow top the flowerpot stands on",
        "the yellow top with flowerpot on it",
    ),
    # sides, brackets, dashes
    Rewrite(
        "the left side of a bookcase is a panel",
        (" side",),
        rf"^(the )?(left|right|near|far)( outer)? side(?: |, )"
        rf"(?=(?:of |(?<=, ))(?:the |an? )?(?:[a-z-]+ )*?(?:{_SIDED})\b)",
        r"\1\2 side panel ",
        "left side of black bookcase",
        "left side panel of black bookcase",
    ),
    Rewrite(
        "a bracket closes at the end",
        (")",),
        r"\)(?=\s*(?:$|[.,;:]))",
        "",
        "blue vase (no flowers)",
        "blue vase, no flowers",
    ),
    Rewrite(
        "brackets and dashes are commas",
        ("(", ")", " - ", " – ", "—"),
        r"(?<=\S)\s*[()]\s*| +[-–] +|\s*—\s*",
        ", ",
        "white bed - left pillow",
        "white bed, left pillow",
    ),
    # the viewer, hyphens
    Rewrite(
        "the viewer's left is the left",
        ("viewer",),
        r"\b(?:the )?viewer[’']s (left|right)\b",
        r"the \1",
        "leg on the viewer's right",
        "leg on the right",
    ),
    Rewrite(
        "mustard-coloured is mustard",
        ("-colo",),
        rf"\b({'|'.join(COLOR_WORDS)})-colou?red\b",
        r"\1",
        "mustard-coloured disc",
        "mustard disc",
    ),
    Rewrite(
        "box-shaped and the like say a form",
        ("-",),
        r"\b[a-z]+-(?:shaped|like|sized|tone|toned|edged|style|end|colored|coloured)\b",
        "shaped",
        "old-style tv with its antennas",
        "shaped tv with its antennas",
    ),
    # floors and street lamps
    Rewrite(
        "on the house's upper floor",
        ("'s ",),
        r"\b(?:on|of|in) the (\w+)'s (upper|lower) (?:floor|storey|story)",
        r"at the \2 of the \1",
        "window on the house's upper floor",
        "window at the upper of the house",
    ),
    Rewrite(
        "a single street lamp has one lantern",
        ("single", "one-"),
        rf"(?:(?<!\ba )\b(?:single|one)|\b(?:single|one)[- ](?:headed|armed|lantern|light)){LAMP}",
        "numbered one lantern",
        "white single lamppost, left",
        "white numbered one lantern lamppost, left",
    ),
    Rewrite(
        "a double street lamp has two lanterns",
        ("double", "twin", "two-"),
        rf"\b(?:double|twin|two)(?:[- ](?:headed|armed|lantern|light))?{LAMP}",
        "numbered two lantern",
        "blue double lamp",
        "blue numbered two lantern lamp",
    ),
    Rewrite(
        "the upper-floor window is the upper one",
        ("floor", "stor"),
        r"\b(upper|lower|top)[- ](?:floor|storey|story)(?:'s)?",
        r"\1",
        "glass of the upper-floor window",
        "glass of the upper window",
    ),
    Rewrite(
        "the ground-floor window is the lower one",
        ("ground",),
        r"\bground[- ]floor(?:'s)?(?= \w)",
        "lower",
        "frame of the ground-floor window",
        "frame of the lower window",
    ),
    Rewrite(
        "near the van's front is near the van",
        ("'s ",),
        (
            r"(?<!chair|bench|couch)(?<!sofa|seat)'s "
            r"(?:front|back|rear|side|end|edge|corner|surface|middle|centre|center|face)"
            r"(?=$|[,.;:]| (?:of|on|in|and|beneath|below|above|next|with|at|behind)\b)"
        ),
        "",
        "plant near the van's front",
        "plant near the van",
    ),
    Rewrite(
        "on the ground floor is at the bottom",
        ("floor", "stor"),
        r"\b(?:on|at|in) the (?:ground|lower|bottom) (?:floor|storey|story)(?= *[,.;]|$)",
        "at the bottom",
        "window on the ground floor",
        "window at the bottom",
    ),
    Rewrite(
        "on the upper floor is at the top",
        ("floor", "stor"),
        r"\b(?:on|at|in) the (?:upper|first|top) (?:floor|storey|story)(?= *[,.;]|$)",
        "at the top",
        "left window on the first floor",
        "left window at the top",
    ),
    Rewrite(
        "downstairs, before a noun",
        ("upstairs", "downstairs"),
        r"\bdownstairs(?= \w)",
        "lower",
        "frame of the downstairs window",
        "frame of the lower window",
    ),
    Rewrite(
        "upstairs, before a noun",
        ("upstairs",),
        r"\bupstairs(?= \w)",
        "upper",
        "pink house: upstairs window",
        "pink house: upper window",
    ),
    # colours and halves
    Rewrite(
        "blue-green is teal",
        ("blue", "green"),
        r"\b(?:blue-?green|green-?blue|blu[ei]?ish[- ]green|greenish[- ]blue)\b",
        "teal",
        "blue-green teapot",
        "teal teapot",
    ),
    Rewrite(
        "grass green is green",
        ("grass", "apple", "moss", "forest", "lemon", "mustard", "plum", "wine", "blood"),
        r"\b(?:grass|apple|moss|forest|lemon|mustard|plum|wine|blood)[- ]"
        r"(green|yellow|purple|red|brown|black|gr[ae]y)\b",
        r"\1",
        "armchair upholstered in grass green",
        "armchair upholstered in green",
    ),
    Rewrite(
        "yellow-orange is between the two",
        ("-orange", "orange-"),
        rf"\b(?:(?:yellow|golden)-orange|orange-(?:yellow|gold))\b{_NO_PATTERN}",
        "amber",
        "the yellow-orange car",
        "the amber car",
    ),
    Rewrite(
        "orange-brown is between the two",
        ("orange-", "-orange", "orangey", "brownish"),
        rf"\b(?:orange-brown|brown-orange|brownish[- ]orange|orangey?[- ]brown)\b{_NO_PATTERN}",
        "bronze",
        "the orange-brown drawer",
        "the bronze drawer",
    ),
    Rewrite(
        "blue-gray is between the two",
        ("-gr", "bluish gr", "y-blue", "yish"),
        rf"\b(?:(?:blue-|bluish[- ])gr[ae]y|gr[ae]y(?:-|ish[- ])blue)\b{_NO_PATTERN}",
        "steely",
        "the blue-grey mug",
        "the steely mug",
    ),
    Rewrite(
        "the top half of a thing is its top part",
        ("half of",),
        rf"^((?:[a-z]+ is )?(?:the )?{_HALF}) half of (?=[a-z])",
        r"\1 part of ",
        "top half of blue car, roof and windows",
        "top part of blue car, roof and windows",
    ),
    Rewrite(
        "a thing's upper half is its upper part",
        ("half",),
        rf"('s {_HALF}) half(?=$|[,.;])",
        r"\1 part",
        "black car's upper half, roof and glass",
        "black car's upper part, roof and glass",
    ),
    # hyphens, and the picture
    Rewrite(
        "red-cornered says nothing of the whole",
        ("-",),
        (
            rf"\b(?:{'|'.join(COLOR_WORDS)})-(?!red\b|(?:colou?r|dott|spott|strip|check|band|ring|paint|ting|ton|"
            rf"{'|'.join(HAVING_WORDS)})"
            r"(?:ed)?\b)[a-z]+ed\b(?= [a-z])"
        ),
        "shaped",
        "black panels of the teal-cornered crate",
        "black panels of the shaped crate",
    ),
    Rewrite(
        "through the picture is across it",
        ("picture", "image", "scene"),
        r"\b(?:through|throughout|over|along) (?:the|this) (?:whole |entire )?(?:picture|image|scene)\b",
        "across the picture",
        "road running through the picture",
        "road running across the picture",
    ),
    Rewrite(
        "the picture's border is its edge",
        ("'s ",),
        r"\bthe (?:picture|image)'s (?:\w+ )?(?:border|edge|margin)\b",
        "the edge of the picture",
        "hill cut by the picture's upper border",
        "hill cut by the edge of the picture",
    ),
    Rewrite(
        "the picture edge",
        ("ture edge", "age edge"),
        r"\bthe (?:picture|image) edge\b",
        "the edge of the picture",
        "hill cut by the picture edge",
        "hill cut by the edge of the picture",
    ),
    Rewrite(
        "grey-looking says little",
        ("looking",),
        rf"\b(?:{'|'.join(COLOR_WORDS)})[- ]looking\b",
        "shaped",
        "the grey-looking spout",
        "the shaped spout",
    ),
)
"""Rewrites that come after those of `terse`."""
