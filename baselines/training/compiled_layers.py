"""The layers of a model, compiled while it learns from packs of one shape, and as they are while it captions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ..ureca import UrecaForConditionalGeneration

__all__ = ["compile_layers", "eager_layers"]

logger = logging.getLogger(__name__)


@contextmanager
def compile_layers(model: UrecaForConditionalGeneration, *, enabled: bool) -> Iterator[None]:
    """Within it each layer of the vision tower and of the language model is compiled, for shapes as they come first.

    Where the compiler fails (it needs a C compiler, for one), the layers stay as they are, and the log says so.
    """
    if not enabled:
        yield
        return
    torch._dynamo.config.suppress_errors = True
    layers = layers_of(model)
    for layer in layers:
        layer.compile(dynamic=False)
    try:
        yield
    finally:
        for layer in layers:
            layer._compiled_call_impl = None


@contextmanager
def eager_layers(model: UrecaForConditionalGeneration) -> Iterator[None]:
    """Within it no layer is compiled: captions have other shapes than packs."""
    layers = layers_of(model)
    compiled_calls = [layer._compiled_call_impl for layer in layers]
    for layer in layers:
        layer._compiled_call_impl = None
    try:
        yield
    finally:
        for layer, compiled_call in zip(layers, compiled_calls, strict=True):
            layer._compiled_call_impl = compiled_call


def layers_of(model: UrecaForConditionalGeneration) -> list[Any]:
    """All layers that are alike."""
    encoder = getattr(model.model.vision_tower, "encoder", None)
    return [*model.model.language_model.layers, *getattr(encoder, "layer", ())]
