"""Protects: whatever is wrong with a prediction file is reported, all at once, with its place, in bounded time."""

import gzip
import json
import time
import tracemalloc

import pytest

from benchmark import load_predictions
from benchmark.foreign.protocols import PROTOCOLS
from benchmark.inputs import reading as reading_module
from benchmark.inputs.predictions import read_predictions
from benchmark.text import limits
from dataset.errors import InvalidInputError
from dataset.schema import Region

REGIONS = [Region(f"img/{n}", "img", ("a car",)) for n in range(4)]
GOOD = [{"region_id": f"img/{n}", "caption": f"car {n}"} for n in range(4)]


def problems_of(path, content, regions=REGIONS, **options):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    with pytest.raises(InvalidInputError) as caught:
        load_predictions(path, regions, **options)
    return caught.value.problems


def rows_with(number, **changes):
    return json.dumps([{**row, **changes} if n == number else row for n, row in enumerate(GOOD)])


LONG = " ".join(["word"] * 10_000)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (rows_with(1, caption=3), "/1: caption of 'img/1': expected text, found the number 3"),
        (rows_with(1, caption=None), "/1: caption of 'img/1': expected text, found null"),
        (rows_with(1, caption=["a"]), "/1: caption of 'img/1': expected text, found a list"),
        (rows_with(1, caption=float("nan")), "/1: NaN is not JSON"),
        (rows_with(1, score=float("inf")), "/1: Infinity is not JSON"),
        (rows_with(1, caption=""), "/1: the caption of 'img/1' is empty"),
        (rows_with(1, caption=" \u2028 "), "/1: the caption of 'img/1' is empty"),
        (rows_with(1, caption="a \ud83d"), "half of a surrogate pair"),
        (rows_with(1, caption=LONG), "/1: caption of 'img/1': 49,999 characters; at most 32,768 are scored"),
        (rows_with(1, region_id=7), "/1: region_id: expected text, found the number 7"),
        (rows_with(1, region_id="img/0"), "/1: region_id 'img/0' again, first at /0"),
        (rows_with(1, region_id="img/1x"), "/1: the data has no region 'img/1x'; did you mean 'img/"),
        (json.dumps(GOOD[:3]), "1 of 4 regions of the data have no caption (first: img/3)"),
        (json.dumps([*GOOD[:3], "img/3"]), '/3: expected an object with "region_id" and "caption", found text'),
        (json.dumps([GOOD]), '/0: expected an object with "region_id" and "caption", found a list'),
        (json.dumps([{"image_id": "img", "caption": "a"}]), "/0: no region_id in the object (found: 'image_id'"),
        (json.dumps({"predictions": {"img/0": "a"}}), "/predictions: expected a list, found an object"),
        (json.dumps({"system": [], "predictions": GOOD}), "/system: expected an object, found a list"),
        (json.dumps({"img/0": {"caption": "a"}}), "/img~10: expected text, found an object"),
        ('{"img/0": "a", "img/0": "b"}', "/img~10: region_id 'img/0' again, first at /img~10"),
        ('[{"region_id": "img/0", "caption": "a", "caption": "b"}]', "/0: duplicate keys in one object: 'caption'"),
        ('[{"region_id": "img/0", "caption": "a"},\n{"region_id": }]', "line 2: malformed JSON: Expecting value"),
        ('[{"region_id": "img/0", "caption": "a"}', "line 1: malformed JSON: expected ','"),
        (json.dumps(GOOD) + "\n]", "line 2: malformed JSON: unexpected ']'"),
        ('{"region_id": "img/0", "caption": "a"}\n{"region_id"\n', "line 2: malformed JSON"),
        (
            '{"region_id": "img/0", "caption": "a"}\n{"region_id": "img/1", "caption": "b"} x',
            "line 2: expected one object",
        ),
        ("[" * 200_000, "line 1: malformed JSON: nested too deeply"),
        ("[" + "1" * 100_000 + "]", '/0: expected an object with "region_id" and "caption", found the number inf'),
        ('"img/0"', "line 1: expected '[' or '{'"),
        ("[]", "there are no predictions in it"),
        ("region_id,caption\nimg/0,a car\n", "line 1: expected '[' or '{', found 'region_id"),
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\xff\xfe[\x00]\x00", "line 1: byte 0 is not UTF-8 text"),
        (b"\x1f\x8bnot gzip", "damaged gzip file"),
        (gzip.compress(json.dumps(GOOD).encode(), mtime=0)[:-20], "damaged gzip file: it ends too early"),
    ],
)
def test_problem(tmp_path, content, expected):
    assert any(expected in problem for problem in problems_of(tmp_path / "preds", content))


def test_a_caption_that_is_too_long_is_refused_and_not_its_file(tmp_path):
    path = tmp_path / "preds.json"
    path.write_text(rows_with(1, caption=LONG))
    predictions = load_predictions(path, REGIONS, allow_missing=True)
    assert predictions.missing == ("img/1",)
    assert len(predictions.captions) == 3
    path.write_text(rows_with(1, caption="a " * 16_384))
    assert load_predictions(path, REGIONS).missing == ()


@pytest.mark.parametrize(
    ("row", "protocol"),
    [
        ({"image_id": 7, "caption": "a"}, "glamm or osprey or grit"),
        ({"question_id": 7, "text": "a", "answer_id": "x"}, "opengvlab or vip-llava"),
        ({"question_id": 7, "answer": "a"}, "opengvlab or vip-llava"),
        ({"ref_id": 7, "caption": "a"}, "refer"),
        ({"region_id": 7, "caption": "a"}, "visual-genome"),
        ({"annotation_id": 7, "generated_refexp": "a"}, "google-refexp or refcocog"),
        ({"ref_id": 7, "sent": "a"}, "refer"),
        ({"image_id": 7, "bbox": [1, 2, 3, 4], "score": 1, "object_descriptions": "a"}, "grit or visual-genome"),
        ({"image_path": "a.jpg", "caption": "a", "gt": "b"}, "grasp-any-region"),
        ({"ann_id": 7, "caption": "a"}, "osprey or refcocog or grit"),
        ({"annotation_id": 7, "caption": "a"}, "osprey or refcocog or grit"),
    ],
)
def test_a_file_of_another_project_is_one_line_with_the_command_that_reads_it(tmp_path, row, protocol):
    [problem] = problems_of(tmp_path / "preds.json", json.dumps([row] * 2_000))
    assert problem.startswith("/0: ")
    assert "nor in 1,999 more rows" in problem
    first, *others = protocol.split(" or ")
    command = problem.split("`")[1]
    assert command.startswith(f"ureca convert --protocol {first} ")
    assert command.endswith(f" --results {tmp_path / 'preds.json'}")
    assert all(f"--{option} " in command for option in ("annotations", *PROTOCOLS[first].needs))
    assert all(f"--protocol {' or '.join(others)}" in problem for _ in others)
    assert set(protocol.split(" or ")) <= set(PROTOCOLS)


def test_a_number_among_ids_of_text_is_a_fault_of_its_row(tmp_path):
    content = json.dumps([{"region_id": "img/0", "caption": "a"}, {"region_id": 7, "caption": "b"}])
    assert "/1: region_id: expected text, found the number 7" in problems_of(tmp_path / "preds.json", content)


def test_an_object_of_numbers_names_its_producer(tmp_path):
    [problem] = problems_of(tmp_path / "preds.json", '{"1007": "a cup"}')
    assert "ureca convert --protocol describe-anything" in problem


def test_entries_beside_the_predictions_are_named_and_can_be_left_out(tmp_path):
    content = json.dumps({"model": "x", "predictions": GOOD, "settings": {"k": 1}})
    assert problems_of(tmp_path / "preds.json", content)[1].startswith("/settings: beside the predictions")
    assert problems_of(tmp_path / "preds.json", content)[0].startswith("/model: beside the predictions")
    file = read_predictions(tmp_path / "preds.json")
    assert len(file.match(REGIONS, allow_extra=True).captions) == 4
    (tmp_path / "more.json").write_text(
        json.dumps({**{row["region_id"]: "a" for row in GOOD}, "query": "Describe it."})
    )
    file = read_predictions(tmp_path / "more.json")
    assert set(file.match(REGIONS, allow_extra=True).captions) == {row["region_id"] for row in GOOD}
    with pytest.raises(InvalidInputError, match="has no region 'query'"):
        file.match(REGIONS)


def test_every_problem_at_once(tmp_path):
    rows = [
        {"region_id": "img/0", "caption": 1},
        "text",
        {"region_id": "img/1", "caption": ""},
        {"region_id": "img/1", "caption": "again"},
        {"region_id": "elsewhere/9", "caption": "a"},
        {"caption": "a"},
    ]
    problems = problems_of(tmp_path / "preds.jsonl", "\n".join(map(json.dumps, rows)) + "\n{broken")
    places = [problem.partition(":")[0] for problem in problems]
    assert places == ["line 1", "line 2", "line 4", "line 6", "line 7", "line 5", "line 3", *places[7:]]
    assert problems[7:] == ["2 of 4 regions of the data have no caption (first: img/2, img/3)"]


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InvalidInputError, match="no such file"):
        load_predictions(tmp_path / "none.json", REGIONS)
    with pytest.raises(InvalidInputError, match="this is a folder"):
        load_predictions(tmp_path, REGIONS)


def test_ids_of_other_data_are_recognised(tmp_path):
    content = json.dumps({f"scenes-test-00001/{n}": "a car" for n in range(30)})
    [problem] = problems_of(tmp_path / "preds.json", content)
    assert problem == "none of the 30 ids is in the data: 30 look like scenes/test"


def test_ids_of_no_known_data(tmp_path):
    [problem] = problems_of(tmp_path / "preds.json", '{"x/1": "a"}')
    assert problem == "none of the 1 ids is in the data: they look like no data known here (first: 'x/1')"


def in_little_memory(call):
    tracemalloc.start()
    try:
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * limits.MAX_FILE_BYTES
    return result


GARBAGE = pytest.mark.parametrize(
    "unit", [b"x", b"[", b"[1,", b"{}\n", b'{"a":', b"\x00", b'"', b"1", b"[{},{},\n"], ids=repr
)


@GARBAGE
def test_100_mb_of_garbage(tmp_path, unit):
    content = unit * (100_000_000 // len(unit))
    problems = in_little_memory(lambda: problems_of(tmp_path / "preds.json", content))
    assert len(problems) <= limits.MAX_PROBLEMS + 2


@pytest.mark.speed
@GARBAGE
def test_garbage_is_refused_quickly(tmp_path, unit):
    content = unit * (100_000_000 // len(unit))
    start = time.process_time()
    problems_of(tmp_path / "preds.json", content)
    assert time.process_time() - start < 20


def test_reading_stops_after_enough_problems(tmp_path):
    problems = problems_of(tmp_path / "preds.json", "[" + ",".join(["{}"] * 100_000) + "]")
    assert f"reading stopped after {limits.MAX_PROBLEMS:,} problems" in problems


def test_gzip_bomb(tmp_path):
    bomb = gzip.compress(gzip.compress(b"[" + b" " * 2**20) + b"")
    assert problems_of(tmp_path / "nested.gz", bomb)  # a gzip in a gzip is not text
    flat = gzip.compress(b" " * (limits.MAX_FILE_BYTES + 2**20), compresslevel=1)
    [problem] = in_little_memory(lambda: problems_of(tmp_path / "preds.json.gz", flat))
    assert problem == "larger than 128 MiB after decompression, the most that is read"


def test_too_large_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_module, "MAX_FILE_BYTES", 2**20)
    [problem] = problems_of(tmp_path / "preds.json", " " * (2**20 + 1))
    assert problem == "larger than 1 MiB, the most that is read"
