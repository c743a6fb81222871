"""Rooms that no renderer has seen: rectangles of one colour, kept as negatives of rendered rooms are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dataset.rooms.layout.room import Room, Solid
from dataset.rooms.negatives import write_negative
from dataset.scenes.layout.graph import Camera, Node, Placement

SIZE = 128
WHITE, OAK, RED, BLUE = (0.87, 0.86, 0.83), (0.36, 0.2, 0.1), (0.6, 0.05, 0.05), (0.1, 0.24, 0.66)
PAINTED = (
    ("wall", (0, 0, 128, 80), WHITE),
    ("floor", (0, 80, 128, 128), OAK),
    ("box", (20, 60, 50, 90), RED),
    ("lid", (20, 60, 50, 68), RED),
    ("box", (70, 60, 100, 90), BLUE),
    ("chair", (125, 40, 128, 100), BLUE),
)


def write_room(folder: Path, image_id: str) -> None:
    """A negative of two boxes, one with a lid, before a wall, and a chair of which the edge leaves three columns."""
    nodes = [
        Node(name, "background" if k < 2 else "part" if name == "lid" else "object", f"{name}s")
        for k, (name, _, _) in enumerate(PAINTED)
    ]
    nodes[2].children.append(nodes[3])
    node_map, albedo = np.zeros((SIZE, SIZE), np.int32), np.zeros((SIZE, SIZE, 3), np.float32)
    for node, (name, (left, top, right, bottom), color) in zip(nodes, PAINTED, strict=True):
        if node.granularity == "object":
            node.placement = Placement((left - 64) / 30, -9.0 if name == "chair" else 3, 0, 0, 1)
        node_map[top:bottom, left:right] = nodes.index(node)
        albedo[top:bottom, left:right] = color
    solids = [Solid(node, (0, 0, 0, 1, 1, 1)) for node in nodes if node.category != "lid"]
    room = Room(
        1, "study", (4, 4, 3), Camera((0, 0, 1.6), (0, 4, 1), 60), 0, 3, 0, (WHITE, WHITE, WHITE), 1, solids, []
    )
    room.number()
    image = (255 * np.sqrt(albedo)).astype(np.uint8)
    write_negative(folder, image_id, room, image, node_map, albedo, np.ones((SIZE, SIZE)))
