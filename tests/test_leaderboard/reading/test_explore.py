"""Protects: the mask tree, confusions and the uniqueness map agree with the scores; hidden references stay hidden."""

import dataclasses
import itertools

import numpy as np
import pytest

from benchmark import evaluate
from dataset.errors import NotAllowedError, UnknownNameError
from dataset.masks.rle import decode_mask, encode_mask
from dataset.schema import Region
from leaderboard.boards.board import Board
from leaderboard.reading import explore
from leaderboard.reading.explore import answers_of, mask_tree, open_gallery, uniqueness_map
from leaderboard.reading.items import rank_regions
from leaderboard.reading.pictures import draw_picture
from leaderboard.reading.standings import read_standings


@pytest.fixture(scope="module")
def gallery(filled):
    return open_gallery(filled, "photos")


@pytest.fixture(scope="module")
def entries(filled):
    return {entry.name: entry for entry in read_standings(filled, "photos").entries}


def test_the_tree_has_every_region_once_below_its_parent(gallery):
    for regions in gallery.regions.values():
        ordered = mask_tree(regions)
        assert sorted(region.region_id for region, _ in ordered) == sorted(region.region_id for region in regions)
        levels = {region.region_id: level for region, level in ordered}
        places = {region.region_id: place for place, (region, _) in enumerate(ordered)}
        for region in regions:
            if region.parent_id is not None:
                assert levels[region.region_id] == levels[region.parent_id] + 1
                assert places[region.region_id] > places[region.parent_id]


def test_circles_of_parents_and_unknown_parents_do_not_lose_regions():
    regions = [
        Region("i/a", "i", ("a",), parent_id="i/b"),
        Region("i/b", "i", ("b",), parent_id="i/a"),
        Region("i/c", "i", ("c",), parent_id="i/gone"),
        Region("i/d", "i", ("d",), parent_id="i/d"),
    ]
    assert sorted(region.region_id for region, _ in mask_tree(regions)) == ["i/a", "i/b", "i/c", "i/d"]


def test_the_map_is_what_the_metric_sees(filled, gallery, entries, systems, regions):
    for name in ("Half", "<b>Bold</b> & co"):
        report = evaluate(systems[name], regions, metrics=["uniqueness"], resamples=0)
        first = dict(zip(report.region_ids, report.items["strictly_first"], strict=True))
        for image_id in gallery.regions:
            found = uniqueness_map(filled, gallery, image_id, entries[name])
            assert found.first.tolist() == [bool(first[region_id]) for region_id in found.region_ids]


def test_collapsed_captions_are_counted(filled, gallery, entries):
    found = uniqueness_map(filled, gallery, "astronaut", entries["Constant"])
    assert (found.duplicates == len(found.region_ids) - 1).all()
    assert np.ptp(found.similarity, axis=0).max() == pytest.approx(0, abs=1e-6)  # every row is the same
    assert found.first.sum() <= 1  # the one region whose references have these words most


def test_a_reference_fits_its_own_region_best(filled, gallery, entries):
    answers = answers_of(filled, gallery, "astronaut", [entries["Reference"]])
    assert all(one.confusion.excess < 0 for [one] in answers.values())
    assert all(one.scores["unique_and_correct"] == 1 for [one] in answers.values())


def test_another_regions_caption_is_confused_with_that_region(filled, gallery, entries, regions):
    answers = answers_of(filled, gallery, "coffee", [entries["<b>Bold</b> & co"]])
    ids = [region.region_id for region in regions if region.image_id == "coffee"]
    hits = [answers[own][0].confusion.others[0].region_id == other for own, other in itertools.pairwise(ids)]
    assert np.mean(hits) > 0.9
    assert all(answers[own][0].confusion.excess > 0 for own, hit in zip(ids, hits, strict=False) if hit)


def test_captions_are_in_the_order_of_the_entries_and_missing_ones_empty(filled, gallery, entries, systems, regions):
    chosen = [entries["Constant"], entries["Half"]]
    last = regions[-1]
    answers = answers_of(filled, gallery, last.image_id, chosen)
    assert [one.name for one in answers[last.region_id]] == ["Constant", "Half"]
    assert answers[last.region_id][0].caption == ""
    assert answers[last.region_id][0].confusion is None
    assert answers[last.region_id][1].caption == systems["Half"][last.region_id]


def test_disagreement_and_error_find_the_right_regions(filled, entries, regions):
    chosen = [entries["Reference"], entries["Half"]]
    order = {region.region_id: number for number, region in enumerate(regions)}
    found = rank_regions(filled, chosen, "unique_and_correct", "disagreement", limit=1000)
    assert found
    assert all(order[one.region_id] % 2 == 0 for one in found)  # there Half says "a thing"
    assert rank_regions(filled, [entries["Reference"]], "unique_and_correct", "error") == []
    assert len(rank_regions(filled, [entries["Constant"]], "unique_and_correct", "error", limit=1000)) == len(regions)
    duplicates = rank_regions(filled, [entries["Constant"]], "duplicate_rate", "error", limit=1000)
    assert duplicates[0].value == 1.0
    assert rank_regions(filled, chosen, "meteor", "error") == []


def test_outlines_lie_where_the_masks_are(gallery):
    regions = gallery.regions["coffee"]
    picture = draw_picture(gallery.files["coffee"], regions)
    assert picture.url.startswith("data:image/jpeg;base64,")
    assert len(picture.url) < 400_000
    for region in regions:
        height, width = region.mask["size"]
        rows, columns = np.nonzero(decode_mask(region.mask))
        corners = [
            tuple(map(float, corner.split()))
            for piece in picture.outlines[region.region_id].split("Z")[:-1]
            for corner in piece.removeprefix("M").split("L")
        ]
        xs, ys = zip(*corners, strict=True)
        scale = picture.width / width
        assert min(xs) == pytest.approx(columns.min() * scale, abs=2)
        assert max(xs) == pytest.approx((columns.max() + 1) * scale, abs=2)
        assert min(ys) == pytest.approx(rows.min() * picture.height / height, abs=2)
        assert max(ys) == pytest.approx((rows.max() + 1) * picture.height / height, abs=2)


def test_a_region_without_file_or_pixels_is_drawn_all_the_same():
    empty = Region("i/1", "i", ("a",), mask=encode_mask(np.zeros((20, 40), bool)))
    boxed = Region("i/2", "i", ("b",), bbox=(1.0, 2.0, 3.0, 4.0))
    picture = draw_picture(None, [empty, boxed])
    assert (picture.url, picture.width, picture.height) == ("", 40, 20)
    assert picture.outlines == {"i/1": "", "i/2": "M1.0 2.0h3.0v4.0h-3.0Z"}


def test_unknown_images_are_refused(gallery):
    with pytest.raises(UnknownNameError):
        gallery.find("no-such-image")
    assert gallery.image_of("astronaut/1") == "astronaut"
    assert gallery.image_of("astronaut/999") is None


def test_hidden_references_open_no_gallery(filled, monkeypatch):
    hidden = dataclasses.replace(Board("photos", "Photos", "photos", "test"), hidden=True)
    monkeypatch.setattr(explore, "find_board", lambda *_: hidden)
    with pytest.raises(NotAllowedError, match="hidden"):
        open_gallery(filled, "photos")
