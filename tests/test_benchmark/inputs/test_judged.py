"""Protects: published files of verdicts in each layout: values, system and judge, refusals, the judge as a factor."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmark.compare import app
from benchmark.inputs.judged import images_of_regions, is_judged, read_judged
from benchmark.reports.published import app as published
from benchmark.systems import compare_judged
from dataset.errors import InvalidInputError


def answers(positive, negative, recognised=True):
    """One region as DLC-Bench's program writes it."""
    question = {"question": "Which?", "choices": [["a", 1], ["b", 0]], "pred_answer": "A", "pred_index": 0}
    return {
        "pred": "a caption",
        "details_positives": [{**question, "type": "positive", "eval_result": positive}],
        "details_negatives": [] if negative is None else [{**question, "type": "negative", "eval_result": negative}],
        "score": positive,
        "score_pos": positive,
        "score_neg": negative,
        "recognition_result": recognised,
    }


@pytest.fixture
def dlc(tmp_path):
    """Two systems, the first judged by two judges: 40 regions, the other judge is kinder by a quarter."""
    draw = np.random.default_rng(1).uniform(0, 0.7, (40, 2)).round(2).tolist()

    def write(name, system, bonus=0.0):
        regions = {f"{9000 + k}": answers(pair[system] + bonus, 1.0 if k else None) for k, pair in enumerate(draw)}
        path = tmp_path / name
        path.write_text(json.dumps({**regions, "avg_pos": 0.5, "avg_neg": 0.9}))
        return path

    return write("one_eval.json", 0), write("two_eval.json", 1), write("one_eval_gpt.json", 0, 0.25)


def test_the_published_number_comes_out(dlc):
    file = read_judged(dlc[0])
    assert (file.layout, file.system, file.judge, len(file.keys)) == ("dlc-bench", "one", "own judge", 40)
    content = json.loads(dlc[0].read_text())
    positive = np.mean([content[key]["score_pos"] for key in file.keys])
    comparison = compare_judged([file, read_judged(dlc[1])], resamples=200)
    assert comparison.scores["average"].values[0] == pytest.approx((positive + 1.0) / 2)
    assert comparison.scores["negative"].values[0] == 1.0  # the region without such questions is not in this mean


def test_the_judge_is_a_factor(dlc):
    comparison = compare_judged([read_judged(path) for path in dlc], resamples=300)
    [effect] = comparison.judges
    assert (effect.first, effect.second, effect.systems) == ("gpt", "own judge", ("one",))
    assert effect.shift.value == pytest.approx(0.125)  # half of what positive questions gain
    assert effect.shift.low == pytest.approx(0.125)
    assert effect.correlation[0] > 0.9
    assert comparison.names == ("one @ own judge", "two @ own judge", "one @ gpt")
    assert comparison.scores["average"].groups[0] == (2,)


def test_images_are_resampled_where_the_annotations_name_them(dlc, tmp_path):
    annotations = tmp_path / "annotations.json"
    rows = [{"id": 9000 + k, "image_id": k // 4} for k in range(40)]
    annotations.write_text(json.dumps({"images": [], "annotations": rows}))
    images = images_of_regions(annotations)
    comparison = compare_judged([read_judged(path) for path in dlc[:2]], images=images, resamples=100)
    assert comparison.data.images == 10
    assert not comparison.notes
    with pytest.raises(InvalidInputError, match="region 9039 is not in it"):
        compare_judged([read_judged(path) for path in dlc[:2]], images={f"{9000 + k}": "" for k in range(39)})


def test_paradlc_names_its_regions_by_image_and_index(tmp_path):
    path = tmp_path / "annotations.json"
    mask = {"size": [4, 4], "counts": "0"}
    image = {"image_id": 7, "file_name": "7.jpg", "height": 4, "width": 4}
    path.write_text(json.dumps([{**image, "annotations": [{"index": index, "mask_rle": mask} for index in (0, 1)]}]))
    assert images_of_regions(path) == {"7_0": "7", "7_1": "7"}


@pytest.mark.parametrize("kind", [{"answer": "a", "question": "?"}, {"subject_name": "a", "predicate_name": "on"}])
def test_gar_bench_counts_the_word_true(tmp_path, kind):
    words = ["True", "False", "True", "True.", "I cannot tell"]
    rows = [{"image": f"images/{k}.png", **kind, "model_output": "a", "eval_result": w} for k, w in enumerate(words)]
    rows[1]["image"] = rows[0]["image"]
    path = tmp_path / "m_eval.json"
    path.write_text(json.dumps(rows))
    file = read_judged(path, "mine@gpt-4o")
    assert file.layout == ("gar-bench-detailed" if "predicate_name" in kind else "gar-bench-simple")
    assert file.rows[:, 0].tolist() == [1, 0, 1, 0, 0]
    assert file.keys[:2] == ("images/0.png", "images/0.png#2")
    assert file.label == "mine @ gpt-4o"


def questions(path, answers):
    """GAR-Bench's questions as its program writes them: two of each image, the right letter is always B."""
    kinds = ["color", "relation", "texture/pattern", "color"]
    rows = [
        {
            "image_path": f"/data/{place // 2}.jpg",
            "mask_rles": [],
            "question": "What color is <Prompt0>?",
            "choices": ["A. red", "B. blue"],
            "answer": "B",
            "type": kinds[place % 4],
            "image": f"images/vqa_{place}.png",
            "model_output": answer,
        }
        for place, answer in enumerate(answers)
    ]
    path.write_text(json.dumps(rows))
    return path


def test_answers_to_questions_need_no_judge_and_resample_images(tmp_path):
    """Protects: GAR-Bench's VQA numbers: the letter alone is right, kinds have own shares, images are units."""
    one = questions(tmp_path / "one_vqa.json", ["B", "b", "B.", "A"] * 5)
    other = questions(tmp_path / "other_vqa.json", ["B"] * 20)
    assert is_judged(one)
    file = read_judged(one)
    assert (file.layout, file.system, len(file.keys)) == ("gar-bench-vqa", "one_vqa", 20)
    comparison = compare_judged([file, read_judged(other)], resamples=100)
    values = {name: score.values[0] for name, score in comparison.scores.items()}
    assert values["accuracy"] == values["color"] == 0.5
    assert (values["relation"], values["texture/pattern"]) == (1, 0)
    assert np.isnan(values["shape"])
    assert comparison.data.images == 10
    assert not comparison.notes
    row = json.loads(one.read_text())[0]
    one.write_text(json.dumps([{**row, "type": "smell"}, {**row, "image": "other.png", "model_output": None}]))
    with pytest.raises(
        InvalidInputError, match=r"(?s)expected one of color.*found 'smell'.*model_output: expected text"
    ):
        read_judged(one)


def test_reviews_are_a_ratio_of_means_without_those_that_have_no_marks(tmp_path):
    folder = tmp_path / "gar_1b"
    folder.mkdir()
    path = folder / "review_refer_desc.jsonl"
    marks = [[8, 4], [6, 3], [-1, -1]]
    rows = [{"id": k + 1, "question_id": k, "category": "refer_desc", "tuple": pair} for k, pair in enumerate(marks)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    file = read_judged(path)
    assert (file.layout, file.system) == ("review", "gar_1b")
    assert file.totals.aggregate(file.rows.sum(axis=0), np.array(3.0)).tolist() == [0.5, 0.35, 0.7]


def test_captions_are_not_taken_for_verdicts(tmp_path):
    path = tmp_path / "predictions.jsonl"
    path.write_text(json.dumps({"region_id": "a/1", "caption": 'it says "tuple": and "eval_result":'}) + "\n")
    assert not is_judged(path)
    assert not is_judged(tmp_path)
    assert not is_judged(tmp_path / "none")


def test_every_problem_is_named(dlc, tmp_path):
    broken = json.loads(dlc[0].read_text())
    broken["9001"]["score_pos"] = "much"
    broken["9002"]["score_pos"] = None
    path = tmp_path / "broken_eval.json"
    path.write_text(json.dumps(broken))
    with pytest.raises(InvalidInputError) as caught:
        read_judged(path)
    assert len(caught.value.problems) == 2
    assert "9001: score_pos: expected a number, found 'much'" in str(caught.value)
    path.write_text('{"captions": {}}')
    with pytest.raises(InvalidInputError, match="no judge's verdicts"):
        read_judged(path)


def test_files_that_do_not_fit_together_are_refused(dlc, tmp_path):
    less = json.loads(dlc[1].read_text())
    del less["9005"]
    path = tmp_path / "less_eval.json"
    path.write_text(json.dumps(less))
    run = CliRunner().invoke(app, [str(dlc[0]), str(path)])
    assert run.exit_code == 2
    assert "lacks 1 of 40 regions: 9005" in " ".join(run.output.split())
    run = CliRunner().invoke(app, [str(dlc[0]), str(path), "--only-given", "--resamples", "100"])
    assert run.exit_code == 0
    assert "39 regions" in run.output
    run = CliRunner().invoke(app, [str(dlc[0]), str(dlc[0])])
    assert run.exit_code == 2
    assert "--name SYSTEM@JUDGE" in run.output
    run = CliRunner().invoke(app, [str(dlc[0]), str(dlc[1]), "--name", "one"])
    assert run.exit_code == 2
    assert "expected one for each of 2 files" in run.output


def test_compare_writes_all_of_it(dlc, tmp_path):
    record, table = tmp_path / "all.json", tmp_path / "all.md"
    names = ["--name", "A", "--name", "B", "--name", "A@GPT"]
    run = CliRunner().invoke(
        app, [*map(str, dlc), *names, "--resamples", "100", "--json", str(record), "--markdown", str(table)]
    )
    assert run.exit_code == 0
    assert "The judge as a factor" in run.output
    written = json.loads(record.read_text())
    assert [each["system"]["judge"] for each in written["systems"]] == ["own judge", "own judge", "GPT"]
    assert written["judges"][0]["shift"]["value"] == pytest.approx(0.125)
    assert "| GPT - own judge | A | +12.50 |" in table.read_text()


def test_the_page_is_made_of_folders(dlc, tmp_path):
    (tmp_path / "captions.json").write_text('{"9000": "a caption"}')
    page = tmp_path / "page.md"
    run = CliRunner().invoke(published, [str(tmp_path), "--resamples", "100", "--page", str(page)])
    assert run.exit_code == 0
    text = page.read_text()
    assert "## dlc-bench: 40 regions" in text
    assert "moves the same captions by 12.50" in text
    assert text.count("_eval") >= 3
    assert "captions.json" not in text
    empty = tmp_path / "empty"
    empty.mkdir()
    assert CliRunner().invoke(published, [str(empty)]).exit_code == 2
