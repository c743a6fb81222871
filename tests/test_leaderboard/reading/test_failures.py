"""Protects: failures are those of the score, in groups that add up, each with a reason that is true of it."""

import base64
import io
import re

import pytest
from PIL import Image

from benchmark.reports.html_examples import find_confusions
from benchmark.text.corpus import Corpus
from dataset.listener import World, WorldRegion
from dataset.schema import Region
from leaderboard.reading.explore import SystemCaption, answers_of, open_gallery
from leaderboard.reading.failures.cards import failure_cards
from leaderboard.reading.failures.groups import GROUPS, count_groups, failures_of, relation_of, verdict_score
from leaderboard.reading.failures.reasons import is_wrong, reason_of
from leaderboard.reading.items import item_scores
from leaderboard.reading.standings import read_standings


@pytest.fixture(scope="module")
def gallery(filled):
    return open_gallery(filled, "photos")


@pytest.fixture(scope="module")
def entries(filled):
    return {entry.name: entry for entry in read_standings(filled, "photos").entries}


def test_failures_are_the_captions_that_the_first_verdict_calls_wrong(filled, gallery, entries):
    assert failures_of(filled, gallery, entries["Reference"]) == ()
    run_id = entries["Half"].run_id
    assert verdict_score(filled, run_id) == "unique_and_correct"
    ids, values = item_scores(filled, run_id, "unique_and_correct")
    wrong = {region_id for region_id, value in zip(ids, values, strict=True) if value < 1}
    failures = failures_of(filled, gallery, entries["Half"])
    assert {failure.region_id for failure in failures} == wrong
    assert len(failures) == len(wrong)
    assert len({failure.image_id for failure in failures[:8]}) == 8  # one image after the other
    counts = count_groups(failures)
    assert sum(counts.values()) == len(failures)
    assert list(counts) == [group for group in GROUPS if group in counts]


def test_regions_without_a_caption_are_a_group(filled, gallery, entries, regions):
    groups = {failure.region_id: failure.group for failure in failures_of(filled, gallery, entries["Constant"])}
    assert {region.region_id for region in regions[-40:]} == {key for key, group in groups.items() if group == "empty"}


def test_relations_reach_over_all_levels():
    parents = {"a": None, "b": "i/a", "c": "i/b", "d": "i/a", "e": None}
    regions = {f"i/{name}": Region(f"i/{name}", "i", (name,), parent_id=parent) for name, parent in parents.items()}

    def relation(one, other):
        return relation_of(regions[f"i/{one}"], regions[f"i/{other}"], regions)

    assert [relation("c", "a"), relation("a", "c"), relation("b", "d")] == ["parent", "child", "sibling"]
    assert relation("a", "e") == relation("c", "e") == "other"


def test_cards_show_both_regions_with_their_words(filled, gallery, entries, systems):
    entry = entries["<b>Bold</b> & co"]
    failures = [failure for failure in failures_of(filled, gallery, entry) if failure.group != "unlike"][:3]
    for failure, card in zip(failures, failure_cards(filled, gallery, entry, failures), strict=True):
        assert card["caption"] == systems[entry.name][failure.region_id]
        assert card["group"] == GROUPS[failure.group].title
        assert card["why"]["other"] != failure.region_id
        assert set(card["why"]["shared"]) <= set(re.findall(r"[\w-]+", card["caption"].casefold()))
        for crop in (card["picture"], card["other_picture"]):
            picture = Image.open(io.BytesIO(base64.b64decode(crop["url"].partition(",")[2])))
            assert picture.size == (crop["width"], crop["height"])
            assert max(picture.size) == 260
            assert crop["path"].startswith("M")


def test_one_answer_is_the_same_alone(filled, gallery, entries):
    entry = entries["Half"]
    region_id = gallery.regions["coffee"][0].region_id
    [alone] = answers_of(filled, gallery, "coffee", [entry], region_id)[region_id]
    assert alone == answers_of(filled, gallery, "coffee", [entry])[region_id][0]


def ball(name, color, x):
    return WorldRegion(
        name, None, "ball", "object", x, 0.5, x - 0.1, 0.4, x + 0.1, 0.6, 0.04, attributes={"color": color}
    )


def reason(caption, *names):
    world = World((ball("a", "red", 0.2), ball("b", "blue", 0.5), ball("c", "blue", 0.8)))
    regions = [Region(f"s/{name}", "s", (f"the ball {name}",)) for name in names]
    confusion = find_confusions(Corpus(regions, {"s/a": caption}, worlds={"s": world})).get("s/a")
    answer = SystemCaption("run", "system", caption, confusion, {"listener_correct": 0.0})
    assert is_wrong(answer)
    return reason_of(answer, regions[0], {region.region_id: region for region in regions}, world)


def test_a_wrong_word_is_named_and_the_other_region_shown():
    wrong = reason("the leftmost blue ball", "a", "b", "c")
    assert wrong.other == "s/b"
    assert "“blue”" in wrong.sentence
    assert ("a ball", "yes", "yes") in wrong.clauses
    assert ("blue", "no", "yes") in wrong.clauses
    assert wrong.shared == ("ball",)
    assert wrong.other_caption == "the ball b"


@pytest.mark.parametrize(
    ("caption", "told"),
    [
        ("the ball", "True of this region and of 2 others"),
        ("the green ball", "Nothing in the picture is all that the words say"),
        ("the glorp", "does not understand"),
        ("", "no caption"),
    ],
)
def test_each_outcome_has_its_sentence(caption, told):
    assert told in reason(caption, "a", "b", "c").sentence


def test_what_is_no_region_of_the_data_is_shown_by_its_box():
    wrong = reason("the leftmost blue ball", "a", "c")
    assert wrong.other == ""
    assert wrong.other_box == pytest.approx((0.4, 0.4, 0.2, 0.2))
