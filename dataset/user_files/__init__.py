"""Other benchmarks' own files as regions, keyed per region the way each published protocol keys them."""

from .coco import read_glamm, read_google_refexp, read_grit, read_opengvlab, read_osprey
from .instructions import read_llava, read_mdvp
from .refcocog import read_refcocog, read_refer
from .visual_genome import read_visual_genome

__all__ = [
    "read_glamm",
    "read_google_refexp",
    "read_grit",
    "read_llava",
    "read_mdvp",
    "read_opengvlab",
    "read_osprey",
    "read_refcocog",
    "read_refer",
    "read_visual_genome",
]
