"""What a captioner is, and one that is open: named, with all that decides its captions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from dataset.errors import CaptioningError, InvalidInputError
from dataset.masks.rle import decode_mask
from dataset.runtime.arrays import BoolArray
from dataset.schema import Region

from .inputs import open_image
from .memory import naming_memory_errors, need_memory

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["AnnotationCaptioner", "Captioner", "OpenCaptioner"]


@runtime_checkable
class Captioner(Protocol):
    """Anything that captions regions of an image, from its pixels alone."""

    def caption(self, image: Image, masks: Sequence[BoolArray]) -> list[str]:
        """One caption for each mask of shape (height, width), in order; all regions of an image come at once.

        Raises:
            InvalidInputError: see `baselines.check_regions`, which a captioner calls first.
            CaptioningError: some regions have no caption; the keys are "mask 0" and so on.
        """


AnnotationCaptioner = Callable[[Path, Sequence[Region]], list[str]]
"""(path of the image, its regions) -> one caption for each region: reads what the data say of a region.

It is not a `Captioner`: it needs annotations, which a user's own image does not have.
"""


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class OpenCaptioner:
    """A captioner that is ready, as `baselines.open_captioner` gives it; a context manager that closes it.

    Attributes:
        name: what it was opened by.
        captioner: sees pixels (`Captioner`), or reads annotations.
        identity: all that decides its captions, as JSON: two equal ones give equal captions.
        images_at_once: images that it works on at once without their captions changing.
        memory_hint: what to do when the memory runs out.
        close: releases its connections and files.
    """

    name: str
    captioner: Captioner | AnnotationCaptioner
    identity: Mapping[str, Any] = field(default_factory=dict)
    images_at_once: int = 1
    memory_hint: str = "Reduce the image, and its masks with it."
    close: Callable[[], None] = _nothing

    def caption_regions(self, image: Path, regions: Sequence[Region]) -> list[str]:
        """One caption for each region of an image of a data set. A captioner that sees pixels gets nothing but those.

        Raises:
            InvalidInputError: the image cannot be read, or a region has no mask or one that does not fit.
            CaptioningError: regions without a caption, by their ids.
            InsufficientMemoryError: the memory ran out.
        """
        if not isinstance(self.captioner, Captioner):
            return self.captioner(image, regions)
        with naming_memory_errors(f"{image}: captioning {len(regions)} regions", self.memory_hint):
            masks = _decoded(image, regions)
            try:
                captions = self.captioner.caption(open_image(image), masks)
            except CaptioningError as error:
                ids = {f"mask {number}": region.region_id for number, region in enumerate(regions)}
                failures = {ids.get(mask, mask): reason for mask, reason in error.failures.items()}
                raise CaptioningError(str(image), failures, error.hint) from error
        if len(captions) != len(regions):
            problem = f"{len(captions)} captions for {len(regions)} regions"
            raise CaptioningError(str(image), {region.region_id: problem for region in regions})
        return captions

    def __enter__(self) -> OpenCaptioner:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _decoded(image: Path, regions: Sequence[Region]) -> list[BoolArray]:
    encoded = [region.mask for region in regions if region.mask is not None]
    missing = [
        f"{region.region_id} has no mask, and a captioner needs one" for region in regions if region.mask is None
    ]
    if missing:
        raise InvalidInputError(str(image), missing)
    pixels = sum(mask["size"][0] * mask["size"][1] for mask in encoded)
    need_memory(pixels, f"{image}: {len(encoded)} masks at once", "Reduce the image, and its masks with it.")
    return [decode_mask(mask) for mask in encoded]
