"""What is kept of a rendered room, so that its words can be made, and made anew, without rendering it again.

A negative is two files: the image as JPEG, and an ``.npz`` beside it with the node of every pixel, its reflectance, its
distance, and the tree of nodes as JSON. Reading it needs neither Blender nor the furniture.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..runtime.arrays import ByteArray, Float32Array, FloatArray, Int32Array
from ..runtime.cache import atomic_file
from ..scenes.layout.graph import Camera, Node, Placement
from .layout.room import Room

__all__ = ["Negative", "read_negative", "write_negative"]

QUALITY: Final = 90


@dataclass(frozen=True, eq=False)
class Negative:
    """A rendered room.

    Attributes:
        image_id: its name.
        kind: which room it is.
        camera: from where it is seen.
        roots: the nodes, background first; ``index`` counts them in walk order.
        node_map: (h, w) index of the node that each pixel shows, -1 for the outdoors.
        albedo: (h, w, 3) linear RGB reflectance in [0, 1].
        distance: (h, w) metres along the camera's axis, infinite outdoors.
        look_alikes: indices of nodes that are of a kind and differ in a fact or two, on purpose.
        models: index of an object's node -> id of its furniture model, for the credits.
    """

    image_id: str
    kind: str
    camera: Camera
    roots: list[Node]
    node_map: Int32Array
    albedo: Float32Array
    distance: Float32Array
    look_alikes: list[list[int]]
    models: dict[int, str]

    def nodes(self) -> list[Node]:
        """All nodes in walk order; ``nodes()[i].index == i``."""
        return [node for root in self.roots for node in root.walk()]


def write_negative(
    folder: Path, image_id: str, room: Room, image: ByteArray, node_map: Int32Array, albedo: Float32Array,
    distance: FloatArray,
) -> None:  # fmt: skip
    """Write both files; the second is the sign that both are there."""
    from PIL import Image

    facts = {
        "image_id": image_id,
        "kind": room.kind,
        "camera": asdict(room.camera),
        "nodes": _to_records(room.nodes()),
        "look_alikes": [[solid.node.index for solid in solids] for solids in room.look_alikes],
        "models": {solid.node.index: solid.model for solid in room.solids if solid.model},
    }
    with atomic_file(folder / f"{image_id}.jpg") as path:
        Image.fromarray(image).save(path, format="JPEG", quality=QUALITY, optimize=True)
    with atomic_file(folder / f"{image_id}.npz") as path, path.open("wb") as file:
        np.savez_compressed(
            file,
            node_map=node_map.astype(np.int16),
            albedo=np.round(255 * np.sqrt(np.clip(albedo, 0, 1))).astype(np.uint8),
            distance=distance.astype(np.float16),
            facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        )


def _to_records(nodes: list[Node]) -> list[dict[str, Any]]:
    parents = {child.index: node.index for node in nodes for child in node.children}
    return [
        {
            "category": node.category,
            "granularity": node.granularity,
            "plural": node.plural,
            "count": node.count,
            "attributes": node.attributes,
            "slots": node.slots,
            "parent": parents.get(node.index),
            "placement": None if node.placement is None else asdict(node.placement),
            "supported_by": None if node.supported_by is None else node.supported_by.index,
        }
        for node in nodes
    ]


def read_negative(path: Path) -> Negative:
    """The negative of which this is the ``.npz`` file."""
    with np.load(path) as arrays:
        facts = json.loads(arrays["facts"].tobytes())
        node_map = arrays["node_map"].astype(np.int32)
        albedo = ((arrays["albedo"].astype(np.float32) / 255) ** 2).astype(np.float32)
        distance = arrays["distance"].astype(np.float32)
    nodes = []
    for index, record in enumerate(facts["nodes"]):
        place = record["placement"]
        nodes.append(
            Node(
                record["category"], record["granularity"], record["plural"], record["count"], record["attributes"],
                record["slots"], placement=None if place is None else Placement(**place), index=index,
            )
        )  # fmt: skip
    roots = []
    for node, record in zip(nodes, facts["nodes"], strict=True):
        node.supported_by = None if record["supported_by"] is None else nodes[record["supported_by"]]
        if record["parent"] is None:
            roots.append(node)
        else:
            nodes[record["parent"]].children.append(node)
    camera = facts["camera"]
    return Negative(
        image_id=facts["image_id"],
        kind=facts["kind"],
        camera=Camera(tuple(camera["position"]), tuple(camera["target"]), camera["field_of_view"]),
        roots=roots,
        node_map=node_map,
        albedo=albedo,
        distance=distance,
        look_alikes=facts["look_alikes"],
        models={int(index): model for index, model in facts["models"].items()},
    )
