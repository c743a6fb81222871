"""The smallest models of other people's families, with random weights, saved as they publish theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

TEMPLATE = (
    "{% for turn in messages %}<|im_start|>{{ turn['role'] }}\n"
    "{% for part in turn['content'] %}{% if part['type'] == 'image' %}IMAGE{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SIZES = {
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
}


def tokenizer(special: list[str], **named: str) -> Any:
    """One token for each byte, the special ones, and those that a processor asks for by name."""
    from transformers import PreTrainedTokenizerFast

    vocabulary = {byte: number for number, byte in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    of_bytes = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    of_bytes.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    of_bytes.decoder = decoders.ByteLevel()
    of_bytes.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>", *special, *named.values()])
    return PreTrainedTokenizerFast(
        tokenizer_object=of_bytes, pad_token="<|endoftext|>", eos_token="<|im_end|>", extra_special_tokens=named
    )


def text_config(of: Any, **more: Any) -> dict[str, Any]:
    return {
        **SIZES,
        "vocab_size": len(of),
        "num_key_value_heads": 2,
        "bos_token_id": None,
        "eos_token_id": of.eos_token_id,
        "pad_token_id": of.pad_token_id,
        **more,
    }


def llava() -> tuple[Any, Any]:
    """Needs no torchvision."""
    from transformers import CLIPImageProcessor, LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor

    words = tokenizer(["<image>"])
    config = LlavaConfig(
        text_config={"model_type": "llama", **text_config(words)},
        vision_config={"model_type": "clip_vision_model", **SIZES, "image_size": 28, "patch_size": 14},
        image_token_id=words.convert_tokens_to_ids("<image>"),
        image_seq_length=4,
    )
    pictures = CLIPImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    processor = LlavaProcessor(
        pictures,
        words,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=TEMPLATE.replace("IMAGE", "<image>\n"),
    )
    return LlavaForConditionalGeneration(config), processor


def qwen2_vl() -> tuple[Any, Any]:
    from transformers import (
        Qwen2VLConfig,
        Qwen2VLForConditionalGeneration,
        Qwen2VLImageProcessor,
        Qwen2VLProcessor,
        Qwen2VLVideoProcessor,
    )

    special = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    words = tokenizer(special)
    start, end, image, video = (words.convert_tokens_to_ids(token) for token in special)
    config = Qwen2VLConfig(
        text_config=text_config(
            words, rope_parameters={"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 10000.0}
        ),
        vision_config={"depth": 1, "embed_dim": 32, "hidden_size": 32, "num_heads": 4, "mlp_ratio": 1},
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=image,
        video_token_id=video,
    )
    template = TEMPLATE.replace("IMAGE", "<|vision_start|><|image_pad|><|vision_end|>")
    pictures = Qwen2VLImageProcessor(min_pixels=56 * 56, max_pixels=112 * 112)
    processor = Qwen2VLProcessor(pictures, words, Qwen2VLVideoProcessor(), chat_template=template)
    return Qwen2VLForConditionalGeneration(config), processor


def internvl() -> tuple[Any, Any]:
    from transformers import (
        GotOcr2ImageProcessor,
        InternVLConfig,
        InternVLForConditionalGeneration,
        InternVLProcessor,
        InternVLVideoProcessor,
    )

    words = tokenizer(
        [],
        start_image_token="<img>",
        end_image_token="</img>",
        context_image_token="<IMG_CONTEXT>",
        video_token="<video>",
    )
    config = InternVLConfig(
        text_config={"model_type": "qwen2", **text_config(words)},
        vision_config={**SIZES, "image_size": [28, 28], "patch_size": [14, 14]},
        image_token_id=words.context_image_token_id,
        image_seq_length=1,
    )
    pictures = GotOcr2ImageProcessor(size={"height": 28, "width": 28}, crop_to_patches=False)
    template = TEMPLATE.replace("IMAGE", "<IMG_CONTEXT>\n")
    processor = InternVLProcessor(pictures, words, InternVLVideoProcessor(), image_seq_length=1, chat_template=template)
    return InternVLForConditionalGeneration(config), processor


FAMILIES = {"llava": llava, "qwen2-vl": qwen2_vl, "internvl": internvl}


def save_tiny(family: str, folder: Path) -> Path:
    """A folder as `save_pretrained` writes it; equal for equal families. The model says "a" and "b" alone."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model, processor = FAMILIES[family]()
    head = model.get_output_embeddings().weight
    a, b = processor.tokenizer.convert_tokens_to_ids(["a", "b"])
    with torch.no_grad():
        head[a], head[b] = torch.randn(head.shape[1]), 0
        head[b] -= head[a]
        head[[a, b]] *= 100
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
