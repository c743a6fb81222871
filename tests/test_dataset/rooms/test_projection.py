"""The depth buffer of rooms."""

from __future__ import annotations

import numpy as np

from dataset.rooms.projection import in_camera, rasterise, turn
from dataset.scenes.layout.graph import Camera


def test_the_nearest_triangle_is_seen() -> None:
    """Protects: masks; a triangle behind another is hidden, and one that passes the camera is cut, not lost."""
    camera = Camera((0.0, 0.0, 1.0), (0.0, 5.0, 1.0), 90.0)
    wall = [(-9.0, 4.0, -9.0), (9.0, 4.0, -9.0), (0.0, 4.0, 18.0)]
    card = [(0.0, 2.0, 0.0), (2.0, 2.0, 0.0), (2.0, 2.0, 2.0)]
    floor = [(-40.0, -20.0, 0.0), (40.0, -20.0, 0.0), (0.0, 60.0, 0.0)]
    points = in_camera(np.array(wall + card + floor), camera)
    triangles = np.arange(9, dtype=np.int32).reshape(3, 3)
    seen, distance = rasterise(points, triangles, 64)
    assert seen[30, 58] == 1
    assert distance[30, 58] == 2.0
    assert seen[20, 5] == 0
    assert distance[20, 5] == 4.0
    assert seen[63, 0] == 2
    flipped, _ = rasterise(points, np.ascontiguousarray(triangles[:, ::-1]), 64)
    assert (flipped == seen).all()


def test_pixels_are_those_of_the_pinhole() -> None:
    """Protects: masks that lie over the image: each pixel's ray meets the triangle that it is said to show."""
    rng = np.random.default_rng(3)
    camera = Camera((0.3, -1.0, 1.4), (0.1, 3.0, 0.8), 55.0)
    corners = rng.uniform((-2, 1, 0), (2, 4, 2), (40, 3, 3)).reshape(-1, 3)
    points = in_camera(corners, camera)
    triangles = np.arange(120, dtype=np.int32).reshape(-1, 3)
    seen, distance = rasterise(points, triangles, 16)
    for row, column in np.ndindex(16, 16):
        ray = np.array([(2 * column + 1) / 16 - 1, 1 - (2 * row + 1) / 16, 1.0])
        depths = []
        for a, b, c in points[triangles]:
            weights = np.linalg.solve(np.stack([a, b, c], axis=1), ray)
            depths.append(1 / weights.sum() if (weights >= 0).all() else np.inf)
        assert np.isclose(distance[row, column], min(depths)) or (
            np.isinf(distance[row, column]) and np.isinf(min(depths))
        )
        assert seen[row, column] == (np.argmin(depths) if np.isfinite(min(depths)) else -1)


def test_angles_are_rounded() -> None:
    """Protects: the same layout on machines whose sines differ in their last bit."""
    assert turn(90.0) == (0.0, 1.0)
    assert turn(60.0)[0] == 0.5
