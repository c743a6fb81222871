"""Other benchmarks' own files as regions, keyed per region the way each published protocol keys them."""

from .coco import read_glamm, read_grit, read_opengvlab, read_osprey
from .refcocog import read_refcocog
from .visual_genome import read_visual_genome

__all__ = ["read_glamm", "read_grit", "read_opengvlab", "read_osprey", "read_refcocog", "read_visual_genome"]
