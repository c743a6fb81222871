"""URECA on native InternVL: an image, mask tokens after the image tokens, and a caption of the region."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText, InternVLForConditionalGeneration
from transformers import InternVLModel as _InternVLModel
from transformers import initialization as init
from transformers.models.internvl.modeling_internvl import (
    InternVLCausalLMOutputWithPast,
    InternVLModelOutputWithPast,
    InternVLPreTrainedModel,
)

from .configuration import UrecaConfig
from .mask_encoder import MaskConvolution, MomentsMaskEncoder, Sight, build_mask_encoder

__all__ = ["UrecaForConditionalGeneration", "UrecaModel"]


class _UrecaWeights:
    """Initial weights; transformers overwrites what a constructor has set, so they are set here."""

    config: UrecaConfig

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, MaskConvolution):
            # Of a 0/1 map the common small deviation would leave nothing after two convolutions.
            init.kaiming_normal_(module.weight, nonlinearity="relu")
            init.zeros_(module.bias)
        else:
            super()._init_weights(module)  # type: ignore[misc]
        if isinstance(module, MomentsMaskEncoder):
            init.normal_(module.role, std=0.02)


class UrecaModel(_UrecaWeights, _InternVLModel):
    """Vision tower, projector, mask encoder and language model, without the language modelling head."""

    config_class = UrecaConfig

    def __init__(self, config: UrecaConfig) -> None:
        super().__init__(config)
        self.mask_encoder = build_mask_encoder(config)
        self.post_init()

    def vision_grid(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Last features of the vision tower, (tiles, grid, grid, width); class and register tokens are dropped."""
        features = self.vision_tower(pixel_values=pixel_values.to(self.dtype), return_dict=True).last_hidden_state
        if features.ndim == 4:  # convolutional towers: (tiles, width, grid, grid)
            grid = features.permute(0, 2, 3, 1)
        else:
            side = math.isqrt(features.shape[1])
            grid = features[:, features.shape[1] - side**2 :].unflatten(1, (side, side))
        step = round(1 / self.config.downsample_ratio)
        if grid.shape[1] != grid.shape[2] or grid.shape[1] % step:
            expected = f"a square grid of tokens that {step} divides"
            raise ValueError(f"vision tower: expected {expected}, found {tuple(grid.shape[1:3])}")
        return torch.as_tensor(grid).contiguous()

    def see(self, pixel_values: torch.Tensor) -> Sight:
        """Image tiles (tiles, 3, side, side), as pixels and as the vision tower sees them."""
        return Sight(pixel_values, self.vision_grid(pixel_values))

    def project(self, grid: torch.Tensor) -> torch.Tensor:
        """Features of the tower (tiles, grid, grid, width) -> image tokens (tiles, tokens, text width)."""
        shuffled = self.pixel_shuffle(grid, scale_factor=self.config.downsample_ratio)
        tokens: torch.Tensor = self.multi_modal_projector(shuffled.flatten(1, 2))
        return tokens

    def get_image_features(self, pixel_values: torch.Tensor, **_kwargs: Any) -> torch.Tensor:
        """Image tokens of tiles (tiles, 3, side, side): (tiles, tokens, text width)."""
        return self.project(self.vision_grid(pixel_values))

    def encode_masks(
        self, mask_values: torch.Tensor, sight: Sight | None, mask_to_tile: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Mask tokens (mask tiles, M, text width) of mask tiles that lie on image tiles.

        Args:
            mask_values: (mask tiles, 1, side, side), strictly {0, 1}.
            sight: of the image tiles.
            mask_to_tile: for each mask tile the number of its image tile; one to one if None.

        Raises:
            ValueError: the model has no mask encoder, or tiles of masks and image do not match.
        """
        if self.mask_encoder is None:
            raise ValueError("mask_values were given, but mask_encoder is 'none' in this model's configuration")
        seen = None
        if self.mask_encoder.sees_image:
            if sight is None:
                raise ValueError(f"mask encoder {self.config.mask_encoder!r} looks at the image: give pixel_values")
            if mask_to_tile is None and len(sight.grid) != len(mask_values):
                expected = f"{len(sight.grid)} mask tiles for {len(sight.grid)} image tiles"
                raise ValueError(f"expected {expected} (or mask_to_tile), found {len(mask_values)}")
            seen = sight if mask_to_tile is None else sight.of_tiles(mask_to_tile)
        tokens: torch.Tensor = self.mask_encoder(mask_values, seen)
        return tokens

    def embed(
        self,
        input_ids: torch.Tensor,
        sight: Sight | None = None,
        mask_values: torch.Tensor | None = None,
        mask_to_tile: torch.Tensor | None = None,
        *,
        mask_tokens: torch.Tensor | None = None,
        with_image: bool = True,
        are_counted: bool = False,
    ) -> torch.Tensor:
        """Embeddings of token ids (batch, length) with image and mask tokens in their places.

        Args:
            input_ids: with ``image_token_id`` and ``mask_token_id`` as placeholders.
            sight: of all image tiles of the batch, in order.
            mask_values: all mask tiles of the batch, in order.
            mask_to_tile: see `encode_masks`.
            mask_tokens: of `encode_masks`, instead of ``mask_values``.
            with_image: whether the ids hold image placeholders (not so when an image's prefix is in the cache).
            are_counted: placeholders and features are known to agree, so that nobody waits for a GPU to count them.

        Raises:
            ValueError: placeholders and features differ in number; nothing is scattered then.
        """
        embeddings: torch.Tensor = self.get_input_embeddings()(input_ids)
        if with_image:
            tokens = None if sight is None else self.project(sight.grid)
            embeddings = _fill(embeddings, input_ids == self.config.image_token_id, tokens, "image", are_counted)
        if mask_values is not None:
            mask_tokens = self.encode_masks(mask_values, sight, mask_to_tile)
        return _fill(embeddings, input_ids == self.config.mask_token_id, mask_tokens, "mask", are_counted)

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        pixel_values: torch.Tensor | None = None,
        mask_values: torch.Tensor | None = None,
        mask_to_tile: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        past_key_values: Any = None,
        inputs_embeds: torch.Tensor | None = None,
        are_counted: bool = False,
        **kwargs: Any,
    ) -> InternVLModelOutputWithPast:
        """Hidden states of the language model; see `embed` for the inputs."""
        if (input_ids is None) == (inputs_embeds is None):
            raise ValueError("give either input_ids or inputs_embeds")
        if input_ids is not None:
            sight = None if pixel_values is None else self.see(pixel_values)
            inputs_embeds = self.embed(input_ids, sight, mask_values, mask_to_tile, are_counted=are_counted)
        outputs = self.language_model(
            inputs_embeds=inputs_embeds,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            **kwargs,
        )
        return InternVLModelOutputWithPast(
            last_hidden_state=outputs.last_hidden_state,
            past_key_values=outputs.past_key_values,
            hidden_states=outputs.hidden_states,
            attentions=outputs.attentions,
        )


class UrecaForConditionalGeneration(_UrecaWeights, InternVLForConditionalGeneration):
    """URECA with its language modelling head: what is trained, saved, and captions regions."""

    config_class = UrecaConfig

    def __init__(self, config: UrecaConfig) -> None:
        InternVLPreTrainedModel.__init__(self, config)
        self.model = UrecaModel(config)
        self.lm_head = nn.Linear(config.text_config.hidden_size, config.text_config.vocab_size, bias=False)
        self.post_init()

    # generate() checks its arguments against these names: they must stand here, not in **kwargs.
    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        pixel_values: torch.Tensor | None = None,
        mask_values: torch.Tensor | None = None,
        mask_to_tile: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        past_key_values: Any = None,
        inputs_embeds: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        answer_places: torch.Tensor | None = None,
        logits_to_keep: int | torch.Tensor = 0,
        answer_logits: bool = False,
        **kwargs: Any,
    ) -> InternVLCausalLMOutputWithPast:
        """Logits, and with labels the mean cross-entropy of the next token.

        Args:
            input_ids: (batch, length).
            pixel_values: image tiles of the whole batch, (tiles, 3, side, side).
            mask_values: mask tiles of the whole batch, (mask tiles, 1, side, side), strictly {0, 1}.
            mask_to_tile: (mask tiles,), see `UrecaModel.encode_masks`.
            attention_mask: (batch, length), or (batch, 1, length, length), boolean, for packed regions.
            position_ids: (batch, length).
            past_key_values: the cache.
            inputs_embeds: instead of ``input_ids`` and all values.
            labels: (batch, length), -100 where nothing is to be learned; with ``answer_places`` (answers,).
            answer_places: (answers,) flat places of (batch, length) after which the labels follow: a GPU then need not
                be waited for to learn where they are, and image and mask placeholders are taken as counted.
            logits_to_keep: the last positions to compute logits for, 0 for all.
            answer_logits: compute logits only where a label follows; ``logits`` is then (answer tokens, vocabulary).
            kwargs: for the language model.
        """
        outputs = self.model(
            input_ids=input_ids,
            pixel_values=pixel_values,
            mask_values=mask_values,
            mask_to_tile=mask_to_tile,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            inputs_embeds=inputs_embeds,
            are_counted=answer_places is not None,
            **kwargs,
        )
        hidden, loss = outputs.last_hidden_state, None
        if labels is None:
            keep = slice(-logits_to_keep, None) if isinstance(logits_to_keep, int) else logits_to_keep
            logits = self.lm_head(hidden[:, keep])
        else:
            if answer_places is None:
                following = torch.nn.functional.pad(labels[:, 1:], (0, 1), value=-100).flatten()
                answer_places = (following != -100).nonzero()[:, 0]
                labels = following[answer_places]
            states = hidden.flatten(0, 1)
            logits = self.lm_head(states[answer_places] if answer_logits else hidden)
            predicted = logits if answer_logits else logits.flatten(0, 1)[answer_places]
            loss = nn.functional.cross_entropy(predicted.float(), labels)
        return InternVLCausalLMOutputWithPast(
            loss=loss,
            logits=logits,
            past_key_values=outputs.past_key_values,
            hidden_states=outputs.hidden_states,
            attentions=outputs.attentions,
        )

    # The catch-all must be called `kwargs`: generate() looks for that name.
    def prepare_inputs_for_generation(self, input_ids: torch.Tensor, **kwargs: Any) -> dict[str, Any]:
        """Inputs of one step; image and mask are given in the first step only, where there is a cache."""
        first = kwargs.get("is_first_iteration", False) or not kwargs.get("use_cache", True)
        visual_inputs = {name: kwargs.pop(name, None) for name in ("mask_values", "mask_to_tile", "pixel_values")}
        inputs: dict[str, Any] = super().prepare_inputs_for_generation(input_ids, **kwargs)
        return {**inputs, **(visual_inputs if first else dict.fromkeys(visual_inputs))}


def _fill(
    embeddings: torch.Tensor, places: torch.Tensor, tokens: torch.Tensor | None, what: str, are_counted: bool
) -> torch.Tensor:
    """Embeddings with tokens (n, tokens, width) written to the places (batch, length), in order."""
    if not are_counted:
        expected, actual = int(places.sum()), 0 if tokens is None else tokens.shape[0] * tokens.shape[1]
        if expected != actual:
            counts = f"{expected} {what} placeholders in input_ids, but {actual} {what} tokens"
            raise ValueError(f"{counts}: {_LIKELY[what]}")
    if tokens is None:
        return embeddings
    return embeddings.masked_scatter(places.unsqueeze(-1), tokens.to(embeddings.dtype))


_LIKELY = {
    "image": "image_seq_length of the processor and the tower's grid must agree, and pixel_values be given",
    "mask": "num_mask_tokens of processor and model must agree, and there must be one mask for each <MASK_CONTEXT>",
}

AutoConfig.register("ureca", UrecaConfig)
AutoModel.register(UrecaConfig, UrecaModel)
AutoModelForImageTextToText.register(UrecaConfig, UrecaForConditionalGeneration)
