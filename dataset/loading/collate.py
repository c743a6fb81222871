"""Batches of rows for PyTorch: a region without a parent has a null, which PyTorch's own way of batching refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["collate"]


def collate(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One batch, for ``DataLoader(rows.with_format("torch"), batch_size=8, collate_fn=dataset.collate)``.

    Returns:
        Name of every column -> one tensor with the rows first where all rows have tensors of one shape and type, else
        the list of the rows' values: texts, nulls, masks, images of several sizes.
    """
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    return {name: _stacked(values) for name, values in columns.items()}


def _stacked(values: list[Any]) -> Any:
    if not all(hasattr(value, "shape") and hasattr(value, "dtype") for value in values):
        return values
    if len({(tuple(value.shape), value.dtype) for value in values}) > 1:
        return values
    import torch

    return torch.stack(values)
