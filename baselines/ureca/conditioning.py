"""Ways of pointing at a region, over one and the same base model.

A strategy says what picture the model sees, what words point at the region, and whether mask tokens do. The strategies
follow the compared methods as far as one base allows; SCA, which captions from a segmenter's own tokens, has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
import torch
from PIL import Image
from PIL.Image import Image as Picture

from dataset.errors import look_up
from dataset.masks.boxes import box_of
from dataset.runtime.arrays import BoolArray, IntArray

from .device_regions import DeviceRegions

__all__ = ["CONDITIONINGS", "POINTING_WORDS", "Conditioning", "find_conditioning"]


OUTLINED, SHADED = " It is outlined in red.", " It is shaded green."
POINTING_WORDS: Final = (OUTLINED, SHADED)
"""Words that point at a region and are always the same."""


class Conditioning:
    """How a region is shown to a model; the base class shows nothing of it (the paper's "None").

    What `picture` makes of one region with numpy and Pillow, `drawn` and `frames` make of many on a device; where
    `shares_image`, `shared` and `shared_pixels` make the picture of all.

    Attributes:
        name: on the command line and in checkpoints.
        shares_image: all regions of an image are asked over the same picture, so that it is encoded once.
        mask_encoder: the mask encoder that it needs, see `ureca.mask_encoder`; "none" if words or pixels point.
        words_vary: its words are of the region, not always the same.
    """

    name: ClassVar[str] = "none"
    shares_image: ClassVar[bool] = True
    mask_encoder: ClassVar[str] = "none"
    words_vary: ClassVar[bool] = False

    def shared(self, image: Picture) -> Picture:
        """The picture over which all regions of an image are asked, if `shares_image`."""
        return image

    def shared_pixels(self, images: torch.Tensor) -> torch.Tensor:
        """What `shared` makes of images (n, 3, height, width) uint8 on a device."""
        return images

    def picture(self, image: Picture, _mask: BoolArray) -> Picture:
        """The picture that the model sees."""
        return image

    def drawn(self, regions: DeviceRegions) -> torch.Tensor:
        """(regions, 3, height, width) uint8: each region's image with what `picture` draws on it, before any cut."""
        return regions.pictures()

    def frames(self, _boxes: IntArray, _size: tuple[int, int]) -> IntArray | None:
        """The part of the image that `picture` cuts out, (regions, 4) like the boxes; None for the whole.

        Args:
            boxes: (regions, 4), left, top, right and bottom, from `box_of`.
            size: (height, width) of the image in pixels.
        """
        return None

    def words(self, _mask: BoolArray) -> str:
        """What follows the question, with a space before it if it is not empty."""
        return ""


class Crop(Conditioning):
    """The region's box, enlarged by a tenth on each side."""

    name = "crop"
    shares_image = False

    def picture(self, image: Picture, mask: BoolArray) -> Picture:
        """The crop."""
        frame = self.frames(np.array([box_of(mask)]), (image.height, image.width))[0]
        return image.crop(tuple(frame.tolist()))

    def frames(self, boxes: IntArray, size: tuple[int, int]) -> IntArray:
        """The enlarged boxes, inside the image."""
        margins = (boxes[:, 2:] - boxes[:, :2]) // 10 + 1
        ends = np.minimum(boxes[:, 2:] + margins, np.array(size[::-1]))
        return np.concatenate([np.maximum(boxes[:, :2] - margins, 0), ends], axis=1)


class Contour(Conditioning):
    """The region outlined in red, as in the paper's "Contour"."""

    name = "contour"
    shares_image = False

    def picture(self, image: Picture, mask: BoolArray) -> Picture:
        """The image with the outline drawn on the border's inner and outer pixels."""
        reach = self.reach(image.height, image.width)
        pixels = np.array(image)
        pixels[grown(mask, reach) & grown(~mask, reach)] = (255, 0, 0)
        return Image.fromarray(pixels)

    def drawn(self, regions: DeviceRegions) -> torch.Tensor:
        """The images with the outlines."""
        outline = regions.outlines(self.reach(*regions.size))
        pictures = regions.pictures().masked_fill_(outline[:, None], 0)
        pictures[:, 0].masked_fill_(outline, 255)
        return pictures

    @staticmethod
    def reach(height: int, width: int) -> int:
        """Pixels of the outline to each side of the border."""
        return max(2, round(max(height, width) / 224))

    def words(self, _mask: BoolArray) -> str:
        """Names the outline."""
        return OUTLINED


class BoxText(Conditioning):
    """The region's box in words, on a scale of 0 to 1000, in the manner of KOSMOS-2 and InternVL."""

    name = "box_text"
    words_vary = True

    def words(self, mask: BoolArray) -> str:
        """The box as ``<box>[[x0, y0, x1, y1]]</box>``."""
        height, width = mask.shape
        sides = (width, height, width, height)
        numbers = [round(1000 * edge / side) for edge, side in zip(box_of(mask), sides, strict=True)]
        return f" <box>[[{', '.join(map(str, numbers))}]]</box>"


class Blend(Conditioning):
    """The region shaded green at half strength, in the manner of ViP-LLaVA."""

    name = "vip_blend"
    shares_image = False

    def picture(self, image: Picture, mask: BoolArray) -> Picture:
        """The image with the region shaded."""
        pixels = np.array(image)
        pixels[mask] = pixels[mask] // 2 + np.array([0, 127, 0], np.uint8)
        return Image.fromarray(pixels)

    def drawn(self, regions: DeviceRegions) -> torch.Tensor:
        """The images with the regions shaded."""
        pictures = regions.pictures()
        shaded = pictures >> 1
        shaded[:, 1] += 127
        return torch.where(regions.inside()[:, None], shaded, pictures)

    def words(self, _mask: BoolArray) -> str:
        """Names the shade."""
        return SHADED


class MaskPooled(Conditioning):
    """One token of mask-pooled visual features per tile, in the manner of OMG-LLaVA and Osprey."""

    name = "mask_pool"
    mask_encoder = "pool"


class MaskTokens(Conditioning):
    """Mask tokens from the published flat encoder."""

    name = "ureca"
    mask_encoder = "flat"


class MomentTokens(Conditioning):
    """Mask tokens of pooled features, moments and occupancy."""

    name = "ureca-moments"
    mask_encoder = "moments"


class CloseUpTokens(Conditioning):
    """Mask tokens of close-ups, pooled features, moments and occupancy."""

    name = "ureca-close-up"
    mask_encoder = "close-up"


class BlindTokens(Conditioning):
    """Mask tokens of close-ups over a black picture: the model gets the mask and not one pixel.

    What it earns is what a score gives to the shape, place and size of a region, and to what captions usually say.
    """

    name = "ureca-blind"
    mask_encoder = "close-up"

    def shared(self, image: Picture) -> Picture:
        """Black, of the image's size."""
        return Image.new("RGB", image.size)

    def shared_pixels(self, images: torch.Tensor) -> torch.Tensor:
        """Black, of the images' size."""
        return torch.zeros_like(images)

    def picture(self, image: Picture, _mask: BoolArray) -> Picture:
        """Black, of the image's size."""
        return self.shared(image)

    def drawn(self, regions: DeviceRegions) -> torch.Tensor:
        """Black, of the images' size."""
        return self.shared_pixels(regions.pictures())


_ALL: Final = (
    Conditioning,
    Crop,
    Contour,
    BoxText,
    Blend,
    MaskPooled,
    MaskTokens,
    MomentTokens,
    CloseUpTokens,
    BlindTokens,
)

CONDITIONINGS: Final[Mapping[str, Conditioning]] = {strategy.name: strategy() for strategy in _ALL}
"""Name -> strategy."""


def find_conditioning(name: str) -> Conditioning:
    """The strategy of a name.

    Raises:
        UnknownNameError: there is none.
    """
    return look_up("conditioning", name, CONDITIONINGS)


def grown(mask: BoolArray, reach: int) -> BoolArray:
    """Pixels around which a square, `reach` pixels to each side, holds some of the mask."""
    for axis in (0, 1):
        # A mask grown by `done` and shifted by up to `done` + 1 has no gap between its copies, so the reach may double:
        # log2(reach) passes per axis instead of reach.
        done = 0
        while done < reach:
            step = min(reach - done, done + 1, mask.shape[axis] - 1)
            if step < 1:
                break
            before, after = (slice(None),) * axis + (slice(None, -step),), (slice(None),) * axis + (slice(step, None),)
            wider = mask.copy()
            wider[after] |= mask[before]
            wider[before] |= mask[after]
            mask, done = wider, done + step
    return mask
