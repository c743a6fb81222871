"""Protects: other benchmarks' questions to a judge over HTTP: the user's words, published files, resuming, refusals."""

import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask
from typer.testing import CliRunner

from benchmark.inputs.judged import read_judged
from benchmark.judge.benchmark import app
from benchmark.judge.benchmark_questions import choice_of

PROMPT = "Choose.\n{pred_caption}\n---\n{question_text_str}\n"
CHOICES = [["It is red.", 1], ["It is not red.", -1], ["Not said.", 0]]


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture
def dlc(tmp_path):
    """Two regions: a red mug, and a lamp whose caption names another thing."""
    positive = {"question": "Red?", "choices": CHOICES, "type": "positive"}
    negative = {"question": "Blue?", "choices": [["Not blue.", 1], ["Blue.", -1]], "type": "negative"}
    (tmp_path / "qa.json").write_text(json.dumps({"1": [positive, negative], "2": [positive]}))
    (tmp_path / "class_names.json").write_text(json.dumps({"1": "mug", "2": "iron lamp"}))
    (tmp_path / "mine.json").write_text(json.dumps({"1": "a red mug", "2": "a red cat"}))
    (tmp_path / "prompt.txt").write_text(PROMPT)
    (tmp_path / "recognition.txt").write_text("Is it {a_name}?")
    return tmp_path


def arguments_of(folder):
    names = {"questions": "qa.json", "class-names": "class_names.json", "recognition": "recognition.txt"}
    files = [part for name, file in names.items() for part in (f"--{name}", folder / file)]
    out = folder / "mine_eval_tiny.json"
    prompt = ("--benchmark", "dlc-bench", "--prompt", folder / "prompt.txt", "--out", out)
    return folder / "mine.json", *prompt, *files


def test_dlc_bench_is_asked_in_the_users_words_and_written_in_its_layout(dlc, chat_server):
    def judge(body, _number):
        text = body["messages"][0]["content"][-1]["text"]
        if "Is it" in text:
            assert "Is it a mug?" in text or "Is it an iron lamp?" in text
            return "B. No" if "cat" in text else "A"
        return "A. It is red." if "Red?" in text else "Not blue."

    chat_server.behave = judge
    done = run(*arguments_of(dlc), "--url", chat_server.url, "--model", "tiny", "--no-check")
    assert done.exit_code == 0, done.output
    written = json.loads((dlc / "mine_eval_tiny.json").read_text())
    assert (written["1"]["score_pos"], written["1"]["score_neg"]) == (1, 1)
    assert written["2"]["recognition_result"] is False
    assert (written["2"]["score_pos"], written["2"]["score_neg"]) == (0, None)  # right words of the wrong thing
    assert written["avg_pos"] == 0.5
    file = read_judged(dlc / "mine_eval_tiny.json")
    assert (file.system, file.judge, file.layout) == ("mine", "tiny", "dlc-bench")
    assert file.totals.item_scores(file.rows)[:, 0].tolist() == [1.0, 0.0]
    assert "Choose.\na red mug\n---\nRed?\nA. It is red." in "".join(
        body["messages"][0]["content"][-1]["text"] for body in chat_server.bodies
    )


def test_an_unfinished_run_resumes(dlc, chat_server):
    chat_server.behave = lambda body, _number: "!401" if "Blue?" in json.dumps(body) else "A"
    command = (*arguments_of(dlc), "--url", chat_server.url, "--model", "tiny", "--no-check")
    done = run(*command)
    assert done.exit_code == 1
    assert "1 questions have no answer" in done.output
    assert list(json.loads((dlc / "mine_eval_tiny.json").read_text())) == ["2", "avg_pos"]
    asked = len(chat_server.bodies)
    chat_server.behave = lambda _body, _number: "A"
    assert run(*command).exit_code == 0
    assert len(chat_server.bodies) == asked + 1
    assert not (dlc / "mine_eval_tiny.json.answers").exists()


def test_what_does_not_fit_is_named_before_anything_is_asked(dlc):
    (dlc / "mine.json").write_text(json.dumps({"1": "a red mug"}))
    done = run(*arguments_of(dlc))
    assert done.exit_code == 2
    assert "2: no caption" in done.output
    (dlc / "mine.json").write_text(json.dumps({"1": "a", "2": "b"}))
    (dlc / "prompt.txt").write_text("{caption} {question_text_str}")
    done = run(*arguments_of(dlc), "--dry-run")
    assert done.exit_code == 2
    assert "{caption} is not a field of this benchmark" in done.output
    assert "{pred_caption}" in done.output


def test_gar_bench_shows_images_and_masks(tmp_path, chat_server):
    mask = np.zeros((40, 60), np.uint8, order="F")
    mask[5:25, 10:30] = 1
    rle = coco_mask.encode(mask)
    outline = {"size": [40, 60], "counts": rle["counts"].decode()}
    row = {"image": "images/0.png", "mask_rles": [outline, outline], "answer": "left", "model_output": "right"}
    (tmp_path / "mine.json").write_text(json.dumps([row]))
    (tmp_path / "prompt.txt").write_text("Is {model_output} {answer}?")
    Image.new("RGB", (60, 40)).save(tmp_path / "0.png")
    out = tmp_path / "mine_eval.json"
    chat_server.behave = lambda _body, _number: "True"
    server = ("--url", chat_server.url, "--model", "tiny", "--no-check")
    files = ("--benchmark", "gar-bench", "--prompt", tmp_path / "prompt.txt", "--images", tmp_path, "--out", out)
    done = run(tmp_path / "mine.json", *files, *server)
    assert done.exit_code == 0, done.output
    [body] = chat_server.bodies
    kinds = [part["type"] for part in body["messages"][0]["content"]]
    assert kinds == ["image_url"] * 5 + ["text"]
    assert body["messages"][0]["content"][-1]["text"] == "Is right left?"
    assert read_judged(out).rows.tolist() == [[1.0]]


def test_ferret_bench_gets_two_marks(tmp_path, chat_server):
    base = {"question_id": 0, "image": "1.jpg", "category": "refer_desc"}
    for name, text in (("question", "What?"), ("answer", "A sign."), ("context", "Objects: sign")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({**base, "text": text}) + "\n")
    (tmp_path / "mine.json").write_text(json.dumps([{"image_path": "1.jpg", "caption": "a board"}]))
    (tmp_path / "prompt.txt").write_text("{context}|{question}|{answer1}|{answer2}")
    out = tmp_path / "review_refer_desc.jsonl"
    chat_server.behave = lambda _body, _number: "8, 4\nbecause"
    files = [
        *("--benchmark", "review", "--prompt", tmp_path / "prompt.txt", "--out", out),
        *("--questions", tmp_path / "question.jsonl", "--reference-answers", tmp_path / "answer.jsonl"),
        *("--context", tmp_path / "context.jsonl", "--url", chat_server.url, "--model", "tiny", "--no-check"),
    ]
    done = run(tmp_path / "mine.json", *files)
    assert done.exit_code == 0, done.output
    assert chat_server.bodies[0]["messages"][0]["content"][-1]["text"] == "Objects: sign|What?|A sign.|a board"
    assert read_judged(out).rows.tolist() == [[8.0, 4.0, 1.0]]


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("A", 0),
        ("b.", 1),
        ("C. Not said.", 2),
        ("It is not red.", 1),
        ("I think: It is not red.", 1),
        ("(b) whatever", 1),
        ("B) whatever", 1),
        ("perhaps", None),
        ("D.", None),
        ("", None),
    ],
)
def test_answers_name_a_choice_by_letter_or_words(answer, place):
    assert choice_of(answer, [choice for choice, _ in CHOICES]) == place
