"""The URECA model on transformers: configuration, processor, model, and the ways of pointing at a region."""

from .captioner import UrecaCaptioner
from .conditioning import CONDITIONINGS, Conditioning, find_conditioning
from .configuration import MASK_ENCODERS, UrecaConfig
from .mask_encoder import FlatMaskEncoder, MaskPool, MomentsMaskEncoder
from .modeling import UrecaForConditionalGeneration, UrecaModel
from .processing import UrecaProcessor
from .prompts import PromptHalves
from .tiling import grid_of, tile_mask

__all__ = [
    "CONDITIONINGS",
    "MASK_ENCODERS",
    "Conditioning",
    "FlatMaskEncoder",
    "MaskPool",
    "MomentsMaskEncoder",
    "PromptHalves",
    "UrecaCaptioner",
    "UrecaConfig",
    "UrecaForConditionalGeneration",
    "UrecaModel",
    "UrecaProcessor",
    "find_conditioning",
    "grid_of",
    "tile_mask",
]
