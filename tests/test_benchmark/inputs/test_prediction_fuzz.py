"""Protects: no bytes whatsoever make reading predictions fail with anything but the error that lists problems."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark import load_predictions
from dataset.errors import InvalidInputError
from dataset.schema import Region

REGIONS = [Region(f"i/{n}", "i", ("a",)) for n in range(3)]
ROWS = [{"region_id": f"i/{n}", "caption": "a car"} for n in range(3)]
SEEDS = [
    json.dumps(ROWS),
    json.dumps(ROWS, indent=1),
    "\n".join(map(json.dumps, ROWS)),
    json.dumps({row["region_id"]: row["caption"] for row in ROWS}),
    json.dumps({"system": {"name": "x"}, "predictions": ROWS}),
]
PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ",",
    ":",
    "null",
    "1e999",
    "-",
    "NaN",
    "\\ud800",
    "\\u0000",
    "\n",
    "\ufeff",
    "i/1",
    "",
]

keys = st.sampled_from(["region_id", "caption", "system", "predictions", "i/0", "~/", "\n\x1b[", "\ud800"])
values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.sampled_from(["i/0", "i/1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw):
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[end:]
    return text.encode("utf-8", "surrogatepass")


def read(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    problems, predictions = [], None
    try:
        predictions = load_predictions(path, REGIONS, allow_missing=True)
    except InvalidInputError as error:
        problems = error.problems
    assert (predictions is None) == bool(problems)
    assert all("\n" not in problem and "\x1b" not in problem for problem in problems)
    if predictions is not None:
        assert all(type(caption) is str and caption.strip() for caption in predictions.captions.values())
        assert set(predictions.captions) | set(predictions.missing) == {region.region_id for region in REGIONS}


relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(damaged(), st.sampled_from(["p.json", "p.jsonl", "p.gz"]))
def test_damaged_files(tmp_path, data, name):
    read(tmp_path, name, data)


@relaxed
@given(values)
def test_any_json(tmp_path, value):
    read(tmp_path, "p.json", json.dumps(value).encode())


@relaxed
@given(st.binary(max_size=60), st.sampled_from([b"", b"\x1f\x8b\x08", b"[", b'{"', b"\xef\xbb\xbf"]))
def test_any_bytes(tmp_path, data, start):
    read(tmp_path, "p.json", start + data)
