"""What furniture of boards is put together from: boxes, and fronts with their handles."""

from __future__ import annotations

from ..nodes import part
from ..palettes import rgb
from ..room import Finish, Node, Shape
from ..shapes import box, shape, turned

__all__ = ["METAL_LEGS", "boxes", "fronted"]

Vector = tuple[float, float, float]
METAL_LEGS = Finish("metal", rgb("2a2a2c"), roughness=0.45)


def boxes(node: Node, finish: Finish, *bounds: tuple[Vector, Vector], chamfer: float = 0.004) -> list[Shape]:
    """Boxes of one node and finish, each from its lowest to its highest corner."""
    return [shape(box(low, high, chamfer), finish, node) for low, high in bounds]


def fronted(
    owner: Node, handle: str, bounds: tuple[Vector, Vector], finish: Finish, metal: Finish, upright: bool,
) -> list[Shape]:  # fmt: skip
    """Doors or drawers: a slab before the body and its handle; ``owner`` is the slab's node."""
    (x0, y0, z0), (x1, _, z1) = bounds
    shapes = boxes(owner, finish, bounds, chamfer=0.003)
    grip = part(owner, handle, material="metal")
    if handle == "knob":
        middle = ((x0 + x1) / 2, y0, (z0 + z1) / 2)
        ball = turned(
            [(0.0, 0.0), (0.006, 0.001), (0.006, 0.012), (0.014, 0.018), (0.014, 0.026), (0.0, 0.03)], segments=20
        )
        ball[0][:] = ball[0][:, [0, 2, 1]] * (1, -1, 1) + middle
        return [*shapes, shape(ball, metal, grip, smooth=True)]
    if upright:
        x = x1 - 0.045
        low, high = (x, y0 - 0.03, max(z0 + 0.05, z1 - 0.24)), (x + 0.012, y0 - 0.018, z1 - 0.06)
    else:
        x, z = (x0 + x1) / 2, z1 - 0.05
        half = min(0.09, (x1 - x0) * 0.3)
        low, high = (x - half, y0 - 0.03, z - 0.006), (x + half, y0 - 0.018, z + 0.006)
    ends = [
        ((low[0], y0 - 0.02, low[2]), (low[0] + 0.01, y0, low[2] + 0.01)),
        ((high[0] - 0.01, y0 - 0.02, high[2] - 0.01), (high[0], y0, high[2])),
    ]
    return shapes + boxes(grip, metal, (low, high), *ends, chamfer=0.002)
