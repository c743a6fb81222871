"""Look-alikes: regions of one image whose crops an image encoder hardly distinguishes.

Stage 4 of the published curation (arXiv 2504.05305) takes DINO features of the regions' crops and a cosine of 0.8; here
the threshold is calibrated for each encoder (`calibrate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ...errors import InvalidInputError
from ...masks.windows import Mask, MaskWindows
from ...runtime.arrays import ByteArray, Float32Array
from .encoders import Encoder, calibrated_threshold, open_encoder

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Encoder", "look_alikes", "open_encoder", "padded_crop", "similarities"]


GRAY: Final = (124, 116, 104)
"""ImageNet's mean colour, for what is outside of a region and beside its box."""


def look_alikes(
    image: Image | ByteArray,
    masks: Sequence[Mask | None],
    encoder: Encoder,
    *,
    threshold: float | None = None,
    most: int = 12,
) -> list[list[int]]:
    """For each region the indices of the regions that look like it, the most similar first, never itself.

    Args:
        image: RGB.
        masks: one for each region; None, or an empty mask, has no look-alikes and is never one.
        encoder: see `open_encoder`.
        threshold: least cosine; by default the one calibrated for the encoder.
        most: at most so many for a region.

    Returns:
        One list for each mask, in order.

    Raises:
        InvalidInputError: a mask is not of the image's size or cannot be decoded.
        UnknownNameError: no threshold is given and the encoder has none.
    """
    least = calibrated_threshold(encoder.name) if threshold is None else threshold
    cosines = similarities([padded_crop(image, mask, encoder.input_size) for mask in masks], encoder)
    groups = []
    for k, row in enumerate(cosines):
        order = np.argsort(-row, kind="stable")  # NaN comes last
        groups.append([int(other) for other in order if other != k and row[other] >= least][:most])
    return groups


def similarities(crops: Sequence[ByteArray | None], encoder: Encoder) -> Float32Array:
    """Cosines of all pairs of crops, shape (n, n); rows and columns of missing crops are NaN, none moves up."""
    cosines = np.full((len(crops), len(crops)), np.nan, np.float32)
    present = [k for k, crop in enumerate(crops) if crop is not None]
    if present:
        features = encoder.encode([crop for crop in crops if crop is not None])
        cosines[np.ix_(present, present)] = features @ features.T
    return cosines


def padded_crop(image: Image | ByteArray, mask: Mask | None, size: int, *, masked: bool = True) -> ByteArray | None:
    """A region's box on a gray square of `size` pixels, whole and undistorted; None for a missing or empty mask.

    Args:
        image: RGB, a Pillow image or an array (height, width, 3), uint8.
        mask: of the image's size.
        size: side of the square in pixels.
        masked: paint what is in the box but not in the region gray, too.
    """
    from PIL import Image as PillowImage

    picture = PillowImage.fromarray(image) if isinstance(image, np.ndarray) else image
    if picture.mode != "RGB":
        raise InvalidInputError("image", [f"expected RGB, found mode {picture.mode}"])
    region = None if mask is None else MaskWindows(mask, picture.width, picture.height)
    if region is None or region.is_empty:
        return None
    left, top, right, bottom = region.box
    scale = size / max(right - left, bottom - top)
    drawn = (max(round((right - left) * scale), 1), max(round((bottom - top) * scale), 1))
    crop = picture.resize(drawn, PillowImage.Resampling.BICUBIC, box=region.box, reducing_gap=2.0)
    square = PillowImage.new("RGB", (size, size), GRAY)
    corner = ((size - drawn[0]) // 2, (size - drawn[1]) // 2)
    square.paste(crop, corner, region.coverage(region.box, drawn) if masked else None)
    return np.asarray(square).copy()
