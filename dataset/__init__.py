"""Unique multi-granularity region captioning: the data.

Importing this package makes ``datasets.load_dataset("ureca")`` work; it imports nothing heavy itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .registration import register

if TYPE_CHECKING:
    from .errors import UrecaError
    from .loading import load_dataset
    from .masks import decode_mask, encode_mask
    from .regions import load_regions
    from .schema import Region

__all__ = [
    "Region",
    "UrecaError",
    "__version__",
    "decode_mask",
    "encode_mask",
    "load_dataset",
    "load_regions",
]

_HOMES = {
    "Region": "schema",
    "UrecaError": "errors",
    "decode_mask": "masks",
    "encode_mask": "masks",
    "load_dataset": "loading",
    "load_regions": "regions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


register()
