"""Look-alikes: regions of one image whose crops an image encoder can hardly tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from ..masks import MaskRle

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Encoder", "look_alikes", "open_encoder"]

Pixels = npt.NDArray[np.uint8]
Mask = MaskRle | npt.NDArray[np.bool_]


@runtime_checkable
class Encoder(Protocol):
    """Turns crops into features whose cosine says how alike they look."""

    @property
    def name(self) -> str:
        """Key of its calibrated threshold."""

    def encode(self, crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
        """Unit vectors of shape (n, width) for n square RGB crops, in order."""


def open_encoder(name: str = "efficientnet-lite0", device: str = "cpu") -> Encoder:
    """An encoder by name: "efficientnet-lite0" (embedded, offline), or a hub id such as "facebook/dinov2-base".

    Raises:
        MissingDependencyError: torch, transformers or the weights' package is not installed.
    """
    raise NotImplementedError


def look_alikes(
    image: Image | Pixels,
    masks: Sequence[Mask | None],
    encoder: Encoder,
    *,
    threshold: float | None = None,
    most: int = 12,
) -> list[list[int]]:
    """For each region the indices of the regions that look like it, the most similar first, never itself.

    Args:
        image: RGB.
        masks: one for each region; None, or an empty mask, has no look-alikes and is nobody's.
        encoder: see `open_encoder`.
        threshold: least cosine; by default the one calibrated for the encoder.
        most: at most so many for a region.

    Returns:
        One list for each mask, in order.
    """
    raise NotImplementedError
