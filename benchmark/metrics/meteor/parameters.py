"""The English parameters of METEOR 1.5, ranking task, and what its program counts."""

from __future__ import annotations

from typing import Final

__all__ = ["ALPHA", "BETA", "DELTA", "GAMMA", "STAGE_WEIGHTS", "STATISTICS"]

ALPHA: Final = 0.85
"""Weight of recall."""

BETA: Final = 0.2
"""Exponent of the fragmentation penalty."""

GAMMA: Final = 0.6
"""Weight of the fragmentation penalty."""

DELTA: Final = 0.75
"""Weight of content words against function words."""

STAGE_WEIGHTS: Final = (1.0, 0.6, 0.8, 0.6)
"""Of exact, stem, synonym and paraphrase matches."""

STATISTICS: Final = 23
"""Counts per item, in the order of METEOR's SCORE command: lengths of candidate and reference, function words of
each; for each stage matched content words of candidate and reference and matched function words of each; chunks;
matched words of candidate and reference."""
