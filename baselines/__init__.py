"""Captioners: the floor and the ceiling, prompted models, trained ones; ``python -m baselines.predict`` runs them."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

_check = run_path(str(Path(__file__).parents[1] / "dataset/runtime/namesakes.py"))["check_packages"]
_check("dataset", "benchmark")

from dataset.runtime.lazy import lazy_names  # noqa: E402 - it had to be checked first whose `dataset` this is

if TYPE_CHECKING:
    from .captioner import AnnotationCaptioner, Captioner, OpenCaptioner
    from .inputs import check_regions, open_image, open_mask
    from .registry import CAPTIONERS, captioner_names, open_captioner
    from .resumable import caption_regions

__all__ = [
    "CAPTIONERS",
    "AnnotationCaptioner",
    "Captioner",
    "OpenCaptioner",
    "caption_regions",
    "captioner_names",
    "check_regions",
    "open_captioner",
    "open_image",
    "open_mask",
]

_HOMES = {
    "CAPTIONERS": "registry",
    "AnnotationCaptioner": "captioner",
    "Captioner": "captioner",
    "OpenCaptioner": "captioner",
    "caption_regions": "resumable",
    "captioner_names": "registry",
    "check_regions": "inputs",
    "open_captioner": "registry",
    "open_image": "inputs",
    "open_mask": "inputs",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
