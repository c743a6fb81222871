"""One style for the charts of boards and systems: on light and dark pages, on paper, on phones.

Colours are those that colour-blind readers can tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import altair

__all__ = [
    "COLORS",
    "Chart",
    "Ink",
    "cell_text",
    "finished",
    "has_no_room",
    "magnitude",
    "name_marks",
    "short",
    "slanted",
]

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f", "#7f7f7f")
"""The palette of Okabe and Ito, which colour-blind readers can distinguish, and two more colours at the end."""

_LONGEST_LABEL: Final = 28
_HEIGHT: Final = 380
_LETTERS: Final = 3.2
"""How many times the font size a cell must be wide."""
_SMALLEST: Final = 7.5
"""Smaller numbers cannot be read on a phone; touching the cell tells them."""
_ROOM: Final = 0.4
"""Points in this part of a chart, on the left, have their names on the right."""

Chart = Any


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of the page around a chart."""

    text: str = "#1b2330"
    faint: str = "#5b6675"
    ground: str = "#ffffff"
    line: str = "#0b63b0"

    @classmethod
    def of_theme(cls, theme: str | None) -> Ink:
        """Of a light or a ``dark`` page."""
        return cls("#e3e8ee", "#a9b4c1", "#10151c", "#5aa5ee") if theme == "dark" else cls()


def has_no_room(place: float, first: float, last: float) -> bool:
    """Whether a name has no room to the left of its point."""
    return place - first < _ROOM * (last - first)


def name_marks(base: Chart, ink: Ink, *, below: bool = False) -> list[Chart]:
    """Names to the left of their points, where no line of steps passes; to the right only at the left edge.

    Args:
        base: the points.
        ink: colours of the page.
        below: whether the names stand below the points instead of above.
    """
    sides: tuple[tuple[str, str, int], ...] = (("!datum.is_left", "right", -7), ("datum.is_left", "left", 7))
    return [
        base.transform_filter(which).mark_text(align=align, dx=dx, dy=13 if below else -9, color=ink.text)
        for which, align, dx in sides
    ]


def magnitude(spec: str, number: str = "datum.value") -> str:
    """An expression of Vega that writes a number as tables do: 7B, where SI says 7G."""
    return f"replace(format({number}, '{spec}'), 'G', 'B')"


def cell_text(columns: int) -> dict[str, Any]:
    """How numbers are written in the cells of a table of colours: smaller where cells are narrow, then left out."""
    size = f"width / {max(columns, 1)} / {_LETTERS}"
    return {"fontSize": altair.ExprRef(f"{size} < {_SMALLEST} ? 0 : min(12, {size})")}


def finished(chart: Chart, ink: Ink, description: str, height: float = _HEIGHT) -> Chart:
    """The chart in this style, as wide as its place, with a description for those who do not see it."""
    return _styled(chart, ink).properties(width="container", height=height, description=description)


def _styled(chart: Chart, ink: Ink) -> Chart:
    """The one style: text in the page's colours, faint grids, no frame."""
    return (
        chart.configure(background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=ink.text,
            titleColor=ink.text,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelFlush=False,
        )
        .configure_axisQuantitative(gridColor=ink.faint, gridOpacity=0.25, domainColor=ink.faint, tickColor=ink.faint)
        .configure_axisTemporal(grid=False, domainColor=ink.faint, tickColor=ink.faint)
        .configure_axisBand(grid=False, domain=False, ticks=False)
        .configure_text(color=ink.text, fontSize=12)
        .configure_title(color=ink.text, fontSize=13, anchor="start")
        .configure_legend(labelColor=ink.text, titleColor=ink.text, labelFontSize=12)
    )


def slanted() -> Any:
    """An axis above the chart with names that need room."""
    return altair.Axis(orient="top", labelAngle=-35, labelLimit=180, labelOverlap=False)


def short(name: str) -> str:
    """A name of at most 28 letters."""
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
