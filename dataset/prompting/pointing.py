"""How a model that knows no masks is shown which region is meant: none, crop, contour, blurred context.

The ways of arXiv 2504.05305, table 2, and the blurred context of its curation; drawn by `RegionViews`. The
words are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..masks.windows import Mask
from ..runtime.arrays import ByteArray
from .prompts import Context, Prompt
from .views import RegionViews

__all__ = ["ASK", "MASK_POINTINGS", "POINTINGS", "Pointing"]

ASK: Final = (
    "Describe this region in one noun phrase that is true of it and of no other region of the photograph: say what it "
    "is, and what tells it apart, such as its colour, its place, its neighbours or the thing it belongs to. "
    "Answer with the phrase alone."
)


@dataclass(frozen=True)
class Pointing:
    """One way to show a region.

    Attributes:
        draw: the picture of a region, an RGB or RGBA array (height, width, 3 or 4), uint8.
        words: what is said about the picture before the question.
        same_for_all: every region of an image gets the same picture, and so the same caption.
    """

    draw: Callable[[RegionViews, Mask], ByteArray]
    words: str
    same_for_all: bool = False

    def question(self, ask: str = ASK) -> str:
        """All words of the question."""
        return f"{self.words}\n{ask}".strip()

    def prompt(self, views: RegionViews, mask: Mask, name: str, ask: str = ASK) -> Prompt:
        """The question about one region; `name` is for errors, a model does not see it."""
        return Prompt("unique", self.question(ask), (self.draw(views, mask),), Context("", name))


POINTINGS: Final[Mapping[str, Pointing]] = {
    "none": Pointing(lambda views, _mask: views.full(), "", same_for_all=True),
    "crop": Pointing(RegionViews.crop, "The image shows one region of a photograph, cut out with a small margin."),
    "contour": Pointing(
        RegionViews.contour, "A red contour marks one region of the photograph. Do not mention the contour."
    ),
    "blur": Pointing(
        RegionViews.crop_blurred,
        "The image shows one region of a photograph; what is around it is blurred. Do not mention the blur.",
    ),
}
"""Name -> way, from nothing to most."""

MASK_POINTINGS: Final[Mapping[str, Pointing]] = {**POINTINGS, "alpha": Pointing(RegionViews.with_alpha, "")}
"""The same and, for servers of models that take masks, the region as the alpha channel of the untouched image."""
