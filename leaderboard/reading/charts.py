"""Drawings as SVG: quality against cost, and profiles of a few systems. Light enough for a page and for a static copy.

Colours are those that colour-blind readers can tell apart; lines and text take the colours of the page around them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["COLORS", "Dot", "pareto_chart", "pareto_front", "radar_chart"]

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f", "#7f7f7f")
"""The palette of Okabe and Ito, which colour-blind readers can distinguish, and two more colours at the end."""

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 20, 18, 46
_LONGEST_LABEL = 28

_Place = Callable[[float, float], tuple[float, float]]
_Height = Callable[[float], float]


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


def pareto_front(dots: Sequence[Dot], *, more_cost_is_better: bool, lower_is_better: bool = False) -> list[Dot]:
    """The systems that no other one beats in both ways, by rising cost."""
    sign_cost, sign_value = (-1 if more_cost_is_better else 1), (1 if lower_is_better else -1)
    front: list[Dot] = []
    for dot in sorted(dots, key=lambda dot: (sign_cost * dot.cost, sign_value * dot.value)):
        if not front or sign_value * dot.value < sign_value * front[-1].value:
            front.append(dot)
    return sorted(front, key=lambda dot: dot.cost)


def pareto_chart(
    dots: Sequence[Dot], cost_label: str, value_label: str, *, more_cost_is_better: bool, lower_is_better: bool = False
) -> Markup:
    """Quality against cost, the cost on a logarithmic axis, the unbeaten systems joined by a line."""
    front = pareto_front(dots, more_cost_is_better=more_cost_is_better, lower_is_better=lower_is_better)
    xs = [math.log10(dot.cost) for dot in dots]
    ys = [edge for dot in dots for edge in (dot.value, dot.low, dot.high) if edge is not None]
    x_low, x_high = min(xs) - 0.15, max(xs) + 0.35
    y_ticks = _ticks(min(ys), max(ys))
    y_low, y_high = min(y_ticks[0], min(ys)), max(y_ticks[-1], max(ys))

    def at(cost: float, value: float) -> tuple[float, float]:
        x = _LEFT + (math.log10(cost) - x_low) / (x_high - x_low) * (_WIDTH - _LEFT - _RIGHT)
        y = _HEIGHT - _BOTTOM - (value - y_low) / (y_high - y_low or 1) * (_HEIGHT - _TOP - _BOTTOM)
        return round(x, 1), round(y, 1)

    parts = [_y_axis(y_ticks, lambda value: at(10**x_low, value)[1]), _x_axis(x_low, x_high, at, y_low)]
    path = " ".join(
        f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(at(d.cost, d.value) for d in front)
    )
    parts.append(Markup('<path class="front" d="{}"/>').format(path))
    for number, dot in enumerate(dots):
        parts.append(_dot(dot, COLORS[number % len(COLORS)], at))
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(middle, _HEIGHT - 6, cost_label))
    parts.append(Markup('<text x="{}" y="12" class="faint">{}</text>').format(4, value_label))
    description = (
        f"{value_label} against {cost_label} of {len(dots)} systems; unbeaten: {', '.join(d.name for d in front)}"
    )
    return _svg(_WIDTH, _HEIGHT, description, parts)


def radar_chart(profiles: Mapping[str, Sequence[float | None]], axes: Sequence[str]) -> Markup:
    """Several scores of a few systems around a centre.

    Args:
        profiles: name -> one value for each axis, on 0..1, the better the larger; None is drawn at the centre.
        axes: headings, three at least.
    """
    radius, width = 140.0, 640
    height = 2 * radius + 90 + 20 * len(profiles)
    cx, cy = width / 2, radius + 44

    def at(axis: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * axis / len(axes) - math.pi / 2
        return round(cx + radius * share * math.cos(angle), 1), round(cy + radius * share * math.sin(angle), 1)

    parts: list[Markup] = []
    for ring in (0.25, 0.5, 0.75, 1.0):
        points = " ".join(f"{x},{y}" for x, y in (at(axis, ring) for axis in range(len(axes))))
        parts.append(Markup('<polygon class="axis" points="{}"/>').format(points))
    for axis, name in enumerate(axes):
        (x, y), (tx, ty) = at(axis, 1.0), at(axis, 1.12)
        anchor = "middle" if abs(tx - cx) < 20 else "start" if tx > cx else "end"
        parts.append(Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(cx, cy, x, y))
        parts.append(Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(tx, ty + 4, anchor, name))
    for number, (name, values) in enumerate(profiles.items()):
        color = COLORS[number % len(COLORS)]
        points = " ".join(f"{x},{y}" for x, y in (at(axis, value or 0.0) for axis, value in enumerate(values)))
        parts.append(
            Markup('<polygon class="area" points="{}" fill="{}" stroke="{}"><title>{}</title></polygon>').format(
                points, color, color, name
            )
        )
        y = 2 * radius + 84 + 20 * number
        parts.append(Markup('<circle cx="{}" cy="{}" r="5" fill="{}"/>').format(cx - 90, y, color))
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(cx - 78, y + 4, _short(name)))
    return _svg(width, height, f"Profiles of {', '.join(profiles)} over {', '.join(axes)}", parts)


def _dot(dot: Dot, color: str, at: _Place) -> Markup:
    x, y = at(dot.cost, dot.value)
    whisker = Markup("")
    if dot.low is not None and dot.high is not None:
        whisker = Markup('<line class="whisker" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="{3}"/>').format(
            x, at(dot.cost, dot.low)[1], at(dot.cost, dot.high)[1], color
        )
    anchor, dx = ("end", -9) if x > _WIDTH - 150 else ("start", 9)
    return whisker + Markup(
        '<circle class="dot" cx="{}" cy="{}" r="6" fill="{}"><title>{}: {:.2f}</title></circle>'
        '<text x="{}" y="{}" text-anchor="{}">{}</text>'
    ).format(x, y, color, dot.name, dot.value, x + dx, y - 7, anchor, _short(dot.name))


def _y_axis(ticks: Sequence[float], y_of: _Height) -> Markup:
    lines = [
        Markup(
            '<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>'
            '<text class="faint" x="{}" y="{}" text-anchor="end">{:g}</text>'
        ).format(_LEFT, _WIDTH - _RIGHT, y_of(tick), y_of(tick), _LEFT - 6, y_of(tick) + 4, tick)
        for tick in ticks
    ]
    return Markup("").join(lines)


def _x_axis(low: float, high: float, at: _Place, bottom: float) -> Markup:
    steps = range(math.ceil(low), math.floor(high) + 1)
    lines = []
    for power in steps:
        x, y = at(10.0**power, bottom)
        lines.append(
            Markup(
                '<line class="axis" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
                '<text class="faint" x="{0}" y="{3}" text-anchor="middle">{4}</text>'
            ).format(x, _TOP, y, y + 15, _power(power))
        )
    return Markup("").join(lines)


def _power(power: int) -> str:
    names = {3: "K", 6: "M", 9: "B", 12: "T"}
    base = max((exponent for exponent in names if exponent <= power), default=0)
    return f"{10 ** (power - base):g}{names.get(base, '')}"


def _ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers around an interval."""
    span = (high - low) or abs(high) or 1.0
    step = 10 ** math.floor(math.log10(span / most))
    step = next((step * factor for factor in (1, 2, 5, 10) if span / (step * factor) <= most), step * 10)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"


def _svg(width: float, height: float, description: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}</svg>').format(
        width, height, description, Markup("").join(parts)
    )
