"""From masks to unique captions: the curation of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names
from .mask_tree import MaskTree, build_mask_tree, tree_depths

if TYPE_CHECKING:
    from .options import CurationOptions, RunSettings
    from .run import CurationRun
    from .shards import ShardReport, run_shard

__all__ = [
    "CurationOptions",
    "CurationRun",
    "MaskTree",
    "RunSettings",
    "ShardReport",
    "build_mask_tree",
    "run_shard",
    "tree_depths",
]

_HOMES = {
    "CurationOptions": "options",
    "CurationRun": "run",
    "RunSettings": "options",
    "ShardReport": "shards",
    "run_shard": "shards",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
