"""Masks in all their forms, and the mask tree.

arrays          bool (height, width); their boxes are in `boxes`
`rle`           COCO's compressed run lengths: the files of the data
`column_runs`   the same decoded, many masks at once: what trees and windows work on
`row_runs`      lengths of runs along rows, by numpy alone: training shards
`windows`       one mask, decoded only where it is looked at
`bits`          eight pixels in a byte: batches on their way to a GPU
"""

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
