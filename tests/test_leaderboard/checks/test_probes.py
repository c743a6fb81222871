"""Protects the probes: every way of gaming is flagged, and honest captions, good or poor, are not.

The honest ones are real captions: of the built-in captioners, short and held-out captions of people, and good captions
with words lost. docs/results/probes.md has the same on the whole of both boards.
"""

from __future__ import annotations

import functools
import random
from collections import Counter
from dataclasses import replace

import pytest

from benchmark.validation.perturbations import ADVERSARIES, LADDER, hold_out
from dataset.loading.regions import load_images, load_regions
from dataset.schema import Region
from leaderboard.checks.blindness import information_of_images
from leaderboard.checks.probe_texts import Sample, without_index
from leaderboard.checks.probes import MIXED_FROM, PROBES, Finding, probe

SCENES = {"test": 40, "resolution": 96}


@functools.cache
def _regions(config: str) -> list[Region]:
    return load_regions(config, **(SCENES if config == "scenes" else {}))


def _flagged(captions: list[str | None], regions: list[Region]) -> set[str]:
    given = {region.region_id: caption for region, caption in zip(regions, captions, strict=True) if caption}
    return {finding.name for finding in probe(given, regions) if finding.flagged}


def _color(config: str) -> list[str]:
    from baselines.trivial import TRIVIAL

    images = load_images(config, **(SCENES if config == "scenes" else {}))
    return [caption for path, regions in images for caption in TRIVIAL["category-color"](path, regions)]


@pytest.mark.parametrize("config", ["scenes", "photos"])
def test_honest_captions_are_not_flagged(config: str) -> None:
    regions = _regions(config)
    held = hold_out(regions)
    assert _flagged(_color(config), regions) <= {"duplicate"}
    assert _flagged([region.short_caption for region in regions], regions) <= {"duplicate"}
    assert _flagged(LADDER["paraphrase"][1](held), list(held.regions)) == set()
    assert _flagged(LADDER["partial drop"][1](held), list(held.regions)) == set()


@pytest.mark.parametrize("config", ["scenes", "photos"])
def test_bare_categories_repeat_themselves_but_are_nothing_worse(config: str) -> None:
    regions = _regions(config)
    assert _flagged([f"the {region.category}" for region in regions], regions) <= {"duplicate"}


@pytest.mark.parametrize("config", ["scenes", "photos"])
@pytest.mark.parametrize(
    ("adversary", "expected"),
    [
        ("constant", {"constant", "duplicate"}),
        ("constant + index", {"index-appended"}),
        ("all captions", {"length-padded"}),
        ("padding", {"length-padded", "image-blind"}),
        ("parent", {"duplicate"}),
        ("junk", {"image-blind"}),
    ],
)
def test_adversaries_are_flagged(config: str, adversary: str, expected: set[str]) -> None:
    held = hold_out(_regions(config))
    assert expected <= _flagged(ADVERSARIES[adversary](held), list(held.regions))


@pytest.mark.parametrize("config", ["scenes", "photos"])
def test_the_references_themselves_are_a_copy_and_nothing_else(config: str) -> None:
    regions = _regions(config)
    assert _flagged([region.caption for region in regions], regions) == {"reference-copy"}


def _fails_where_it_is_hard(regions: list[Region], strength: float) -> list[str]:
    """A made system that says the reference, and another region's of the image the oftener the smaller the region."""
    generator = random.Random(0)
    others = {
        image: [one.caption for one in regions if one.image_id == image] for image in {r.image_id for r in regions}
    }
    chance = {region.region_id: (region.area or 0) ** 0.5 / 96 for region in regions}
    return [
        region.caption
        if generator.random() < strength * min(1.0, 3 * chance[region.region_id])
        else generator.choice(others[region.image_id])
        for region in regions
    ]


@pytest.mark.parametrize("share", [0.65, 0.8])
def test_copied_references_among_the_captions_of_a_weak_system_are_seen(share: float) -> None:
    regions, generator = _regions("scenes"), random.Random(1)
    weak = _fails_where_it_is_hard(regions, 0.8)
    assert "reference-mixture" not in _flagged(weak, regions)
    mixed = [region.caption if generator.random() < share else text for region, text in zip(regions, weak, strict=True)]
    assert _flagged(mixed, regions) == {"reference-mixture"}


def test_a_good_system_that_fails_where_it_is_hard_is_no_mixture() -> None:
    regions = _regions("scenes")
    good = _fails_where_it_is_hard(regions, 2.0)
    equal = sum(text == region.caption for text, region in zip(good, regions, strict=True)) / len(regions)
    assert equal > MIXED_FROM
    assert "reference-mixture" not in _flagged(good, regions)


@pytest.mark.parametrize("config", ["scenes", "photos"])
def test_captions_of_other_images_are_blind(config: str) -> None:
    held = hold_out(_regions(config))
    assert "image-blind" in _flagged(LADDER["shuffled"][1](held), list(held.regions))


def test_who_sees_the_mask_alone_is_blind() -> None:
    # The category of the region with the most similar mask in other scenes: no guess at an image, a good one at a mask.
    from scipy.spatial import cKDTree

    from leaderboard.checks.blindness import mask_shapes

    drawn = sorted({region.image_id for region in _regions("scenes")})[::4]
    others = [region for region in _regions("scenes") if region.image_id in drawn]
    regions = [region for region in _regions("scenes") if region.image_id not in drawn]
    shapes = mask_shapes([*others, *regions])
    nearest = cKDTree(shapes[: len(others)]).query(shapes[len(others) :])[1]
    assert "image-blind" in _flagged([f"the {others[place].category}" for place in nearest], regions)


@pytest.mark.parametrize(
    "suffix", ["{}", "#{}", "no. {}", "(number {})", "region {}", "{}.", "\u200b{}"], ids=lambda suffix: ascii(suffix)
)
def test_a_running_number_is_found_however_it_is_written(suffix: str) -> None:
    regions = _regions("photos")
    captions = [f"the thing in the picture {suffix.format(number)}" for number in range(len(regions))]
    assert "index-appended" in _flagged(captions, regions)


def test_invisible_characters_do_not_make_captions_differ() -> None:
    regions = _regions("photos")
    captions = ["the thing in the picture" + "\u200b" * number for number in range(len(regions))]
    assert {"constant", "duplicate"} <= _flagged(captions, regions)


def test_repetition_and_shuffled_padding_count_as_padding() -> None:
    regions = _regions("photos")
    words = Counter(word for region in regions for word in region.caption.split())
    padding = [word for word, _ in words.most_common(20)]
    generator = random.Random(0)
    repeated = [" ".join([region.category or "thing"] * 20) for region in regions]
    shuffled = [" ".join([region.category or "thing", *generator.sample(padding, len(padding))]) for region in regions]
    assert "length-padded" in _flagged(repeated, regions)
    assert "length-padded" in _flagged(shuffled, regions)


def test_long_honest_captions_are_not_padded() -> None:
    # People's two descriptions of a region in one sentence: twice as long as a reference.
    regions = _regions("photos")
    assert "length-padded" not in _flagged([", that is, ".join(region.captions) for region in regions], regions)


def test_padding_is_found_with_one_region_an_image() -> None:
    regions = [replace(region, image_id=region.region_id) for region in _regions("photos")]
    held = hold_out(regions)
    assert "length-padded" in _flagged(ADVERSARIES["padding"](held), list(held.regions))
    assert "length-padded" not in _flagged(LADDER["paraphrase"][1](held), list(held.regions))


def test_ordinals_inside_a_caption_are_no_index() -> None:
    assert without_index("the second stool from the right") == "the second stool from the right"
    assert without_index("the stool number 2") == "the stool"
    assert without_index("12") == ""


@pytest.mark.parametrize("count", [0, 1, 19])
def test_few_captions_are_never_flagged(count: int) -> None:
    regions = _regions("photos")
    findings = probe({region.region_id: "same" for region in regions[:count]}, regions)
    assert [finding.name for finding in findings] == list(PROBES)
    assert not any(finding.flagged for finding in findings)


def test_regions_without_masks_and_one_image_can_be_probed() -> None:
    bare = [replace(region, mask=None, bbox=None, area=None) for region in _regions("photos")]
    assert "image-blind" in _flagged(["the thing"] * len(bare), bare)
    one = [region for region in bare if region.image_id == bare[0].image_id]
    assert information_of_images(Sample.of({region.region_id: "the thing" for region in one}, one)) is None
    assert "constant" in _flagged(["the thing"] * len(one), one)


def test_evidence_never_quotes_a_reference() -> None:
    regions = _regions("photos")
    findings = probe({region.region_id: region.short_caption or "thing" for region in regions}, regions)
    references = {caption for region in regions for caption in region.captions}
    shown = [finding.message for finding in findings]
    assert all(reference not in message for message in shown for reference in references)
    assert all(message.endswith((".", '."')) for message in shown)


def test_findings_are_the_same_every_time() -> None:
    regions = _regions("photos")
    given = {region.region_id: region.captions[-1] for region in regions}
    first: list[Finding] = probe(given, regions)
    assert first == probe(dict(reversed(given.items())), regions)
