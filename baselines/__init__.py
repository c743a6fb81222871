"""Captioners: the floor and the ceiling, prompted models, trained ones; ``python -m baselines.predict`` runs them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

try:
    import dataset.registration  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(
        "the installed package `dataset` is not URECA's: another project of that name has overwritten it or comes "
        "first on the path. Repair with: pip uninstall -y dataset && pip install --force-reinstall --no-deps ureca"
    ) from error

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
