"""Does a surface look like its colour word? Which words fit a drawn pixel, whatever light falls on it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from ...listener.words.palette import COLORS

__all__ = ["COLOR_NAMES", "fitting_words"]

COLOR_NAMES: Final = tuple(COLORS)
LEVELS: Final = 32
"""Levels per channel."""
BRIGHTNESS: Final = (0.2, 1.5)
"""Light on a surface, relative to that under which it has its albedo; shadows to highlights."""
CLOSE: Final = 0.13
"""Distance in displayed RGB (0..1 per channel) below which a word fits."""
NEARLY_BEST: Final = 0.03
"""A word also fits if the best one is not nearer by more than this."""


@lru_cache(maxsize=1)
def fitting_words() -> npt.NDArray[np.uint16]:
    """A table (32, 32, 32) over the upper five bits of red, green, blue: bit k is set if COLOR_NAMES[k] fits."""
    levels = ((np.arange(LEVELS) + 0.5) / LEVELS) ** 2
    linear = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    displayed = np.sqrt(linear)
    distances = np.empty((len(COLOR_NAMES), len(linear)))
    for k, name in enumerate(COLOR_NAMES):
        albedo = np.array(COLORS[name])
        light = (linear * albedo).sum(axis=1) / (albedo * albedo).sum()
        lit = np.clip(light, *BRIGHTNESS)[:, None] * albedo
        distances[k] = np.sqrt(((displayed - np.sqrt(lit)) ** 2).sum(axis=1))
    fits = (distances <= CLOSE) & (distances <= distances.min(axis=0) + NEARLY_BEST)
    fits |= distances <= distances.min(axis=0)
    table: npt.NDArray[np.uint16] = (fits * (1 << np.arange(len(COLOR_NAMES)))[:, None]).sum(axis=0).astype(np.uint16)
    return table.reshape(LEVELS, LEVELS, LEVELS)
