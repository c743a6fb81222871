"""What a run of a judge asks: images, their captions, and the questions about each, drawn when they are needed."""

from __future__ import annotations

import hashlib
import random
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from dataset import __version__
from dataset.errors import InvalidInputError
from dataset.loading.regions import data_sha256
from dataset.prompting.prompts import Prompt
from dataset.schema import Region

from ..inputs.scoring_data import ScoringData
from .candidates import ImageRegions
from .panels import PanelOptions, PanelPainter
from .question import ask

__all__ = [
    "CaptionKey",
    "CaptionToJudge",
    "ImageToJudge",
    "Place",
    "Questions",
    "images_to_judge",
    "run_identity",
    "shuffled_images",
]

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


def images_to_judge(
    data: ScoringData, captions: Mapping[str, str], system: str = "", missing: Sequence[str] = ()
) -> list[ImageToJudge]:
    """The images of some data with the captions to judge.

    Args:
        data: the regions and their images.
        captions: region_id -> caption.
        system: which system wrote them.
        missing: regions whose empty caption gets a verdict without a question.

    Raises:
        InvalidInputError: there are no images, or a region with a caption has no mask.
    """
    paths = data.images()
    if paths is None:
        raise InvalidInputError("judge", ["there are no images to show"], "Only configs with images can be judged.")
    empty = set(missing)
    groups: dict[str, list[Region]] = {}
    for region in data.regions:
        groups.setdefault(region.image_id, []).append(region)
    bare = [region.region_id for region in data.regions if region.mask is None and region.region_id in captions]
    if bare:
        raise InvalidInputError(
            data.name, [f"{region_id} has no mask: it cannot be panel_options" for region_id in bare]
        )
    return [
        ImageToJudge(
            paths[image_id],
            regions,
            [
                CaptionToJudge(region.region_id, captions.get(region.region_id, ""), system)
                for region in regions
                if region.region_id in captions or region.region_id in empty
            ],
        )
        for image_id, regions in groups.items()
    ]


def run_identity(data: ScoringData, images: Sequence[ImageToJudge]) -> dict[str, str | None]:
    """What besides the judge decides a run's verdicts."""
    digest = hashlib.sha256()
    for image in images:
        for caption in image.captions:
            digest.update(f"{caption.key!a}\n".encode())
    return {
        "version": __version__,
        "config": data.config,
        "split": data.split,
        "data": data_sha256(data.regions),
        "captions": digest.hexdigest(),
    }


def shuffled_images(images: Sequence[ImageToJudge], seed: int, limit: int | None = None) -> list[ImageToJudge]:
    """Images in a random order, so that a run that ends early has judged a fair sample of them.

    Args:
        images: those without captions are left out.
        seed: of the order and the sample.
        limit: how many captions are drawn at random from all; None for all of them.
    """
    generator = random.Random(f"images {seed}")
    keys = [caption.key for image in images for caption in image.captions]
    if limit is not None and limit < len(keys):
        sample = set(generator.sample(keys, limit))
        images = [
            replace(image, captions=[caption for caption in image.captions if caption.key in sample])
            for image in images
        ]
    order = [image for image in images if image.captions]
    generator.shuffle(order)
    return order


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
