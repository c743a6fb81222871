"""The four prompts of the curation, one function for each, and the reading of their answers.

The stages are those of arXiv 2504.05305, section 3: short captions top-down, detailed captions bottom-up, uniqueness
refinement, verification. The wording is not the paper's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np

from ..errors import InvalidInputError
from ..runtime.arrays import ByteArray

__all__ = [
    "Context",
    "Prompt",
    "Stage",
    "Verdict",
    "detailed_prompt",
    "is_refusal",
    "parse_caption",
    "parse_verification",
    "short_prompt",
    "unique_prompt",
    "verification_prompt",
    "without_thoughts",
]

Stage = Literal["short", "detailed", "unique", "verification"]
Verdict = Literal["true", "false", "unclear"]

MOST_LISTED: Final = 24
"""Captions of other regions in one prompt; of the rest, the prompt gives the number."""
LONGEST_QUOTED: Final = 400
"""Characters of a caption in a prompt."""


@dataclass(frozen=True)
class Context:
    """What a prompt is about: for describers that look the region up, and for a caption's provenance.

    Attributes:
        image_id: the image.
        region_id: the region, ``<image_id>/<mask id>``.
        caption: the region's caption so far: its short one (detailed), its detailed one (unique), the one to check.
        parent_caption: short caption of the parent, None for a child of the root.
        sibling_captions: short captions of the siblings that have one.
        child_captions: captions of the children.
        look_alikes: region ids of the look-alikes; number 1 in the picture is the first.
    """

    image_id: str
    region_id: str
    caption: str | None = None
    parent_caption: str | None = None
    sibling_captions: tuple[str, ...] = ()
    child_captions: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Prompt:
    """One question to a describer.

    Attributes:
        stage: which of the four it is.
        text: the words; pictures are called image 1, image 2 in the order of `images`.
        images: RGB arrays of shape (height, width, 3), or with a region as alpha (height, width, 4), uint8; copied and
            made read-only.
        context: what it is about. A model does not see it.

    Raises:
        InvalidInputError: an image is not an RGB or RGBA array of bytes with at least one pixel.
    """

    stage: Stage
    text: str
    images: tuple[ByteArray, ...]
    context: Context = field(repr=False)

    def __post_init__(self) -> None:
        images = []
        for number, image in enumerate(self.images, 1):
            is_bytes = isinstance(image, np.ndarray) and image.dtype == np.uint8
            if not is_bytes or image.ndim != 3 or image.shape[2] not in (3, 4):
                actual = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
                place = f"image {number} of {self.context.region_id}"
                expected = "a uint8 array of shape (height, width, 3), or 4 with alpha"
                raise InvalidInputError(place, [f"expected {expected}, found {actual}"])
            if image.size == 0:
                raise InvalidInputError(f"image {number} of {self.context.region_id}", ["it has no pixels"])
            pixels = np.array(image, order="C")
            pixels.flags.writeable = False
            images.append(pixels)
        object.__setattr__(self, "images", tuple(images))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of all that a model sees, text and pixels; the same on every machine."""
        digest = hashlib.sha256(b"prompt 1\n")
        words = self.text.encode("utf-8", "surrogatepass")
        digest.update(f"{len(words)}\n".encode() + words)
        for image in self.images:
            digest.update(f"{image.shape[0]} {image.shape[1]}\n".encode() + image.tobytes())
        return digest.hexdigest()


def short_prompt(
    parent_view: ByteArray,
    target_view: ByteArray,
    *,
    image_id: str,
    region_id: str,
    parent_caption: str | None,
    sibling_captions: Sequence[str] = (),
) -> Prompt:
    """Ask for a short caption, going down the mask tree.

    Args:
        parent_view: the parent's crop, the target contoured in red and all outside of the parent blurred.
        target_view: the target's crop.
        image_id: the image.
        region_id: the target.
        parent_caption: short caption of the parent, None for a child of the root.
        sibling_captions: short captions of the siblings that are done, in their order.
    """
    lines = [
        "Image 1 shows part of a photograph; a red contour marks one region, what matters less is blurred.",
        "Image 2 shows that region alone, enlarged.",
    ]
    if parent_caption:
        lines.append(f"The region lies in: {_quoted(parent_caption)}.")
    if sibling_captions:
        lines.append(f"Already named beside it: {_listed(sibling_captions)}. Name this region differently if you can.")
    lines += [
        "Name what the red contour encloses in a short noun phrase of two to eight words: what it is and its most "
        "striking visible property.",
        "Do not mention the contour, the blur or the image. Answer with the phrase alone.",
    ]
    context = Context(
        image_id, region_id, parent_caption=parent_caption, sibling_captions=tuple(map(str, sibling_captions))
    )
    return Prompt("short", "\n".join(lines), (parent_view, target_view), context)


def detailed_prompt(
    contour_view: ByteArray,
    *,
    image_id: str,
    region_id: str,
    short_caption: str,
    parent_caption: str | None,
    child_captions: Sequence[str] = (),
) -> Prompt:
    """Ask for a detailed caption, coming up the mask tree.

    Args:
        contour_view: the image, the target contoured in red.
        image_id: the image.
        region_id: the target.
        short_caption: the target's own short caption.
        parent_caption: short caption of the parent, None for a child of the root.
        child_captions: captions of the children, in their order.
    """
    lines = [
        "A red contour marks one region of the image.",
        f"It is: {_quoted(short_caption)}.",
    ]
    if parent_caption:
        lines.append(f"It belongs to: {_quoted(parent_caption)}.")
    if child_captions:
        lines.append(f"It contains: {_listed(child_captions)}.")
    lines += [
        "Describe the marked region in one sentence: what it is, its colour, material, shape and state, the things it "
        "contains that matter, and what it belongs to.",
        "Say only what can be seen. Do not mention the contour. Answer with the sentence alone.",
    ]
    context = Context(
        image_id,
        region_id,
        caption=short_caption,
        parent_caption=parent_caption,
        child_captions=tuple(map(str, child_captions)),
    )
    return Prompt("detailed", "\n".join(lines), (contour_view,), context)


def unique_prompt(
    numbered_view: ByteArray,
    *,
    image_id: str,
    region_id: str,
    caption: str,
    look_alikes: Mapping[str, str],
) -> Prompt:
    """Ask for a caption that holds for region 0 and for none of its look-alikes.

    Args:
        numbered_view: the image with numbered contours: 0 is the target, 1 and up the look-alikes in their order.
        image_id: the image.
        region_id: the target.
        caption: the target's caption so far.
        look_alikes: region_id -> caption so far, in the order of their numbers.
    """
    lines = ["Coloured contours with numbers mark regions of the image that look alike.", "Their captions so far:"]
    lines += [f"{number}: {_quoted(text)}" for number, text in enumerate((caption, *look_alikes.values()))]
    lines += [
        "Rewrite caption 0 so that it is true of region 0 and of no other region of the image. Keep what is right, "
        "and add what tells it apart: its place in the image or in the thing it belongs to, its neighbours, its size, "
        "its colour, what it is made of.",
        "Do not mention numbers or contours. Answer with the new caption alone, in one sentence.",
    ]
    context = Context(image_id, region_id, caption=caption, look_alikes=tuple(look_alikes))
    return Prompt("unique", "\n".join(lines), (numbered_view,), context)


def verification_prompt(contour_view: ByteArray, *, image_id: str, region_id: str, caption: str) -> Prompt:
    """Ask whether a caption holds for the contoured region and no other.

    Args:
        contour_view: the image, the region contoured in red.
        image_id: the image.
        region_id: the region.
        caption: the caption to check.
    """
    lines = [
        "A red contour marks one region of the image.",
        f"Caption: {_quoted(caption)}",
        "Is the caption correct for the marked region, as a whole, and for no other region of the image?",
        "Answer with one word: True or False.",
    ]
    return Prompt("verification", "\n".join(lines), (contour_view,), Context(image_id, region_id, caption=caption))


def _quoted(caption: str) -> str:
    """A caption on one line, bounded: it came from a model or a file."""
    words = " ".join(caption.split()).replace('"', "'")
    return f'"{words}"' if len(words) <= LONGEST_QUOTED else f'"{words[:LONGEST_QUOTED].rstrip()} ..."'


def _listed(captions: Sequence[str]) -> str:
    text = "; ".join(map(_quoted, captions[:MOST_LISTED]))
    more = len(captions) - MOST_LISTED
    return f"{text}; and {more} more" if more > 0 else text


_THOUGHTS: Final = re.compile(r"\s*<think>.*?(</think>|\Z)", re.DOTALL)
_DECORATION: Final = " \t\n\r\"'`*_“”‘’"
_REFUSALS: Final = re.compile(
    r"(i['’]m|i am) (very |so )?(sorry|unable|not able)\b|(i )?(apologi[sz]e|apologies)\b|sorry,"
    r"|(i|we) (can['’]?t|cannot|can not|won['’]t|will not|am not allowed)\b|as an? (ai|language model)\b",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"(sure|certainly|of course)[,.!] +|here('s| is| are) [^:.]{0,60}:\s*"
    r"|((new|short|unique|detailed|refined|rewritten) )?(caption( 0)?|phrase|answer|description|region 0|0)\s*[:=]\s*",
    re.IGNORECASE,
)
_VERDICTS: Final = re.compile(
    r"(?:(?:the )?(?:answer|caption)(?: is)?[:,]? )?"
    r"(?:(?P<yes>yes)|(?P<no>no))?[,.:]? ?(?:it is |the caption is |that is |this is )?(?P<word>true|false)?[.!]*",
)


def without_thoughts(answer: str) -> str:
    """An answer without what a model thought before it, between ``<think>`` and ``</think>`` or the end."""
    return _THOUGHTS.sub("", answer)


def is_refusal(answer: str) -> bool:
    """Whether an answer opens with an apology or says that the model will not answer."""
    return bool(_REFUSALS.match(without_thoughts(answer).strip(_DECORATION)))


def parse_caption(answer: str) -> str | None:
    """The caption in an answer: one line without thoughts, quotes, markup and lead; None for nothing or a refusal."""
    text = " ".join(without_thoughts(answer).split()).strip(_DECORATION)
    while lead := _LEAD.match(text):
        text = text[lead.end() :].strip(_DECORATION)
    if not any(character.isalnum() for character in text) or is_refusal(text):
        return None
    return text


def parse_verification(answer: str) -> Verdict:
    """Read a True/False answer strictly: anything but a plain verdict is "unclear".

    "True", "true.", "**True**", "Yes, true" and "The caption is true." are true; "Not true", "True or False",
    "True, but ..." and "I think so" are unclear.
    """
    words = " ".join(re.sub(r"[\"'`*_“”‘’]", "", without_thoughts(answer)).split()).casefold()
    match = _VERDICTS.fullmatch(words)
    if not match or not any(match.groupdict().values()):
        return "unclear"
    yes = match["word"] == "true" or bool(match["yes"])
    no = match["word"] == "false" or bool(match["no"])
    return "unclear" if yes == no else "true" if yes else "false"
