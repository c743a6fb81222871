"""The words around an image and its regions: one prompt for training and captioning.

A prompt has two halves. The first ends with the image, the same for all regions of a picture; the second points at one
region and asks. They are tokenised apart, so that an image's half can be shared.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dataset.runtime.arrays import BoolArray

from .conditioning import POINTING_WORDS, Conditioning
from .processing import MASK_START

if TYPE_CHECKING:
    from .processing import UrecaProcessor

__all__ = ["PROMPT_TEXTS", "QUESTION", "PromptHalves"]

QUESTION: Final = "Describe this region in the image."

PROMPT_TEXTS: Final = ("user\n", f"{QUESTION}\n", "assistant\n", *POINTING_WORDS) * 1000
"""What a tokenizer is to learn beside captions; as often as in training, so that prompts take few tokens."""


@dataclass(frozen=True)
class PromptHalves:
    """Token ids of prompts for one processor and one strategy.

    Attributes:
        processor: with tokenizer and image tokens.
        conditioning: how regions are pointed at.
        question: what is asked.
    """

    processor: UrecaProcessor
    conditioning: Conditioning
    question: str = QUESTION
    _fixed_ids: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def image_half(self, tiles: int) -> list[int]:
        """Up to and including an image of this many tiles."""
        return self._fixed(f"<|im_start|>user\n{self.processor.image_text(tiles)}\n")

    def region_half(self, mask: BoolArray, mask_tiles: int) -> list[int]:
        """From the image to where the caption begins."""
        mask_text = self.processor.mask_text(mask_tiles) + "\n" if self.conditioning.mask_encoder != "none" else ""
        words = self.conditioning.words(mask)
        text = f"{mask_text}{self.question}{words}<|im_end|>\n<|im_start|>assistant\n"
        return self._ids(text) if self.conditioning.words_vary else self._fixed(text)

    def lead(self) -> list[int]:
        """With what the half of every region begins before its mask tokens, so that it can be read with the image."""
        return [] if self.conditioning.mask_encoder == "none" else self._fixed(MASK_START)

    def answers(self, captions: Sequence[str]) -> list[list[int]]:
        """Captions, each with its end."""
        if not captions:
            return []
        end = self.end
        encodings = self._encoder.encode_batch_fast(list(captions), add_special_tokens=False)
        return [[*encoding.ids, end] for encoding in encodings]

    @property
    def end(self) -> int:
        """The id that ends a caption."""
        return int(self.processor.tokenizer.convert_tokens_to_ids("<|im_end|>"))

    def text(self, ids: list[int]) -> str:
        """The caption that some ids say, up to their end."""
        stop = ids.index(self.end) if self.end in ids else len(ids)
        text: str = self.processor.tokenizer.decode(ids[:stop], skip_special_tokens=True)
        return " ".join(text.split())

    @cached_property
    def _encoder(self) -> Any:
        """The tokenizer without its shell, which costs more than the tokens; other threads run while it works.

        It is a copy, which never pads nor cuts whatever the tokenizer is told meanwhile.
        """
        encoder = copy.deepcopy(self.processor.tokenizer.backend_tokenizer)
        encoder.no_padding()
        encoder.no_truncation()
        return encoder

    def _fixed(self, text: str) -> list[int]:
        """Ids of a text that comes again and again: one for each number of tiles."""
        if text not in self._fixed_ids:
            self._fixed_ids[text] = self._ids(text)
        return list(self._fixed_ids[text])

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.processor.tokenizer.encode(text, add_special_tokens=False)
        return ids
