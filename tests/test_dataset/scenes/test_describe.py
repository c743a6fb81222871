"""Protects the captions of the scenes: every one is read back by the listener as its region and no other."""

from __future__ import annotations

import re

import pytest

from dataset.listener import World, listen, parse
from dataset.listener.words.categories import CATEGORIES
from dataset.listener.words.lexicon import plural_of
from dataset.listener.words.palette import COLORS
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.rendering.render import render
from dataset.scenes.rng import SplitMix64
from dataset.scenes.words.describe import describe, describe_scene
from dataset.scenes.words.regions import TARGET_SHARE, visible_regions

SEEDS = tuple(range(8))


@pytest.fixture(scope="module")
def worlds():
    scenes = [build_scene(seed) for seed in SEEDS]
    return [visible_regions(scene, render(scene))[0] for scene in scenes]


@pytest.fixture(scope="module")
def described(worlds):
    return [describe_scene(world, seed)[0] for seed, world in zip(SEEDS, worlds, strict=True)]


def pairs(worlds, described):
    return [(world, one) for world, ones in zip(worlds, described, strict=True) for one in ones]


def test_every_reference_denotes_its_region_alone(worlds, described):
    """100% of canonical captions and references are heard as correct, also in a world that went through JSON."""
    for world, ones in zip(worlds, described, strict=True):
        stored = World.from_dict(world.to_dict())
        for one in ones:
            assert one.references[0] == one.canonical
            assert 3 <= len(set(one.references)) == len(one.references)
            for text in one.references:
                assert listen(text, stored, one.region_id).outcome == "correct", (one.region_id, text)


def test_targets_are_large_enough_and_few_left_out(worlds, described):
    """At most 40 targets a scene, none below the threshold, nearly all of the others described."""
    left_out = total = 0
    for seed, world, ones in zip(SEEDS, worlds, described, strict=True):
        assert 10 <= len(ones) <= 40
        assert all(world.by_id[one.region_id].area >= TARGET_SHARE for one in ones)
        left_out += describe_scene(world, seed)[1]
        total += len(ones)
    assert left_out <= 0.06 * total


def test_descriptions_are_deterministic(worlds, described):
    """The same world and seed give the same captions; another seed gives other wordings, not other regions' ids."""
    again = describe_scene(World.from_dict(worlds[0].to_dict()), SEEDS[0])[0]
    assert again == described[0]
    assert describe_scene(worlds[0], 12345)[0] != described[0]


def test_one_region_alone(worlds):
    """`describe` gives the canonical caption that the whole scene gives, or None."""
    world = worlds[0]
    for one in describe_scene(world, 0)[0][:10]:
        alone = describe(world, one.region_id, SplitMix64(1))
        assert alone is not None
        assert alone.canonical == one.canonical


def test_a_siblings_caption_is_not_correct(worlds, described):
    """No region's caption is correct for another region of the scene."""
    checked = 0
    for world, ones in zip(worlds, described, strict=True):
        for one in ones:
            for other in ones:
                if one is not other and world.by_id[one.region_id].category == world.by_id[other.region_id].category:
                    checked += 1
                    assert listen(other.canonical, world, one.region_id).outcome == "wrong"
    assert checked > 500


def seen_colors(world):
    """Colours that some surface may be said to have: by the light on it, or as the second one of a pattern."""
    return {
        color
        for region in world.regions
        for color in (*region.shades, *region.maybe_colors, region.attributes.get("accent"), *region.faint.values())
    }


def test_a_wrong_colour_is_noticed(worlds, described):
    """With a colour word exchanged the caption denotes nothing or something else, almost never the region."""
    outcomes = []
    pattern = re.compile(rf"\b({'|'.join(COLORS)})\b")
    for k, (world, one) in enumerate(pairs(worlds, described)):
        found = pattern.search(one.canonical)
        if found:
            others = [color for color in COLORS if color not in {found[0], *seen_colors(world)}] or ["purple"]
            other = others[k % len(others)]
            text = one.canonical[: found.start()] + other + one.canonical[found.end() :]
            outcomes.append(listen(text, world, one.region_id).outcome)
    assert len(outcomes) > 50
    assert "correct" not in outcomes
    assert sum(outcome in ("nothing", "wrong") for outcome in outcomes) >= 0.95 * len(outcomes)


def test_category_alone_is_mostly_ambiguous(worlds, described):
    """The type of a thing seldom tells it apart; it is never wrong, and colour helps but does not suffice."""
    outcomes, coloured = [], []
    for world, one in pairs(worlds, described):
        region = world.by_id[one.region_id]
        noun = region.plural if region.is_group else region.category
        outcomes.append(listen(f"the {noun}", world, one.region_id).outcome)
        coloured.append(listen(one.short_caption, world, one.region_id).outcome)
    assert set(outcomes) == {"correct", "ambiguous"}
    assert outcomes.count("correct") < 0.4 * len(outcomes)
    assert outcomes.count("correct") < coloured.count("correct") < 0.7 * len(coloured)
    assert coloured.count("unparsed") == 0


def test_captions_are_short_natural_english(described):
    """No set of a set, no doubled word, a sane length, one spelling of "a" and "an"."""
    texts = [text for ones in described for one in ones for text in (*one.references, one.short_caption)]
    for text in texts:
        assert text == text.strip().lower()
        assert len(text.split()) <= 26, text
        assert not re.search(r"\b(\w+) \1\b|  |\bset of wheels\b|\bpair of \w+ of the pair\b", text), text
        assert not re.search(r"\ba [aeio]\w|\ban [^aeiou]", text), text
    words = [len(one.canonical.split()) for ones in described for one in ones]
    assert sum(words) / len(words) < 9


def test_every_category_is_in_the_lexicon():
    """Whatever a scene can hold can be named: category and plural of every node of many scenes parse."""
    categories, plurals = set(), {}
    for seed in range(120):
        for node in build_scene(seed, held_out=seed % 4 == 0).nodes():
            categories.add(node.category)
            if node.plural:
                plurals[node.category] = node.plural
    assert len(categories) > 100
    missing = sorted(category for category in categories if category not in CATEGORIES)
    assert not missing
    for category in categories:
        assert any(phrase.noun == category for phrase in parse(f"the {category}")), category
        assert plurals.get(category, plural_of(category)) == plural_of(category)
        assert any(phrase.plural for phrase in parse(f"the {plural_of(category)}")), category


def test_both_colours_of_a_pattern_are_named(worlds, described):
    """Protects captions from misleading: whoever names a region's own colour also names its pattern's second one."""
    checked = 0
    for world, one in pairs(worlds, described):
        looks = world.by_id[one.region_id].attributes
        if {"color", "accent"} <= looks.keys() and looks.get("pattern") != "unclear":
            assert {looks["color"], looks["accent"]} <= set(one.short_caption.split()), one
            own = one.canonical.split(" of ")[0].split(" with ")[0].split()
            assert looks["color"] not in own or looks["accent"] in own, one
            checked += 1
    assert checked >= 10


def test_contents_are_in_their_whole(worlds, described):
    """Protects natural wording: coffee is in a mug, flowers are in a vase; "of" only where "in" would be ambiguous."""
    contents = [
        one.canonical
        for world, one in pairs(worlds, described)
        if world.by_id[one.region_id].category in ("drink", "flower", "fruit", "soil")
    ]
    assert sum(" in the " in text for text in contents) >= 0.9 * len(contents) > 0
    assert not any("drink" in text for text in contents)
