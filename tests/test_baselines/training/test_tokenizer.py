"""Protects the mini model's words: every text survives, special tokens stay whole, and saving loses nothing."""

import hashlib
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from baselines.training.shards import SceneText
from baselines.training.tokenizer import (
    NAMED_TOKENS,
    SMALLEST_VOCABULARY,
    SPECIAL_TOKENS,
    caption_texts,
    train_tokenizer,
)
from dataset.errors import InvalidInputError
from dataset.schema import Region

CAPTIONS = ("the left wheel of the red car", "the group of three cars", "a red car", "the car behind the red car")
QUESTION = "Describe this region in the image."


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer([*CAPTIONS, QUESTION], 4096)


@given(st.text(max_size=40))
def test_any_text_comes_back(tokenizer, text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert tokenizer.decode(tokenizer.encode(composed)) == composed


def test_words_of_the_captions_are_one_token_each(tokenizer) -> None:
    for caption in (*CAPTIONS, QUESTION.removesuffix(".")):
        assert len(tokenizer.encode(caption)) == len(caption.split())
    assert len(tokenizer) < 4096  # a small language: nothing is left to merge


def test_special_tokens_are_never_cut_and_have_the_first_ids(tokenizer) -> None:
    assert tokenizer.convert_tokens_to_ids(list(SPECIAL_TOKENS)) == list(range(len(SPECIAL_TOKENS)))
    text = "".join(f"{token}red" for token in SPECIAL_TOKENS)
    assert [token for token in tokenizer.tokenize(text) if token in SPECIAL_TOKENS] == list(SPECIAL_TOKENS)
    assert tokenizer.decode(tokenizer.encode("<box>a red car</box><|im_end|>"), skip_special_tokens=True) == "a red car"


def test_numbers_are_written_digit_by_digit(tokenizer) -> None:
    assert tokenizer.tokenize("<box>[[12, 340]]</box>") == ["<box>", *"[[12", ",", "Ġ", *"340", *"]]", "</box>"]


def test_answers_are_padded_on_the_left_and_ended_by_the_chat_marker(tokenizer) -> None:
    batch = tokenizer(["a red car", "a car"], padding=True)
    assert batch["input_ids"][1][0] == tokenizer.pad_token_id == 0
    assert batch["attention_mask"][1] == [0, 1, 1]
    assert tokenizer.eos_token == "<|im_end|>"


def test_the_chat_template_shows_image_mask_and_question(tokenizer) -> None:
    parts = [{"type": "image"}, {"type": "mask"}, {"type": "text", "text": QUESTION}]
    chat = tokenizer.apply_chat_template(
        [{"role": "user", "content": parts}], tokenize=False, add_generation_prompt=True
    )
    assert chat == (f"<|im_start|>user\n<IMG_CONTEXT>\n<MASK_CONTEXT>\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n")


def test_a_saved_tokenizer_is_the_same_and_has_what_internvl_asks_for(tokenizer, tmp_path: Path) -> None:
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    for name, token in NAMED_TOKENS.items():
        assert getattr(again, name) == token
        assert getattr(again, f"{name}_id") == SPECIAL_TOKENS.index(token)
    text = f"<|im_start|>user\n<img><IMG_CONTEXT></img>\n<mask><MASK_CONTEXT></mask>\n{QUESTION} Ünïcode <|im_end|>"
    assert again.encode(text) == tokenizer.encode(text)
    assert again.chat_template == tokenizer.chat_template
    assert (again.padding_side, again.eos_token, again.pad_token) == ("left", "<|im_end|>", "<|endoftext|>")
    assert len(again) == len(tokenizer)


def test_training_is_deterministic_across_processes(tokenizer) -> None:
    code = (
        "import hashlib; from baselines.training.tokenizer import train_tokenizer; "
        f"text = train_tokenizer({[*CAPTIONS, QUESTION]!r}, 4096).backend_tokenizer.to_str(); "
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == hashlib.sha256(tokenizer.backend_tokenizer.to_str().encode()).hexdigest()


def test_the_vocabulary_is_bounded_and_must_hold_all_bytes() -> None:
    assert len(train_tokenizer(CAPTIONS, SMALLEST_VOCABULARY + 5)) == SMALLEST_VOCABULARY + 5
    with pytest.raises(InvalidInputError, match=f"expected at least {SMALLEST_VOCABULARY}"):
        train_tokenizer(CAPTIONS, SMALLEST_VOCABULARY - 1)


def test_texts_are_all_captions_then_the_prompts() -> None:
    regions = (
        Region("a/1", "a", ("one", "two"), short_caption="short"),
        Region("a/2", "a", ("three",), parent_id="a/1"),
    )
    text = SceneText(image_id="a", height=2, width=2, regions=regions)
    assert list(caption_texts([text], [QUESTION])) == ["one", "two", "short", "three", QUESTION]
