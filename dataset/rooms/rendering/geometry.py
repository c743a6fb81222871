"""The triangles of a room's solids, each with its node and its finish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from ...runtime.arrays import FloatArray, Int32Array
from ..furniture.mesh import Mesh, Surface, load_mesh
from ..furniture.models import model_named
from ..layout.room import Finish, Placement, Room, Solid
from ..projection import in_camera, rasterise, turn

__all__ = ["Batch", "batches_of", "name_materials", "node_map", "painted_surface", "placed"]

CLEAR_SHARE: Final = 0.6
"""A thing is of a material that makes up this share of its surface."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Triangles that are drawn as one: a solid's, in its own frame.

    Attributes:
        vertices: (n, 3) metres.
        triangles: (m, 3).
        uv: (m, 3, 2): in metres for built shapes, in textures for furniture.
        finish: (m,) index of `finishes`.
        node: (m,) index of the node that each triangle belongs to.
        finishes: built ones, or the surfaces of a furniture model.
        smooth: whether edges below 40 degrees are shaded round.
        solid: whose triangles they are.
    """

    vertices: FloatArray
    triangles: Int32Array
    uv: FloatArray
    finish: Int32Array
    node: Int32Array
    finishes: tuple[Finish | Surface, ...]
    smooth: bool
    solid: Solid


def batches_of(room: Room) -> Iterator[Batch]:
    """The batches of a room: one for each furniture model, one for the smooth and one for the flat shapes of others.

    Raises:
        MissingDependencyError: the packs of furniture are not installed.
    """
    for solid in room.solids:
        if solid.model:
            yield _of_model(solid)
        for smooth in (False, True):
            shapes = [shape for shape in solid.shapes if shape.smooth is smooth]
            if not shapes:
                continue
            counts = [len(shape.triangles) for shape in shapes]
            starts = np.cumsum([0, *(len(shape.vertices) for shape in shapes)])
            finishes = list(dict.fromkeys(shape.finish for shape in shapes))
            yield Batch(
                vertices=np.concatenate([shape.vertices for shape in shapes]),
                triangles=np.concatenate(
                    [shape.triangles + start for shape, start in zip(shapes, starts, strict=False)]
                ),
                uv=np.concatenate([shape.uv for shape in shapes]),
                finish=np.repeat([finishes.index(shape.finish) for shape in shapes], counts).astype(np.int32),
                node=np.repeat([shape.node.index for shape in shapes], counts).astype(np.int32),
                finishes=tuple(finishes),
                smooth=smooth,
                solid=solid,
            )


@lru_cache(maxsize=200)
def mesh_named(model: str) -> Mesh:
    """A furniture model's mesh with vertices in the same place made one, so that it can be shaded round."""
    mesh = load_mesh(model_named(model))
    keys = np.round(mesh.vertices * 1e5).astype(np.int64)
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    triangles = inverse.reshape(-1)[mesh.triangles].astype(np.int32)
    return Mesh(
        vertices=mesh.vertices[first],
        triangles=triangles,
        uv=mesh.uv,
        normals=mesh.normals,
        material=mesh.material,
        part=mesh.part,
        piece=mesh.piece,
        surfaces=mesh.surfaces,
    )


@lru_cache(maxsize=200)
def painted_surface(model: str) -> int:
    """Index of the surface that paint goes on: the largest whose colour may be changed; -1 if there is none."""
    mesh = mesh_named(model)
    areas = np.bincount(mesh.material, _areas(model), minlength=len(mesh.surfaces))
    changeable = [area if surface.recolor else -1.0 for area, surface in zip(areas, mesh.surfaces, strict=True)]
    return int(np.argmax(changeable)) if max(changeable, default=-1.0) > 0 else -1


def _of_model(solid: Solid) -> Batch:
    mesh = mesh_named(solid.model)
    node = np.full(len(mesh.triangles), solid.node.index, dtype=np.int32)
    for (part, piece), leaf in solid.leaves.items():
        node[(mesh.part == part) & (mesh.piece == piece)] = leaf.index
    return Batch(mesh.vertices, mesh.triangles, mesh.uv, mesh.material, node, mesh.surfaces, True, solid)


def name_materials(room: Room) -> None:
    """Give nodes of furniture models the attribute ``material``: what most of their area is made of, if clear."""
    for solid in room.solids:
        if not solid.model:
            continue
        mesh = mesh_named(solid.model)
        areas = _areas(solid.model)
        below = {id(node): {child.index for child in node.walk()} for node in solid.node.walk()}
        owners = _of_model(solid).node
        for node in solid.node.walk():
            share: dict[str, float] = {}
            mine = np.isin(owners, list(below[id(node)]))
            by_surface = np.bincount(mesh.material[mine], areas[mine], minlength=len(mesh.surfaces))
            for surface, area in zip(mesh.surfaces, by_surface, strict=True):
                share[surface.made_of] = share.get(surface.made_of, 0.0) + float(area)
            word, most = max(share.items(), key=lambda item: item[1], default=("", 0.0))
            if word and most >= CLEAR_SHARE * sum(share.values()):
                node.attributes["material"] = word


@lru_cache(maxsize=200)
def _areas(model: str) -> FloatArray:
    """(m,) twice the area of every triangle."""
    mesh = mesh_named(model)
    corners = mesh.vertices[mesh.triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths: FloatArray = np.sqrt((normals**2).sum(axis=1))
    return lengths


def placed(vertices: FloatArray, placement: Placement) -> FloatArray:
    """Vertices of a solid's own frame in the world."""
    cosine, sine = turn(placement.yaw)
    x, y, z = (placement.scale * vertices[:, axis] for axis in range(3))
    return np.stack([cosine * x - sine * y + placement.x, sine * x + cosine * y + placement.y, z + placement.z], axis=1)


def node_map(room: Room, side: int) -> tuple[Int32Array, FloatArray]:
    """(side, side) the node that each pixel shows, -1 for the outdoors, and the distance along the camera's axis.

    Raises:
        MissingDependencyError: the packs of furniture are not installed.
    """
    points, triangles, nodes, start = [], [], [], 0
    for batch in batches_of(room):
        if batch.solid.hidden_front:
            continue
        points.append(placed(batch.vertices, batch.solid.placement))
        triangles.append(batch.triangles + start)
        nodes.append(batch.node)
        start += len(batch.vertices)
    seen, distance = rasterise(
        in_camera(np.concatenate(points), room.camera), np.concatenate(triangles).astype(np.int32), side
    )
    return np.where(seen >= 0, np.concatenate(nodes)[seen], -1).astype(np.int32), distance
