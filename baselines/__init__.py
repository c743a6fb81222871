"""Captioners to compare with; ``python -m baselines.predict`` runs them."""

from .captioner import Captioner
from .trivial import TRIVIAL, TrivialCaptioner

__all__ = ["TRIVIAL", "Captioner", "TrivialCaptioner"]
