"""Words between noun phrases: which of them link, name a posture, deny, or only join."""

from __future__ import annotations

from typing import Final

from .vocabulary import RELATIONS

__all__ = [
    "COPULAS",
    "DENIALS",
    "FUNCTION_WORDS",
    "IDIOMS",
    "LINKS",
    "NO_SIDES",
    "OUTWARD",
    "OWNED",
    "PRONOUNS",
    "SCATTERED",
    "SCRAPS",
    "SEPARATORS",
    "SIDES",
    "SLOPING",
    "TRANSPARENT",
    "TURNED",
    "VERBS",
    "WAYS",
]

_OF: Final = ("of", "belonging to", "belongs to", "belong to", "part of", "owned by")
_IN: Final = (
    "in", "inside", "inside of", "within", "attached to", "fixed to", "fitted in", "set in", "set into",
    "held by", "hanging from", "protruding from", "sticking out of",
    "rising from", "on the front of", "on the side of", "on the end of", "at the end of", "on the back of",
    "on the tip of", "at the tip of", "in the side of", "on the body of", "in the front of",
    "along the side of", "on the face of", "across the back of", "on the surface of", "across the front of",
    "along", "across the bottom of", "along the bottom of", "at the ends of", "at the base of", "at the head of",
    "at the head end of", "at the foot end of",
)  # fmt: skip
_WITH: Final = (
    "with", "having", "has", "have", "featuring", "features", "carrying", "carries", "carry", "holding", "holds",
    "supporting", "supports", "including", "includes", "include", "together with", "along with", "bearing", "bears",
    "contains", "containing", "filled with", "full of", "topped with", "topped by", "covered with", "covered in",
    "equipped with", "fitted with", "decorated with", "consisting of", "consists of", "made up of", "composed of",
    "comprising", "comprises", "comprise", "adorned with", "marked with", "patterned with", "complete with",
    "showing", "shows", "show", "formed by", "formed of", "sporting", "wearing", "housing", "houses", "dotted with",
    "printed with", "ending in", "ends in", "capped with", "capped by", "capped in", "tipped with", "crowned by",
    "crowned with", "striped with", "striped in", "checked in", "patterned in", "finished with", "lined with",
    "framed by", "framed in", "as well as", "on which", "upholstered in", "accompanied by", "mounted on top of",
    "hold", "contain", "display", "displays", "bear", "heaped with", "loaded with", "of which", "in which",
    "inclusive of", "plus", "counting", "made of", "made from", "built of", "built from", "complete with",
    "furnished with", "ornamented with", "studded with", "dressed in", "mounted with", "holding up", "ringed by",
)  # fmt: skip
_WITHOUT: Final = (
    "without", "excluding", "excludes", "except", "except for", "not including", "minus", "but not", "but without",
    "but no", "with no", "has no", "have no", "lacking", "lacks", "apart from", "leaving out", "not counting", "no",
    "but excluding", "other than", "carries no", "having no", "bears no", "rather than including", "carrying no",
    "and no", "not its", "not their", "leaving aside", "with the exception of", "exclusive of", "free of",
    "ignoring", "disregarding", "omitting", "leaving off", "bare of", "empty of", "devoid of",
    "does not include", "do not include", "is without",
)  # fmt: skip
_ABOUT: Final = (
    "around", "against", "from", "both sides of", "either side of", "each side of",
    "across", "through", "toward", "towards", "past",
    "facing", "opposite", "surrounding", "matching", "like", "to", "at",
    "hides", "covers", "framing", "between",
    "surrounded by", "reaching", "meeting", "meets", "joining", "joins", "connecting", "holding up",
    "forming", "forms", "making up", "that make up", "make up", "makes up", "as", "for", "until", "after", "about",
    "off", "out of", "into", "separated by", "cut off by", "supported by", "casting", "lit by",
    "flanked by", "seen through", "during", "via", "where", "when", "though", "although", "because", "since",
    "not far from", "far from", "clear of", "well clear of",
    "away from", "up to", "down to", "down from", "up from", "between them",
    "on either side of", "at either side of", "on both sides of", "on each side of", "all around", "halfway up",
    "halfway down", "partway up", "parallel to", "in line with", "level with", "bounded by",
    "cropped by", "reflecting", "reflects",
    "to the left and right of", "left and right of", "to the right and left of", "on either end of", "form", "formed",
    "bordered by", "edged by", "adjoined by", "leaning against", "leaning on", "propped against", "pressed against",
    "enclosing", "encloses", "enclosed by", "framed between", "carried by", "serving as", "acting as", "used as",
    "among", "amongst", "circling", "circles", "encircling", "encircles", "leaving", "leads", "leading",
)  # fmt: skip
_MORE_RELATIONS: Final = {
    "beyond": "behind", "ahead of": "in front of", "far behind": "behind", "just behind": "behind",
    "right behind": "behind",
    "directly behind": "behind", "just below": "below", "right below": "below", "directly below": "below",
    "just under": "under", "right under": "under", "directly under": "under", "directly beneath": "under",
    "just beneath": "under", "right beneath": "under", "just above": "above", "right above": "above",
    "directly above": "above", "just in front of": "in front of", "right in front of": "in front of",
    "directly in front of": "in front of", "standing on": "on", "sitting on": "on", "resting on": "on",
    "lying on": "on", "placed on": "on", "mounted on": "on", "stands on": "on",
    "rests on": "on", "sits on": "on", "lies on": "on", "set on": "on",
    "laid on": "on", "attached on": "on", "directly beside": "next to",
    "right beside": "next to", "right next to": "next to", "just beside": "next to", "directly next to": "next to",
    "close beside": "next to", "neighboring": "next to", "neighbouring": "next to", "bordering": "next to",
    "adjoining": "next to", "next to": "next to", "closest to": "closest", "nearest": "closest",
    "nearest to": "closest", "nearer to": "closest", "closer to": "closest", "nearer": "closest",
    "closest": "closest", "immediately left of": "left of", "immediately right of": "right of",
    "just left of": "left of", "just right of": "right of", "just to the left of": "left of",
    "just to the right of": "right of", "directly to the left of": "left of",
    "directly to the right of": "right of", "directly left of": "left of", "directly right of": "right of",
    "immediately to the left of": "left of", "immediately to the right of": "right of",
    "peeking out above": "above", "rising above": "above", "rising behind": "behind", "underneath": "under",
    "at the foot of": "next to",
}  # fmt: skip

_TOUCHING: Final = (
    "hidden by", "covered by", "partly hidden by", "partly covered by", "overlapped by", "overlapping", "overlaps",
    "touching", "touches", "hides", "covers", "blocked by", "concealed by", "obscured by", "clipped by", "crossed by",
    "interrupted by", "hiding", "covering", "largely hidden by", "mostly hidden by", "partially hidden by",
    "partially covered by", "half hidden by", "mostly covered by",
)  # fmt: skip
_MEETING: Final = ("hidden", "covered", "overlapped", "bounded", "bordered", "flanked", "blocked", "obscured", "hemmed")
_ON_A_SIDE: Final = {
    f"{how} {place} {side} by": ("relation", relation)
    for how in _MEETING
    for place in ("on the", "at the", "on its", "at its")
    for side, relation in (
        ("left", "right of"),
        ("right", "left of"),
        ("left side", "right of"),
        ("right side", "left of"),
    )
}
"""What hides the right of a thing has it on its left."""
_DEGREES: Final = (
    "just",
    "right",
    "directly",
    "immediately",
    "slightly",
    "partly",
    "mostly",
    "almost",
    "well",
    "straight",
    "closely",
    "a bit",
    "a little",
    "somewhat",
    "half",
    "exactly",
    "partially",
    "nearly",
    "largely",
    "close",
    "clearly",
    "entirely",
)
"""Adverbs before a relation that change nothing of it."""

LINKS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(_ABOUT, ("about", "")),
    **dict.fromkeys(_TOUCHING, ("relation", "touching")),
    **{f"{degree} {words}": ("relation", "touching") for degree in _DEGREES for words in _TOUCHING},
    **_ON_A_SIDE,
    **{f"{degree} {words}": ("relation", value) for degree in _DEGREES for words, value in RELATIONS.items()},
    **{words: ("relation", relation) for words, relation in RELATIONS.items()},
    **{words: ("relation", relation) for words, relation in _MORE_RELATIONS.items()},
    **dict.fromkeys(_OF, ("of", "")),
    **dict.fromkeys(_IN, ("in", "")),
    **dict.fromkeys(_WITH, ("with", "")),
    **dict.fromkeys(_WITHOUT, ("without", "")),
}
"""Words before a noun phrase -> kind and value of the constraint that the two make."""

DENIALS: Final = (
    "not", "never", "neither", "nor", "rather than", "instead of", "unlike", "than", "cannot", "hardly", "barely",
    "don 't", "doesn 't", "isn 't", "aren 't", "unless", "if", "might", "may", "could", "perhaps", "maybe",
    "probably", "likely", "possibly", "seemingly", "nobody", "none", "nothing",
)  # fmt: skip
"""After these a clause says nothing that can be checked: it is left out as a whole."""
IDIOMS: Final = (
    "in a row", "in one row", "in two rows", "in line", "in a line", "side by side", "one above the other",
    "one behind the other", "one after the other", "in view", "in sight", "at an angle", "at a slant",
    "at a steep angle", "at a sharp angle", "of its own", "in size", "in shape", "of them", "of these", "of it",
    "on it", "in it", "on them", "at a time", "in colour", "in color", "in the picture", "in the scene",
    "in the image", "in this scene", "in the room", "of the room", "of the scene", "of the picture", "of the image",
    "two of them", "three of them", "one of them", "four of them", "both of them", "all of them", "each of them",
    "most of it", "part of it", "parts of it", "as a whole", "as seen from the viewer", "seen from the viewer",
    "to each other", "next to each other", "from each other", "from above", "from below", "from behind",
    "from the front", "from the side", "at all", "in all", "in total", "in front", "on top", "on the horizon",
    "on its side", "on its back", "on its left", "on its right", "on its front", "on its top", "on the side",
    "left out", "left aside", "left off", "mirror image",
    "in its centre", "in its center", "in its middle", "in the middle of it", "around it", "behind it", "below it",
    "above it", "beside it", "next to it", "under it", "in front of it", "to its left", "to its right", "with it",
    "to it", "from it", "on their left", "on their right", "on its own", "by itself", "all round", "all over",
    "in place", "up close", "close up", "in a corner", "for the most part", "the one that", "the one which",
    "in perspective", "on both sides", "on either side", "on each side", "at both ends", "at each end",
    "to the viewer", "the viewer", "one another", "counted from the left", "across the picture",
    "across the whole picture", "across the image", "across the scene", "the whole picture", "the whole image",
    "the whole scene", "the entire picture", "the entire image", "the width of the picture", "of the view",
    "the whole width of the picture", "the full width of the picture", "in this picture", "in this image",
    "as we look at it", "as we see it", "as you look at it", "as seen here", "as seen from here", "from our side",
    "as viewed", "as viewed from the front", "from our view", "from the viewer", "from this angle", "in this view",
    "to the camera", "towards the camera", "toward the camera", "towards the viewer", "toward the viewer",
    "towards us", "toward us", "from the camera", "in profile", "in full view", "in plain view", "in the shade",
    "in shadow", "in shade", "in the shadow", "in the light", "in the middle of nowhere", "of all", "in pieces",
)  # fmt: skip
"""Phrases that say nothing that tells regions apart, or nothing that can be checked."""
VERBS: Final = frozenset(
    {"stand", "stands", "sit", "sits", "lie", "lies", "rest", "rests", "hang", "hangs", "run", "runs",
     "stick", "sticks",
     "face", "faces", "hide", "hides", "cap", "caps", "crown", "crowns", "top", "tops", "ring", "rings", "border",
     "borders", "frame", "frames", "cover", "covers", "fill", "fills", "point", "points", "slope", "slopes"}
)  # fmt: skip
"""At the beginning of what follows a noun phrase these are verbs, though some are nouns too."""
COPULAS: Final = ("is", "are", "was", "were", "appears", "appear", "looks", "look", "seems", "being", "remains")
TURNED: Final = frozenset(
    {"points", "point", "pointing", "leans", "lean", "leaning", "slants", "slant", "slanting", "slanted", "turned",
     "turns", "turning", "faces", "facing", "face", "sticks", "sticking", "stick", "curves", "curving", "bends",
     "bending", "heading", "headed", "leads", "leading", "projects", "projecting", "juts", "jutting", "reaches",
     "reaching", "extends", "extending", "rises", "rising", "tilts", "tilted", "tilting", "slopes", "sloping", "runs",
     "running", "angled", "driving", "moving", "stretches", "pokes", "poking", "reach"}
)  # fmt: skip
"""Verbs after which "to the left" says which way a thing goes from where it begins."""
SLOPING: Final = frozenset(
    {"slants", "slant", "slanting", "slanted", "rises", "rising", "tilts", "tilted", "tilting", "slopes", "sloping",
     "runs", "running"}
)  # fmt: skip
"""Those of a thing that goes on to that side, wherever it is: "a long bar that rises to the left"."""
OUTWARD: Final = frozenset({"out", "outward", "outwards"})
"""Words with which such a thing does stick out: "it slants outward to the left"."""
PRONOUNS: Final = frozenset(
    {"it", "they", "this", "these", "them", "its", "their", "itself", "themselves", "each", "everything"}
)
SEPARATORS: Final = frozenset({",", "and", "but", "or", "while", "whereas"})
SIDES: Final = frozenset(
    {"end", "ends", "side", "sides", "corner", "edge", "edges", "half", "rim", "foot", "tip", "base", "bottom", "top",
     "front", "back", "rear", "middle", "centre", "center", "surface", "part", "portion", "border", "face", "left",
     "right", "mouth", "opening", "level", "height", "outline", "point", "bottoms", "tops",
     "ridge", "slope", "brink", "margin", "lip", "corners", "halves", "crest", "perimeter", "boundary", "centres",
     "centers", "fringe", "vicinity", "extremity", "outside", "inside", "exterior", "interior", "plane"}
)  # fmt: skip
"""Between a link and "of" they add nothing that can be checked: "around the foot of the cactus"."""
SCRAPS: Final = frozenset({"visible", "remaining", "shown", "exposed", "seen"})
"""Before "part of" they say that all of it is meant that is seen."""
TRANSPARENT: Final = frozenset(
    {"bits", "bit", "piece", "pieces", "section", "sections", "patch", "expanse", "stretch", "surface", "strip",
     "visible part", "visible parts", "sliver", "slivers", "glimpse", "rest", "remainder", "scrap", "fragment",
     "fragments", "remaining part", "shape", "mass", "area", "visible portion", "visible bits"}
)  # fmt: skip
"""Before "of" they add nothing: a piece of the wall is the wall."""
SCATTERED: Final = frozenset(
    {"patches", "pieces", "bits", "stretches", "strips", "parts", "sections", "slivers", "strip"}
)
"""After "in" they say in what form something is seen: "showing in three small patches beside the pillows"."""
FUNCTION_WORDS: Final = frozenset(
    {
        "the", "a", "an", "this", "that", "these", "those", "its", "their", "some", "of", "and", "with", "on", "in",
        "at", "to", "by", "from", "for", "as", "it", "they", "them", "is", "are", "was", "were", "be", "has", "have",
        "had", "which", "who", "whose", "where", "there", "here", "both", "each", "all", "one", "ones", "only",
        "just",
        "also", ",", "'s", "so", "while", "but", "into", "onto", "out", "up", "down", "over", "off", "about", "than",
        "then", "together", "itself", "themselves", "along", "part", "being", "do", "does", "did", "other", "another",
        "very", "quite", "rather", "fairly", "really", "entire", "whole", "or", "not", "no", "without", "such", "own",
        "any", "every", "instead", "s", "t", "plus", "between", "around", "across", "numbered", "among", "amongst",
    }
)  # fmt: skip
"""Words that say nothing by themselves; all others are content words."""

OWNED: Final = frozenset({"its", "their"})
"""Articles that say whose something is."""
NO_SIDES: Final = frozenset(
    {"out", "behind", "beside", "next", "above", "below", "under", "beneath", "over", "aside", "off"}
)
"""Before these "right" is an adverb and "left" a verb."""
LEFT_RIGHT: Final = {"left": "left", "right": "right", "leftmost": "left", "rightmost": "right"}
"""Words of a side across, and which it is."""
OPPOSITE: Final = {"left": "right", "right": "left"}
WAYS: Final = frozenset({"to", "towards", "toward"})
"""Links to a side that something goes to or lies to."""


def is_in_sight(tokens: tuple[str, ...], k: int) -> bool:
    """Whether a number is of all that the picture shows, as "here" or "that can be seen" after it says."""
    rest = tokens[k : k + 4]
    in_picture = rest[:2] == ("in", "the") and rest[2:3] and rest[2] in ("picture", "image", "scene", "photo")
    return (
        bool(in_picture) or rest[:1] == ("here",) or rest == ("that", "can", "be", "seen") or rest[:2] == ("in", "view")
    )
