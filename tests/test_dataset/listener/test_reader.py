"""Protects how free text is read: islands, facts, what is refused, the reasons given, and the page of words."""

import random

import pytest

from baselines.mask_only import nounless_phrases
from benchmark.validation.captions import MEASURING, natural_captions
from dataset.listener import World, WorldRegion, explain, listen
from dataset.listener.logic import BOTH, UNKNOWN_NOUN, Constraint, Phrase
from dataset.listener.reader import read, read_freely
from dataset.listener.sentences.phrases import without_unknown
from dataset.listener.vocabulary_page import PAGE, vocabulary_page


def region(name, category, x, parent=None, **fields):
    box = {"left": x - 0.1, "top": 0.4, "right": x + 0.1, "bottom": 0.6}
    kind = "object" if parent is None else "part"
    return WorldRegion(name, parent, category, kind, x, 0.5, area=0.04, **box, **fields)


WORLD = World(
    (
        region("mug", "mug", 0.2, attributes={"color": "red"}, distance=3.0),
        region("handle", "handle", 0.28, "mug", attributes={"color": "green"}),
        region(
            "vase", "vase", 0.8, attributes={"color": "gray"}, shades=("white",), tiny=("yellow knob",), distance=4.0
        ),
    )
)


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("A glossy red mug, slightly tilted, with a sturdy green handle.", "mug", "correct"),
        ("A glossy red mug, slightly tilted, with a sturdy blue handle.", "mug", "nothing"),
        ("the green-handled mug", "mug", "correct"),
        ("the white vase", "vase", "correct"),
        ("the purple vase", "vase", "nothing"),
        ("The gray vase. It has a small yellow knob.", "vase", "correct"),
        ("The red mug. It is not the gray vase.", "mug", "correct"),
        ("The red mug. It stands to the left of the gray vase.", "mug", "correct"),
        ("The red mug. It stands to the right of the gray vase.", "mug", "false"),
        ("The red mug. There is a blue bus behind it.", "mug", "false"),
        ("A shiny mug in red, tilted, on the left.", "mug", "correct"),
        ("A shiny mug in red, tilted, on the right.", "mug", "nothing"),
        ("The red mug. A green handle is attached to its right side.", "mug", "correct"),
        ("The red mug. A green handle is attached to its left side.", "mug", "false"),
        ("The red mug. It shows a green handle, left of the gray vase.", "mug", "correct"),
        ("The red mug. It shows a green handle, right of the gray vase.", "mug", "false"),
        ("The red mug. Both stand there.", "mug", "correct"),
        ("The red mug. Its side hides the tops of two buses.", "mug", "false"),
        ("The gray vase beside the red mug, one of its three.", "vase", "false"),
    ],
)
def test_free_text(caption, target, outcome):
    """What is understood must hold, what is not known is left out."""
    assert listen(caption, WORLD, target).outcome == outcome


def test_share_read_counts_content_words():
    """Unknown words lower the share, function words do not count."""
    assert read("the red mug").share == 1
    assert read("the frobnicated red mug").share == pytest.approx(2 / 3)
    assert read("the frobnicated red mug").unknown == ("frobnicated",)


def test_reasons():
    """An explanation names the first unknown word and what excluded the target."""
    reasons = explain("the frobnicated blue mug", WORLD, "mug")
    assert (reasons.hearing.first_unknown, reasons.excluded_by) == ("frobnicated", ("blue",))
    assert ("frobnicated", False) in reasons.words
    assert "[frobnicated]" in str(reasons)
    assert explain("The red mug. Its handle is blue.", WORLD, "mug").excluded_by[0] == "has handle[blue]"
    passing = explain("The red mug. A canoe is near.", WORLD, "mug")
    assert [clause.text for clause in passing.clauses if clause.form in passing.excluded_by] == [
        "canoe, which no picture shows"
    ]


def test_no_phrase_without_a_kind_is_correct():
    """Place, order and size alone identify nothing, whoever chooses the words."""
    for text in nounless_phrases():
        for target in ("mug", "handle", "vase"):
            assert listen(text, WORLD, target).outcome != "correct", text


def test_long_texts_are_answered():
    """Thousands of words are refused, and hundreds are read in bounded time."""
    assert listen("the red mug and " * 2000, WORLD, "mug").outcome == "unparsed"
    assert listen(
        "The red mug. " + "It has a green handle with a blue vase behind the mug. " * 18, WORLD, "mug"
    ).outcome


def test_cut_and_jumbled_texts_are_answered():
    """Protects: no text raises an error, wherever it breaks off and in whatever order its words stand."""
    rng = random.Random(4)
    texts = [row.caption.split() for row in natural_captions() if row.half != MEASURING]
    for words in rng.sample(texts, 250):
        start, end = sorted(rng.sample(range(len(words) + 1), 2))
        jumbled = rng.sample(words, len(words))
        for text in (words[:end], words[start:], [*words[:end], *rng.choice(texts)[start:]], jumbled):
            assert listen(" ".join(text), WORLD, "mug").outcome


def test_the_page_of_words_is_fresh():
    """docs/listener-vocabulary.md is what the tables make."""
    assert PAGE.read_text(encoding="utf-8") == vocabulary_page()


def of_house(number, category, x, y=0.5, width=0.06, parent="house", **fields):
    box = {"left": x - width / 2, "top": y - 0.03, "right": x + width / 2, "bottom": y + 0.03}
    kind = "object" if parent is None else "part"
    return WorldRegion(number, parent, category, kind, x, y, area=0.003, **box, **fields)


HOUSE = World(
    (
        of_house("house", "house", 0.7, width=0.5, parent=None, attributes={"color": "gray"}),
        *(of_house(f"window {k}", "window", 0.5 + 0.13 * k, attributes={"color": "teal"}) for k in range(4)),
        of_house("door", "door", 0.6, 0.8, attributes={"color": "brown"}),
        of_house("mug", "mug", 0.8, 0.9, 0.1, parent=None, distance=2.0),
        of_house("drink", "drink", 0.795, 0.9, 0.08, parent="mug", attributes={"color": "brown"}),
    )
)


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("the third window of the house", "window 2", "correct"),
        ("the third window of the house", "window 1", "wrong"),
        ("the house without its red door", "house", "nothing"),
        ("the brown drink of the mug on the left", "drink", "nothing"),
        ("the brown drink of the mug on the right", "drink", "correct"),
        ("the left one of the six windows", "window 0", "nothing"),
        ("the teal thing", "window 0", "ambiguous"),
        ("the gray thing", "house", "ambiguous"),
    ],
)
def test_numbers_sides_and_exclusions(caption, target, outcome):
    """An ordinal counts what is alike from the left; numbers, sides and what is excluded must be there."""
    assert listen(caption, HOUSE, target).outcome == outcome


def test_in_front_of_is_no_front():
    """ "In front of the table" says where a thing stands, never of which side of the table it is."""
    readings = read("the mug standing in front of the tables").head
    assert readings
    assert all("in front of" in str(reading.phrase) for reading in readings)


def test_between_a_thing_and_an_unknown_one_says_nothing():
    """Protects: a caption of any words is answered; half of "between the mug and the zorb" was an error once."""
    mug, zorb = (Constraint("side", "", Phrase(noun, False, ())) for noun in ("mug", UNKNOWN_NOUN))
    vases = [Phrase("vase", False, (Constraint("between", "", Phrase(BOTH, False, (mug, b))),)) for b in (zorb, mug)]
    assert without_unknown(vases[0]) == Phrase("vase", False, ())
    assert without_unknown(vases[1]) == vases[1]


@pytest.mark.parametrize(
    ("caption", "form"),
    [
        ("A flat, wide, grassy mound in the distance.", "hill[back]"),
        ("A thin shaded strip under the tabletop.", "strip[under tabletop]"),
        ("The lamp on the left, shade, pole and foot all included.", "lamp[with foot, with pole, with shade, left]"),
        ("A slat, the bottom one in the back of the bench.", "slat[of backrest[of bench], bottom]"),
        ("The legs supporting the bench.", "leg+[of bench]"),
        ("The cone-shaped tip of the fir, its topmost layer.", "layer[of pine, most top]"),
        ("The legs under the seat, two at the left end and one at the right end.", "leg+[under seat]"),
        ("All three vans on the road: teal, grey and checkered.", "van+[count 3, on road]"),
    ],
)
def test_long_first_sentences(caption, form):
    """Protects: which noun is meant, and what is only listed of its parts or members, in detailed captions."""
    assert form in [str(reading.phrase) for reading in read_freely(caption).head]
