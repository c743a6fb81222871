"""Masks in all their forms: COCO's run-length encoding, runs of columns and rows, windows, and the mask tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..runtime.lazy import lazy_names

if TYPE_CHECKING:
    from .rle import decode_mask, encode_mask
    from .tree import MaskTree, build_mask_tree, tree_depths

__all__ = ["MaskTree", "build_mask_tree", "decode_mask", "encode_mask", "tree_depths"]

_HOMES = {
    "MaskTree": "tree",
    "build_mask_tree": "tree",
    "decode_mask": "rle",
    "encode_mask": "rle",
    "tree_depths": "tree",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
