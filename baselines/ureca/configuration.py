"""The configuration of a URECA model: InternVL's, with a mask encoder and a way of pointing at the region."""

from __future__ import annotations

from typing import Any, Final

from transformers import AutoConfig, InternVLConfig

from dataset.errors import InvalidInputError, MissingDependencyError, check_name

try:
    from transformers.configuration_utils import SubConfigSpec
except ImportError:  # transformers 5.17
    SubConfigSpec = None

__all__ = ["MASK_ENCODERS", "UrecaConfig"]

MASK_ENCODERS: Final = ("none", "flat", "moments", "close-up", "pool")
"""Names of `ureca.mask_encoder`'s encoders; "none" is a model that sees no mask."""


class UrecaConfig(InternVLConfig):
    """Configuration of `UrecaForConditionalGeneration`.

    InternVL's own configuration pins the class of ``vision_config``: another tower would come back from a checkpoint as
    an InternVL one with random weights. Here the class is found by ``model_type``, so every tower survives.

    Args:
        mask_encoder: one of `MASK_ENCODERS`.
        num_mask_tokens: mask tokens per mask tile, M in the paper (Table 6).
        mask_token_id: id of ``<MASK_CONTEXT>``, whose embeddings the mask encoder's output replaces.
        mask_tile_size: side of a mask tile in pixels; the image tile's side if None.
        conditioning: name of the strategy the model was trained with, see `ureca.conditioning`.
        kwargs: what `InternVLConfig` takes; ``vision_config`` may be of any tower that `AutoModel` knows, also a
            ``TimmWrapperConfig`` (``pip install timm``), whose width and input size are then read from timm.
    """

    model_type = "ureca"
    vision_config: Any = None
    mask_encoder: str = "flat"
    num_mask_tokens: int = 16
    mask_token_id: int = 151676
    mask_tile_size: int | None = None
    conditioning: str = "ureca"

    if SubConfigSpec is not None:
        sub_configs_defaults = {
            "text_config": SubConfigSpec(config_class=AutoConfig, model_type="qwen2"),
            "vision_config": SubConfigSpec(config_class=AutoConfig, model_type="internvl_vision"),
        }
    else:
        sub_configs = {"text_config": AutoConfig, "vision_config": AutoConfig}

    def __post_init__(self, **kwargs: Any) -> None:
        if isinstance(self.vision_config, dict):  # transformers 5.17 would make an InternVL tower of it
            settings = dict(self.vision_config)
            self.vision_config = AutoConfig.for_model(settings.pop("model_type", "internvl_vision"), **settings)
        if getattr(self.vision_config, "model_type", None) == "timm_wrapper":
            _describe_timm_tower(self.vision_config)
        super().__post_init__(**kwargs)
        check_name("mask encoder", self.mask_encoder, MASK_ENCODERS)
        if self.num_mask_tokens < 1:
            raise InvalidInputError(
                "UrecaConfig", [f"num_mask_tokens: expected at least 1, found {self.num_mask_tokens}"]
            )
        if self.vision_feature_layer != -1:
            expected = f"expected -1 (the tower's last layer), found {self.vision_feature_layer!r}"
            raise InvalidInputError("UrecaConfig", [f"vision_feature_layer: {expected}"])

    @property
    def tile_size(self) -> int:
        """Side of a mask tile in pixels."""
        return self.mask_tile_size or side(self.vision_config.image_size)


def side(size: Any) -> int:
    """The side of a square given as a number or as (height, width)."""
    return int(size if isinstance(size, int) else size[0])


def _describe_timm_tower(config: Any) -> None:
    """Say in a timm tower's configuration what those of other towers say; saved with it, so that timm is asked once."""
    if hasattr(config, "hidden_size") and hasattr(config, "image_size"):
        return
    try:
        import timm
        import torch
    except ModuleNotFoundError as error:
        raise MissingDependencyError(error.name or "timm", "a timm vision tower", "pip install timm") from error
    arguments = dict(config.model_args or {})
    with torch.device("meta"):
        tower = timm.create_model(config.architecture, pretrained=False, **arguments)
    config.hidden_size = int(tower.num_features)
    if not hasattr(config, "image_size"):
        config.image_size = arguments.get("img_size") or int(tower.pretrained_cfg["input_size"][-1])
