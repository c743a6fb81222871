"""Protects: tokens equal pycocoevalcap's PTBTokenizer, and no text ever shifts another one's result."""

import pytest
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

from benchmark.text.tokenizer import JavaPtbTokenizer

CAPTIONS = [
    "A man's (red) hat, isn't it?",
    "the [second] car -- from the left; it cannot move...",
    "“Curly” quotes — dashes… and ½ £5 €6",
    "http://example.org/a?b=c and me@example.org at 10:45, 1,200 people, 3/4 of U.S. trains",
    "gonna 'tis y'all rock 'n' roll :) :-( #tag @me",
    "Ünïcode café naïve 東京 🙂 emoji",
    "pipes ||| and `backquotes` ``double''",
    "  spaces   everywhere\t\ttabs ",
    "8-bit 2.x 3.10.0 .0 al. fritz!box",
    "3 1/2 cups",
    "...",
    "",
]


@pytest.fixture(scope="module")
def original():
    return [
        tokens
        for [tokens] in PTBTokenizer().tokenize({n: [{"caption": text}] for n, text in enumerate(CAPTIONS)}).values()
    ]


def test_equal_to_the_original(original):
    assert JavaPtbTokenizer().tokenize(CAPTIONS) == original


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\u2028", "\u2029", "\x85", "\x1c", "\x00", "\ufeff"])
def test_line_ends_do_not_shift_later_captions(end):
    assert JavaPtbTokenizer().tokenize([f"red{end}car", "second", f"{end}third{end}"])[1] == "second"


def test_line_ends_are_spaces():
    texts = [f"red{end}car" for end in ("\n", "\r", "\r\n", "\v", "\f", "\u2028", "\u2029")]
    assert JavaPtbTokenizer().tokenize(texts) == ["red car"] * len(texts)


def test_a_caption_does_not_see_the_next():
    together = JavaPtbTokenizer().tokenize(["a shop of foo and co.", "a dog", "no.", "5 dogs"])
    alone = [JavaPtbTokenizer().tokenize([text])[0] for text in ("a shop of foo and co.", "no.")]
    assert [together[0], together[2]] == alone


def test_a_final_initial_does_not_see_the_next_caption():
    assert JavaPtbTokenizer().tokenize(["vitamin a.", "The dog"]) == ["vitamin a.", "the dog"]


def test_a_tag_does_not_reach_into_the_next_caption():
    """Protects: markup that opens in one caption and closes in another leaves both as they are alone."""
    captions = ['a sign <b alt="a dog', 'two cats">x', "a cat"]
    assert JavaPtbTokenizer().tokenize(captions) == ["a sign < b alt = a dog", "two cats > x", "a cat"]


def test_lone_surrogates_are_question_marks_and_shift_nothing():
    assert JavaPtbTokenizer().tokenize(["a \ud83d b", "second"])[1] == "second"


def test_no_texts():
    assert JavaPtbTokenizer().tokenize([]) == []
