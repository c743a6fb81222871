"""The mini model's own tokenizer: a byte-level BPE learnt from captions, with the tokens of InternVL and of URECA."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

from dataset.errors import InvalidInputError

from .shards import SceneText

__all__ = ["NAMED_TOKENS", "SMALLEST_VOCABULARY", "SPECIAL_TOKENS", "caption_texts", "train_tokenizer"]

NAMED_TOKENS: Final = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}
"""The attributes that `transformers.InternVLProcessor` asks a tokenizer for; each has an ``_id`` beside it."""

_PADDING, _BEGIN, _END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL_TOKENS: Final = (
    _PADDING,
    _BEGIN,
    _END,
    *NAMED_TOKENS.values(),
    "<mask>",
    "</mask>",
    "<MASK_CONTEXT>",
    "<box>",
    "</box>",
)
"""Ids 0, 1, ... in this order; none of them is ever cut or learnt from text."""

SMALLEST_VOCABULARY: Final = 256 + len(SPECIAL_TOKENS)
"""All bytes and the special tokens: what any text can be written in."""

# Qwen2's rule, so that the mini model cuts numbers (of boxes) and words as the large ones do
_WORDS: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

_ROLES: Final = ("user", "assistant", "system")
_CHAT: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ '<IMG_CONTEXT>\n' }}{% elif part['type'] == 'video' %}{{ '<video>\n' }}"
    "{% elif part['type'] == 'mask' %}{{ '<MASK_CONTEXT>\n' }}{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def train_tokenizer(texts: Iterable[str], vocabulary_size: int = 4096) -> PreTrainedTokenizerFast:
    """Learn a byte-level BPE; the same texts in the same order give the same tokenizer.

    Args:
        texts: what it will have to write: captions, prompts.
        vocabulary_size: the largest number of tokens. Scenes have a small language: once every word of the texts is one
            token there is nothing left to merge, and the tokenizer is smaller; size embeddings by ``len(tokenizer)``.

    Returns:
        A tokenizer that `transformers.InternVLProcessor` accepts and ``AutoTokenizer`` reads back, padding on the left
        with ``<|endoftext|>``, answers ending with ``<|im_end|>``. Content parts of type "mask" in its chat template
        stand for ``<MASK_CONTEXT>``.

    Raises:
        InvalidInputError: the vocabulary has no room for all bytes and the special tokens.
    """
    if vocabulary_size < SMALLEST_VOCABULARY:
        expected = f"expected at least {SMALLEST_VOCABULARY} (all bytes and the special tokens)"
        raise InvalidInputError("train_tokenizer", [f"vocabulary_size: {expected}, found {vocabulary_size}"])
    backend = Tokenizer(BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    backend.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=1,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[AddedToken(token, normalized=False, special=True) for token in SPECIAL_TOKENS],
        show_progress=False,
    )
    backend.train_from_iterator(itertools.chain(texts, _ROLES), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        eos_token=_END,
        pad_token=_PADDING,
        padding_side="left",
        model_max_length=32768,
        clean_up_tokenization_spaces=False,
        extra_special_tokens=dict(NAMED_TOKENS),
        chat_template=_CHAT,
    )


def caption_texts(texts: Iterable[SceneText], prompts: Iterable[str] = ()) -> Iterator[str]:
    """Every caption of some images, short ones included, then the prompts: what a tokenizer is to be learnt from."""
    for text in texts:
        for region in text.regions:
            yield from region.captions
            if region.short_caption is not None:
                yield region.short_caption
    yield from prompts
