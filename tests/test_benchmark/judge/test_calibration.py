"""Protects calibration: captions whose truth is known, errors counted by kind, and no correction without it."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from benchmark.inputs.scoring_data import scoring_data
from benchmark.inputs.verdicts import read_calibration, read_verdicts
from benchmark.judge.calibrate import app, calibration_captions, calibration_lines, calibration_of, shift_lines
from benchmark.verdicts.calibration import Calibration, CalibrationItem
from benchmark.verdicts.verdict import Verdict, write_verdicts
from dataset.errors import InvalidInputError
from dataset.listener import listen

SCENES = 16
DATA = ["--split", "test", "--option", f"test={SCENES}"]


@pytest.fixture(scope="module")
def scenes():
    return scoring_data("scenes", "test", test=SCENES)


def item(image: str, truth: bool, judged: bool, kind: str = "reference") -> CalibrationItem:
    return CalibrationItem(image, "part", "2-8%", kind, truth, truth, judged, judged)


def a_calibration(judge: str = "m@h") -> Calibration:
    items = [item(f"i{k}", True, k % 10 > 0) for k in range(40)] + [item(f"i{k}", False, k % 5 == 0) for k in range(20)]
    return Calibration(judge, "scenes/validation", tuple(items))


def test_errors_are_counted_by_truth() -> None:
    table = {row.name: row for row in a_calibration().table()}
    assert set(table) == {"all", "granularity=part", "area=2-8%", "caption=reference"}
    row = table["all"]
    assert (row.true, row.false) == (40, 20)
    assert row.sensitivity.value == pytest.approx(0.9)
    assert row.specificity.value == pytest.approx(0.8)
    assert row.specificity.low < 0.8 < row.specificity.high
    assert any(line.startswith("| all | 40 | 90.0 [") for line in calibration_lines(a_calibration()))


def test_a_calibration_is_read_back_and_its_digest_is_of_all_of_it(tmp_path) -> None:
    calibration = a_calibration()
    calibration.write(tmp_path / "c.json")
    assert read_calibration(tmp_path / "c.json") == calibration
    other = replace(calibration, items=(*calibration.items[:-1], item("i19", False, True)))
    assert len({calibration.sha256, other.sha256, a_calibration("n@h").sha256}) == 3


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"schema": 9}', "{", '{"schema": 1, "judge": "", "data": "", "items": [{}]}']
)
def test_another_file_is_not_a_calibration(tmp_path, text) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(InvalidInputError):
        read_calibration(tmp_path / "c.json")


def test_types_of_a_file_are_checked(tmp_path) -> None:
    record = a_calibration().to_dict()
    record["items"][0]["judged_true"] = "yes"
    (tmp_path / "c.json").write_text(json.dumps(record))
    with pytest.raises(InvalidInputError, match="true or false"):
        read_calibration(tmp_path / "c.json")


def test_one_judge_s_errors_are_not_another_s() -> None:
    a_calibration().check_judge("m@h")
    a_calibration("").check_judge("m@h")
    with pytest.raises(InvalidInputError, match="another"):
        a_calibration().check_judge("n@h")


def test_captions_are_half_true_and_half_false(scenes) -> None:
    """Held against the exact listener: references are unique, the others mostly not, and every kind occurs."""
    worlds, generator = scenes.worlds(), random.Random(0)
    groups: dict[str, list] = {}
    for region in scenes.regions:
        groups.setdefault(region.image_id, []).append(region)
    outcomes: dict[str, Counter] = {}
    for image_id in sorted(groups):
        regions = generator.sample(groups[image_id], 6)
        captions = list(calibration_captions(regions, generator))
        assert len(captions) == 12
        for caption in captions:
            hearing = listen(caption.caption, worlds[image_id], caption.region_id.rpartition("/")[2])
            outcomes.setdefault(caption.system, Counter())[hearing.outcome] += 1
    assert set(outcomes) == {"reference", "sibling", "minimal pair", "category"}
    assert outcomes["reference"]["correct"] / outcomes["reference"].total() > 0.95
    assert outcomes["sibling"]["correct"] == 0
    assert outcomes["minimal pair"]["correct"] / outcomes["minimal pair"].total() < 0.3


def test_the_bundled_verdicts_make_a_calibration_offline(scenes, repository, tmp_path) -> None:
    path = repository / "benchmark/validation/reader_verdicts/verdicts.jsonl"
    calibration = calibration_of(read_verdicts(path), scenes)
    row = calibration.table()[0]
    assert (row.true, row.false) == (2, 6)
    assert row.sensitivity.value == row.specificity.value == 1
    assert row.sensitivity.low < 0.4  # two of two captions say little
    out = tmp_path / "c.json"
    result = CliRunner().invoke(app, ["--verdicts", str(path), *DATA, "--out", str(out)])
    assert result.exit_code == 0
    assert read_calibration(out) == calibration
    assert "| caption=nano |" in result.output


def test_verdicts_of_two_judges_or_of_nothing_are_refused(scenes, tmp_path) -> None:
    one = Verdict(scenes.regions[0].region_id, "the floor", (), (), False, judge="a")
    with pytest.raises(InvalidInputError, match="of 2 judges"):
        calibration_of([one, replace(one, caption="the wall", judge="b")], scenes)
    with pytest.raises(InvalidInputError, match="none is of a caption"):
        calibration_of([replace(one, caption="")], scenes)
    with pytest.raises(InvalidInputError, match="whose truth is known"):
        calibration_of([one], scoring_data("photos", "test"))
    write_verdicts([replace(one, caption="")], tmp_path / "v.jsonl")
    result = CliRunner().invoke(app, ["--verdicts", str(tmp_path / "v.jsonl"), *DATA, "--out", str(tmp_path / "c")])
    assert result.exit_code == 2


def test_a_calibration_says_first_what_it_costs(tmp_path) -> None:
    result = CliRunner().invoke(app, ["--out", str(tmp_path / "c"), *DATA, "--images", "4", "--dry-run"])
    assert result.exit_code == 0
    assert not list(tmp_path.iterdir())


def test_photos_check_the_judge_beside_the_scenes(tmp_path) -> None:
    """References of the photographs are true, siblings' captions and minimal pairs false; their errors stand beside."""
    photos = scoring_data("photos", "test")
    generator, verdicts = random.Random(0), []
    for image_id in sorted({region.image_id for region in photos.regions}):
        regions = [region for region in photos.regions if region.image_id == image_id]
        for caption in calibration_captions(regions[:12], generator, categories=False):
            fits = (caption.region_id,) if caption.system != "sibling" else ()
            verdicts.append(
                Verdict(caption.region_id, caption.caption, (caption.region_id,), fits, False, caption.system)
            )
    assert {verdict.system for verdict in verdicts} == {"reference", "sibling", "minimal pair"}
    write_verdicts(verdicts, tmp_path / "v.jsonl")
    Calibration("", "scenes/validation", _known(90, "reference", True) + _known(95, "minimal pair", False)).write(
        tmp_path / "scenes.json"
    )
    out = tmp_path / "photos.json"
    command = ["--config", "photos", "--verdicts", str(tmp_path / "v.jsonl"), "--out", str(out)]
    result = CliRunner().invoke(app, [*command, "--beside", str(tmp_path / "scenes.json")])
    assert result.exit_code == 0, result.output
    rows = [line.split(" | ") for line in result.output.splitlines() if " of " in line and line.startswith("| ")]
    assert [row[0] for row in rows] == ["| reference", "| reference", "| minimal pair", "| minimal pair"]
    assert rows[0][2].startswith("90.0 [")
    assert rows[0][3].startswith("100.0 [")
    assert rows[2][3].startswith("0.0 [")
    assert rows[2][4].startswith("-95.0 [-9")
    photos_errors = read_calibration(out)
    assert photos_errors.data == "photos/test"
    assert photos_errors.table()[0].true == 96
    with pytest.raises(InvalidInputError, match="another"):
        shift_lines(Calibration("m@h", "scenes", ()), Calibration("n@h", "photos", ()))


def _known(right: int, kind: str, truth: bool) -> tuple[CalibrationItem, ...]:
    return tuple(
        CalibrationItem(f"c{n}", "part", "", kind, truth, truth, (n < right) == truth, (n < right) == truth)
        for n in range(100)
    )


def test_a_check_on_photos_asks_no_bare_categories(tmp_path) -> None:
    command = ["--config", "photos", "--out", str(tmp_path / "c"), "--images", "2", "--size", "64", "--dry-run"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
