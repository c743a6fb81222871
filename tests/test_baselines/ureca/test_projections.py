"""Protects what a CPU reads instead of the weights of a model: the same numbers, and never those of before a change."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional as F
from transformers import LlamaConfig, LlamaModel, Qwen2Config, Qwen2Model, Qwen3Config, Qwen3Model

from baselines.ureca import layers, projections
from baselines.ureca.caches import Cache
from baselines.ureca.mask_encoder import _patch_weights
from baselines.ureca.projections import PackedProjections, Projections, projections_of

SIZES: dict[str, Any] = {
    "vocab_size": 40,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
}


def qwen2() -> Any:
    torch.manual_seed(0)
    return Qwen2Model(Qwen2Config(**SIZES)).eval()


def last_states(model: Any, parts: list[Projections], *, steps: int = 3) -> list[torch.Tensor]:
    """Hidden states after prompts of five tokens over a prefix, and after tokens that follow one by one."""
    draw = torch.Generator().manual_seed(1)
    prefix = layers.prefill(model, torch.randn(1, 6, 32, generator=draw))
    prompts = torch.randn(3, 5, 32, generator=draw)
    cache = Cache.empty(model, prompts, 5 + steps, prefix)
    states = [layers.forward(model, parts, prompts, torch.arange(6, 11)[None], cache)]
    for step in range(steps):
        token = torch.randn(3, 1, 32, generator=draw)
        states.append(layers.forward(model, parts, token, torch.tensor([[11 + step]]), cache))
    return states


@torch.inference_mode()
@pytest.mark.parametrize("text", ["qwen2", "llama"])
def test_weights_that_are_laid_out_anew_say_the_same(text: str) -> None:
    """With biases of queries, keys and values, and without."""
    torch.manual_seed(0)
    model = qwen2() if text == "qwen2" else LlamaModel(LlamaConfig(**SIZES)).eval()
    for name, weight in model.named_parameters():
        weight.copy_(torch.randn(weight.shape) * (0.3 if "norm" not in name else 1))
    parts = projections_of(model)
    assert all(isinstance(part, PackedProjections) for part in parts)
    plain = [Projections(layer) for layer in model.layers]
    for one, other in zip(last_states(model, parts), last_states(model, plain), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_change_of_a_weight_is_seen() -> None:
    """By a step of training, by other numbers in the same place, and by another tensor."""
    model = qwen2()
    before = projections_of(model)
    assert projections_of(model) is before
    weight = model.layers[1].mlp.down_proj.weight
    weight.add_(1)
    after = projections_of(model)
    assert torch.equal(after[1].down, weight.t())  # type: ignore[attr-defined]
    model.layers[0].self_attn.q_proj = torch.nn.Linear(32, 32)
    assert projections_of(model) is not after
    assert torch.equal(projections_of(model)[0].inputs[:, :32], model.layers[0].self_attn.q_proj.weight.t())  # type: ignore[attr-defined]


class Adapter(torch.nn.Linear):
    """A linear layer that does more than its weights say, as an adapter does."""


def test_models_that_are_not_plain_or_small_keep_their_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adapters, norms of queries and keys, other number types, autocast, and weights that take much memory."""
    adapted = qwen2()
    adapted.layers[0].mlp.up_proj = Adapter(32, 48, bias=False)
    normed = Qwen3Model(Qwen3Config(**SIZES)).eval()
    for model in (adapted, normed, qwen2().bfloat16()):
        assert not any(isinstance(part, PackedProjections) for part in projections_of(model))
    model = qwen2()
    assert isinstance(projections_of(model)[0], PackedProjections)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not isinstance(projections_of(model)[0], PackedProjections)
    monkeypatch.setattr(projections, "MOST_BYTES", 1000)
    assert not isinstance(projections_of(qwen2())[0], PackedProjections)


@pytest.mark.parametrize(("side", "grid"), [(56, 4), (56, 56), (224, 16), (60, 16)])
def test_shares_of_cells_are_those_of_torchs_pooling(side: int, grid: int) -> None:
    """To the last bit, where cells have one size and where they do not."""
    masks = (torch.rand(3, 1, side, side, generator=torch.Generator().manual_seed(0)) > 0.6).to(torch.uint8)
    assert torch.equal(_patch_weights(masks, grid), F.adaptive_avg_pool2d(masks.float(), grid)[:, 0])
