"""Protects the config of the user's own rows: what a curation or an export wrote comes back; bad rows are all named."""

import io
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from dataset.errors import InvalidInputError, UnknownNameError
from dataset.loading.publishing.folder import export_folder
from dataset.loading.regions import load_images, load_regions
from dataset.masks.rle import encode_runs
from dataset.schema import features

HEIGHT, WIDTH = 6, 8


def picture(shade: int = 0) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (shade, 9, 9)).save(file, "PNG")
    return file.getvalue()


def row(image: str, number: int, /, **changes: Any) -> dict[str, Any]:
    mask = encode_runs([number * HEIGHT, HEIGHT, (WIDTH - 1 - number) * HEIGHT], HEIGHT, WIDTH)
    values = {
        "image": {"bytes": picture(), "path": f"{image}.png"},
        "image_id": image,
        "region_id": f"{image}/{number}",
        "mask": dict(mask),
        "captions": [f"column {number}"],
    }
    return {**values, **changes}


def write(path: Path, rows: list[dict[str, Any]], group: int = 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = features().arrow_schema
    names = list(dict.fromkeys(name for one in rows for name in one))
    table = pa.Table.from_pylist(rows, schema=pa.schema([schema.field(name) for name in names]))
    pq.write_table(table, path, row_group_size=group)


def load(folder: Path, split: str = "train", **options: Any) -> list[Any]:
    return load_regions("folder", split, data_dir=str(folder), **options)


def test_an_exported_folder_comes_back_whole(tmp_path: Path) -> None:
    list(export_folder(tmp_path / "hub", configs=["photos"]))
    assert load(tmp_path / "hub", "test") == load_regions("photos")
    pictures = [Image.open(file).size for file, _ in load_images("folder", "test", data_dir=str(tmp_path / "hub"))]
    assert pictures == [Image.open(file).size for file, _ in load_images("photos")]
    with pytest.raises(UnknownNameError, match=r"'train'. Available: test"):
        load(tmp_path / "hub", "train")


def test_rows_of_an_image_over_row_groups_files_and_splits(tmp_path: Path) -> None:
    """And rows as `datasets` gives them: by name, and as a stream, with their pictures."""
    write(tmp_path / "data" / "a.parquet", [row("a", n) for n in range(3)] + [row("b", 0)], group=2)
    write(tmp_path / "data" / "validation-0.parquet", [row("c", 0)])
    write(tmp_path / ".cache" / "old.parquet", [row("d", 0)])
    (tmp_path / "outside.png").write_bytes(picture(200))
    write(tmp_path / "data" / "z.parquet", [row("e", 0, image={"bytes": None, "path": "outside.png"})])
    assert [region.region_id for region in load(tmp_path)] == ["a/0", "a/1", "a/2", "b/0", "e/0"]
    assert [region.image_id for region in load(tmp_path, "validation")] == ["c"]
    first = load(tmp_path)[0]
    assert (first.area, first.bbox, first.parent_id) == (HEIGHT, (0, 0, 1, HEIGHT), None)
    for streaming in (False, True):
        rows = datasets.load_dataset("ureca", "folder", data_dir=str(tmp_path), split="train", streaming=streaming)
        assert [one["image"].getpixel((0, 0))[0] for one in rows] == [0, 0, 0, 0, 200]


def test_a_parent_that_was_filtered_out_is_no_parent(tmp_path: Path) -> None:
    write(tmp_path / "x.parquet", [row("a", 1, parent_id="a/0"), row("a", 2, parent_id="a/1")])
    assert [region.parent_id for region in load(tmp_path)] == [None, "a/1"]


BAD_ROWS = {
    "captions: expected texts": {"captions": [" "]},
    "mask: is of size [9, 9], the image is [6, 8]": {"mask": {"size": [9, 9], "counts": "0"}},
    "mask: expected size and counts": {"mask": None},
    "mask: holds no pixel": {"mask": dict(encode_runs([HEIGHT * WIDTH], HEIGHT, WIDTH))},
    "region_id: expected a/": {"region_id": "4"},
    "granularity: expected one of": {"granularity": "thing"},
}


def test_every_row_that_cannot_be_used_is_named_or_left_out(tmp_path: Path) -> None:
    good = [row("a", 0), row("b", 0)]
    bad = [row("a", number, **change) for number, change in enumerate(BAD_ROWS.values(), 1)]
    write(tmp_path / "x.parquet", [good[0], *bad, row("a", 0), good[1], row("n", 0, image=None)])
    write(tmp_path / "y.parquet", [row("b", 1)])
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    pq.write_table(pa.table({"image_id": ["q"]}), tmp_path / "poor.parquet")
    with pytest.raises(InvalidInputError) as caught:
        load(tmp_path)
    listed = "\n".join(caught.value.problems)
    for words in (
        "broken.parquet: cannot be read as parquet",
        "poor.parquet: has no column mask",
        "image b: rows of it",
    ):
        assert words in listed
    left = load(tmp_path, on_missing="skip")
    assert [region.region_id for region in left] == ["a/0", "b/0"]
    for name in ("broken.parquet", "poor.parquet", "y.parquet"):
        (tmp_path / name).unlink()
    with pytest.raises(InvalidInputError) as caught:
        load(tmp_path)
    listed = "\n".join(caught.value.problems)
    for words in (*BAD_ROWS, "region a/0: has come before", "image n: has neither bytes nor a path"):
        assert words in listed


def test_changed_files_are_read_anew(tmp_path: Path) -> None:
    write(tmp_path / "x.parquet", [row("a", 0)])
    before = load(tmp_path)
    write(tmp_path / "x.parquet", [row("a", 0, captions=["another one"]), row("a", 1)])
    assert [region.caption for region in load(tmp_path)] == ["another one", "column 1"] != before


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"no \.parquet file"):
        load(tmp_path)
    with pytest.raises(InvalidInputError, match="data_dir is needed"):
        load_regions("folder", "train")
