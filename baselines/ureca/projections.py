"""The products and norms of a decoder layer: those of its modules, or on a CPU of weights laid out for few rows.

Captions of one image are some dozens of rows. A CPU then waits for weights to come out of memory and for Python, so
that products over the same input are one product, and weights lie in the order in which they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import torch
from torch import nn

__all__ = ["Projections", "Rotation", "projections_of"]

Rotation = tuple[torch.Tensor, torch.Tensor]
"""What multiplies a vector, and what its two halves changed over: (rows or 1, 1, length, head width) each."""
Heads = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Queries, keys and values, (rows, heads, length, head width) each."""

LINEAR: Final = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                 "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")  # fmt: skip
MOST_BYTES: Final = 256 * 2**20
"""Of weights that are laid out anew; a larger model would rather have the memory."""


class Projections:
    """Of one layer, by its modules."""

    def __init__(self, layer: Any) -> None:
        self.layer, self.attention, self.network = layer, layer.self_attn, layer.mlp

    def normal(self, norm: Any, hidden: torch.Tensor) -> torch.Tensor:
        """What a norm of this model makes of hidden states."""
        return torch.as_tensor(norm(hidden))

    def heads(self, hidden: torch.Tensor, rotation: Rotation, queries: int) -> Heads:
        """Turned queries of the last tokens, and turned keys and values of all, of hidden states."""
        normal = self.normal(self.layer.input_layernorm, hidden)
        keys, values = _turned(self._part("k", normal), rotation), self._part("v", normal)
        if not queries:
            return keys[:, :, :0], keys, values
        return _turned(self._part("q", normal[:, -queries:]), _last(rotation, queries)), keys, values

    def attended(self, hidden: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        """Hidden states (rows, length, width) after an answer of the attention."""
        return _added(hidden, self.attention.o_proj, answer)

    def transformed(self, hidden: torch.Tensor) -> torch.Tensor:
        """Hidden states after the feed-forward network."""
        network, normal = self.network, self.normal(self.layer.post_attention_layernorm, hidden)
        inner = network.act_fn(network.gate_proj(normal)).mul_(network.up_proj(normal))
        return _added(hidden, network.down_proj, inner)

    def _part(self, name: str, normal: torch.Tensor) -> torch.Tensor:
        projected = getattr(self.attention, f"{name}_proj")(normal)
        projected = projected.view(*projected.shape[:2], -1, self.attention.head_dim)
        norm = getattr(self.attention, f"{name}_norm", None)  # of Qwen3
        return torch.as_tensor(projected if norm is None else norm(projected)).transpose(1, 2)


class PackedProjections(Projections):
    """The same by weights (inputs, outputs): queries, keys and values at once, both halves of the network at once.

    What a norm multiplies is in the weights of the product behind it.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__(layer)
        attention, network = self.attention, self.network
        parts = (attention.q_proj, attention.k_proj, attention.v_proj)
        self.inputs = layer.input_layernorm.weight[:, None] * _laid_out(*parts)
        self.bias = None if parts[0].bias is None else torch.cat([part.bias for part in parts])
        self.output = _laid_out(attention.o_proj)
        self.gate_and_up = layer.post_attention_layernorm.weight[:, None] * _laid_out(
            network.gate_proj, network.up_proj
        )
        self.down = _laid_out(network.down_proj)
        norms = (layer.input_layernorm, layer.post_attention_layernorm)
        self.epsilons = [torch.tensor(norm.variance_epsilon) for norm in norms]
        self.query_heads = attention.q_proj.out_features // attention.head_dim
        self.turned_heads = self.query_heads + attention.k_proj.out_features // attention.head_dim

    def heads(self, hidden: torch.Tensor, rotation: Rotation, queries: int) -> Heads:
        """See `Projections.heads`."""
        normal = _unit(hidden, self.epsilons[0])
        if queries == hidden.shape[1]:
            every = self._columns(normal, 0, None)
            turned = _turned(every[:, : self.turned_heads], rotation)
            return turned[:, : self.query_heads], turned[:, self.query_heads :], every[:, self.turned_heads :]
        first = self.query_heads * self.attention.head_dim
        others, own_heads = self._columns(normal, first, None), self.turned_heads - self.query_heads
        keys, values = _turned(others[:, :own_heads], rotation), others[:, own_heads:]
        if not queries:
            return keys[:, :, :0], keys, values
        asking = self._columns(normal[:, -queries:], 0, first)
        return _turned(asking, _last(rotation, queries)), keys, values

    def attended(self, hidden: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        """See `Projections.attended`."""
        return torch.addmm(_flat(hidden), _flat(answer), self.output).view(hidden.shape)

    def transformed(self, hidden: torch.Tensor) -> torch.Tensor:
        """See `Projections.transformed`."""
        flat = _flat(hidden)
        normal = _unit(flat, self.epsilons[1])
        gate, up = torch.mm(normal, self.gate_and_up).chunk(2, dim=-1)
        return torch.addmm(flat, self.network.act_fn(gate).mul_(up), self.down).view(hidden.shape)

    def _columns(self, normal: torch.Tensor, first: int, end: int | None) -> torch.Tensor:
        """Heads (rows, heads, length, head width) of some outputs of the first product."""
        weights = self.inputs[:, first:end]
        if self.bias is None:
            product = torch.mm(_flat(normal), weights)
        else:
            product = torch.addmm(self.bias[first:end], _flat(normal), weights)
        return product.view(*normal.shape[:2], -1, self.attention.head_dim).transpose(1, 2)


State = list[tuple[int, int, int]]
_PACKED: WeakKeyDictionary[Any, tuple[State, list[Projections]]] = WeakKeyDictionary()
"""Language model -> the state of its weights, and what was laid out of them."""


def projections_of(language_model: Any) -> list[Projections]:
    """Those of its layers, to be used until a weight changes."""
    weights = list(language_model.layers.parameters())
    state = [(id(weight), weight.data_ptr(), 0 if weight.is_inference() else weight._version) for weight in weights]
    former = _PACKED.get(language_model)
    if former is not None and former[0] == state and not torch.is_autocast_enabled("cpu"):
        return former[1]
    if not _can_be_packed(language_model, weights):
        return [Projections(layer) for layer in language_model.layers]
    with torch.inference_mode(False), torch.no_grad():  # so that they can be used outside of it too
        packed: list[Projections] = [PackedProjections(layer) for layer in language_model.layers]
    _PACKED[language_model] = state, packed
    return packed


def _can_be_packed(language_model: Any, weights: Sequence[torch.Tensor]) -> bool:
    """Whether the layers are plain ones of moderate size on a CPU, and products are made in the numbers of weights."""
    on_cpu = all(weight.device.type == "cpu" and weight.dtype == torch.float32 for weight in weights)
    if not on_cpu or torch.is_autocast_enabled("cpu") or sum(weight.nbytes for weight in weights) > MOST_BYTES:
        return False
    return all(_is_plain(layer) for layer in language_model.layers)


def _is_plain(layer: Any) -> bool:
    """Whether linear layers are usual ones (an adapter is not), and none but queries, keys and values have a bias."""
    linear = [layer.get_submodule(name) for name in LINEAR]
    biased = [part.bias is not None for part in linear if type(part) is nn.Linear]
    norms = any(hasattr(layer.self_attn, f"{name}_norm") for name in "qk")
    return len(biased) == len(LINEAR) and len(set(biased[:3])) == 1 and not any(biased[3:]) and not norms


def _laid_out(*linear: Any) -> torch.Tensor:
    """Weights (inputs, outputs) of linear layers over the same input."""
    return torch.cat([part.weight for part in linear]).t().contiguous()


def _unit(hidden: torch.Tensor, epsilon: torch.Tensor) -> torch.Tensor:
    """Hidden states over their root mean square, in four operations where `rms_norm` takes six on a CPU."""
    length = torch.linalg.vector_norm(hidden, dim=-1, keepdim=True)
    return hidden * torch.addcmul(epsilon, length, length, value=1 / hidden.shape[-1]).rsqrt_()


def _flat(hidden: torch.Tensor) -> torch.Tensor:
    return hidden.reshape(-1, hidden.shape[-1])


def _added(hidden: torch.Tensor, linear: Any, inputs: torch.Tensor) -> torch.Tensor:
    """Hidden states and a linear layer of some inputs; on a CPU the sum is made where the product is written."""
    # Autocast would round the hidden states.
    if hidden.device.type != "cpu" or linear.bias is not None or torch.is_autocast_enabled("cpu"):
        return torch.as_tensor(hidden + linear(inputs))
    return torch.addmm(_flat(hidden), _flat(inputs), linear.weight.t()).view(hidden.shape)


def _last(rotation: Rotation, tokens: int) -> Rotation:
    cos, sin = rotation
    return cos[:, :, -tokens:], sin[:, :, -tokens:]


def _turned(vectors: torch.Tensor, rotation: Rotation) -> torch.Tensor:
    """Vectors (rows, heads, length, head width) turned by their positions."""
    cos, sin = rotation
    return torch.addcmul(vectors * cos, vectors.roll(vectors.shape[-1] // 2, dims=-1), sin)
