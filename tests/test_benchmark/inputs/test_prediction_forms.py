"""Protects: every documented form of a prediction file is read to the same captions, whatever the captions hold."""

import gzip
import hashlib
import json

import pytest

from benchmark import load_predictions
from dataset.errors import InvalidInputError
from dataset.schema import Region

CAPTIONS = {
    "img/0": "a red car",
    "img/1": 'with "quotes", \u2028 separators \u2029, |||, \v and\nnewlines',
    "img/2": "emoji 🙂 and café",
    "img/3": "{not json} [at all]",
}
REGIONS = [Region(region_id, "img", ("a car",)) for region_id in CAPTIONS]
ROWS = [{"region_id": region_id, "caption": caption, "extra": 1} for region_id, caption in CAPTIONS.items()]

FORMS = {
    "list": json.dumps(ROWS),
    "list, indented": json.dumps(ROWS, indent=1, ensure_ascii=False),
    "lines": "\n".join(map(json.dumps, ROWS)),
    "lines, windows": "\r\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\r\n\r\n",
    "object": json.dumps(CAPTIONS, ensure_ascii=False),
    "object, indented": json.dumps(CAPTIONS, indent=2),
    "system": json.dumps({"system": {"name": "mine"}, "predictions": ROWS}),
    "system, last": json.dumps({"predictions": ROWS, "system": {"name": "mine"}}, indent=2),
    "byte order mark": "\ufeff" + json.dumps(ROWS),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("compressed", [False, True])
def test_form(tmp_path, form, compressed):
    path = tmp_path / "preds.json"
    data = FORMS[form].encode()
    path.write_bytes(gzip.compress(data) if compressed else data)
    predictions = load_predictions(path, REGIONS)
    assert predictions.captions == CAPTIONS
    assert predictions.missing == ()
    assert predictions.system == ({"name": "mine"} if form.startswith("system") else {})
    assert predictions.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_one_line_is_a_row(tmp_path):
    path = tmp_path / "preds.txt"
    path.write_text(json.dumps(ROWS[0]) + "\n")
    assert load_predictions(path, REGIONS[:1]).captions == {"img/0": "a red car"}


def test_missing_and_empty_captions_can_be_allowed(tmp_path):
    path = tmp_path / "preds.json"
    path.write_text(json.dumps({"img/0": "a red car", "img/1": "  "}))
    with pytest.raises(InvalidInputError, match="--allow-missing"):
        load_predictions(path, REGIONS)
    predictions = load_predictions(path, REGIONS, allow_missing=True)
    assert predictions.captions == {"img/0": "a red car"}
    assert predictions.missing == ("img/1", "img/2", "img/3")
