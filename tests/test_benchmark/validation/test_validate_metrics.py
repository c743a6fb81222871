"""Protects: perturbed captions are what they claim, and the validation ranks good and blind metrics as it should."""

import json
import random

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmark.metrics import Bleu, Metric, ScoreInfo, Uniqueness
from benchmark.metrics.uniqueness.thresholds import Thresholds
from benchmark.validate_metrics import app
from benchmark.validation.captions import STYLES, NaturalCaption, UntrueCaption
from benchmark.validation.natural import measure_styles, style_table, trained_table
from benchmark.validation.perturbations import ADVERSARIES, LADDER, drop_words, hold_out, swap_attribute
from benchmark.validation.report import write_report
from benchmark.validation.statistics import best_phi
from benchmark.validation.systems import measure
from dataset.listener import World, WorldRegion
from dataset.schema import Region

THRESHOLDS = Thresholds(near_duplicate=0.9, correct=0.3, source="test")


class Oracle(Metric):
    """Stands in for the listener: 1 where the candidate is the last reference or the first."""

    name = "listener"
    scores = (ScoreInfo("listener_correct", headline=1), ScoreInfo("listener_wrong", lower_is_better=True))

    def statistics(self, corpus):
        right = [
            text in refs or "left" in text for text, refs in zip(corpus.candidates, corpus.references, strict=True)
        ]
        return np.array([[float(value), 1.0 - value] for value in right])


class Echo(Oracle):
    """A metric that agrees with the listener in everything."""

    name = "echo"
    scores = (ScoreInfo("echo_correct", headline=2), ScoreInfo("echo_wrong", lower_is_better=True))


class Blind(Metric):
    """The same for every caption."""

    name = "blind"

    def statistics(self, corpus):
        return np.full((len(corpus), 1), 0.5)


@pytest.fixture(scope="module")
def regions():
    """Ten images with a car, its two wheels, and two houses."""
    generator = random.Random(0)
    regions = []
    for image in range(10):
        color, other = generator.sample(["red", "blue", "green", "white"], 2)
        rows = [
            ("car", None, "car", [f"the {color} car on the left", f"a {color} car", f"one {color} car near two men"]),
            ("a", "car", "wheel", ["the left wheel of the car", "left wheel", "the wheel at the left"]),
            ("b", "car", "wheel", ["the right wheel of the car", "right wheel", "the wheel at the right"]),
            ("h", None, "house", [f"the {other} house with two doors", f"{other} house", f"a house, {other}"]),
            ("g", None, "house", [f"the {color} house with three doors", f"{color} house", f"a house, {color}"]),
        ]
        for name, parent, category, captions in rows:
            parent_id = f"{image}/{parent}" if parent else None
            depth = 2 if parent else 1
            region = Region(f"{image}/{name}", f"{image}", tuple(captions), parent_id, category=category, depth=depth)
            regions.append(region)
    return regions


@pytest.fixture(scope="module")
def validation(regions, word_tokenizer):
    metrics = [Bleu(), Uniqueness(thresholds=THRESHOLDS), Oracle(), Echo(), Blind()]
    variants = {"strict": Uniqueness(thresholds=Thresholds(0.9, 0.9, "test"))}
    return measure(regions, metrics, variants=variants, tokenizer=word_tokenizer)


def test_held_out_references_are_no_references(regions):
    holdout = hold_out(regions)
    for region, remaining, paraphrase in zip(regions, holdout.regions, holdout.held_out, strict=True):
        assert (*remaining.captions, paraphrase) == region.captions
    lonely = hold_out([Region("i/0", "i", ("one",))])
    assert lonely.held_out == (None,)
    assert lonely.regions[0].captions == ("one",)


def test_ladder_and_adversaries(regions):
    holdout = hold_out(regions)
    rungs = {name: make(holdout) for name, (_, make) in LADDER.items()}
    assert rungs["relative"][1] == "the right wheel of the car"
    assert rungs["relative"][2] == "the left wheel of the car"
    assert rungs["category"][:2] == ["the car", "the wheel"]
    own = {
        region.image_id: {other.caption for other in regions if other.image_id == region.image_id} for region in regions
    }
    assert len(set(rungs["junk"])) > 40
    assert any(text not in own[region.image_id] for region, text in zip(regions, rungs["shuffled"], strict=True))
    adversaries = {name: make(holdout) for name, make in ADVERSARIES.items()}
    assert adversaries["parent"][:2] == [None, regions[0].caption]
    assert adversaries["parent + word"][1] == f"{regions[0].caption} wheel"
    assert adversaries["constant + index"][:2] == [f"{regions[0].caption} 1", f"{regions[0].caption} 2"]
    assert all(region.caption in adversaries["all captions"][0] for region in regions[:5])
    assert all(adversaries["shuffled within"][n] != region.caption for n, region in enumerate(regions))


def test_perturbations_depend_on_the_seed_alone(regions):
    _, junk = LADDER["junk"]
    assert junk(hold_out(regions, 1)) == junk(hold_out(regions, 1)) != junk(hold_out(regions, 2))


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8, 1.0])
def test_dropping_words_keeps_order_and_one_word(share):
    words = ["the", "small", "red", "car", "on", "the", "far", "left", "side"]
    rest = drop_words(" ".join(words), share, random.Random(0)).split()
    assert len(rest) == max(1, round(len(words) * (1 - share)))
    remaining = iter(words)
    assert all(word in remaining for word in rest)


def test_swapped_attributes():
    generator = random.Random(0)
    assert swap_attribute("the left wheel", "side", generator) == "the right wheel"
    assert swap_attribute("the leftover wheel", "side", generator) is None
    swapped = swap_attribute("two red cars", "color", generator)
    assert swapped is not None
    assert swapped.startswith("two ")
    assert swapped != "two red cars"
    assert swap_attribute("two red cars", "count", generator) not in (None, "two red cars")
    assert swap_attribute("a car", "count", generator) is None


def test_a_blind_metric_gets_half(validation):
    ladder = validation.ladder()
    assert ladder["blind"].pop("reversed") == 0
    assert set(ladder["blind"].values()) == {0.5}
    assert set(validation.swaps()["blind"].values()) == {0.5}
    assert np.isnan(validation.against_listener()["blind"]["spearman, systems"])  # a constant has no rank


def test_order_on_the_ladder(validation):
    ladder = validation.ladder()
    assert ladder["bleu_1"]["reference > junk"] == 1
    assert ladder["unique_and_correct"]["reference > relative"] == 1
    # BLEU counts shared words: a sibling's caption is better than the bare category.
    assert ladder["bleu_4"]["relative > category"] == 1
    pairs = {name for name in ladder["bleu_1"] if name not in ("all pairs", "reversed", "relative > category")}
    assert ladder["bleu_1"]["all pairs"] == pytest.approx(np.mean([ladder["bleu_1"][name] for name in pairs]))


def test_lower_is_better_is_turned_round(validation):
    for table in (validation.ladder(), validation.swaps()):
        assert table["listener_wrong"] == pytest.approx(table["listener_correct"])


def test_correlations_with_the_listener(validation):
    table = validation.against_listener()
    assert not any(score.startswith("listener") for score in table)
    for score in ("echo_correct", "echo_wrong"):
        assert table[score] == pytest.approx(dict.fromkeys(table[score], 1.0))
    assert table["blind"]["auc, items"] == 0.5
    assert all(table["bleu_4"][name] < 0.9 for name in table["bleu_4"])


@pytest.mark.parametrize("seed", range(5))
def test_best_cut_equals_trying_all_cuts(seed):
    generator = np.random.default_rng(seed)
    scores, truth = generator.integers(0, 8, 60).astype(float), generator.random(60) < 0.3
    tried = [np.corrcoef(scores > cut, truth)[0, 1] for cut in range(7)]
    assert best_phi(scores, truth) == pytest.approx(max(tried))
    assert np.isnan(best_phi(np.ones(60), truth))


def test_swapped_sides_are_noticed_among_wheels(validation):
    swapped = validation.systems["swap side"]
    assert swapped.present.sum() == 20
    assert swapped.items["unique_and_correct"][swapped.present].max() == 0


def test_stability_of_the_headline(validation):
    row = validation.stability()["strict"]
    assert row["reference"] == validation.values(["reference"])["unique_and_correct"]["reference"]
    assert row["category"] <= validation.values(["category"])["unique_and_correct"]["category"]


def test_report_with_figures(validation, tmp_path):
    facts = {"data": "cars", "sha256": "0" * 64, "regions": 50, "images": 10, "notes": ["a note"]}
    write_report(validation, facts, tmp_path, {"styles and pairs": {"blind": {"moves": 0.0, "fooled": 1.0}}})
    record = json.loads((tmp_path / "validation.json").read_text())
    assert record["ladder"]["blind"]["all pairs"] == 0.5
    text = (tmp_path / "validation.md").read_text()
    assert "- a note" in text
    assert "## Styles and pairs, x 100" in text
    assert "| unique_and_correct |" in text
    for name in ("ladder", "adversaries", "swaps", "listener", "styles"):
        with Image.open(tmp_path / f"{name}.png") as figure:
            assert min(figure.size) > 100


def test_unusable_input_ends_with_code_2(tmp_path):
    lonely = tmp_path / "lonely.jsonl"
    lonely.write_text(
        "".join(f'{{"region_id": "{n}", "image_id": "{n}", "captions": ["a"]}}\n' for n in range(5)), encoding="utf-8"
    )
    for arguments in (["--references", str(lonely)], ["--config", "scene"], ["--references", str(tmp_path / "none")]):
        result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
        assert result.exit_code == 2, arguments
        assert "error: " in result.output
    assert not (tmp_path / "out").exists()


def test_styles_move_a_score_and_untrue_captions_fool_it():
    """A score that sees content alone moves with no style and is not fooled; a blind one is fooled always."""
    things = [WorldRegion(n, None, "car", "object", x, 0.5, x - 0.1, 0.4, x + 0.1, 0.6, 0.04, attributes={"color": c})
              for n, x, c in (("1", 0.2, "red"), ("2", 0.8, "blue"))]  # fmt: skip
    regions = [Region(f"s/{n}", "s", captions=["the car"], category="car") for n in "12"]
    rows = [
        NaturalCaption(f"s/{n}", style, "build", f"the {color} car on the {side}")
        for style in STYLES
        for n, color, side in (("1", "red", "left"), ("2", "blue", "left"))
    ]
    changed = [UntrueCaption("s/1", "terse", "build", "the red car on the right", "side", "first")]
    measured = measure_styles(rows, regions, {"s": World(tuple(things))}, [Oracle(), Blind()], changed=changed)
    table = style_table(measured)
    assert (table["blind"]["changed pairs"], table["blind"]["fooled by changed"]) == (0.5, 1.0)
    assert (table["listener_correct"]["changed pairs"], table["listener_correct"]["fooled by changed"]) == (1.0, 0.0)
    assert table["blind"]["fooled"] == 1.0
    assert table["blind"]["pairs"] == 0.5
    assert table["blind"]["moves"] == 0.0
    assert table["listener_correct"]["terse"] == 1.0
    assert table["listener_correct"]["fooled"] < 1.0
    trained = trained_table(measured, ["terse", "terse, untrue"])
    assert trained["blind"]["auc"] == 0.5
