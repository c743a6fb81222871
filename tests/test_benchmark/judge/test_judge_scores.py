"""Protects a judge's scores in reports: only judged captions count, corrections carry both uncertainties."""

from __future__ import annotations

import json

import pytest

from benchmark import Corpus, compare_systems, evaluate
from benchmark.metrics import JudgeCorrected, JudgeOutcomes
from benchmark.verdicts.calibration import Calibration, CalibrationItem
from benchmark.verdicts.verdict import Verdict, write_verdicts
from dataset.errors import InvalidInputError
from dataset.schema import Region


def regions_of(images: int = 12, each: int = 5) -> list[Region]:
    return [
        Region(f"i{image}/{number}", f"i{image}", (f"the thing {number}",), granularity=("object", "part")[number % 2])
        for image in range(images)
        for number in range(each)
    ]


def judged(regions: list[Region], unique: object, judge: str = "m@h") -> list[Verdict]:
    """Verdicts on their references; those that `unique` refuses fit another region of the image."""
    return [
        Verdict(
            region.region_id,
            region.caption,
            (region.region_id, f"{region.image_id}/x"),
            (region.region_id,) if unique(region) else (f"{region.image_id}/x",),
            False,
            judge=judge,
        )
        for region in regions
    ]


def calibration(sensitivity: float, specificity: float, items: int = 200, judge: str = "m@h") -> Calibration:
    made = []
    for number in range(items):
        accepts_true, accepts_false = number < sensitivity * items, number >= specificity * items
        made.append(CalibrationItem(f"c{number}", "part", "", "reference", True, True, accepts_true, accepts_true))
        made.append(CalibrationItem(f"c{number}", "part", "", "sibling", False, False, accepts_false, accepts_false))
    return Calibration(judge, "scenes/validation", tuple(made))


def captions(regions: list[Region]) -> dict[str, str]:
    return {region.region_id: region.caption for region in regions}


def test_outcomes_stand_in_report_slices_and_items(word_tokenizer, tmp_path) -> None:
    regions = regions_of()
    verdicts = judged(regions, lambda region: not region.region_id.endswith("/4"))
    report = evaluate(captions(regions), regions, metrics=["bleu"], judge=verdicts, tokenizer=word_tokenizer)
    score = report.metrics["judge_correct"]
    assert score.value == pytest.approx(0.8)
    assert report.metrics["judge_wrong_sibling"].value == pytest.approx(0.2)
    assert report.metrics["judge_true"].value == pytest.approx(0.8)
    assert sum(
        report.metrics[f"judge_{name}"].value
        for name in ("correct", "ambiguous", "wrong_parent", "wrong_child", "wrong_sibling", "wrong_other", "nothing")
    ) == pytest.approx(1)
    assert "model:m@h" in score.signature
    assert report.notes[-1].startswith("judge: 60 of 60 captions, verdicts ")
    others = judged(regions, lambda region: True)
    again = evaluate(captions(regions), regions, metrics=["bleu"], judge=others, tokenizer=word_tokenizer)
    assert again.metrics["judge_correct"].signature == score.signature  # the same judge: systems can be compared
    assert report.slices["granularity=part"].metrics["judge_correct"].value == 1
    assert report.items["judge_correct"].tolist() == [float(not r.region_id.endswith("/4")) for r in regions]
    assert "judge_correct_corrected" not in report.metrics
    report.write_json(tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text())["metrics"]["judge_true"]["value"] == pytest.approx(0.8)


def test_without_verdicts_nothing_changes(word_tokenizer) -> None:
    regions = regions_of(2)
    corpus = Corpus(regions, captions(regions), tokenizer=word_tokenizer)
    assert all(isinstance(make().unavailable(corpus), InvalidInputError) for make in (JudgeOutcomes, JudgeCorrected))
    with pytest.raises(InvalidInputError, match="no verdicts of a judge"):
        evaluate(captions(regions), regions, metrics=["judge"], tokenizer=word_tokenizer)


def test_a_sample_counts_alone_and_other_captions_verdicts_do_not(word_tokenizer) -> None:
    regions = regions_of()
    verdicts = judged(regions[:10], lambda region: True)
    report = evaluate(captions(regions), regions, metrics=[], judge=verdicts, tokenizer=word_tokenizer)
    assert report.metrics["judge_correct"].value == 1
    assert report.slices["granularity=part"].metrics["judge_correct"].value == 1
    changed = {region_id: f"{caption}!" for region_id, caption in captions(regions).items()}
    with pytest.raises(InvalidInputError, match="none of its verdicts is of these captions"):
        evaluate(changed, regions, metrics=[], judge=verdicts, tokenizer=word_tokenizer)


def test_one_judged_image_has_no_interval(word_tokenizer) -> None:
    regions = regions_of()
    verdicts = judged(regions[:5], lambda region: region.region_id.endswith("/0"))
    score = evaluate(captions(regions), regions, metrics=[], judge=verdicts, tokenizer=word_tokenizer).metrics[
        "judge_correct"
    ]
    assert (score.value, score.low, score.high) == (pytest.approx(0.2), None, None)


def test_missing_captions_are_rejected_ones(word_tokenizer) -> None:
    regions = regions_of()
    present = {region_id: caption for region_id, caption in captions(regions).items() if not region_id.endswith("/0")}
    verdicts = judged([region for region in regions if region.region_id in present], lambda region: True)
    report = evaluate(present, regions, metrics=[], judge=verdicts, allow_missing=True, tokenizer=word_tokenizer)
    assert report.metrics["judge_correct"].value == pytest.approx(0.8)
    assert report.metrics["judge_nothing"].value == pytest.approx(0.2)


def test_corrected_rates_need_a_calibration_and_carry_its_uncertainty(word_tokenizer) -> None:
    regions = regions_of(40)
    verdicts = judged(regions, lambda region: not region.region_id.endswith("/4"))
    widths = []
    for items in (2_000, 40):
        known = calibration(0.9, 0.95, items)
        report = evaluate(
            captions(regions), regions, metrics=[], judge=verdicts, calibration=known, tokenizer=word_tokenizer
        )
        score = report.metrics["judge_correct_corrected"]
        assert score.value == pytest.approx((0.8 - 0.05) / 0.85, abs=0.001)
        assert score.low < score.value < score.high
        assert f"calibration:{known.sha256[:12]}" in score.signature
        widths.append(score.high - score.low)
    assert widths[1] > 1.5 * widths[0]


def test_a_calibration_of_another_judge_is_refused(word_tokenizer) -> None:
    regions = regions_of(2)
    verdicts = judged(regions, lambda region: True)
    with pytest.raises(InvalidInputError, match="of one judge say nothing"):
        evaluate(captions(regions), regions, metrics=[], judge=verdicts, calibration=calibration(1, 1, 9, "other@h"))


def test_a_calibration_without_verdicts_is_refused(word_tokenizer) -> None:
    regions = regions_of(2)
    with pytest.raises(InvalidInputError, match="no verdicts to correct"):
        evaluate(captions(regions), regions, metrics=["bleu"], calibration=calibration(1, 1, 9))


def test_score_command_takes_verdicts(tmp_path) -> None:
    from typer.testing import CliRunner

    from benchmark.score import app

    regions = regions_of(3)
    references, predictions = tmp_path / "references.jsonl", tmp_path / "predictions.jsonl"
    references.write_text(
        "".join(
            json.dumps({"region_id": r.region_id, "image_id": r.image_id, "captions": list(r.captions)}) + "\n"
            for r in regions
        )
    )
    predictions.write_text(
        "".join(json.dumps({"region_id": r.region_id, "caption": r.caption}) + "\n" for r in regions)
    )
    write_verdicts(judged(regions, lambda region: not region.region_id.endswith("/4")), tmp_path / "v.jsonl")
    calibration(0.9, 0.95).write(tmp_path / "c.json")
    command = [str(predictions), "--references", str(references), "--metrics", "duplicate_rate"]
    more = ["--judge", str(tmp_path / "v.jsonl"), "--calibration", str(tmp_path / "c.json")]
    result = CliRunner().invoke(app, [*command, *more, "--json", str(tmp_path / "r.json")])
    assert result.exit_code == 0, result.output
    scores = json.loads((tmp_path / "r.json").read_text())["metrics"]
    assert scores["judge_correct"]["value"] == pytest.approx(0.8)
    assert scores["judge_correct_corrected"]["value"] == pytest.approx(0.75 / 0.85)
    assert "judge_correct_corrected" in result.output
    page = CliRunner().invoke(app, [*command, *more, "--quiet", "--html", str(tmp_path / "p.html")])
    assert page.exit_code == 0, page.output
    html = (tmp_path / "p.html").read_text()
    assert "What a judge makes of the captions" in html
    assert "What a listener makes" not in html
    assert html.index("judge_correct_corrected") < html.index("more scores")  # beside the raw rate


def test_systems_are_compared_on_the_same_images_with_the_same_calibration(word_tokenizer) -> None:
    """Every system's captions have verdicts in one list; the differences are paired."""
    regions = regions_of(30)
    texts = {"good": captions(regions), "bad": {region.region_id: f"bad {region.caption}" for region in regions}}
    verdicts = judged(regions, lambda region: not region.region_id.endswith("/4"))
    verdicts += [
        Verdict(
            region.region_id,
            texts["bad"][region.region_id],
            (region.region_id,),
            (region.region_id,) if region.region_id.endswith(("/0", "/1")) else (),
            False,
            judge="m@h",
        )
        for region in regions
    ]
    comparison = compare_systems(texts, regions, metrics=[], judge=verdicts, tokenizer=word_tokenizer)
    assert comparison.scores["judge_correct"].values == pytest.approx([0.8, 0.4])
    (pair,) = comparison.scores["judge_correct"].pairs
    assert pair.difference == pytest.approx(0.4)
    assert pair.low == pytest.approx(0.4)  # every image is alike
    assert "judge_correct_corrected" not in comparison.scores
    known = calibration(0.9, 0.95, 200)
    corrected = compare_systems(
        texts, regions, metrics=[], judge=verdicts, calibration=known, tokenizer=word_tokenizer
    ).scores["judge_correct_corrected"]
    assert corrected.values == pytest.approx([0.75 / 0.85, 0.35 / 0.85], abs=0.001)
    (pair,) = corrected.pairs
    assert pair.difference == pytest.approx(0.4 / 0.85, abs=0.001)
    assert pair.low < pair.difference < pair.high  # the calibration's doubt
    alone = evaluate(
        texts["bad"], regions, metrics=[], judge=verdicts, calibration=known, tokenizer=word_tokenizer
    ).metrics["judge_correct_corrected"]
    assert alone.value == pytest.approx(corrected.values[1])
    with pytest.raises(InvalidInputError, match="none of its verdicts"):
        compare_systems({**texts, "third": {r.region_id: "?" for r in regions}}, regions, metrics=[], judge=verdicts)
