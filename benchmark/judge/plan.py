"""What a run of a judge asks: images, their captions, and the questions about each, drawn when they are needed."""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dataset.prompting.prompts import Prompt
from dataset.schema import Region

from .candidates import ImageRegions
from .panels import PanelOptions, PanelPainter
from .question import ask

__all__ = ["CaptionKey", "CaptionToJudge", "ImageToJudge", "Place", "Questions", "shuffled_images"]

_IMAGES_OPEN: Final = 8

CaptionKey = tuple[str, str, str]
"""(region_id, system, caption)."""
Place = tuple[int, int]
"""Number of an image, and of a caption of it."""


@dataclass(frozen=True, slots=True)
class CaptionToJudge:
    """A caption that was written for a region; an empty one is never asked about and fits nothing."""

    region_id: str
    caption: str
    system: str = ""

    @property
    def key(self) -> CaptionKey:
        """What makes it one of its kind."""
        return self.region_id, self.system, self.caption


@dataclass(frozen=True, slots=True)
class ImageToJudge:
    """An image with all regions that may be shown, and the captions to judge."""

    path: Path
    regions: Sequence[Region]
    captions: Sequence[CaptionToJudge]


def shuffled_images(images: Sequence[ImageToJudge], seed: int, limit: int | None = None) -> list[ImageToJudge]:
    """Images in a random order, so that the first ones are a fair sample; the captions of the last one may be cut.

    Args:
        images: those without captions are left out.
        seed: of the order.
        limit: captions at most; None for all.
    """
    order = [image for image in images if image.captions]
    random.Random(f"images {seed}").shuffle(order)
    sample: list[ImageToJudge] = []
    left = sum(len(image.captions) for image in order) if limit is None else limit
    for image in order:
        if left <= 0:
            break
        sample.append(ImageToJudge(image.path, image.regions, image.captions[:left]))
        left -= len(sample[-1].captions)
    return sample


@dataclass(slots=True)
class _OpenImage:
    """The candidates of an image, and its painter from the first picture on."""

    image: ImageToJudge
    options: PanelOptions
    candidates: ImageRegions
    lock: threading.Lock = field(default_factory=threading.Lock)
    _painter: PanelPainter | None = None

    def painter(self) -> PanelPainter:
        if self._painter is None:
            self._painter = PanelPainter(self.image.path, self.candidates.by_id, self.options)
        return self._painter


class Questions:
    """The questions about some captions; the images looked at last stay open. May be used from several threads.

    Args:
        images: what to judge.
        options: what is shown.
    """

    def __init__(self, images: Sequence[ImageToJudge], options: PanelOptions) -> None:
        self.images, self.options = images, options
        self._open: OrderedDict[int, _OpenImage] = OrderedDict()
        self._lock = threading.Lock()

    def places(self) -> list[Place]:
        """Where every caption is, in order."""
        return [(index, number) for index, image in enumerate(self.images) for number in range(len(image.captions))]

    def caption(self, place: Place) -> CaptionToJudge:
        """The caption at a place."""
        return self.images[place[0]].captions[place[1]]

    def regions_of(self, place: Place) -> list[tuple[str, ...]]:
        """The region ids of each question about a caption; no question for an empty one."""
        caption, options = self.caption(place), self.options
        if not caption.caption.strip():
            return []
        rounds = self._image(place[0]).candidates.rounds(
            caption.region_id, caption.caption, panels=options.panels, most=options.rounds, seed=options.seed
        )
        if options.view != "single":
            return rounds
        return [(region_id,) for region_id in dict.fromkeys(each for together in rounds for each in together)]

    def prompt(self, place: Place, region_ids: Sequence[str]) -> Prompt:
        """One question about a caption, drawn.

        Raises:
            InvalidInputError: the image cannot be read, or a mask does not fit it.
        """
        caption = self.caption(place)
        image = self._image(place[0])
        with image.lock:  # the views of an image share what they are drawn from
            pictures = image.painter().pictures(region_ids)
        return ask(
            pictures,
            caption.caption,
            view=self.options.view,
            count=len(region_ids),
            image_id=image.image.regions[0].image_id,
            region_id=caption.region_id,
        )

    def _image(self, index: int) -> _OpenImage:
        with self._lock:
            if index not in self._open:
                image = self.images[index]
                self._open[index] = _OpenImage(image, self.options, ImageRegions(image.regions))
                if len(self._open) > _IMAGES_OPEN:
                    self._open.popitem(last=False)
            return self._open[index]
