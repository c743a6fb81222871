"""Colour words for reflectances: what a person may call a surface, and what nobody would deny.

A word is certain where hue, chroma and lightness are well within what it covers, and vague near the borders: a beige
wall is perhaps white, perhaps brown, and certainly nothing. Chroma, lightness and hue are those of Oklab
(https://bottosson.github.io/posts/oklab/).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ...listener.words.palette import COLORS
from ...runtime.arrays import FloatArray, IntArray

__all__ = ["NONE", "WORDS", "color_words", "oklab"]

WORDS: Final = tuple(COLORS)
NONE: Final = len(WORDS)
"""Index that says: no word is certain."""

_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

GRAY, COLORED = 0.010, 0.030
"""Up to the one chroma a surface is black, gray or white; from the other on it has a hue."""
WARM_GRAY, WARM_COLORED = 0.012, 0.045
"""The same of the hues of wood, sand and cream, which are seen less."""
LIGHT_GRAY = 0.022
"""Chroma up to which what is nearly white is white."""
WARM: Final = (38.0, 115.0)
BLACK, NOT_BLACK = 0.33, 0.45
"""Lightness up to which a gray is black, and from which on it is not."""
NOT_WHITE, WHITE = 0.74, 0.88
"""Lightness up to which a gray is not white, and from which on it is."""
HUES: Final[tuple[tuple[str, float, float], ...]] = (
    ("red", 12, 38),
    ("orange", 45, 68),
    ("yellow", 82, 112),
    ("green", 122, 170),
    ("teal", 182, 212),
    ("blue", 232, 282),
    ("purple", 295, 335),
    ("pink", 345, 372),
)
"""Word and the hues in degrees of which it is certain; between two, either may be said."""
BROWN_HUES: Final = (28.0, 100.0)
DARK, LIGHT = 0.66, 0.76
"""What is orange, yellow or red by its hue is brown up to the one lightness, and not from the other on."""
VIVID: Final = 0.125
"""Chroma from which on a dark orange is no brown any more."""
DULL_RED: Final = 0.10
CREAM: Final = 0.10
"""Chroma up to which light warm hues are beige, cream or tan, which have no word of their own."""
PINK, NOT_PINK = 0.72, 0.60
"""Lightness from which on a red is pink, and up to which it is not."""
DUSTY, DUSTY_HUE = 0.035, 52.0
"""Chroma from which on, and hue up to which, a light reddish brown is perhaps a dusty pink."""


def oklab(albedo: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lightness in [0, 1], chroma from 0 to about 0.3, and hue in degrees in [0, 360), of linear RGB (..., 3)."""
    lab = np.cbrt(np.clip(albedo, 0, 1) @ _TO_CONES.T) @ _TO_LAB.T
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    return lab[..., 0], np.hypot(lab[..., 1], lab[..., 2]), hue


def color_words(albedo: FloatArray) -> tuple[IntArray, npt.NDArray[np.uint16]]:
    """The words for reflectances.

    Args:
        albedo: (..., 3), linear RGB in [0, 1].

    Returns:
        (...): the index in `WORDS` of the certain word or `NONE`, and (...): bits of all words that may be said.
    """
    lightness, chroma, hue = oklab(albedo)
    may = np.zeros((len(WORDS), *lightness.shape), dtype=bool)

    def say(word: str, where: npt.NDArray[np.bool_]) -> None:
        may[WORDS.index(word)] |= where

    is_warm = (hue >= WARM[0]) & (hue <= WARM[1])
    gray, colored = np.where(is_warm, WARM_GRAY, GRAY), np.where(is_warm, WARM_COLORED, COLORED)
    gray = np.where((lightness > WHITE) & is_warm, LIGHT_GRAY, gray)
    pale, hued = chroma < colored, (chroma > gray) & (lightness > 0.22)
    say("black", (pale & (lightness < NOT_BLACK)) | (lightness < 0.30))
    say("gray", pale & (lightness > BLACK) & (lightness < WHITE))
    say("white", pale & (lightness > NOT_WHITE))
    warm = hued & (hue >= BROWN_HUES[0]) & (hue <= BROWN_HUES[1])
    brown = warm & (lightness < LIGHT) & ((chroma < VIVID + 0.03) | (lightness < 0.52))
    brown &= (hue > 42) | ((chroma < DULL_RED + 0.03) & (lightness < DARK))
    only_brown = brown & (lightness < DARK) & (chroma < VIVID) & (hue < 88) & ((hue > 48) | (chroma < DULL_RED))
    light_warm = warm & is_warm & (lightness >= DARK) & (chroma < CREAM)
    reddish = hued & ((hue > 340) | (hue < 36) | ((hue < 42) & (chroma < VIVID)))
    pink = reddish & (lightness > NOT_PINK) & ~only_brown & ((chroma < 0.15) | (lightness > PINK))
    dusty = warm & (hue < DUSTY_HUE) & (chroma > DUSTY) & (chroma < 0.15) & (lightness > NOT_PINK - 0.05)
    for k, (word, _, _) in enumerate(HUES):  # up to where its neighbours are certain
        lower = HUES[k - 1][2] - (360 if k == 0 else 0)
        upper = HUES[(k + 1) % len(HUES)][1] + (360 if k == len(HUES) - 1 else 0)
        turned = np.where(hue < lower, hue + 360, hue)
        here = hued & (turned > lower) & (turned < upper)
        if word in ("orange", "yellow", "red"):
            here &= ~only_brown
        if word in ("orange", "red"):
            here &= ~(reddish & (lightness > PINK))
        say(word, here)
    say("brown", brown | (light_warm & (lightness < 0.85)))
    say("white", warm & (lightness > 0.78) & (chroma < np.where(lightness > 0.9, VIVID, CREAM)))
    say("pink", pink | dusty)
    bits = (may * (1 << np.arange(len(WORDS))).reshape(-1, *[1] * lightness.ndim)).sum(axis=0).astype(np.uint16)
    certain = np.where(may.sum(axis=0) == 1, may.argmax(axis=0), NONE)
    return certain.astype(np.int64), bits
