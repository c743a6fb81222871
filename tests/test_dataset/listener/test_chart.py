"""Protects the parser's memory and its short cuts: what captions share is read as if each were read alone."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from dataset.listener.grammar import chart as charts
from dataset.listener.grammar.chart import SUFFIXES, Chart
from dataset.listener.grammar.modifiers import MODIFIER_TABLE, combined
from dataset.listener.grammar.parse import MAX_WORDS, _whole, noun_phrases, parse
from dataset.listener.logic import Constraint, Phrase
from dataset.listener.words.spelling import REWRITES, rewritten, tokenize
from dataset.listener.words.terse import Rewrite
from dataset.listener.words.vocabulary import MODIFIERS, WORDS
from dataset.scenes.words.forms import extended

WORD_LIST = sorted(
    WORDS | {"car", "cars", "wheel", "wheels", "mug", "of", "with", "and", ",", "'s", "that", "is", "in", "made"}
)
PARTS = ("the", "a", "left", "front", "red", "and", "white", "striped", "three", "second", "wheel", "wheels", "car",
         "of", "of the", "with a", "from the left", "'s", "on the right", "to the left of", "behind", "that is",
         "in the picture", "big", "leftmost", "back", "top")  # fmt: skip


def sentences(seed: int, count: int) -> list[str]:
    generator = random.Random(seed)
    return [
        " ".join(generator.choice(PARTS if generator.random() < 0.9 else WORD_LIST) for _ in range(length))
        for length in generator.choices(range(1, 13), k=count)
    ]


def read_alone(tokens: tuple[str, ...]) -> tuple[Phrase, ...]:
    return _whole(Chart(tokens, noun_phrases), 0, len(tokens))


def test_captions_that_share_their_ends_are_read_as_if_alone() -> None:
    """The same readings in the same order, whatever was read before."""
    read = 0
    for caption in sentences(1, 3000):
        alone = read_alone(tokenize(caption))
        assert parse(caption) == alone, caption
        read += bool(alone)
    assert read > 100


def test_memory_that_is_full_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST_SUFFIXES", 5)
    parse.cache_clear()
    for caption in ("the wheel of the red car", "the mug of the red car", "the left wheel of the red car"):
        assert parse(caption) == read_alone(tokenize(caption))
    SUFFIXES.forget()
    parse.cache_clear()
    assert str(parse("the wheel of the red car")[0]) == "wheel[of car[red]]"


def test_tangled_captions_are_counted_as_if_alone() -> None:
    """A text whose own partial readings fill a chart has no reading, though others have read its end."""
    tangled = "the red car " + "on the left of the red car " * 8
    tokens = tokenize(tangled)
    assert len(tokens) <= MAX_WORDS
    for start in range(len(tokens) - 1, -1, -1):
        caption = " ".join(tokens[start:])
        try:
            alone = read_alone(tokens[start:])
        except charts.ChartFull:
            alone = ()
        assert parse(caption) == alone, caption
    assert parse(tangled) == ()


def test_phrases_of_tables_are_found_as_by_looking_at_all() -> None:
    for words in [*MODIFIERS, *pairwise(WORD_LIST)]:
        tokens = (*words, "mug")
        expected = [(value, len(key)) for key, value in MODIFIERS.items() if tokens[: len(key)] == key]
        assert Chart(tokens, noun_phrases).find(MODIFIER_TABLE, 0) == expected


def test_spellings_are_only_passed_over_where_they_cannot_match() -> None:
    samples = ("the left-hand side", "the viewer's left", "a box-shaped mug", "on the car's upper floor",
               "upper storey", "the car's front", "polka dot mug", "two-door car", "it doesn't stand",
               "it isnt red")  # fmt: skip
    for caption in (*samples, *sentences(2, 500)):
        for rewrite in REWRITES:
            assert not re.search(rewrite.pattern, caption) or any(part in caption for part in rewrite.needed)


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.kind)
def test_each_way_to_write_is_needed(rewrite: Rewrite) -> None:
    """Protects: the tables of spellings; an example becomes what they say, and through no other row."""
    assert rewritten(rewrite.before) == rewrite.after
    text = rewrite.before
    for other in REWRITES:
        if other is not rewrite:
            text = re.sub(other.pattern, other.replacement, text)
    assert text != rewrite.after


def test_a_phrase_is_extended_by_one_as_by_many() -> None:
    generator = random.Random(3)
    owner = Phrase("car", False, (Constraint("color", "red"),))
    pool = [
        *(Constraint("color", value) for value in ("red", "blue")),
        *(Constraint(kind, value) for kind in ("place", "most") for value in ("left", "top")),
        *(Constraint("nth", value) for value in ("2 left", "3 top")),
        Constraint("pattern", "dots"), Constraint("size", "big"), Constraint("of", "", owner),
        Constraint("with", "", owner), Constraint("with", "", Phrase("door")),
        Constraint("relation", "on", owner), Constraint("relation", "on", Phrase("table")),
    ]  # fmt: skip
    for _ in range(500):
        phrase = Phrase("wheel")
        for constraint in generator.sample(pool, 4):
            assert extended(phrase, constraint) == combined(phrase, (constraint,))[0]
            phrase = extended(phrase, constraint)
