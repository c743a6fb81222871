"""Protects: what the listener understood is told in words that a reader who knows no logical form can check."""

import pytest

from dataset.listener import World, WorldRegion, explain, parse
from dataset.listener.explanation.wording import fact_in_words, phrase_in_words
from dataset.listener.logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from dataset.listener.sentences.fact import Fact


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("the yellow table", "a table (yellow)"),
        ("the second wheel from the left of the red car", "a wheel (part of a car (red); second from the left)"),
        ("the leftmost table", "a table (the furthest left of them)"),
        ("the striped wall", "a wall (striped)"),
        ("the tables", "more than one table"),
    ],
)
def test_captions_are_read_back_in_words(caption, words):
    assert words in {phrase_in_words(phrase) for phrase in parse(caption)}


_KINDS = (
    "color accent pattern material count among of with without relation between posture about size place picture most"
)


@pytest.mark.parametrize("kind", [*_KINDS.split(), "nth"])
def test_every_kind_of_constraint_has_words(kind):
    inner = Phrase("cup") if kind in ("of", "with", "without", "relation", "between", "about") else None
    words = phrase_in_words(Phrase("thing", False, (Constraint(kind, "red", inner),)))
    assert "(" in words
    assert "{" not in words


def test_unknown_and_any_nouns_have_words_too():
    assert phrase_in_words(Phrase(UNKNOWN_NOUN)) == "something of a kind not understood"
    assert phrase_in_words(Phrase(ANY_NOUN, True)) == "things of any kind"


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (Fact("is", None, (Constraint("color", "red"),)), "it is red"),
        (Fact("has", Phrase("door")), "it has a door"),
        (Fact("lacks", Phrase("door")), "it has no door"),
        (Fact("relation", Phrase("car"), (), "left of"), "it is left of a car"),
        (Fact("some", None, (Constraint("color", "red"),)), "one of them is red"),
        (Fact("tally", None, (Constraint("count", "3"),)), "there are 3 of them"),
        (Fact("other", Phrase("car"), (), "left"), "another like it is to the left"),
        (Fact("side", Phrase("handle"), (), "left"), "a handle is at the left"),
    ],
)
def test_statements_have_words(fact, words):
    assert fact_in_words(fact) == words


def thing(name, color, x):
    return WorldRegion(
        name, None, "ball", "object", x, 0.5, x - 0.1, 0.4, x + 0.1, 0.6, 0.04, attributes={"color": color}
    )


def test_clauses_say_of_which_regions_they_are_true():
    world = World((thing("a", "red", 0.2), thing("b", "blue", 0.8)))
    reasons = explain("the blue ball", world, "a")
    assert [(clause.text, clause.certain) for clause in reasons.clauses] == [
        ("a ball", frozenset("ab")),
        ("blue", frozenset("b")),
    ]
    assert reasons.excluded_by == ("blue",)
