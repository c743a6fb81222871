"""Protects the exactness of tokenisation without Java: what it answers is what the Stanford tokenizer answers."""

import random
import string
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.text.ptb import PtbTokenizer, tokenize_fast
from benchmark.text.tokenizer import JavaPtbTokenizer
from tests.support.package_texts import package_texts

PIECES = [
    "a",
    "the",
    "Dog",
    "dogs",
    "I",
    "U",
    "NASA",
    "TV",
    "t-shirt",
    "black-and-white",
    "x-ray",
    "man's",
    "it's",
    "Bob's",
    "cannot",
    "gonna",
    "Gimme",
    "can't",
    "don't",
    "dogs'",
    "'s",
    "'tis",
    "o'clock",
    "rock'n'roll",
    "7",
    "14",
    "007",
    "1990",
    "12345",
    "1,200",
    "3/4",
    "1/2",
    "10:45",
    "3.5",
    "2nd",
    "8-bit",
    "-",
    "--",
    "...",
    "etc",
    "etc.",
    "Mr.",
    "al",
    "sept",
    "calif",
    "e.g.",
    "U.S.",
    ",",
    "dog,",
    "7,",
    "man's,",
    "a-b-c-d",
    "?",
    "!",
    "(",
    ")",
    "[x]",
    "#1",
    "$5",
    "50%",
    "a@b.co",
    "www.x.com",
    "caf\u00e9",
    "\u2019",
    "\u2026",
    "\u00bd",
    "\t",
    "  ",
    "",
    "a.",
    "dog.",
    "7.",
]


def check(texts: Sequence[str]) -> float:
    """The share of texts answered without Java, all of them as Java answers."""
    fast = {text: tokens for text in dict.fromkeys(texts) if (tokens := tokenize_fast(text)) is not None}
    expected = JavaPtbTokenizer().tokenize(list(fast))
    different = [(text, fast[text], java) for text, java in zip(fast, expected, strict=True) if fast[text] != java]
    assert not different, different[:5]
    return sum(text in fast for text in texts) / len(texts)


def test_pieces_in_random_order_are_tokenised_as_by_java() -> None:
    draw = random.Random(0)
    texts = [" ".join(draw.choices(PIECES, k=draw.randint(0, 6))) for _ in range(30_000)]
    assert check(texts) > 0.05


def test_words_in_all_places_are_tokenised_as_by_java() -> None:
    draw = random.Random(1)
    words = ["".join(draw.choices(string.ascii_letters, k=draw.randint(1, 9))) for _ in range(4_000)]
    shapes = ("{}", "a {}, b", "the {}'s x", "{}-{}", "4 {} 5", "the {}.", "x-{} a.", "{}, 12, {}.", "{} 's")
    assert check([draw.choice(shapes).format(word, word[::-1]) for word in words]) > 0.5


def test_package_texts_are_tokenised_as_by_java() -> None:
    texts = package_texts(4_000, 0)
    words = [word for text in texts for word in text.split()]
    draw = random.Random(2)
    runs = [" ".join(words[start : start + draw.randint(1, 9)]) for start in range(0, len(words), 7)][:20_000]
    assert check(texts + runs) > 0.02


def test_generated_texts_are_tokenised_as_by_java() -> None:
    collected: list[str] = []
    alphabet = st.sampled_from(string.ascii_letters[::3] + " .,'-019\u00e9\u2028/$!\r")

    @settings(max_examples=1_500, database=None, deadline=None, derandomize=True)
    @given(st.text(alphabet, max_size=20))
    def collect(text: str) -> None:
        collected.append(text)

    collect()
    assert check(collected) > 0.05


@pytest.mark.parametrize(
    ("caption", "tokens"),
    [
        ("", ""),
        ("A man's t-shirt, red", "a man 's t-shirt red"),
        ("the left zebra", "the left zebra"),
        ("two 14 zebras.", None),
        ("on the sidewalk.", "on the sidewalk"),
        ("I cannot see", None),
        ("1 200", None),
        ("etc.", None),
        ("the Bancorp.", None),
        ("don't", None),
        ("caf\u00e9", None),
        ("a\tb", None),
    ],
)
def test_answers_for_plain_captions_only(caption: str, tokens: str | None) -> None:
    assert tokenize_fast(caption) == tokens


def test_the_rest_goes_to_the_other_tokenizer_in_order() -> None:
    class Upper:
        signature = "upper"

        def tokenize(self, texts: Sequence[str]) -> list[str]:
            return [text.upper() for text in texts]

    tokenizer = PtbTokenizer(Upper())
    assert tokenizer.tokenize(["A dog", "don't", "b", "1/2 c"]) == ["a dog", "DON'T", "b", "1/2 C"]
    assert tokenizer.signature == "upper"
