"""Protects `evaluate` on rows and tables in memory: both sides, wrong kinds named, no region twice."""

from typing import Any

import pytest

from benchmark import evaluate
from dataset.errors import InvalidInputError
from dataset.schema import Region

CAPTIONS = {"a/1": "a red car", "a/2": "a blue car", "b/1": "a dog"}
REGIONS = [Region(name, name[0], (caption, f"{caption} here")) for name, caption in CAPTIONS.items()]
ROWS = [{"region_id": name, "caption": caption} for name, caption in CAPTIONS.items()]
REGION_ROWS = [
    {"region_id": region.region_id, "image_id": region.image_id, "captions": list(region.captions)}
    for region in REGIONS
]


def frame(rows: list[dict[str, Any]]) -> Any:
    return pytest.importorskip("pandas").DataFrame(rows)


def hub_dataset(rows: list[dict[str, Any]]) -> Any:
    import datasets

    return datasets.Dataset.from_list(rows)


def arrow_table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow

    return pyarrow.Table.from_pylist(rows)


KINDS = [list, tuple, iter, frame, hub_dataset, arrow_table]


def score(captions: Any, regions: Any) -> float | None:
    return evaluate(captions, regions, metrics=["bleu_1"], resamples=0).metrics["bleu_1"].value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_rows_and_tables_score_as_a_mapping_does(kind: Any) -> None:
    expected = score(CAPTIONS, REGIONS)
    assert expected is not None
    assert expected > 0.5
    assert score(kind(ROWS), REGIONS) == expected
    assert score(CAPTIONS, kind(REGION_ROWS)) == expected


@pytest.mark.parametrize("captions", [3, None, b"preds.json", ["a", "b"], [3]])
def test_other_kinds_say_what_is_expected(captions: Any) -> None:
    with pytest.raises(InvalidInputError, match="region_id"):
        score(captions, REGIONS)


@pytest.mark.parametrize("regions", [3, "scenes", {"a/1": "a"}, [3], [{"region_id": "a/1"}]])
def test_other_kinds_of_regions_say_what_is_expected(regions: Any) -> None:
    with pytest.raises(InvalidInputError, match="regions"):
        score(CAPTIONS, regions)


def test_a_split_has_to_be_named() -> None:
    import datasets

    with pytest.raises(InvalidInputError, match="name a split: test"):
        score(CAPTIONS, datasets.DatasetDict({"test": hub_dataset(REGION_ROWS)}))


def test_a_region_given_twice_is_an_error_on_either_side() -> None:
    with pytest.raises(InvalidInputError, match="region_id 'a/1' again, first at row 0"):
        score(CAPTIONS, [*REGIONS, REGIONS[0]])
    with pytest.raises(InvalidInputError, match="region_id 'a/1' again, first at row 0"):
        score([*ROWS, ROWS[0]], REGIONS)


def test_a_table_without_a_caption_names_the_row() -> None:
    with pytest.raises(InvalidInputError, match="row 1: caption of 'a/2': expected text, found null"):
        score(frame([ROWS[0], {**ROWS[1], "caption": None}, ROWS[2]]), REGIONS)
