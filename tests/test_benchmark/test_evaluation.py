"""Protects: evaluation ties metrics, slices, coverage and intervals together, and a user's metric joins in."""

import io
import json

import numpy as np
import pytest

import benchmark
from benchmark import METRICS, Corpus, Metric, Predictions, evaluate
from benchmark import metrics as metrics_module
from benchmark.metrics import DuplicateRate, find_metrics
from benchmark.metrics.duplicates import normalize_caption
from dataset.errors import InvalidInputError, MissingDependencyError, UnknownNameError
from dataset.schema import Region

FAST = ["bleu", "rouge_l", "cider", "duplicate_rate"]


@pytest.fixture(scope="module")
def scored(random_regions, word_tokenizer):
    regions, candidates = random_regions(80)
    candidates = {key: caption or "nothing" for key, caption in candidates.items()}
    return regions, candidates, evaluate(candidates, regions, metrics=FAST, tokenizer=word_tokenizer, resamples=200)


@pytest.mark.parametrize("module", [benchmark, metrics_module])
def test_menu_is_sorted_and_complete(module):
    assert module.__all__ == sorted(module.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(getattr(module, name) is not None for name in module.__all__)


def test_values_lie_in_their_intervals(scored):
    report = scored[2]
    names = ["bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "cider", "duplicate_rate"]
    assert list(report.metrics) == names
    for score in report.metrics.values():
        assert score.low <= score.value <= score.high
    assert report.data.images == 20


def test_slices_are_evaluations_of_their_own_items(scored):
    regions, _, report = scored
    assert list(report.slices) == ["granularity=object", "granularity=part"]
    for name, part in report.slices.items():
        mask = np.array([region.granularity == name.partition("=")[2] for region in regions])
        assert part.n == mask.sum()
        for score in ("rouge_l", "cider", "duplicate_rate"):
            assert part.metrics[score].value == pytest.approx(report.items[score][mask].mean(), abs=1e-12)


def test_the_novel_slice_is_reported(word_tokenizer):
    regions = [Region(f"i/{n}", "i", ("a car",), slice=("standard", "novel")[n == 2]) for n in range(3)]
    report = evaluate({region.region_id: "a car" for region in regions}, regions, metrics=["rouge_l"])
    assert {name: part.n for name, part in report.slices.items()} == {"slice=novel": 1}
    assert report.metrics["rouge_l"].low is None  # one image: nothing to resample


def test_missing_captions_score_zero_and_are_counted(random_regions, word_tokenizer):
    regions, _ = random_regions(40)
    perfect = {region.region_id: region.captions[0] for region in regions}
    half = {key: caption for number, (key, caption) in enumerate(perfect.items()) if number % 2}
    half[regions[0].region_id] = " "
    with pytest.raises(InvalidInputError, match="have no caption"):
        evaluate(half, regions, metrics=FAST, tokenizer=word_tokenizer)
    report = evaluate(half, regions, metrics=FAST, tokenizer=word_tokenizer, allow_missing=True)
    assert (report.scored, report.missing) == (20, 20)
    assert report.facts()[0].endswith("(50.0%); the other 20 score 0")
    for score in ("bleu_1", "bleu_4", "rouge_l", "cider"):
        assert report.items[score][::2].max() < 1e-12
    # The document frequencies are those of all regions, so the other items score as if nothing were missing.
    whole = evaluate(perfect, regions, metrics=["cider"], tokenizer=word_tokenizer)
    np.testing.assert_array_equal(whole.items["cider"][1::2], report.items["cider"][1::2])


def test_report_as_json(scored, tmp_path):
    report = scored[2]
    report.write_json(tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert list(written) == [
        "schema",
        "created",
        "data",
        "system",
        "predictions_sha256",
        "coverage",
        "metrics",
        "slices",
        "versions",
    ]
    assert written["schema"] == 1
    assert list(written["data"]) == ["config", "split", "sha256", "regions", "images"]
    assert written["coverage"] == {"scored": 80, "missing": 0}
    assert list(written["metrics"]["cider"]) == ["value", "low", "high", "signature"]
    assert list(written["slices"]["granularity=part"]) == ["n", "metrics"]
    assert written["slices"]["granularity=part"]["metrics"]["cider"]["value"] > 0
    assert written["versions"]["ureca"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_items_as_parquet(scored, tmp_path):
    import pyarrow.parquet

    regions, _, report = scored
    report.write_items(tmp_path / "items.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "items.parquet")
    assert table.column_names == ["region_id", *report.metrics]
    assert table["region_id"].to_pylist() == [region.region_id for region in regions]
    assert table["cider"].to_numpy().mean() == pytest.approx(report.metrics["cider"].value, abs=1e-12)


def test_markdown_and_tables(scored):
    report = scored[2]
    text = report.markdown()
    assert f"| cider ↑ | {100 * report.metrics['cider'].value:.2f} |" in text
    assert "| duplicate_rate ↓ |" in text
    assert "Values x 100" in text
    assert "`cider|impl:ureca-integer|tok:words|orders:4|sigma:6.0|df:references|data:" in text
    assert len(report.tables(200)) == 1
    assert len(report.tables(60)) == 2


def test_signatures_change_with_data_and_tokenizer(scored, word_tokenizer):
    regions, _, report = scored
    fewer = evaluate({r.region_id: "a" for r in regions[1:]}, regions[1:], metrics=["cider"], tokenizer=word_tokenizer)
    assert fewer.metrics["cider"].signature != report.metrics["cider"].signature
    java = evaluate({r.region_id: "a" for r in regions}, regions, metrics=["cider"])
    assert "tok:ptb-3.4.1-java" in java.metrics["cider"].signature


def test_single_scores_can_be_named(scored, word_tokenizer):
    regions, candidates, report = scored
    only = evaluate(candidates, regions, metrics=["bleu_4", "cider"], tokenizer=word_tokenizer)
    assert {name: score.value for name, score in only.metrics.items()} == {
        name: report.metrics[name].value for name in ("bleu_4", "cider")
    }


def test_unknown_metric():
    with pytest.raises(UnknownNameError, match="Did you mean 'cider'"):
        find_metrics(["cidre"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("METEOR", {"meteor": ("meteor",)}),
        ("Bleu_4", {"bleu": ("bleu_4",)}),
        ("BLEU-4", {"bleu": ("bleu_4",)}),
        ("CIDEr", {"cider": ("cider",)}),
        ("CIDEr-D", {"cider": ("cider",)}),
        ("ROUGE_L", {"rouge_l": ("rouge_l",)}),
        ("BERTScore", {"bertscore": ("bertscore",)}),
    ],
)
def test_names_of_papers_are_understood(name, expected):
    assert find_metrics([name]) == expected


def test_an_unknown_name_gets_the_nearest_first_and_never_a_hundred():
    with pytest.raises(UnknownNameError) as caught:
        find_metrics(["METEROR"])
    assert "Did you mean 'meteor'? Available: meteor, " in str(caught.value)
    assert len(caught.value.available) < 20


def test_spice_answers_why_it_is_not_here():
    with pytest.raises(InvalidInputError, match="SPICE is not computed here: it needs Stanford CoreNLP"):
        find_metrics(["SPICE"])


def test_captions_in_scripts_without_spaces_are_told_of(word_tokenizer):
    regions = [Region(f"a/{n}", "a", ("a red car",)) for n in range(3)]
    captions = dict(zip(("a/0", "a/1", "a/2"), ("红色的车", "a naïve car", "รถสีแดง"), strict=True))
    report = evaluate(captions, regions, metrics=["bleu"], tokenizer=word_tokenizer, resamples=0)
    assert [fact for fact in report.facts() if fact.startswith("2 captions are in a script without spaces")]
    plain = evaluate(dict.fromkeys(captions, "a car"), regions, metrics=["bleu"], tokenizer=word_tokenizer)
    assert not [fact for fact in plain.facts() if "script" in fact]


def test_duplicates_are_within_an_image(word_tokenizer):
    regions = [Region(f"{image}/{n}", image, ("x",)) for image in "ab" for n in range(3)]
    captions = ["A red car!", "a  red\tcar", "a blue car", "a red car", "ein Fuß", "EIN FUSS"]
    corpus = Corpus(regions, dict(zip([r.region_id for r in regions], captions, strict=True)))
    assert DuplicateRate().statistics(corpus)[:, 0].tolist() == [1, 1, 0, 0, 1, 1]
    assert normalize_caption("½ cup_of—TEA…") == "1 2 cup of tea"


class WordCount(Metric):
    """Mean number of words of a candidate."""

    name = "word_count"

    def statistics(self, corpus):
        return np.array([[float(len(candidate.split()))] for candidate in corpus.candidates])


def test_a_metric_of_ten_lines(scored, monkeypatch):
    regions, candidates, _ = scored
    expected = np.mean([len(caption.split()) for caption in candidates.values()])
    assert evaluate(candidates, regions, metrics=[WordCount()]).metrics["word_count"].value == pytest.approx(expected)
    monkeypatch.setitem(METRICS, "word_count", WordCount)
    report = evaluate(candidates, regions, metrics=["word_count"])
    assert report.metrics["word_count"].low < expected < report.metrics["word_count"].high
    assert report.metrics["word_count"].signature.startswith("word_count|impl:ureca|tok:none|data:")


def test_what_cannot_be_computed_is_left_out_or_refused(scored, word_tokenizer, monkeypatch):
    regions, candidates, _ = scored
    monkeypatch.setattr("benchmark.text.encoder.find_spec", lambda name: None)
    for name in METRICS.keys() - {"cider", "bertscore", "duplicate_rate", "listener"}:
        monkeypatch.delitem(METRICS, name)
    report = evaluate(candidates, regions, tokenizer=word_tokenizer)
    assert list(report.metrics) == ["cider", "duplicate_rate"]
    [note] = report.notes
    assert note.startswith("bertscore is left out: bertscore needs torch and transformers")
    assert note.endswith("pip install 'ureca[models]'")
    with pytest.raises(MissingDependencyError, match=r"pip install 'ureca\[models\]'"):
        evaluate(candidates, regions, metrics=["bertscore"], tokenizer=word_tokenizer)
    with pytest.raises(InvalidInputError, match="no worlds"):
        evaluate(candidates, regions, metrics=["listener"], tokenizer=word_tokenizer)


def test_captions_of_many_tokens_are_scored(word_tokenizer):
    region = Region("i/0", "i", ("a",))
    corpus = Corpus([region], {"i/0": "a " * 600}, tokenizer=word_tokenizer)
    assert corpus.tokenized[0][0].count("a") == 600
    report = evaluate({"i/0": "a " * 4_096}, [region], metrics=["bleu_1", "meteor"], resamples=0)
    assert report.metrics["bleu_1"].value == pytest.approx(1 / 4_096)
    assert 0 < report.metrics["meteor"].value < 0.01


def test_no_regions_and_no_references():
    with pytest.raises(InvalidInputError, match="at least one region"):
        evaluate({}, [])
    with pytest.raises(InvalidInputError, match="i/0: no reference"):
        Corpus([Region("i/0", "i", ())], {})


def test_names_from_files_are_plain_text(word_tokenizer):
    regions = [Region(f"i{n}/{n}", f"i{n}", ("a car",), granularity=f"[/x]\x1b[31m|{n}") for n in range(30)]
    regions += [Region("j/1", "j", ("a car",), granularity="novel", slice="novel")]
    predictions = Predictions({region.region_id: "a" for region in regions}, system={"name": "[bold]\nmine[/x]\x07"})
    report = evaluate(predictions, regions, metrics=["rouge_l"], tokenizer=word_tokenizer)
    assert len(report.slices) == 11  # of granularities that are not ours, ten
    assert report.title() == "[bold] mine[/x] on references"
    from rich.console import Console

    console = Console(width=300, record=True, file=io.StringIO())
    console.print(*report.tables(300))
    assert "[bold] mine[/x]" in console.export_text()
    assert "\x1b" not in report.markdown()


def test_predictions_loaded_for_other_regions(word_tokenizer):
    predictions = Predictions({"i/0": "a car"})
    with pytest.raises(InvalidInputError, match="1 captions have no region, 1 regions have no caption"):
        evaluate(predictions, [Region("i/1", "i", ("a",))], tokenizer=word_tokenizer)
