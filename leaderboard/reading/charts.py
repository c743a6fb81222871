"""Charts of boards and systems, as Altair charts in one style. Axes of scores begin at 0."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair

from .chart_style import COLORS, Chart, Ink, cell_text, finished, has_no_room, magnitude, name_marks, short, slanted

__all__ = [
    "Dot",
    "Milestone",
    "Pair",
    "Part",
    "cost_chart",
    "difference_chart",
    "pareto_front",
    "part_chart",
    "part_map",
    "progress_chart",
    "running_best",
    "win_matrix",
]

_ROW: Final = 30
_KEYS: Final = altair.ExprRef("width < 420 ? 1 : 3")
"""Columns of the key under a chart: on a phone one below the other."""
_SLANTED_ENDS: Final = {"right": 26}
"""Pixels for the end of the last slanted name."""
_DARKER: Final = 0.55
"""From this place of a colour scale on, text is white on it."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A system in a chart.

    Attributes:
        cost: above 0.
        value, low, high: a score and its interval, as shown.
    """

    name: str
    cost: float
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A submission: when it came, in seconds, and its score as shown."""

    name: str
    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """A score of one system on one slice of the regions, as shown."""

    name: str
    part: str
    regions: int
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A difference between two systems, as shown; `differs` after the correction for all pairs."""

    first: str
    second: str
    difference: float
    low: float | None
    high: float | None
    differs: bool
    score: str = ""


def pareto_front(dots: Sequence[Dot], *, more_cost_is_better: bool, lower_is_better: bool = False) -> list[Dot]:
    """The systems that no other one beats in both ways, by rising cost."""
    sign_cost, sign_value = (-1 if more_cost_is_better else 1), (1 if lower_is_better else -1)
    front: list[Dot] = []
    for dot in sorted(dots, key=lambda dot: (sign_cost * dot.cost, sign_value * dot.value)):
        if not front or sign_value * dot.value < sign_value * front[-1].value:
            front.append(dot)
    return sorted(front, key=lambda dot: dot.cost)


def cost_chart(
    dots: Sequence[Dot],
    cost_label: str,
    value_label: str,
    ink: Ink,
    *,
    more_cost_is_better: bool,
    lower_is_better: bool = False,
) -> Chart:
    """Quality against cost, the cost on a logarithmic axis; a stepped line is what is reached for how much."""
    front = pareto_front(dots, more_cost_is_better=more_cost_is_better, lower_is_better=lower_is_better)
    costs = [dot.cost for dot in dots]
    span = (min(costs) / 2, max(costs) * 2)
    rows = [
        {"name": short(dot.name), "cost": dot.cost, "value": dot.value, "low": dot.low, "high": dot.high}
        | {"unbeaten": dot in front, "is_left": has_no_room(math.log(dot.cost), *map(math.log, span))}
        for dot in dots
    ]
    x = altair.X("cost:Q", scale=altair.Scale(type="log", domain=list(span), nice=False), title=cost_label)
    x = x.axis(labelExpr=magnitude("~s"), grid=True, values=_decades(*span))
    y = altair.Y("value:Q", title=value_label, scale=altair.Scale(zero=True, nice=True))
    base = altair.Chart(altair.Data(values=rows)).encode(x=x)
    edges = _stepped_front(front, span, more_cost_is_better)
    line = altair.Chart(altair.Data(values=edges)).mark_line(
        strokeDash=[6, 4], color=ink.line, strokeWidth=2, opacity=0.8
    )
    tip = ["name:N", altair.Tooltip("cost_text:N", title=cost_label), altair.Tooltip("value:Q", format=".2f")]
    base = base.transform_calculate(cost_text=magnitude(".3~s", "datum.cost"))
    fill = altair.condition("datum.unbeaten", altair.value(COLORS[0]), altair.value(COLORS[7]))
    chart = altair.layer(
        line.encode(x=x, y=y, order="order:Q"),
        base.mark_rule(color=ink.faint, opacity=0.7).encode(y="low:Q", y2="high:Q"),
        base.mark_circle(size=95, opacity=1).encode(y=y, color=fill, tooltip=tip),
        *(layer.encode(y=y, text="name:N") for layer in name_marks(base.transform_filter("datum.unbeaten"), ink)),
        *(
            layer.encode(y=y, text="name:N")  # below their points, away from the line above them
            for layer in name_marks(base.transform_filter("!datum.unbeaten"), ink, below=not lower_is_better)
        ),
    )
    best = ", ".join(dot.name for dot in front)
    return finished(chart, ink, f"{value_label} against {cost_label} of {len(dots)} systems; unbeaten: {best}")


def running_best(milestones: Sequence[Milestone], lower_is_better: bool = False) -> list[Milestone]:
    """The submissions that were the best so far when they came, in the order of time."""
    best: list[Milestone] = []
    for milestone in sorted(milestones, key=lambda one: one.at):
        if not best or (milestone.value < best[-1].value if lower_is_better else milestone.value > best[-1].value):
            best.append(milestone)
    return best


def progress_chart(
    milestones: Sequence[Milestone], now: float, value_label: str, ink: Ink, *, lower_is_better: bool = False
) -> Chart:
    """The score of every submission over time, and the best so far as a line of steps."""
    best = running_best(milestones, lower_is_better)
    rows = [
        {"name": short(one.name), "day": _day(one.at), "value": one.value, "record": one in best}
        | {"is_left": has_no_room(one.at, best[0].at, now)}
        for one in milestones
    ]
    steps = [{"day": _day(one.at), "value": one.value} for one in best]
    steps.append({"day": _day(now), "value": best[-1].value})
    x = altair.X("day:T", title=None).axis(format="%Y-%m-%d")
    y = altair.Y("value:Q", title=value_label, scale=altair.Scale(zero=True))
    base = altair.Chart(altair.Data(values=rows)).encode(x=x, y=y)
    fill = altair.condition("datum.record", altair.value(COLORS[0]), altair.value(COLORS[7]))
    tip = ["name:N", altair.Tooltip("day:T", title="submitted"), altair.Tooltip("value:Q", format=".2f")]
    line = altair.Chart(altair.Data(values=steps)).mark_line(interpolate="step-after", color=ink.line, strokeWidth=2)
    chart = altair.layer(
        line.encode(x=x, y=y),
        base.mark_circle(size=80, opacity=1).encode(color=fill, tooltip=tip),
        *(layer.encode(text="name:N") for layer in name_marks(base.transform_filter("datum.record"), ink)),
    )
    return finished(chart, ink, f"{value_label} over time; the best now: {best[-1].name}")


def part_map(parts: Sequence[Part], value_label: str, ink: Ink, *, lower_is_better: bool = False) -> Chart:
    """A heat map: slices of the regions in rows, systems in columns, the better the deeper the colour."""
    values = [part.value for part in parts if part.value is not None]
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    systems = list(dict.fromkeys(short(part.name) for part in parts))
    kinds = list(dict.fromkeys(f"{part.part} ({part.regions:,})" for part in parts))

    def depth(value: float) -> float:
        share = (value - lowest) / (highest - lowest) if highest > lowest else 1.0
        return 1 - share if lower_is_better else share

    rows = [
        {"name": short(part.name), "part": f"{part.part} ({part.regions:,})", "value": part.value}
        | {"text": f"{part.value:.1f}", "deep": depth(part.value) > _DARKER}
        for part in parts
        if part.value is not None
    ]
    base = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X("name:N", sort=systems, title=None, axis=slanted()),
        y=altair.Y("part:N", sort=kinds, title=None, axis=altair.Axis(labelLimit=260, labelOverlap=False)),
        tooltip=["name:N", "part:N", altair.Tooltip("value:Q", format=".2f")],
    )
    scale = altair.Scale(scheme="blues", reverse=lower_is_better, domain=[lowest, max(highest, lowest + 1e-9)])
    cells = base.mark_rect(cornerRadius=3, stroke=ink.ground, strokeWidth=2).encode(
        color=altair.Color("value:Q", scale=scale, legend=None)
    )
    text = altair.condition("datum.deep", altair.value("#ffffff"), altair.value("#10253a"))
    chart = altair.layer(cells, base.mark_text(**cell_text(len(systems))).encode(text="text:N", color=text))
    about = f"{value_label} of {len(systems)} systems on {len(kinds)} kinds of regions"
    return finished(chart, ink, about, _ROW * len(kinds) + 40).properties(padding=_SLANTED_ENDS)


def win_matrix(pairs: Sequence[Pair], systems: Sequence[str], value_label: str, ink: Ink) -> Chart:
    """Who beats whom: rows against columns, blue where the row is better, orange where worse, grey for a tie."""
    order = [short(name) for name in systems]
    rows = []
    for pair in pairs:
        for first, second, sign in ((pair.first, pair.second, 1), (pair.second, pair.first, -1)):
            difference = sign * pair.difference
            kind = "a tie" if not pair.differs else "the row is better" if difference > 0 else "the column is better"
            rows.append({"row": short(first), "column": short(second), "text": f"{difference:+z.1f}", "verdict": kind})
    base = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X("column:N", sort=order, title=None, axis=slanted()),
        y=altair.Y("row:N", sort=order, title=None, axis=altair.Axis(labelLimit=220, labelOverlap=False)),
        tooltip=["row:N", "column:N", "text:N", "verdict:N"],
    )
    kinds, fills = ["the row is better", "a tie", "the column is better"], [COLORS[0], "#8f99a5", "#b34d00"]
    cells = base.mark_rect(cornerRadius=3, stroke=ink.ground, strokeWidth=2).encode(
        color=altair.Color(
            "verdict:N",
            scale=altair.Scale(domain=kinds, range=fills),
            legend=altair.Legend(title=None, orient="bottom", symbolType="square", columns=_KEYS),
        )
    )
    texts = altair.condition("datum.verdict == 'a tie'", altair.value("#10151c"), altair.value("#ffffff"))
    chart = altair.layer(cells, base.mark_text(**cell_text(len(order))).encode(text="text:N", color=texts))
    about = f"Differences in {value_label} between {len(order)} systems, tests corrected for all pairs"
    return finished(chart, ink, about, _ROW * len(order) + 70).properties(padding=_SLANTED_ENDS)


def difference_chart(pairs: Sequence[Pair], label: str, ink: Ink) -> Chart:
    """Differences in one score with their intervals; those that the test does not tell from 0 are grey."""
    rows = [
        {"pair": f"{short(pair.first)} − {short(pair.second)}", "difference": pair.difference}
        | {"low": pair.low, "high": pair.high, "differs": "differs" if pair.differs else "a tie"}
        for pair in pairs
    ]
    order = list(dict.fromkeys(row["pair"] for row in rows))
    color = altair.Color(
        "differs:N", scale=altair.Scale(domain=["differs", "a tie"], range=[COLORS[0], "#8f99a5"]), legend=None
    )
    y = altair.Y("pair:N", sort=order, title=None, axis=altair.Axis(labelLimit=260, labelOverlap=False))
    base = altair.Chart(altair.Data(values=rows)).encode(y=y)
    tip = ["pair:N", *(altair.Tooltip(f"{name}:Q", format="+.2f") for name in ("difference", "low", "high"))]
    zero = altair.Chart(altair.Data(values=[{"zero": 0}])).mark_rule(color=ink.faint, strokeDash=[3, 3])
    ends = [0.0, *(end for pair in pairs for end in (pair.difference, pair.low, pair.high) if end is not None)]
    span = altair.Scale(domain=[-1, 1]) if max(ends) == min(ends) else altair.Scale()
    axis = altair.Axis(tickCount=6, titleAnchor="end")
    x = altair.X("low:Q", title=f"difference in {label} × 100", axis=axis, scale=span)
    chart = altair.layer(
        zero.encode(x="zero:Q"),
        base.mark_rule(strokeWidth=2.5).encode(x=x, x2="high:Q", color=color),
        base.mark_circle(size=80, opacity=1).encode(x="difference:Q", color=color, tooltip=tip),
    )
    return finished(chart, ink, f"Differences in {label} with 95% intervals", 28 * len(order) + 55)


def part_chart(parts: Sequence[Part], value_label: str, ink: Ink) -> Chart:
    """One system on every slice: values with their intervals, a line for the whole."""
    rows = [
        {"part": f"{part.part} ({part.regions:,})", "value": part.value, "low": part.low, "high": part.high}
        for part in parts
        if part.value is not None
    ]
    order = [row["part"] for row in rows]
    base = altair.Chart(altair.Data(values=rows)).encode(
        y=altair.Y("part:N", sort=order, title=None, axis=altair.Axis(labelLimit=260, labelOverlap=False))
    )
    ends = [max(part.value, part.high or 0.0) for part in parts if part.value is not None]
    scale = altair.Scale(
        domain=[0, max([1.0, *ends])], nice=True
    )  # where all is 0, an axis that begins at 0 all the same
    x = altair.X("value:Q", title=f"{value_label} × 100", scale=scale)
    whole = altair.Chart(altair.Data(values=rows[:1])).mark_rule(color=ink.faint, strokeDash=[4, 4])
    chart = altair.layer(
        whole.encode(x=x),
        base.mark_rule(strokeWidth=2.5, color=COLORS[0], opacity=0.75).encode(x="low:Q", x2="high:Q"),
        base.mark_circle(size=85, opacity=1, color=COLORS[0]).encode(
            x=x, tooltip=["part:N", *(altair.Tooltip(f"{name}:Q", format=".2f") for name in ("value", "low", "high"))]
        ),
    )
    return finished(chart, ink, f"{value_label} on {len(rows)} kinds of regions", 24 * len(rows) + 50)


def _stepped_front(
    front: Sequence[Dot], span: tuple[float, float], more_cost_is_better: bool
) -> list[Mapping[str, Any]]:
    """Corners of what is reached: a value holds for every worse cost, until the next system."""
    points: list[tuple[float, float]] = []
    ordered = sorted(front, key=lambda dot: dot.cost, reverse=more_cost_is_better)
    for place, dot in enumerate(ordered):
        end = ordered[place + 1].cost if place + 1 < len(ordered) else span[0 if more_cost_is_better else 1]
        points += [(dot.cost, dot.value), (end, dot.value)]
    return [{"cost": cost, "value": value, "order": number} for number, (cost, value) in enumerate(points)]


def _decades(low: float, high: float) -> list[float]:
    return [10.0**power for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def _day(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
