"""Uniqueness without a listener: does a caption fit its own region better than any other of the image?"""

from __future__ import annotations

from .metric import EmbeddingUniqueness, Uniqueness

__all__ = ["EmbeddingUniqueness", "Uniqueness"]
