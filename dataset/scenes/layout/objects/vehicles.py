"""Vehicles: car, van, bus, truck; all face -y and roll on z = 0."""

from __future__ import annotations

from ..graph import Material, Node, Primitive
from .parts import SIDES, ball, box, depth_of, disc, group, node, side_of
from .style import Style

__all__ = ["bus", "car", "truck", "van"]

RUBBER = Material("black", "rubber")
GLASS = Material("teal", "glass")
CHROME = Material("gray", "metal")
PLATE = Material("white", "matte", "text", "black")
TAILLIGHT = Material("red", "glow")


def car(style: Style) -> Node:
    """A sedan or a hatchback; held out: a roof rack."""
    paint, hatch = style.main, style.variant == "hatchback"
    center, half, taper = ((0.0, 0.22, 0.6), (0.36, 0.56, 0.15), (0.8, 0.72))
    if not hatch:
        center, half = (0.0, 0.12, 0.6), (0.36, 0.48, 0.15)
    lower = [
        box((0, 0, 0.31), (0.4, 0.86, 0.14), paint, taper=(0.96, 0.97)),
        box((0, 0, 0.21), (0.38, 0.87, 0.08), paint),
    ]
    children = [
        node("cabin", style.plain, [box(center, half, style.plain, taper=taper)], _cabin_glass(center, half, taper)),
        _wheels(style.accent, 0.2, 0.4, (-0.54, 0.54)),
        *_lights(style, 0.86, 0.27, 0.34),
        node("license plate", PLATE, [box((0, -0.885, 0.21), (0.13, 0.012, 0.045), PLATE)]),
    ]
    if style.extra == "roof rack":
        children.append(_roof_rack(center[1]))
    return node("car", paint, lower, children, granularity="object")


def van(style: Style) -> Node:
    """One box with a short nose, windows in a row and a band of the second colour."""
    paint = style.main
    center, half, taper = (0.0, 0.06, 0.72), (0.4, 0.88, 0.3), (0.88, 0.92)
    children = [
        node("windshield", GLASS, [_front_glass(center, half, taper, 0.1, 0.13)]),
        _side_windows(center, half, taper, (-0.55, 0.0, 0.52), 0.2, 0.12, 0.1),
        _wheels(style.accent, 0.2, 0.41, (-0.56, 0.58)),
        *_lights(style, 0.96, 0.29, 0.36),
        node("grille", Material("black", "plastic"), [box((0, -0.965, 0.36), (0.16, 0.012, 0.06), Material("black"))]),
    ]
    solids = [box((0, 0, 0.3), (0.42, 0.95, 0.16), paint), box(center, half, paint, taper=taper)]
    return node("van", paint, solids, children, granularity="object")


def bus(style: Style) -> Node:
    """A long box with a row of windows, a door and a roof hatch."""
    paint = style.main
    center, half = (0.0, 0.0, 0.62), (0.43, 1.2, 0.46)
    door = box((0.435, -0.86, 0.54), (0.012, 0.17, 0.3), style.second)
    pane = box((0.45, -0.86, 0.62), (0.008, 0.12, 0.18), GLASS)
    display = Material("black", "matte", "text", "yellow")
    children = [
        node("display", None, [box((0, -1.205, 1.025), (0.26, 0.012, 0.04), display)]),
        node("windshield", GLASS, [box((0, -1.205, 0.77), (0.37, 0.012, 0.18), GLASS)]),
        node("roof", style.second, [box((0, 0, 1.11), (0.41, 1.17, 0.035), style.second)]),
        node("door", style.second, [door], [node("pane", GLASS, [pane], granularity="subpart")]),
        _side_windows(center, half, (1, 1), (-0.5, -0.06, 0.38, 0.82), 0.19, 0.15, 0.2),
        _wheels(style.detail, 0.22, 0.42, (-0.72, 0.72)),
        *_lights(style, 1.2, 0.31, 0.36),
        node("front bumper", CHROME, [box((0, -1.22, 0.2), (0.43, 0.03, 0.05), CHROME)]),
    ]
    return node("bus", paint, [box(center, half, paint)], children, granularity="object")


def truck(style: Style) -> Node:
    """A cab with an open cargo bed of its colour, or a closed box of another (then no one colour for the whole)."""
    paint = style.main
    center, half, taper = (0.0, -0.62, 0.66), (0.4, 0.34, 0.34), (0.9, 0.84)
    glass = [
        node("windshield", GLASS, [_front_glass(center, half, taper, 0.13, 0.13)], granularity="subpart"),
        _side_windows(center, half, taper, (-0.64,), 0.17, 0.13, 0.12),
    ]
    cab = node(
        "cab", paint, [box((0, -0.62, 0.3), (0.4, 0.4, 0.12), paint), box(center, half, paint, taper=taper)], glass
    )
    chassis = node(
        "chassis", Material("black", "metal"), [box((0, 0.28, 0.25), (0.34, 0.66, 0.06), Material("black", "metal"))]
    )
    children = [
        cab,
        chassis,
        _cargo_box(style) if style.variant == "box" else _cargo_bed(style),
        _wheels(style.detail, 0.22, 0.39, (-0.6, 0.58)),
        *_lights(style, 1.02, 0.28, 0.34, tail=0.95),
        node("front bumper", CHROME, [box((0, -1.04, 0.2), (0.4, 0.03, 0.05), CHROME)]),
    ]
    whole = None if style.variant == "box" else paint
    return node("truck", whole, [], children, granularity="object")


def _cargo_box(style: Style) -> Node:
    return node("cargo box", style.second, [box((0, 0.34, 0.8), (0.43, 0.61, 0.48), style.second)])


def _cargo_bed(style: Style) -> Node:
    paint = style.plain
    panels = [
        node(
            "side panel",
            paint,
            [box((sign * 0.39, 0.34, 0.52), (0.025, 0.61, 0.16), paint)],
            granularity="subpart",
            side=side_of(sign),
        )
        for sign in SIDES
    ]
    return node(
        "cargo bed",
        paint,
        [box((0, 0.34, 0.34), (0.4, 0.61, 0.03), paint), box((0, -0.25, 0.52), (0.4, 0.02, 0.16), paint)],
        [
            group("side panel", "side panels", panels),
            node("tailgate", paint, [box((0, 0.94, 0.52), (0.41, 0.02, 0.16), paint)], granularity="subpart"),
        ],
    )


def _roof_rack(y: float) -> Node:
    bars = [box((0, y + dy, 0.785), (0.26, 0.02, 0.012), CHROME) for dy in (-0.18, 0.18)]
    rails = [box((sign * 0.24, y, 0.765), (0.018, 0.3, 0.018), CHROME) for sign in SIDES]
    luggage = Material("brown", "leather")
    case = node("suitcase", luggage, [box((0, y, 0.87), (0.2, 0.16, 0.075), luggage)], granularity="subpart")
    return node("roof rack", CHROME, [*bars, *rails], [case])


def _wheels(hub_color: str, radius: float, x: float, axles: tuple[float, ...]) -> Node:
    hub = Material(hub_color, "metal")
    wheels = []
    for y in axles:
        for sign in SIDES:
            tire = node(
                "tire", RUBBER, [disc((sign * x, y, radius), radius, 0.065, "x", RUBBER)], granularity="subpart"
            )
            cap = disc((sign * (x + 0.06), y, radius), radius * 0.58, 0.02, "x", hub)
            hubcap = node("hubcap", hub, [cap], granularity="subpart")
            wheel = node("wheel", RUBBER, [], [tire, hubcap], side=side_of(sign), depth=depth_of(y))
            wheels.append(wheel)
    return group("wheel", "wheels", wheels)


def _lights(style: Style, front: float, x: float, z: float, tail: float | None = None) -> list[Node]:
    back = front if tail is None else tail
    beam = Material("white" if style.color in ("yellow", "orange") else "yellow", "glow")
    head = [
        node("headlight", beam, [ball((sign * x, -front, z), (0.085, 0.04, 0.06), beam)], side=side_of(sign))
        for sign in SIDES
    ]
    rear = [
        node("taillight", TAILLIGHT, [box((sign * x, back, z), (0.08, 0.02, 0.045), TAILLIGHT)], side=side_of(sign))
        for sign in SIDES
    ]
    return [group("headlight", "headlights", head), group("taillight", "taillights", rear)]


def _cabin_glass(
    center: tuple[float, float, float], half: tuple[float, float, float], taper: tuple[float, float]
) -> list[Node]:
    rear = _front_glass(center, half, taper, 0.0, 0.105, sign=1)
    return [
        node("windshield", GLASS, [_front_glass(center, half, taper, 0.0, 0.105)], granularity="subpart"),
        node("rear window", GLASS, [rear], granularity="subpart"),
        _side_windows(center, half, taper, (center[1] - 0.17, center[1] + 0.17), 0.14, 0.09, 0.0),
    ]


def _front_glass(
    center: tuple[float, float, float],
    half: tuple[float, float, float],
    taper: tuple[float, float],
    rise: float,
    half_height: float,
    sign: int = -1,
) -> Primitive:
    """A pane on the sloping front (or back) of a tapered box, `rise` above its middle."""
    slope = half[1] * (taper[1] - 1) / (2 * half[2])
    middle = half[1] * (1 + taper[1]) / 2 + slope * rise
    narrow = 1 + (taper[0] - 1) * half_height / half[2]
    width = half[0] * (0.5 + taper[0] / 2) * 0.86 * (1 - (1 - taper[0]) * (rise / half[2]) / 2)
    pane_center = (0.0, center[1] + sign * (middle + 0.004), center[2] + rise)
    return box(pane_center, (width, 0.012, half_height), GLASS, taper=(narrow, 1.0), shear=(0.0, sign * slope))


def _side_windows(
    center: tuple[float, float, float],
    half: tuple[float, float, float],
    taper: tuple[float, float],
    positions: tuple[float, ...],
    half_length: float,
    half_height: float,
    rise: float,
) -> Node:
    slope = half[0] * (taper[0] - 1) / (2 * half[2])
    x = half[0] * (1 + taper[0]) / 2 + slope * rise + 0.004
    windows = []
    for sign in SIDES:
        for k, y in enumerate(positions):
            pane = box(
                (sign * x, y, center[2] + rise), (0.01, half_length, half_height), GLASS, shear=(sign * slope, 0.0)
            )
            window = node("side window", GLASS, [pane], granularity="subpart", side=side_of(sign))
            if len(positions) == 2:
                window.slots["depth"] = depth_of(-1 if k == 0 else 1)
            windows.append(window)
    return group("side window", "side windows", windows)
