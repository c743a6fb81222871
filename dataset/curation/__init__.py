"""From masks to unique captions: the curation of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..masks.tree import MaskTree, build_mask_tree, tree_depths
from ..runtime.lazy import lazy_names

if TYPE_CHECKING:
    from .run_options import CurationOptions, RunSettings
    from .runs.run import CurationRun
    from .runs.shards import ShardReport, run_shard

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
    "CurationOptions": "run_options",
    "CurationRun": "runs.run",
    "RunSettings": "run_options",
    "ShardReport": "runs.shards",
    "run_shard": "runs.shards",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
