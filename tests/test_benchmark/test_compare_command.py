"""Protects: comparing systems end to end, in Python and on the command line: equal resamples, ties, files, errors."""

import json
import time

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmark import evaluate
from benchmark.compare import app, system_names
from benchmark.inputs.predictions import PredictionFile
from benchmark.reports.comparison_report import as_dict, as_markdown
from benchmark.systems import compare_systems
from dataset.errors import InvalidInputError

METRICS = ["bleu", "cider", "rouge_l", "duplicate_rate"]


@pytest.fixture(scope="module")
def three(random_regions, word_tokenizer):
    regions, candidates = random_regions(200)
    worse = {key: " ".join(text.split()[:3]) for key, text in candidates.items()}
    systems = {"good": candidates, "short": worse, "twin": dict(candidates)}
    options = {"metrics": METRICS, "tokenizer": word_tokenizer, "allow_missing": True}
    return regions, systems, options, compare_systems(systems, regions, **options)


def test_values_and_intervals_are_those_of_evaluate(three):
    regions, systems, options, comparison = three
    for place, captions in enumerate(systems.values()):
        report = evaluate(captions, regions, **options)
        for name, score in report.metrics.items():
            across = comparison.scores[name]
            assert across.values[place] == pytest.approx(score.value, abs=1e-12)
            assert across.intervals[place] == pytest.approx([score.low, score.high], abs=1e-12)
            assert comparison.signatures[name] == score.signature


def test_twins_tie_and_a_worse_system_does_not(three):
    comparison = three[3]
    record = as_dict(comparison)["scores"]["bleu_2"]
    assert record["groups"] == [["good", "twin"], ["short"]]
    [twins] = [pair for pair in record["pairs"] if {pair["first"], pair["second"]} == {"good", "twin"}]
    assert (twins["difference"], twins["p_value"], twins["adjusted"]) == (0, 1, 1)
    assert record["values"]["short"]["rank"] == 3
    assert comparison.lower_is_better == {"duplicate_rate"}


def test_each_text_is_tokenised_once(random_regions, word_tokenizer):
    regions, candidates = random_regions(20)
    seen = []

    class Counting:
        signature = "counting"

        def tokenize(self, texts):
            seen.extend(texts)
            return word_tokenizer.tokenize(texts)

    compare_systems(
        {"a": candidates, "b": candidates}, regions, tokenizer=Counting(), metrics=["cider"], allow_missing=True
    )
    assert len(seen) == len(set(seen))


def test_markdown_holds_every_pair_and_survives_odd_names(three):
    regions, systems, options, _ = three
    odd = dict(zip(["a|b", "[red]c[/]", "d"], systems.values(), strict=True))
    text = as_markdown(compare_systems(odd, regions, **options))
    assert "a\\|b" in text
    assert sum(line.startswith("| bleu_1 | ") for line in text.splitlines()) == 3
    assert "Signatures:" in text


@pytest.mark.speed
def test_ten_thousand_items_take_seconds(random_regions, word_tokenizer):
    regions, candidates = random_regions(10_000, references=1)
    systems = {"a": candidates, "b": {key: text + " dog" for key, text in candidates.items()}}
    start = time.process_time()
    comparison = compare_systems(systems, regions, metrics=METRICS, tokenizer=word_tokenizer, allow_missing=True)
    assert time.process_time() - start < 10
    assert comparison.resamples == 2_000


def test_command_writes_tables_and_files(tmp_path):
    rows = [
        {"region_id": f"img{n // 2}/{n}", "image_id": f"img{n // 2}", "captions": [f"the {word} car"]}
        for n, word in enumerate(["red", "blue", "green", "white", "black", "grey"] * 8)
    ]
    (tmp_path / "references.jsonl").write_text("\n".join(map(json.dumps, rows)))
    exact = {row["region_id"]: row["captions"][0] for row in rows}
    (tmp_path / "a.json").write_text(json.dumps(exact))
    (tmp_path / "b.json").write_text(json.dumps(dict.fromkeys(exact, "a car [bold]")))
    files = [str(tmp_path / name) for name in ("a.json", "b.json")]
    outputs = ["--json", str(tmp_path / "out.json"), "--markdown", str(tmp_path / "out.md")]
    arguments = [*files, "--references", str(tmp_path / "references.jsonl"), "--metrics", "duplicate_rate"]
    done = CliRunner().invoke(app, [*arguments, *outputs])
    assert done.exit_code == 0, done.output
    assert "2 systems on references" in done.output
    assert "48 regions of 24 images" in done.output
    [pair] = json.loads((tmp_path / "out.json").read_text())["scores"]["duplicate_rate"]["pairs"]
    assert pair["p_value"] < 0.01
    assert pair["more_images"] == 0
    assert "| duplicate_rate | a - b |" in (tmp_path / "out.md").read_text()
    assert CliRunner().invoke(app, [*arguments, "--quiet"]).output == ""

    alone = CliRunner().invoke(app, [files[0], *arguments[2:]])
    assert alone.exit_code == 2
    assert "expected at least two files, found 1" in alone.output
    (tmp_path / "b.json").write_text("{}")
    broken = CliRunner().invoke(app, arguments)
    assert broken.exit_code == 2
    assert "Traceback" not in broken.output


def test_extra_captions_and_entries_can_be_left_out(tmp_path):
    """As `ureca score` leaves them out: both commands take the same files."""
    rows = [{"region_id": f"i/{n}", "image_id": "i", "captions": [f"car {n}"]} for n in range(4)]
    (tmp_path / "references.jsonl").write_text("\n".join(map(json.dumps, rows)))
    captions = [{"region_id": f"i/{n}", "caption": f"car {n}"} for n in range(6)]
    (tmp_path / "a.json").write_text(json.dumps(captions))
    (tmp_path / "b.json").write_text(json.dumps({"model": "x", "settings": {"k": 1}, "predictions": captions[:4]}))
    files = [str(tmp_path / name) for name in ("a.json", "b.json")]
    arguments = [*files, "--references", str(tmp_path / "references.jsonl"), "--metrics", "duplicate_rate"]
    refused = CliRunner().invoke(app, arguments)
    assert refused.exit_code == 2
    assert "--allow-extra leaves out captions of other regions" in refused.output
    assert CliRunner().invoke(app, [*arguments, "--allow-extra"]).exit_code == 0


def test_systems_get_different_names(tmp_path):
    def file(name):
        return PredictionFile("x", {}, {}, {} if name is None else {"name": name}, "", [])

    paths = [tmp_path / "one.json", tmp_path / "two.jsonl.gz", tmp_path / "x" / "two.json", tmp_path / "one.json"]
    names = system_names([file("GRiT"), file("GRiT"), file(None), file("mine")], paths)
    assert names == ["one", str(paths[1]), str(paths[2]), "mine"]
    assert len(set(system_names([file(None)] * 2, [paths[0]] * 2))) == 2


def test_nothing_to_compare_is_refused(three):
    regions, systems, options, _ = three
    with pytest.raises(InvalidInputError, match="expected at least two, found 1"):
        compare_systems({"good": systems["good"]}, regions, **options)


def test_one_image_is_told(three, random_regions, word_tokenizer):
    regions, candidates = random_regions(4)
    comparison = compare_systems({"a": candidates, "b": candidates}, regions, **three[2])
    assert np.isnan(comparison.scores["cider"].intervals).all()
    assert "nothing can be told apart" in as_markdown(comparison)
