"""Plots as inline SVG, coloured by the page's style sheet so that they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["PlotRow", "forest_plot", "interval_track"]

_WIDTH = 380
_LEFT, _RIGHT = 150, 322
_ROW, _GROUP, _TOP = 19, 24, 6


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One line of a forest plot; values x 100, None where there is nothing to show.

    Attributes:
        group: rows of one group stand together under its name; "" for the row of all regions.
        label: of the row.
        count: regions in it.
        value, low, high: score and 95% interval.
    """

    group: str
    label: str
    count: int
    value: float | None
    low: float | None
    high: float | None


def forest_plot(title: str, rows: Sequence[PlotRow]) -> Markup:
    """Values with their intervals, one row each, on one axis; a dashed line marks the first row's value."""
    ticks = _ticks(rows)
    start, end = ticks[0], ticks[-1]

    def x(value: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (min(max(value, start), end) - start) / (end - start), 1)

    parts: list[Markup] = []
    y = _TOP
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            y += _GROUP
            parts.append(Markup('<text class="group" x="0" y="{}">{}</text>').format(y - 6, group))
        y += _ROW
        parts.append(_row(row, y - 6, x))
    bottom = y + 2
    axis = [_tick(tick, x(tick), bottom) for tick in ticks]
    whole = rows[0].value if rows else None
    if whole is not None:
        line = '<line class="whole" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        axis.append(Markup(line).format(x(whole), _TOP, bottom))  # noqa: S704 - numbers into a constant
    return Markup('<svg class="forest" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        _WIDTH, bottom + 18, title, Markup("").join(axis), Markup("").join(parts)
    )


def _row(row: PlotRow, y: int, place: Callable[[float], float]) -> Markup:
    cells = [
        Markup('<text class="label" x="8" y="{}">{}</text>').format(y, row.label),
        Markup('<text class="count" x="{}" y="{}">{:,}</text>').format(_LEFT - 12, y, row.count),
    ]
    tooltip = "no value"
    if row.value is not None:
        tooltip = f"{row.value:.2f}"
        if row.low is not None and row.high is not None:
            tooltip += f" [{row.low:.2f}, {row.high:.2f}]"
            interval = '<line class="interval" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
            cells.append(Markup(interval).format(place(row.low), place(row.high), y=y - 4))  # noqa: S704
        cells.append(Markup('<circle class="dot" cx="{}" cy="{}" r="3.6"/>').format(place(row.value), y - 4))
        cells.append(Markup('<text class="value" x="{}" y="{}">{:.1f}</text>').format(_WIDTH, y, row.value))
    name = f"{row.group} {row.label}".strip()
    return Markup("<g><title>{}: {}, {:,} regions</title>{}</g>").format(
        name, tooltip, row.count, Markup("").join(cells)
    )


def _tick(value: float, x: float, bottom: float) -> Markup:
    return Markup(
        '<line class="grid" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'
        '<text class="tick" x="{x}" y="{text}">{label}</text>'
    ).format(x=x, top=_TOP, bottom=bottom, text=bottom + 13, label=f"{value:g}")


def _ticks(rows: Sequence[PlotRow]) -> list[float]:
    """From the smallest value or below to the largest or above, in at most five round steps."""
    numbers = [number for row in rows for number in (row.value, row.low, row.high) if number is not None]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 100.0)
    if high - low < 1e-9:  # all 0 or all 100: no axis shows shares that cannot be
        low, high = (low - 1, high) if low else (0.0, 1.0)
    raw = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= raw)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * number, 10) for number in range(first, last + 1)]


def interval_track(value: float | None, low: float | None, high: float | None, scale: float) -> Markup:
    """A thin bar from 0 to `scale` with the interval and the value marked, for a table cell."""
    if value is None:
        return Markup("")
    place = [round(100 * min(max(number / scale, 0), 1), 2) for number in (low or value, high or value, value)]
    return Markup(
        '<svg class="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rail" x="0" y="4" width="100" height="2"/>'
        '<rect class="interval" x="{}" y="2" width="{}" height="6"/>'
        '<rect class="dot" x="{}" y="0" width="0.8" height="10"/></svg>'
    ).format(place[0], max(round(place[1] - place[0], 2), 0.4), min(max(place[2] - 0.4, 0), 99.2))
