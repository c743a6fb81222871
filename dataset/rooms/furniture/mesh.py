"""Meshes of furniture models, in metres, with the part that every triangle belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from ...runtime.arrays import BoolArray, FloatArray, Int32Array
from .catalogue import DEFAULT_FOLDER, Entry, Pack, open_packs
from .models import Model, Part
from .obj import ObjMaterial, ObjMesh, read_mtl, read_obj
from .pieces import connected, gathered

__all__ = ["Mesh", "Surface", "load_mesh", "mesh_of", "mismatches"]

NO_PART: Final = -1
PURE: Final = 0.85
"""Share of its surface from which on a part is said to be made of something."""
_UP: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From the files' frame (y up, front towards z) to ours (z up, front towards -y)."""


@dataclass(frozen=True)
class Surface:
    """A material of a mesh.

    Attributes:
        name: as in the file.
        made_of: wood, metal, fabric ... see `models.MADE_OF`; "" where the table does not say.
        diffuse, specular, emission: linear RGB in [0, 1].
        shininess: Phong exponent in [0, 1000].
        opacity: 1 is opaque.
        texture: the diffuse texture's file; None if there is none.
        alpha_texture: the opacity's file; None if there is none.
        recolor: whether its colour may be changed.
    """

    name: str
    made_of: str
    diffuse: tuple[float, float, float]
    specular: tuple[float, float, float]
    emission: tuple[float, float, float]
    shininess: float
    opacity: float
    texture: Path | None
    alpha_texture: Path | None
    recolor: bool


@dataclass(frozen=True)
class Mesh:
    """A model's triangles.

    The frame: z up, the model's front towards -y. Things that stand have the middle of their box at x = y = 0 and
    their lowest point at z = 0. Things on walls have their back plane at y = 0 and their lowest point at z = 0; things
    that hang from the ceiling have their highest point at z = 0.

    Attributes:
        vertices: (n, 3) float64, metres.
        triangles: (m, 3) int32, indices of vertices, counterclockwise seen from outside where the file says so.
        uv: (m, 3, 2) float64, of every triangle's corners; 0 where the file has none.
        normals: (m, 3, 3) float64 of every triangle's corners; None if the file does not give all of them.
        material: (m,) int32, indices of `surfaces`.
        part: (m,) int32, indices of the model's `parts`, -1 for what has no name of its own.
        piece: (m,) int32: which piece of its part's set, from 0, ordered from bottom to top, then front to back, then
            left to right; 0 for parts that are no sets.
        surfaces: the materials.
    """

    vertices: FloatArray
    triangles: Int32Array
    uv: FloatArray
    normals: FloatArray | None
    material: Int32Array
    part: Int32Array
    piece: Int32Array
    surfaces: tuple[Surface, ...]

    def made_of(self, part: int | None = None) -> str:
        """What a part, or all of the model, is made of: a word of `models.MADE_OF`; "" where it is several things."""
        mine = np.ones(len(self.part), dtype=bool) if part is None else self.part == part
        corners = self.vertices[self.triangles[mine]]
        areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        shares: dict[str, float] = {}
        for index in np.unique(self.material[mine]):
            word = self.surfaces[index].made_of
            shares[word] = shares.get(word, 0.0) + float(areas[self.material[mine] == index].sum())
        best = max(shares, key=lambda word: shares[word], default="")
        return best if shares and shares[best] >= PURE * sum(shares.values()) else ""


@lru_cache(maxsize=32)
def load_mesh(model: Model, folder: Path = DEFAULT_FOLDER) -> Mesh:
    """The mesh of a model of the table; do not write into its arrays.

    Args:
        model: see `models.load_models`.
        folder: where the packs are.

    Raises:
        MissingDependencyError: the packs are not installed.
        UnknownNameError: the pack has no such model.
        DataUnavailableError: the cache, where textures are kept, cannot be written.
    """
    pack, entry, obj = read_file(model.id, folder)
    return mesh_of(obj, model, entry, materials_of(pack, entry, obj), pack.extracted(entry))


def mismatches(model: Model, mesh: Mesh) -> list[str]:
    """Where the table's line for a model does not fit its mesh, one line each."""
    problems = []
    for index, part in enumerate(model.parts):
        pieces = len(np.unique(mesh.piece[mesh.part == index]))
        if pieces != part.count:
            problems.append(f"{part.name}: {pieces} pieces instead of {part.count}")
    names = [surface.name for surface in mesh.surfaces]
    patterns = [*model.recolor, *(name for p in model.parts for each in p.selectors for name in each.materials)]
    problems += [
        f"{pattern}: no such material" for pattern in patterns if not any(fnmatchcase(n, pattern) for n in names)
    ]
    problems += [
        f"{surface.name}: the table does not say what it is of" for surface in mesh.surfaces if not surface.made_of
    ]
    return problems


def read_file(name: str, folder: Path = DEFAULT_FOLDER) -> tuple[Pack, Entry, ObjMesh]:
    """A model's pack, entry and triangles as its file has them, by its id."""
    from ...errors import look_up

    packs = open_packs(folder)
    pack = look_up("pack of furniture", name.partition("/")[0], packs)
    entry = look_up("furniture model", name, pack.entries)
    return pack, entry, read_obj(pack.read(entry.model).decode("latin-1"), f"{pack.path}:{entry.model}")


def materials_of(pack: Pack, entry: Entry, obj: ObjMesh) -> dict[str, ObjMaterial]:
    """Name -> material, of a model's MTL files."""
    beside = [name for name in pack.files_beside(entry) if name.endswith(".mtl")]
    named = [name for name in beside if name.rpartition("/")[2] in obj.library]
    materials: dict[str, ObjMaterial] = {}
    for name in named or beside:  # some name a file that has another name in the pack
        materials.update(read_mtl(pack.read(name).decode("latin-1")))
    return materials


def mesh_of(obj: ObjMesh, model: Model, entry: Entry, materials: dict[str, ObjMaterial], folder: Path) -> Mesh:
    """A model's mesh, from what its files say.

    Args:
        obj: the triangles.
        model: the table's line.
        entry: the catalogue's.
        materials: of its MTL files, by name.
        folder: where its textures are.
    """
    obj = _without_doubles(obj)
    vertices, change = _in_metres(obj.vertices, entry, model)
    part, piece = _parts(obj, model, vertices)
    corners = obj.normal_triangles
    normals = None
    if len(obj.normals) and (corners >= 0).all():
        normals = (obj.normals @ np.linalg.inv(change))[corners]
        lengths = np.linalg.norm(normals, axis=-1, keepdims=True)
        normals = normals / np.where(lengths > 0, lengths, 1)
    uv = np.zeros((len(obj.triangles), 3, 2))
    has_uv = obj.uv_triangles >= 0
    uv[has_uv] = obj.uv[obj.uv_triangles[has_uv]]
    return Mesh(
        vertices=vertices,
        triangles=obj.triangles,
        uv=uv,
        normals=normals,
        material=obj.material,
        part=part,
        piece=piece,
        surfaces=tuple(_surface(materials.get(name, ObjMaterial(name)), model, folder) for name in obj.materials),
    )


def _without_doubles(obj: ObjMesh) -> ObjMesh:
    """The mesh without triangles that lie on an earlier one: two at one place would both be drawn."""
    _, point = np.unique(obj.vertices, axis=0, return_inverse=True)
    corners = np.sort(point.reshape(-1)[obj.triangles], axis=1)
    _, first = np.unique(corners, axis=0, return_index=True)
    flat = (corners[:, 0] == corners[:, 1]) | (corners[:, 1] == corners[:, 2])
    rest = np.sort(first[~flat[first]])
    columns = ("triangles", "uv_triangles", "normal_triangles", "material", "group")
    return replace(obj, **{name: getattr(obj, name)[rest] for name in columns})


def _in_metres(vertices: FloatArray, entry: Entry, model: Model) -> tuple[FloatArray, FloatArray]:
    """The vertices in our frame, and the matrix that changed them before they were moved."""
    change = _UP @ entry.rotation
    turned = vertices @ change.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    extent = high - low
    scale = np.where(extent > 0, np.array(entry.size) / np.where(extent > 0, extent, 1), 1.0)
    origin = (low + high) / 2
    origin[2] = high[2] if model.stands == "ceiling" else low[2]
    if model.stands == "wall":
        origin[1] = high[1]
    return (turned - origin) * scale, scale[:, None] * change


def _surface(material: ObjMaterial, model: Model, folder: Path) -> Surface:
    def file(name: str) -> Path | None:
        return folder / name if name and (folder / name).is_file() else None

    made_of = (word for pattern, word in model.made_of if fnmatchcase(material.name, pattern))
    return Surface(
        name=material.name,
        made_of=next(made_of, ""),
        diffuse=material.diffuse,
        specular=material.specular,
        emission=material.emission,
        shininess=material.shininess,
        opacity=material.opacity,
        texture=file(material.texture),
        alpha_texture=file(material.alpha_texture),
        recolor=any(fnmatchcase(material.name, pattern) for pattern in model.recolor),
    )


def _parts(obj: ObjMesh, model: Model, vertices: FloatArray) -> tuple[Int32Array, Int32Array]:
    """Every triangle's part and piece."""
    part = np.full(len(obj.triangles), NO_PART, dtype=np.int32)
    piece = np.zeros(len(obj.triangles), dtype=np.int32)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    shares = (vertices - low) / np.where(high > low, high - low, 1)
    corners = 100 * shares[obj.triangles]
    kinds = np.stack([connected(obj.vertices, obj.triangles), obj.material, obj.group], axis=1)
    component = np.unique(kinds, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int32)
    for index, each in enumerate(model.parts):
        free = part == NO_PART
        part[free & _selected(each, obj, corners, component)] = index
    for index, each in enumerate(model.parts):
        if each.is_set and (part == index).any():
            mine = part == index
            piece[mine] = gathered(vertices[obj.triangles[mine]], component[mine], each.count, each.split)
    return part, piece


def _selected(part: Part, obj: ObjMesh, corners: FloatArray, component: Int32Array) -> BoolArray:
    every = np.zeros(len(corners), dtype=bool)
    for selector in part.selectors:
        fitting = np.ones(len(corners), dtype=bool)
        for patterns, names, index in (
            (selector.materials, obj.materials, obj.material),
            (selector.groups, obj.groups, obj.group),
        ):
            if patterns:
                fits = [any(fnmatchcase(name, pattern) for pattern in patterns) for name in names]
                fitting &= np.array(fits, dtype=bool)[index]
        if selector.box is not None:
            box = np.array(selector.box)
            count = int(component.max()) + 1
            low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
            np.minimum.at(low, component, corners.min(axis=1))
            np.maximum.at(high, component, corners.max(axis=1))
            middle = (low + high) / 2
            fitting &= ((middle >= box[:3]) & (middle <= box[3:])).all(axis=1)[component]
        if selector.cut is not None:
            box, middle = np.array(selector.cut), corners.mean(axis=1)
            fitting &= ((middle >= box[:3]) & (middle <= box[3:])).all(axis=1)
        every |= fitting
    return every
