"""Unique multi-granularity region captioning: the data.

Importing this package makes ``datasets.load_dataset("ureca")`` work; it imports nothing heavy itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__
from .loading.registration import register
from .runtime.lazy import lazy_names

if TYPE_CHECKING:
    from .errors import UrecaError
    from .loading.collate import collate
    from .loading.loader import load_dataset
    from .loading.regions import load_regions
    from .masks.rle import decode_mask, encode_mask
    from .schema import Region

__all__ = [
    "Region",
    "UrecaError",
    "__version__",
    "collate",
    "decode_mask",
    "encode_mask",
    "load_dataset",
    "load_regions",
]

_HOMES = {
    "Region": "schema",
    "UrecaError": "errors",
    "collate": "loading.collate",
    "decode_mask": "masks.rle",
    "encode_mask": "masks.rle",
    "load_dataset": "loading.loader",
    "load_regions": "loading.regions",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)


register()
