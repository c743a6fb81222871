"""Protects: uniqueness by hand-computed cases, who is eligible, what adversaries earn, where thresholds come from."""

import json
import math
import random

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmark import evaluate
from benchmark.calibrate import app
from benchmark.metrics.uniqueness.metric import MAX_REGIONS_PER_IMAGE, EmbeddingUniqueness, Uniqueness
from benchmark.metrics.uniqueness.similarity import LexicalSimilarity
from benchmark.metrics.uniqueness.thresholds import (
    MIN_PAIRS,
    Thresholds,
    calibrate,
    find_thresholds,
    nearest_similarities,
    stored_file,
)
from benchmark.text.corpus import Corpus
from dataset.errors import InvalidInputError
from dataset.loading.regions import data_sha256, load_regions
from dataset.schema import Region

GIVEN = Thresholds(near_duplicate=0.9, correct=0.3, source="test")


class TableSimilarity:
    """Similarities read from a table, text by text."""

    signature = "table"

    def __init__(self, table):
        self.table = np.asarray(table, float)

    def unavailable(self):
        return None

    def vectors(self, corpus):
        return self

    def products(self, rows, columns):
        return self.table[np.ix_(rows, columns)]


def scores_of(metric, corpus, items=slice(None)):
    statistics = metric.statistics(corpus)[items]
    values = metric.aggregate(statistics.sum(axis=0), np.array(float(len(statistics))))
    return dict(zip(metric.score_names(), values, strict=True))


@pytest.fixture(scope="module")
def family():
    """A car, its two wheels, and a lone region elsewhere; one reference each. Texts 0-3 candidates, 4-7 references."""
    regions = [
        Region("i/car", "i", ("r0",), category="car", depth=1),
        Region("i/left", "i", ("r1",), parent_id="i/car", category="wheel", depth=2),
        Region("i/right", "i", ("r2",), parent_id="i/car", category="wheel", depth=2),
        Region("k/sky", "k", ("r3",), category="sky", depth=1),
    ]
    table = np.zeros((8, 8))
    table[:3, 4:7] = [[0.9, 0.2, 0.1], [0.6, 0.5, 0.5], [0.1, 0.2, 0.2]]
    table[3, 7] = 0.8
    table[:3, :3] = [[1, 0.95, 0], [0.95, 1, 0], [0, 0, 1]]
    table[4:7, 4:7] = np.eye(3)
    candidates = {"i/car": "a", "i/left": "b", "i/right": "c", "k/sky": "d"}
    return Corpus(regions, candidates), TableSimilarity(table)


def test_every_score_by_hand(family):
    corpus, similarity = family
    scores = scores_of(Uniqueness(similarity, GIVEN), corpus)
    expected = {
        "unique_and_correct": 1 / 3,  # the car; the left wheel is beaten, the right one tied and below 0.3
        "correct": 3 / 4,
        "strictly_first": 1 / 3,
        "near_duplicate_rate": 2 / 3,
        "margin": (0.7 - 0.1 + 0.0) / 3,
        "too_coarse": 1 / 2,  # of the two wheels, the left one's caption fits the car better
        "too_fine": 0.0,
        "retrieval_r1": (1 + 0 + 0.5) / 3,
        "retrieval_mrr": (1 + (1 / 2 + 1 / 3) / 2 + 0.75) / 3,
        "retrieval_chance": 1 / 3,
        "retrieval_r1_corrected": (0.5 - 1 / 3) / (1 - 1 / 3),
        "retrieval_column_r1": (1 + 1 + 0) / 3,
        "retrieval_column_mrr": (1 + 1 + 0.5) / 3,
        "retrieval_r1_siblings": (0.5 + 0.5) / 2,
        "retrieval_r1_lineage": (1 + 0 + 1) / 3,
        "retrieval_r1_look_alikes": 0.5,
        "retrieval_share": 3 / 4,
        "retrieval_share_siblings": 2 / 4,
        "retrieval_share_lineage": 3 / 4,
        "reference_near_duplicate_rate": 0.0,
    }
    assert {name: scores[name] for name in expected} == pytest.approx(expected)
    assert math.isnan(scores["reference_unique_and_correct"])


def test_a_region_alone_in_its_image_counts_as_correct_only(family):
    corpus, similarity = family
    scores = scores_of(Uniqueness(similarity, GIVEN), corpus, [3])
    defined = {name for name, value in scores.items() if not math.isnan(value)}
    assert defined == {"correct", *(name for name in scores if name.startswith("retrieval_share"))}
    assert scores["correct"] == 1


def test_without_parents_and_categories_those_rows_are_unknown(word_tokenizer):
    regions = [Region(f"i/{n}", "i", (text,)) for n, text in enumerate(["a red dog", "a blue cat"])]
    corpus = Corpus(regions, {"i/0": "a red dog", "i/1": "a blue cat"}, tokenizer=word_tokenizer)
    scores = scores_of(Uniqueness(thresholds=GIVEN), corpus)
    for name in ("too_coarse", "too_fine", "retrieval_r1_siblings", "retrieval_r1_lineage", "retrieval_r1_look_alikes"):
        assert math.isnan(scores[name]), name
    assert scores["unique_and_correct"] == scores["retrieval_r1"] == 1


def test_ceiling_judges_each_reference_by_the_others(word_tokenizer):
    regions = [
        Region("i/0", "i", ("red dog", "the red dog")),
        Region("i/1", "i", ("blue cat", "some azure animal")),
    ]
    scores = scores_of(Uniqueness(thresholds=GIVEN), Corpus(regions, {}, tokenizer=word_tokenizer))
    assert scores["reference_unique_and_correct"] == pytest.approx(0.5)
    assert scores["reference_retrieval_r1"] == pytest.approx((1 + 0.5) / 2)


def test_ceiling_gives_rivals_as_many_references_as_the_region_itself(word_tokenizer):
    """Protects: people who describe regions by the same features in turn are guessing, not worse than guessing."""
    regions = [
        Region("i/0", "i", ("red dog", "animal left")),
        Region("i/1", "i", ("red cat", "animal right")),
    ]
    scores = scores_of(Uniqueness(thresholds=GIVEN), Corpus(regions, {}, tokenizer=word_tokenizer))
    assert scores["reference_retrieval_r1"] == scores["retrieval_chance"] == 0.5


WORDS = ["red", "blue", "small", "tall", "left", "right", "wooden", "striped", "round", "dark"]
NOUNS = ["car", "dog", "house", "tree", "lamp", "chair"]


@pytest.fixture(scope="module")
def street(word_tokenizer):
    """30 images of 12 regions whose two references share all words but one."""
    generator = random.Random(0)
    regions = []
    for image in range(30):
        for number in range(12):
            words = [*generator.sample(WORDS, 3), generator.choice(NOUNS)]
            captions = (f"the {' '.join(words)}", f"a {' '.join(words)}")
            regions.append(Region(f"{image}/{number}", f"{image}", captions, category=words[-1]))
    return regions


def headline(regions, caption_of, tokenizer):
    candidates = {region.region_id: caption_of(number, region) for number, region in enumerate(regions)}
    return scores_of(Uniqueness(), Corpus(regions, candidates, tokenizer=tokenizer))


def test_references_win_and_adversaries_earn_nothing(street, word_tokenizer):
    reference = headline(street, lambda n, region: region.caption, word_tokenizer)
    assert reference["unique_and_correct"] > 0.95
    constant = headline(street, lambda n, region: "the object", word_tokenizer)
    assert constant["retrieval_r1"] == pytest.approx(1 / 12)
    assert constant["retrieval_r1_corrected"] == pytest.approx(0, abs=1e-9)
    assert constant["unique_and_correct"] == 0
    junk = headline(street, lambda n, region: f"zzz{n} yyy{n}", word_tokenizer)
    assert junk["near_duplicate_rate"] == 0
    assert junk["unique_and_correct"] == junk["correct"] == 0


def test_an_index_does_not_help(street, word_tokenizer):
    first = {region.image_id: region.caption for region in reversed(street)}
    plain = headline(street, lambda n, region: first[region.image_id], word_tokenizer)
    indexed = headline(street, lambda n, region: f"{first[region.image_id]} {n}", word_tokenizer)
    assert plain["near_duplicate_rate"] == 1
    # Only the region that the caption was written for stops being a duplicate: nothing else can be gained.
    assert indexed["unique_and_correct"] <= 1 / 12 + 1e-9
    assert indexed["retrieval_r1"] <= plain["retrieval_r1"] + 1e-9


def test_missing_captions_earn_nothing_but_are_duplicates(street, word_tokenizer):
    scores = headline(street, lambda n, region: "", word_tokenizer)
    for name in ("unique_and_correct", "correct", "retrieval_r1", "retrieval_mrr", "retrieval_column_r1"):
        assert scores[name] == 0, name
    assert scores["near_duplicate_rate"] == 1


def test_near_duplicates_include_duplicates(street, word_tokenizer):
    generator = random.Random(1)
    candidates = {region.region_id: f"the {generator.choice(NOUNS)}" for region in street}
    report = evaluate(
        candidates, street, metrics=["uniqueness", "duplicate_rate"], tokenizer=word_tokenizer, resamples=0
    )
    assert (report.items["near_duplicate_rate"] >= report.items["duplicate_rate"]).all()
    assert report.metrics["duplicate_rate"].value > 0


def test_order_of_regions_does_not_matter(street, word_tokenizer):
    caption_of = {region.region_id: region.captions[1] for region in street}
    shuffled = random.Random(2).sample(street, len(street))
    first, second = (
        scores_of(Uniqueness(thresholds=GIVEN), Corpus(order, caption_of, tokenizer=word_tokenizer))
        for order in (street, shuffled)
    )
    assert first == pytest.approx(second, nan_ok=True)


def test_evaluate_gives_intervals_slices_and_a_signature(street, word_tokenizer):
    candidates = {region.region_id: region.captions[1] for region in street}
    report = evaluate(candidates, street, metrics=["unique_and_correct"], tokenizer=word_tokenizer, resamples=50)
    score = report.metrics["unique_and_correct"]
    assert score.low <= score.value <= score.high
    assert list(report.metrics) == ["unique_and_correct"]
    for part in ("uniqueness|", "|similarity:tfidf-1-2|", "|thresholds:own-references|", "|correct:0."):
        assert part in score.signature


def test_thresholds_of_the_references_alone(street, word_tokenizer):
    corpora = [
        Corpus(street, {r.region_id: text for r in street}, tokenizer=word_tokenizer) for text in ("", "the car")
    ]
    thresholds = [calibrate(LexicalSimilarity().vectors(corpus), corpus, "x") for corpus in corpora]
    assert thresholds[0] == thresholds[1]
    nearest = nearest_similarities(LexicalSimilarity().vectors(corpora[0]), corpora[0])
    assert np.mean(nearest > thresholds[0].near_duplicate) <= 0.05
    assert 0 < thresholds[0].correct < thresholds[0].near_duplicate <= 1


def test_scenes_and_small_data_use_the_stored_thresholds(word_tokenizer):
    scenes = [Region(f"scenes-test-00000/{n}", "scenes-test-00000", (f"caption {n}",)) for n in range(3)]
    small = [Region(f"i/{n}", "i", (f"caption {n}",)) for n in range(MIN_PAIRS - 1)]
    for regions in (scenes, small):
        corpus = Corpus(regions, {}, tokenizer=word_tokenizer)
        thresholds = find_thresholds("tfidf-1-2", LexicalSimilarity().vectors(corpus), corpus)
        assert thresholds.source.startswith("scenes/validation@")


@pytest.mark.parametrize(("config", "flags"), [("scenes", ""), ("rooms", " --config rooms")])
def test_stored_thresholds_say_where_they_come_from(config, flags):
    stored = json.loads(stored_file(config).read_text())
    assert stored["command"] == f"python -m benchmark.calibrate{flags}"
    assert {row["similarity"].partition("@")[0] for row in stored["thresholds"]} == {
        "tfidf-1-2",
        "mean-all-MiniLM-L6-v2",
    }
    for row in stored["thresholds"]:
        assert 0 < row["correct"] < row["near_duplicate"] <= 1
        assert (row["config"], row["split"], len(row["sha256"])) == (config, "validation", 64)


def test_rooms_are_judged_by_thresholds_of_the_shipped_validation_split(word_tokenizer):
    """After packing other rooms, calibrate again: ``python -m benchmark.calibrate --config rooms``."""
    validation = load_regions("rooms", "validation")
    assert {row["sha256"] for row in json.loads(stored_file("rooms").read_text())["thresholds"]} == {
        data_sha256(validation)
    }
    corpus = Corpus(validation[:40], {}, tokenizer=word_tokenizer)
    source = find_thresholds("tfidf-1-2", LexicalSimilarity().vectors(corpus), corpus).source
    assert source.startswith("rooms/validation@")


def test_calibration_is_stored_and_checked(street, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "benchmark.calibrate.load_regions", lambda config, split: street[:96] if config == "rooms" else []
    )
    monkeypatch.setattr("benchmark.calibrate.EmbeddingSimilarity", LexicalSimilarity)
    out, runner = tmp_path / "thresholds.json", CliRunner()
    assert runner.invoke(app, ["--config", "rooms", "--out", str(out), "--check"]).exit_code == 1
    assert not out.exists()
    assert runner.invoke(app, ["--config", "rooms", "--out", str(out)]).exit_code == 0
    stored = json.loads(out.read_text())
    assert [row["regions"] for row in stored["thresholds"]] == [96, 96]
    assert [row["images"] for row in stored["thresholds"]] == [8, 8]
    assert runner.invoke(app, ["--config", "rooms", "--out", str(out), "--check"]).exit_code == 0
    monkeypatch.setattr(
        "benchmark.calibrate.load_regions", lambda config, split: street[96:192] if config == "rooms" else []
    )
    assert runner.invoke(app, ["--config", "rooms", "--out", str(out), "--check"]).exit_code == 1


def test_an_image_with_too_many_regions_is_left_out(word_tokenizer):
    regions = [Region(f"i/{n}", "i", ("a",)) for n in range(MAX_REGIONS_PER_IMAGE + 1)]
    error = Uniqueness().unavailable(Corpus(regions, {}, tokenizer=word_tokenizer))
    assert isinstance(error, InvalidInputError)
    assert "5,001 regions" in str(error)


def test_embedding_scores_have_names_of_their_own():
    assert not set(EmbeddingUniqueness.score_names()) & set(Uniqueness.score_names())
    assert "unique_and_correct_embedding" in EmbeddingUniqueness.score_names()
    assert "too_coarse_embedding" in EmbeddingUniqueness.lower_is_better
