"""Where a room is seen from: the best of some places, by a draft of boxes."""

from __future__ import annotations

from typing import Final

import numpy as np

from ...runtime.arrays import FloatArray, Int32Array, IntArray
from ...scenes.rng import SplitMix64
from ..projection import camera_frame, in_camera, rasterise, turn
from .plan import Plan
from .room import Camera, Placement, Solid
from .shapes import box

__all__ = ["choose_camera"]

DRAFT: Final = 64
TRIES: Final = 60
LARGEST: Final = 0.3


def choose_camera(
    rng: SplitMix64, plan: Plan, things: list[Solid], outdoors: bool
) -> tuple[Camera, float, list[Solid]]:
    """A camera at eye height that sees most things whole, none too near; its focus distance; what it sees."""
    corners, triangles, owners = _draft(things)
    best, best_score, in_view = None, -1e9, list[Solid]()
    for _ in range(TRIES):
        position = (rng.uniform(-0.44, 0.44) * plan.width, rng.uniform(-1.2, 0.75), rng.uniform(1.2, 1.62))
        subjects = [rng.choice(things).placement for _ in range(3)]
        target = (
            sum(place.x for place in subjects) / 3 * 0.8,
            max(0.55 * plan.depth, sum(place.y for place in subjects) / 3),
            rng.uniform(0.6, 1.0),
        )
        camera = Camera(position, target, rng.uniform(42.0, 70.0))
        if position[1] < 0.02:
            frame, half = camera_frame(camera)
            rays = [frame[2] + half * (a * frame[0] + b * frame[1]) for a in (-1, 1) for b in (-1, 1)]
            if not _inside(plan, position, rays, outdoors):
                continue
        nearest, distance = rasterise(in_camera(corners, camera), triangles, DRAFT)
        seen = np.where(nearest >= 0, owners[nearest], -1)
        counts = np.bincount(seen[seen >= 0], minlength=len(things)) / DRAFT**2
        border = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
        cut = sum(1 for index in set(border[border >= 0].tolist()) if counts[index] > 0.01)
        near = float((distance < 1.35).mean())
        score = sum(min(1.0, float(count) / 0.008) for count in counts) - 0.9 * cut - 10 * near
        score -= 16 * max(0.0, float(counts.max(initial=0)) - LARGEST)
        score += 12 * min(0.55, float((seen >= 0).mean()))
        lowest = float((seen[-DRAFT // 4 :] >= 0).mean())  # no empty foreground
        score += 3 * min(0.5, lowest)
        if score > best_score:
            best, best_score = camera, score
            in_view = [thing for thing, count in zip(things, counts, strict=True) if count > 0.0012]
    if best is None:
        best = Camera((0.0, 0.1, 1.5), (0.0, plan.depth * 0.8, 0.9), 66.0)
    reach = [abs(a - b) for a, b in zip(best.position, best.target, strict=True)]
    return best, 0.8 * float(np.sqrt(sum(r * r for r in reach))), in_view


def _inside(plan: Plan, position: tuple[float, float, float], rays: list[FloatArray], outdoors: bool) -> bool:
    """Whether all corners of the picture look through the open side of the room, y = 0."""
    for ray in rays:
        if ray[1] <= 0.05:
            return False
        t = -position[1] / float(ray[1])
        x, z = position[0] + t * float(ray[0]), position[2] + t * float(ray[2])
        if abs(x) > plan.width / 2 - 0.03 or z < 0.02 or (z > plan.height - 0.03 and not outdoors):
            return False
    return True


def _draft(things: list[Solid]) -> tuple[FloatArray, Int32Array, IntArray]:
    corners, triangles, owners = list[FloatArray](), list[Int32Array](), list[int]()
    for index, solid in enumerate(things):
        for hull in solid.hulls or (solid.box,):
            points, faces, _ = box(hull[:3], hull[3:], chamfer=0)
            corners.append(_placed(points, solid.placement))
            triangles.append(faces + 8 * len(triangles))
            owners += [index] * len(faces)
    return np.concatenate(corners), np.concatenate(triangles).astype(np.int32), np.array(owners)


def _placed(points: FloatArray, placement: Placement) -> FloatArray:
    cosine, sine = turn(placement.yaw)
    x, y, z = (placement.scale * points[:, axis] for axis in range(3))
    return np.stack([cosine * x - sine * y + placement.x, sine * x + cosine * y + placement.y, z + placement.z], axis=1)
