"""From records to rows of the region schema, with the provenance of every caption, and their parquet file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...runtime.cache import atomic_file
from ...schema import Region, features
from ..images import AnnotatedImage
from ..records import Ledger, Record
from ..region_tree import RegionTree
from ..run_options import STAGES

if TYPE_CHECKING:
    import datasets

__all__ = ["CARD", "curated_features", "read_stamp", "rows_of_image", "write_parquet"]

_STAMP: Final = b"ureca.shard"
_BY_DEPTH: Final = {1: "object", 2: "part"}

CARD: Final = """\
---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*.parquet
---
Captions made by `python -m dataset.curation`: one row per region in the region schema. `caption` is the best one there
is, `caption_stage` says which, and `provenance` how each came to be. `run.json` has the options of the run.
"""


def curated_features() -> datasets.Features:
    """The region schema and the columns of the curation.

    ``caption_stage`` says which stage `caption` is from, ``verification`` is true, false, unclear or null, and
    ``provenance`` has one record for each stage (see `Record`).
    """
    from datasets import Features, List, Value

    text = Value("string")
    record = {
        "stage": text,
        "caption": text,
        "verdict": text,
        "failure": text,
        "model": text,
        "prompt": text,
        "given_caption": text,
        "parent_caption": text,
        "sibling_captions": List(text),
        "child_captions": List(text),
        "look_alikes": List(text),
    }
    extra = {"detailed_caption": text, "caption_stage": text, "verification": text, "provenance": List(record)}
    return Features({**features(), **extra})


def rows_of_image(image: AnnotatedImage, tree: RegionTree, ledger: Ledger, *, embed: bool) -> Iterator[dict[str, Any]]:
    """Rows of the regions that have a caption, in the order of the tree.

    Args:
        image: the image.
        tree: its regions.
        ledger: their records.
        embed: whether the rows hold the file's bytes, or its path; a member of a tar shard has no path.
    """
    embed = embed or not image.is_file
    bytes_, name = (image.read_bytes(), image.path.name) if embed else (None, str(image.path))
    for node in tree.nodes:
        records = {stage: record for stage in STAGES if (record := ledger.get(stage, node.region_id)) is not None}
        captions = {stage: record.caption for stage, record in records.items() if record.caption is not None}
        best = next((stage for stage in ("unique", "detailed", "short") if stage in captions), None)
        if best is None:
            continue
        checked = records.get("verification")
        region = Region(
            region_id=node.region_id,
            image_id=image.image_id,
            captions=(captions[best],),
            parent_id=_captioned_parent(tree, node.parent, ledger),
            mask=node.mask,
            bbox=node.bbox_xywh,
            area=node.area,
            depth=node.depth,
            granularity=_BY_DEPTH.get(node.depth, "subpart"),
            short_caption=captions.get("short"),
        )
        yield {
            "image": {"bytes": bytes_, "path": name},
            **region.to_row(),
            "detailed_caption": captions.get("detailed"),
            "caption_stage": best,
            "verification": None if checked is None else checked.verdict,
            "provenance": [_provenance(record) for record in records.values()],
        }


def _captioned_parent(tree: RegionTree, parent: int, ledger: Ledger) -> str | None:
    """The nearest region above that has a row."""
    while parent >= 0:
        region_id = tree.nodes[parent].region_id
        if ledger.caption("short", region_id) is not None:
            return region_id
        parent = tree.nodes[parent].parent
    return None


def _provenance(record: Record) -> dict[str, Any]:
    fields = asdict(record)
    return {key: value for key, value in fields.items() if key not in ("image_id", "region_id")}


def write_parquet(path: Path, rows_by_image: Iterable[list[dict[str, Any]]], stamp: Mapping[str, Any]) -> int:
    """Write rows, a row group for each image so that its bytes are stored once, and appear whole or not at all.

    Args:
        path: the file; a process killed on the way leaves nothing under this name.
        rows_by_image: rows of one image after the other.
        stamp: kept in the file's metadata, see `read_stamp`; the number of rows is added.

    Returns:
        The number of rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = curated_features().arrow_schema
    count = 0
    with (
        atomic_file(path, durable=True) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd", dictionary_pagesize_limit=1 << 30) as writer,
    ):
        for rows in rows_by_image:
            if rows:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                count += len(rows)
        writer.add_key_value_metadata({_STAMP: json.dumps({**stamp, "rows": count}, sort_keys=True).encode()})
    return count


def read_stamp(path: Path) -> dict[str, Any] | None:
    """The stamp of a parquet file that is whole; None if it is missing, damaged or not ours."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        stamp = json.loads((metadata.metadata or {}).get(_STAMP, b"null"))
    except (OSError, pa.ArrowException, ValueError):
        return None
    if not isinstance(stamp, dict) or stamp.get("rows") != metadata.num_rows:
        return None
    return stamp
