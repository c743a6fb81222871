"""Unique multi-granularity region captioning: the data.

Importing this package makes ``datasets.load_dataset("ureca")`` work; it imports nothing heavy itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__
from .lazy import lazy_names
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

__getattr__, __dir__ = lazy_names(__name__, _HOMES)


register()
