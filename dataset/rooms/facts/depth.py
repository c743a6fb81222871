"""Where in the room pixels are, and which legs are the front ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ...runtime.arrays import BoolArray, Float32Array, FloatArray, Int32Array
from ...scenes.layout.graph import Camera, Node
from ...scenes.words.regions import OWN_FRONT

__all__ = ["STANDING", "depth_slots", "points_of"]

STANDING: Final = frozenset({"leg", "post"})
"""Pieces of which there are front and back ones."""
APART: Final = 0.2
"""Metres between the front pieces and the back ones."""
CLEARLY: Final = 2.0
"""Times that they are farther apart than those in front from each other."""
FEWEST: Final = 3
FEWEST_PIXELS: Final = 40


def depth_slots(roots: Sequence[Node], node_map: Int32Array, distance: Float32Array, camera: Camera) -> dict[int, str]:
    """Index of a piece of a set -> front or back, along the whole's own axis if anybody knows its front.

    Args:
        roots: the things.
        node_map: (h, w), the index of the node at each pixel.
        distance: (h, w), metres along the camera's axis.
        camera: where they are seen from.
    """
    slots: dict[int, str] = {}
    sets = [(root, node) for root in roots for node in root.walk() if node.count and node.category in STANDING]
    for root, node in sets:
        if root.placement is None:
            continue
        places = _places(node, node_map, distance, camera)
        if root.category in OWN_FRONT:
            yaw = math.radians(root.placement.yaw)
            back = np.array([-math.sin(yaw), math.cos(yaw)])
        else:
            back = np.array([root.placement.x - camera.position[0], root.placement.y - camera.position[1]])
            back = back / np.linalg.norm(back)
        slots |= _split({index: float(place @ back) for index, place in places.items()})
    return slots


def _split(depths: Mapping[int, float]) -> dict[int, str]:
    """Two and two, or two and one, of which the front ones are clearly apart from the back ones."""
    order = sorted(depths, key=lambda index: depths[index])
    if len(order) not in (FEWEST, FEWEST + 1):
        return {}
    best = {}
    for front in (order[:2], order[: len(order) - 2]):
        rear = order[len(front) :]
        within = max(depths[part[-1]] - depths[part[0]] for part in (front, rear))
        between = depths[rear[0]] - depths[front[-1]]
        if between >= max(APART, CLEARLY * within):
            best = {index: "front" if index in front else "back" for index in order}
    return best


def _places(node: Node, node_map: Int32Array, distance: Float32Array, camera: Camera) -> dict[int, FloatArray]:
    """Index of a piece -> where its pixels are in the room, x and y in metres."""
    places = {}
    for piece in node.children:
        seen = np.isin(node_map, [each.index for each in piece.walk()])
        if np.count_nonzero(seen) >= FEWEST_PIXELS:
            places[piece.index] = np.median(points_of(seen, distance, camera)[:, :2], axis=0)
    return places


def points_of(mask: BoolArray, distance: Float32Array, camera: Camera) -> FloatArray:
    """(n, 3) where in the room the n pixels of a mask (h, w) are, in metres.

    Args:
        mask: which pixels.
        distance: (h, w), metres along the camera's axis.
        camera: where they are seen from.
    """
    eye, aim = np.array(camera.position, float), np.array(camera.target, float)
    forward = (aim - eye) / np.linalg.norm(aim - eye)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    height, width = mask.shape
    half = math.tan(math.radians(camera.field_of_view) / 2)
    rows, columns = np.nonzero(mask)
    x, y = half * ((2 * columns + 1) / width - 1), half * (1 - (2 * rows + 1) / height)
    points: FloatArray = eye + distance[rows, columns, None] * (forward + x[:, None] * right + y[:, None] * up)
    return points
