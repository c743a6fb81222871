"""The benchmark as a task of other people's evaluation harnesses: they run the models, this package scores.

Each harness gets pictures and questions from a `CaptionTask` and hands back answers. No score is computed anywhere but
in `benchmark.evaluate`, so that a number is the same whichever program has asked the model.
"""

from __future__ import annotations

from .task import CaptionTask

__all__ = ["CaptionTask"]
