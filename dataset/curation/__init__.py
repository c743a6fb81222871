"""From masks to unique captions: the curation of the data."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
