"""Protects: systems compared from stored statistics differ as they do when compared from their captions."""

import json

import numpy as np
import pytest

from benchmark import METRICS, compare_systems, evaluate
from benchmark.statistics.item_statistics import read_statistics
from benchmark.systems import compare_statistics
from dataset.errors import InvalidInputError

_SCORES = {
    "bleu": ["bleu_1", "bleu_4"],
    "cider": ["cider"],
    "uniqueness": ["unique_and_correct", "near_duplicate_rate"],
}


@pytest.fixture(scope="module")
def stored(random_regions, word_tokenizer, tmp_path_factory):
    regions, captions = random_regions(120)
    systems = {
        "own": captions,
        "reference": {region.region_id: region.captions[-1] for region in regions},
        "same": dict.fromkeys(captions, "a red dog"),
    }
    folder = tmp_path_factory.mktemp("statistics")
    for name, predictions in systems.items():
        options = {"metrics": list(_SCORES), "tokenizer": word_tokenizer, "allow_missing": True, "resamples": 200}
        report = evaluate(predictions, regions, **options)
        report.write_statistics(folder / f"{name}.npz")
        report.write_json(folder / f"{name}.json")
    expected = compare_systems(
        systems, regions, metrics=list(_SCORES), tokenizer=word_tokenizer, allow_missing=True, resamples=300
    )
    return folder, list(systems), expected


def test_stored_statistics_compare_as_captions_do(stored):
    folder, names, expected = stored
    for metric, scores in _SCORES.items():
        read = [read_statistics(folder / f"{name}.npz", metric) for name in names]
        images, parts = np.arange(len(read[0].items)), [part.sums for part in read]
        scores_of = compare_statistics(METRICS[metric](), scores, parts, images, 300, items=read[0].items)
        for score in scores:
            assert scores_of[score].values == pytest.approx(expected.scores[score].values)
            assert scores_of[score].groups == expected.scores[score].groups
            for pair, other in zip(scores_of[score].pairs, expected.scores[score].pairs, strict=True):
                assert (pair.difference, pair.low, pair.high) == pytest.approx(
                    (other.difference, other.low, other.high), abs=1e-12
                )
                assert (pair.p_value, pair.adjusted) == (other.p_value, other.adjusted)


def test_a_slice_scores_what_the_report_says(stored):
    folder, names, _ = stored
    read = read_statistics(folder / f"{names[0]}.npz", "cider", "granularity=part")
    report = json.loads((folder / "own.json").read_text())
    images = np.arange(len(read.items))
    scores = compare_statistics(METRICS["cider"](), ["cider"], [read.sums] * 2, images, 200, items=read.items)
    score = report["slices"]["granularity=part"]["metrics"]["cider"]
    assert scores["cider"].values[0] == pytest.approx(score["value"])
    assert scores["cider"].intervals[0] == pytest.approx([score["low"], score["high"]])


def test_a_metric_that_was_not_computed_is_none(stored):
    folder, names, _ = stored
    assert read_statistics(folder / f"{names[0]}.npz", "meteor") is None
    assert read_statistics(folder / f"{names[0]}.npz", "bleu", "granularity=group") is None


def test_a_file_that_holds_no_statistics_is_named(tmp_path):
    path = tmp_path / "statistics.npz"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(InvalidInputError, match=r"statistics\.npz"):
        read_statistics(path, "bleu")
