"""Base models: built from nothing, or loaded from an InternVL checkpoint, with the mask encoder of a conditioning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoTokenizer,
    InternVLForConditionalGeneration,
    InternVLVisionConfig,
    LlamaConfig,
    Qwen2Config,
)
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil

from dataset.errors import InvalidInputError
from dataset.runtime.cache import make_folder_once

from ..ureca import UrecaConfig, UrecaForConditionalGeneration, UrecaProcessor, find_conditioning
from ..ureca.configuration import side
from ..ureca.processing import MASK_CONTEXT, MASK_TOKENS
from .presets import Architecture, Preset

__all__ = ["build_model", "load_base", "save_checkpoint"]

IMAGENET_MEAN, IMAGENET_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def build_model(
    preset: Preset, tokenizer: Any, conditioning: str, seed: int
) -> tuple[UrecaForConditionalGeneration, UrecaProcessor]:
    """A model with random weights, ready for a conditioning, and its processor.

    Args:
        preset: its ``base`` is an `Architecture`.
        tokenizer: as `training.tokenizer.train_tokenizer` makes it.
        conditioning: how the region will be pointed out to the model.
        seed: of the weights.
    """
    if not isinstance(preset.base, Architecture):
        raise InvalidInputError(f"preset {preset.name}", ["its base is a checkpoint: nothing is to be built"])
    shape = preset.base
    tokens = _mask_tokens(conditioning, preset.num_mask_tokens)
    _check_tiles(conditioning, preset.dynamic_mask)
    ids = dict(zip(("image", "mask"), tokenizer.convert_tokens_to_ids(["<IMG_CONTEXT>", MASK_CONTEXT]), strict=True))
    vision = InternVLVisionConfig(
        hidden_size=shape.vision_width,
        num_hidden_layers=shape.vision_layers,
        num_attention_heads=shape.vision_heads,
        intermediate_size=4 * shape.vision_width,
        image_size=[shape.tile, shape.tile],
        patch_size=[shape.patch, shape.patch],
        layer_scale_init_value=1.0,
        use_mean_pooling=False,
    )
    family = {"qwen2": Qwen2Config, "llama": LlamaConfig}[shape.text]
    text = family(
        hidden_size=shape.text_width,
        num_hidden_layers=shape.text_layers,
        num_attention_heads=shape.text_heads,
        num_key_value_heads=shape.text_kv_heads,
        intermediate_size=8 * shape.text_width // 3 // 16 * 16,
        vocab_size=len(tokenizer),
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids("<|im_end|>"),
        pad_token_id=tokenizer.pad_token_id,
    )
    config = UrecaConfig(
        vision_config=vision,
        text_config=text,
        image_token_id=ids["image"],
        mask_token_id=ids["mask"],
        image_seq_length=shape.image_tokens,
        mask_encoder=find_conditioning(conditioning).mask_encoder,
        num_mask_tokens=tokens,
        conditioning=conditioning,
    )
    processor = UrecaProcessor(
        image_processor=_image_processor(shape.tile, preset.max_tiles),
        tokenizer=tokenizer,
        image_seq_length=shape.image_tokens,
        num_mask_tokens=tokens,
        dynamic_mask=preset.dynamic_mask,
    )
    torch.manual_seed(seed)
    model = UrecaForConditionalGeneration(config)
    torch.nn.init.normal_(model.model.vision_tower.embeddings.position_embeddings, std=0.02)  # InternVL's are zeros
    return model, processor


def load_base(
    path: str | Path,
    conditioning: str,
    *,
    num_mask_tokens: int,
    max_tiles: int,
    dtype: torch.dtype,
    seed: int,
    dynamic_mask: bool = True,
) -> tuple[UrecaForConditionalGeneration, UrecaProcessor]:
    """A checkpoint of InternVL (native format) or of URECA, ready for a conditioning.

    Weights that the checkpoint has are taken over, also a mask encoder of the same kind; a new one is drawn from the
    seed.

    Raises:
        InvalidInputError: no such checkpoint, or one of another kind.
    """
    _check_tiles(conditioning, dynamic_mask)
    try:
        base_config = AutoConfig.from_pretrained(path)
        if base_config.model_type not in ("internvl", "ureca"):
            problem = f"expected a checkpoint of type internvl or ureca, found {base_config.model_type}"
            raise InvalidInputError(str(path), [problem], "InternVL3's native checkpoints end in -hf.")
        tokenizer = AutoTokenizer.from_pretrained(path)
        strategy = find_conditioning(conditioning)
        tokens = _mask_tokens(conditioning, num_mask_tokens)
        new = tokenizer.add_special_tokens(
            {"additional_special_tokens": list(MASK_TOKENS)}, replace_extra_special_tokens=False
        )
        config = UrecaConfig(
            **{
                **{name: value for name, value in base_config.to_dict().items() if name not in _NOT_CARRIED},
                "mask_encoder": strategy.mask_encoder,
                "num_mask_tokens": tokens,
                "mask_token_id": tokenizer.convert_tokens_to_ids(MASK_CONTEXT),
                "conditioning": conditioning,
            }
        )
        torch.manual_seed(seed)
        model = _with_weights_of(path, config, base_config, dtype)
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(str(path), [f"the base model cannot be loaded: {error}"]) from error
    if new and len(tokenizer) > model.get_input_embeddings().num_embeddings:
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    processor = UrecaProcessor(
        image_processor=_image_processor(side(config.vision_config.image_size), max_tiles, path),
        tokenizer=tokenizer,
        image_seq_length=config.image_seq_length,
        num_mask_tokens=tokens,
        dynamic_mask=dynamic_mask,
    )
    return model, processor


def _with_weights_of(
    path: str | Path, config: UrecaConfig, base_config: Any, dtype: torch.dtype
) -> UrecaForConditionalGeneration:
    """A model with a checkpoint's weights; only its mask encoder may be new.

    InternVL's native checkpoints name their weights differently on disk, and transformers renames them for InternVL's
    own class alone: loaded into another class, all of them would be left out without an error.

    Raises:
        InvalidInputError: other weights are missing, or weights are of another shape.
    """
    if base_config.model_type == "internvl":
        native = InternVLForConditionalGeneration.from_pretrained(path, dtype=dtype)
        model: UrecaForConditionalGeneration = UrecaForConditionalGeneration(config).to(dtype)
        missing = model.load_state_dict(native.state_dict(), strict=False).missing_keys
    else:
        loading_info: dict[str, Any]
        model, loading_info = UrecaForConditionalGeneration.from_pretrained(
            path, config=config, dtype=dtype, output_loading_info=True, ignore_mismatched_sizes=True
        )
        missing = list(loading_info["missing_keys"])
        _check_shapes(path, config, base_config, [key[0] for key in loading_info["mismatched_keys"]])
    missing_weights = sorted(name for name in missing if not name.startswith("model.mask_encoder."))
    if missing_weights:
        problem = f"{len(missing_weights)} weights are not in the checkpoint (first: {missing_weights[0]})"
        raise InvalidInputError(str(path), [problem], "Copy the checkpoint again.")
    return model


def _check_shapes(path: str | Path, config: UrecaConfig, base_config: Any, mismatched: Sequence[str]) -> None:
    """Raises `InvalidInputError` if weights are of another shape, but for those of a mask encoder of another kind."""
    is_new = base_config.mask_encoder != config.mask_encoder
    unfit = sorted(name for name in mismatched if not (is_new and name.startswith("model.mask_encoder.")))
    if not unfit:
        return
    problem = f"{len(unfit)} weights have another shape than this run's (first: {unfit[0]})"
    hint = "Give the options with which it was trained."
    if base_config.num_mask_tokens != config.num_mask_tokens:
        problem += f"; it makes {base_config.num_mask_tokens} mask tokens a tile, this run {config.num_mask_tokens}"
        hint = f"Give --mask-tokens {base_config.num_mask_tokens}, or a --conditioning with another mask encoder."
    raise InvalidInputError(str(path), [problem], hint)


_NOT_CARRIED = frozenset({"model_type", "architectures", "transformers_version", "dtype", "torch_dtype"})


def _mask_tokens(conditioning: str, num_mask_tokens: int) -> int:
    """Mask tokens per tile: pooling always makes one."""
    return 1 if find_conditioning(conditioning).mask_encoder == "pool" else num_mask_tokens


def _check_tiles(conditioning: str, dynamic_mask: bool) -> None:
    if not dynamic_mask and find_conditioning(conditioning).mask_encoder not in ("none", "flat"):
        problem = (
            "its mask encoder looks at the image's tiles, so masks must be cut on the same grid: dynamic_mask=True"
        )
        raise InvalidInputError(f"conditioning {conditioning}", [problem])


def _image_processor(tile: int, max_tiles: int, path: str | Path | None = None) -> GotOcr2ImageProcessorPil:
    """InternVL's image processor on Pillow (the other one needs torchvision), mean and deviation set explicitly."""
    size = {"height": tile, "width": tile}
    settings = {} if path is None else GotOcr2ImageProcessorPil.get_image_processor_dict(path)[0]
    return GotOcr2ImageProcessorPil(
        size=settings.get("size", size),
        image_mean=settings.get("image_mean", IMAGENET_MEAN),
        image_std=settings.get("image_std", IMAGENET_STD),
        crop_to_patches=True,
        min_patches=1,
        max_patches=max_tiles,
    )


def save_checkpoint(
    model: UrecaForConditionalGeneration, processor: UrecaProcessor, folder: Path, dtype: torch.dtype
) -> None:
    """Write weights, configuration, tokenizer and processor; the folder appears whole or not at all."""

    def fill(temporary: Path) -> None:
        # A copy: the model keeps its own precision.
        weights = {name: value.detach().to("cpu", dtype) for name, value in model.state_dict().items()}
        config = model.config.dtype
        model.config.dtype = dtype
        try:
            model.save_pretrained(temporary, state_dict=weights, max_shard_size="15MB")
        finally:
            model.config.dtype = config
        processor.save_pretrained(temporary)

    make_folder_once(folder, fill)
