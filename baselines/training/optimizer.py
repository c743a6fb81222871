"""What is trained, how fast, and when: parameter groups and the learning rate's course."""

from __future__ import annotations

import math
import re
from typing import Any

import torch
from torch import nn

from .presets import Rates, Stage

__all__ = ["add_lora", "build_optimizer", "freeze", "part_of", "rate_factor"]

_PARTS = (
    ("lora", re.compile(r"\blora_[AB]\b")),
    ("vision", re.compile(r"\bvision_tower\b")),
    ("projector", re.compile(r"\bmulti_modal_projector\b")),
    ("mask_encoder", re.compile(r"\bmask_encoder\b")),
)
LANGUAGE_LAYERS = r".*\blanguage_model\b.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"


def part_of(name: str) -> str:
    """The part of the model that a parameter belongs to: a field of `Rates`."""
    return next((part for part, pattern in _PARTS if pattern.search(name)), "text")


def freeze(model: nn.Module, rates: Rates) -> dict[str, list[str]]:
    """Let gradients flow only to parts with a learning rate; returns the names of trained parameters by part."""
    trained: dict[str, list[str]] = {}
    for name, parameter in model.named_parameters():
        part = part_of(name)
        parameter.requires_grad_(getattr(rates, part) > 0)
        if parameter.requires_grad:
            trained.setdefault(part, []).append(name)
            parameter.data = parameter.data.float()  # bfloat16 would swallow small updates
    return trained


def add_lora(model: Any, stage: Stage, *, autocast: bool = False) -> Any:
    """The model with low-rank adapters (peft) on the language model's linear layers; unchanged without `stage.lora`.

    Args:
        model: to be wrapped.
        stage: with the adapters' sizes.
        autocast: it runs under autocast, which converts what adapters multiply; peft's own conversion of their inputs
            to float32, back and forth in each layer, is then left out.
    """
    if stage.lora is None:
        return model
    from peft import LoraConfig, get_peft_model
    from peft.tuners.tuners_utils import BaseTunerLayer

    config = LoraConfig(
        r=stage.lora.rank,
        lora_alpha=stage.lora.alpha,
        lora_dropout=stage.lora.dropout,
        target_modules=LANGUAGE_LAYERS,
    )
    wrapped = get_peft_model(model, config)
    for module in wrapped.modules():
        if isinstance(module, BaseTunerLayer):
            module.cast_input_dtype_enabled = not autocast
    return wrapped


def build_optimizer(model: nn.Module, stage: Stage) -> torch.optim.AdamW:
    """AdamW over the trained parameters; biases, gains and embeddings of places do not decay."""
    groups: dict[tuple[str, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            decays = parameter.ndim >= 2 and "position_embeddings" not in name and "cls_token" not in name
            groups.setdefault((part_of(name), decays), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "lr": getattr(stage.rates, part),
                "peak": getattr(stage.rates, part),
                "weight_decay": stage.weight_decay if decays else 0.0,
            }
            for (part, decays), parameters in groups.items()
        ],
        betas=(0.9, 0.98),
        fused=torch.cuda.is_available(),
    )


def rate_factor(progress: float, warmup: float) -> float:
    """Share of the peak learning rate after a share of the training: a linear rise, then a cosine down to 0."""
    if progress < warmup:
        return progress / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warmup) / (1 - warmup))))
