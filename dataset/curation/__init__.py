"""From masks to unique captions: the curation of the data."""

from .mask_tree import MaskTree, build_mask_tree, tree_depths

__all__ = ["MaskTree", "build_mask_tree", "tree_depths"]
