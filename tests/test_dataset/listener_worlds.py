"""A small world made by hand, for the tests of the listener."""

from __future__ import annotations

from dataset.listener import Region, World


def region(name, category, center, size, parent=None, **more):
    """A region with a box of some size around a centre; `color` and `plural` are shorthand."""
    (x, y), (width, height) = center, size
    attributes = dict(more.pop("attributes", {}))
    if "color" in more:
        attributes["color"] = more.pop("color")
    granularity = more.pop("granularity", "object" if parent in (None, "cars") else "part")
    return Region(
        id=name,
        parent=parent,
        category=category,
        granularity=granularity,
        x=x,
        y=y,
        left=x - width / 2,
        right=x + width / 2,
        top=y - height / 2,
        bottom=y + height / 2,
        area=round(width * height * 0.7, 6),
        attributes=attributes,
        **more,
    )


def car(name, x, y, size, color, hub_color, distance):
    """A car that faces left: its front wheel is the left one."""
    wheel = (0.18 * size, 0.18 * size)
    low = y + 0.12 * size
    parts = [
        region(name, "car", (x, y), (size, 0.4 * size), "cars", color=color, supported_by="road", distance=distance),
        region(
            f"{name}-wheels", "wheel", (x, low), (0.8 * size, 0.18 * size), name, color="black", plural="wheels",
            count=2, members=(f"{name}-front", f"{name}-back"), granularity="group",
        ),
    ]  # fmt: skip
    for end, dx in (("front", -0.3), ("back", 0.3)):
        place = (x + dx * size, low)
        wheel_id = f"{name}-{end}"
        parts += [
            region(wheel_id, "wheel", place, wheel, f"{name}-wheels", color="black", slots={"depth": end}),
            region(
                f"{wheel_id}-hub", "hubcap", place, (0.08 * size, 0.08 * size), wheel_id, color=hub_color,
                granularity="subpart",
            ),
        ]  # fmt: skip
    return parts


def street():
    """A road with a red car on the left, a small blue one on the right; a house with a red door; a bench; two balls."""
    white_slats = [
        region(f"slat-{k}", "slat", (0.5, 0.46 - 0.03 * k), (0.16, 0.02), "slats", color="white", granularity="subpart")
        for k in range(4)
    ]
    headlights = [
        region(f"red-light-{side}", "headlight", (x, 0.7), (0.02, 0.02), "red-lights", color="yellow")
        for side, x in (("left", 0.08), ("right", 0.14))
    ]
    regions = [
        region("sky", "sky", (0.5, 0.15), (1.0, 0.3), color="blue", granularity="background"),
        region("road", "road", (0.5, 0.8), (1.0, 0.3), color="black", granularity="background"),
        region(
            "cars", "car", (0.45, 0.7), (0.9, 0.25), granularity="group", plural="cars", count=2,
            members=("red", "blue"), maybe_colors=("blue", "red"),
        ),
        *car("red", 0.22, 0.72, 0.4, "red", "gray", 5.0),
        *car("blue", 0.75, 0.68, 0.24, "blue", "yellow", 8.0),
        region(
            "red-lights", "headlight", (0.11, 0.7), (0.08, 0.02), "red", color="yellow", plural="headlights", count=2,
            members=("red-light-left", "red-light-right"), granularity="group",
        ),
        *headlights,
        region("house", "house", (0.8, 0.4), (0.3, 0.3), color="white", attributes={"pattern": "brick"}, distance=12.0),
        region("door", "door", (0.8, 0.48), (0.06, 0.12), "house", color="red", attributes={"material": "wood"}),
        region("bench", "bench", (0.5, 0.46), (0.2, 0.16), color="white", distance=9.0),
        region(
            "slats", "slat", (0.5, 0.415), (0.16, 0.12), "bench", color="white", plural="slats", count=4,
            members=tuple(f"slat-{k}" for k in range(4)), granularity="group",
        ),
        *white_slats,
        region("striped-ball", "ball", (0.4, 0.88), (0.08, 0.08), distance=3.0,
               attributes={"color": "red", "pattern": "stripes", "accent": "white", "material": "rubber"}),
        region("gray-ball", "ball", (0.55, 0.88), (0.08, 0.08), color="gray", distance=3.0),
        region("vase", "vase", (0.5, 0.36), (0.04, 0.08), color="teal", supported_by="bench", distance=9.0),
    ]  # fmt: skip
    return World(tuple(regions))
