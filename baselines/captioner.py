"""What a captioner is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

__all__ = ["Captioner"]


@runtime_checkable
class Captioner(Protocol):
    """Anything that captions regions of an image."""

    def caption(self, image: Image, masks: Sequence[npt.NDArray[np.bool_]]) -> list[str]:
        """One caption for each mask of shape (height, width), in order; all regions of an image come at once."""
