"""METEOR 1.5: the metric, and its own implementation without Java."""

from __future__ import annotations

from .metric import Meteor

__all__ = ["Meteor"]
