"""Captioners to compare with."""

from .captioner import Captioner
from .predict import write_predictions
from .trivial import TRIVIAL

__all__ = ["TRIVIAL", "Captioner", "write_predictions"]
