"""Which details of a caption would be missed if they were untrue."""

import pytest

from dataset.listener import World, explain, listen
from dataset.listener.explanation.scrutiny import MOST_DETAILS, details_of, unchecked

BALL = {"id": "ball", "parent": None, "category": "ball", "granularity": "object", "attributes": {"color": "red"}}
MUG = {"id": "mug", "parent": None, "category": "mug", "granularity": "object", "attributes": {"color": "blue"}}
WORLD = World.from_dict(
    {
        "regions": [
            BALL | {"box": [0.2, 0.6, 0.1, 0.5, 0.3, 0.7, 0.04]},
            MUG | {"box": [0.8, 0.6, 0.7, 0.5, 0.9, 0.7, 0.04]},
        ]
    }
)


def test_details_are_turned_into_what_is_untrue():
    """Protects: a word becomes its opposite, a colour one that nothing shows, and only whole words are details."""
    details = details_of("The red ball to the left of the upright leftover. Two mugs", WORLD)
    turned = {detail.word: detail.opposite for detail in details}
    assert turned["left"] == "right"
    assert turned["Two"] == "three"
    assert turned["red"] not in ("red", "blue")
    assert "leftover" not in turned
    assert not details_of("It is left out, right next to them, left and right of it, from left to right", WORLD)
    assert [detail.start for detail in details] == sorted(detail.start for detail in details)
    assert len(details_of("small, " * 200, WORLD)) == MOST_DETAILS


@pytest.mark.parametrize(
    ("caption", "missed"),
    [
        ("the red ball on the left", set()),
        ("The ball on the left. It has a tiny scratch.", {"tiny"}),
        ("The ball on the right.", set()),
    ],
)
def test_a_detail_is_unchecked_if_its_opposite_is_still_correct(caption, missed):
    """Protects: what `ureca explain` calls unchecked is what could be untrue unnoticed; of a wrong caption nothing."""
    assert {detail.word for detail in unchecked(caption, WORLD, "ball")} == missed


def test_an_explanation_names_what_is_unchecked_in_its_words():
    """Protects: the reader of an explanation finds the detail in the caption."""
    reasons = explain("The ball on the left. It has a tiny scratch.", WORLD, "ball")
    assert reasons.unchecked == ("has a *tiny* scratch",)
    assert str(reasons).endswith("unchecked has a *tiny* scratch")
    assert str(explain("the red ball", WORLD, "ball")).endswith("unchecked nothing")
    assert "unchecked" not in str(explain("the mug", WORLD, "ball"))


@pytest.mark.parametrize(
    ("caption", "outcome", "untold"),
    [
        ("The red ball. Its seam bends to the left.", "unparsed", ("left",)),
        ("The red ball. Two scratches run over it.", "unparsed", ("Two",)),
        ("The red ball on the left. Its seam bends to the left.", "correct", ()),
        ("The red ball. It has a tiny scratch.", "correct", ()),
        ("The red ball. Its seam bends from the left end up to the right end.", "correct", ()),
        ("The red ball whose seam bends to the left.", "correct", ()),
        ("The blue ball. Its seam bends to the left.", "nothing", ()),
    ],
)
def test_a_caption_that_is_as_correct_with_all_sides_exchanged_is_not_understood(caption, outcome, untold):
    """Protects: of several sentences one with sides or numbers is correct only if some were understood."""
    hearing = listen(caption, WORLD, "ball")
    assert (hearing.outcome, hearing.untold) == (outcome, untold)


def test_an_explanation_names_what_was_not_told():
    """Protects: who reads why a caption is unparsed finds the words."""
    assert "untold    as correct with the opposite of left" in str(
        explain("The red ball. Its seam bends to the left.", WORLD, "ball")
    )
