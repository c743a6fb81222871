"""Figures of the validation."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from dataset.errors import MissingDependencyError

__all__ = ["check_validation", "draw_heatmap"]

_DARK = 0.55


def check_validation() -> None:
    """See that correlations can be computed and figures drawn.

    Raises:
        MissingDependencyError: scipy or Matplotlib is not installed.
    """
    absent = [package for package in ("scipy", "matplotlib") if find_spec(package) is None]
    if absent:
        raise MissingDependencyError(" and ".join(absent), "the validation of metrics", "pip install 'ureca[draw]'")


def draw_heatmap(table: Mapping[str, Mapping[str, float]], title: str, path: Path, good_is_low: bool = False) -> None:
    """A table of numbers from 0 to 100 as coloured cells, each with its number; PNG.

    Args:
        table: row -> column -> number; NaN cells stay empty. Every row has the same columns.
        title: above it.
        path: where it goes.
        good_is_low: darker is better unless set; then darker is worse, in another colour.
    """
    from matplotlib.figure import Figure

    rows, columns = list(table), list(next(iter(table.values()), {}))
    if not rows or not columns:
        return
    values = np.array([[table[row][column] for column in columns] for row in rows])
    figure = Figure(figsize=(3.2 + 0.85 * len(columns), 1.9 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(values, cmap="Oranges" if good_is_low else "Blues", vmin=0, vmax=100, aspect="auto")
    axes.set_xticks(range(len(columns)), [name.replace(" > ", "\n> ") for name in columns], rotation=35, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, labelsize=8)
    for y, x in np.argwhere(~np.isnan(values)):
        shade = "white" if values[y, x] > 100 * _DARK else "black"
        axes.text(x, y, f"{round(values[y, x])}", ha="center", va="center", color=shade, fontsize=8)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_title(title, fontsize=10, loc="left")
    figure.savefig(path, dpi=110)
