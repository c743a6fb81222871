"""The bundled ground photographs, as pyramids of halved copies."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np

from ...errors import DataUnavailableError
from ...runtime.arrays import FloatArray
from .patterns import SIDE
from .solids import PHOTOS

__all__ = ["photo_pyramids"]


@lru_cache(maxsize=1)
def photo_pyramids() -> FloatArray:
    """Brightness relative to the photograph's mean: (photographs, all levels flattened), finest level first.

    Raises:
        DataUnavailableError: a photograph is missing from the installation or damaged.
    """
    return np.stack([_pyramid(name) for name in PHOTOS])


def _pyramid(name: str) -> FloatArray:
    from PIL import Image

    file = resources.files(__package__) / "textures" / f"{name}.png"
    try:
        with file.open("rb") as stream, Image.open(stream) as photo:
            pixels = np.asarray(photo.convert("L"), dtype=np.int64)
    except OSError as error:
        raise DataUnavailableError(f"{file}: {error}. Reinstall the package to restore it.") from error
    if pixels.shape != (SIDE, SIDE):
        raise DataUnavailableError(f"{file}: expected {SIDE} x {SIDE} pixels, found {pixels.shape}. Reinstall.")
    level = pixels / (int(pixels.sum()) / (SIDE * SIDE))
    levels = [level.ravel()]
    while len(level) > 1:
        level = (level[::2, ::2] + level[1::2, ::2] + level[::2, 1::2] + level[1::2, 1::2]) / 4
        levels.append(level.ravel())
    return np.concatenate(levels)
