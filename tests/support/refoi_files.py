"""RefOI in its published layout, small: parquet files with image, mask and people's expressions in every row."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

__all__ = ["HEIGHT", "WIDTH", "refoi_row", "write_refoi"]

HEIGHT, WIDTH = 40, 60


def _png(pixels: Any) -> dict[str, Any]:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return {"bytes": buffer.getvalue(), "path": None}


def refoi_row(shade: int = 90, mask: Any = None, **columns: Any) -> dict[str, Any]:
    """A row of an even picture; its mask is a square of 20 x 20 pixels at (10, 5) if none is given."""
    square = np.zeros((HEIGHT, WIDTH), np.uint8)
    square[5:25, 10:30] = 255
    picture = _png(np.full((HEIGHT, WIDTH, 3), shade, np.uint8))
    return {
        "image": picture,
        "mask": _png(square if mask is None else mask),
        "boxed_image": picture,
        **{f"box_{side}": 0.5 for side in ("xmin", "xmax", "ymin", "ymax")},
        "is_coco": 1,
        "label_name": "Cat",
        "co_occurrence": 1,
        "written_descriptions": ["the left cat", "cat on the sofa", "sleeping cat"],
        "spoken_descriptions": ["um the cat on the left", "left one"],
        **columns,
    }


def write_refoi(folder: Path, **splits: list[dict[str, Any]]) -> Path:
    """Write ``<split>-00000-of-00001.parquet`` for each split; returns the folder."""
    (folder / "data").mkdir(parents=True)
    for split, rows in splits.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / "data" / f"{split}-00000-of-00001.parquet")
    return folder
