"""Reads Wavefront OBJ and MTL files into arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from ...errors import InvalidInputError
from ...runtime.arrays import FloatArray, Int32Array
from .polygons import triangulated

__all__ = ["ObjMaterial", "ObjMesh", "read_mtl", "read_obj"]

NONE: Final = -1


@dataclass(frozen=True)
class ObjMaterial:
    """What an MTL file says of a material.

    Attributes:
        name: as the OBJ file uses it.
        diffuse: linear RGB in [0, 1].
        specular: linear RGB in [0, 1].
        shininess: Phong exponent in [0, 1000].
        opacity: 1 is opaque.
        emission: linear RGB of the light it gives off.
        texture: file of the diffuse texture, beside the OBJ file; "" if there is none.
        alpha_texture: file of the opacity texture, "" if there is none.
    """

    name: str
    diffuse: tuple[float, float, float] = (0.8, 0.8, 0.8)
    specular: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shininess: float = 0.0
    opacity: float = 1.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    texture: str = ""
    alpha_texture: str = ""


@dataclass(frozen=True)
class ObjMesh:
    """A file's triangles.

    Attributes:
        vertices: (n, 3) float64, as written.
        uv: (t, 2) float64.
        normals: (k, 3) float64.
        triangles: (m, 3) int32, indices of vertices.
        uv_triangles: (m, 3) int32, indices of `uv`, -1 where none is given.
        normal_triangles: (m, 3) int32, indices of `normals`, -1 where none is given.
        material: (m,) int32, indices of `materials`.
        group: (m,) int32, indices of `groups`.
        materials, groups: names in the order of their first use.
        library: file names of its MTL files.
    """

    vertices: FloatArray
    uv: FloatArray
    normals: FloatArray
    triangles: Int32Array
    uv_triangles: Int32Array
    normal_triangles: Int32Array
    material: Int32Array
    group: Int32Array
    materials: tuple[str, ...]
    groups: tuple[str, ...]
    library: tuple[str, ...]


@dataclass
class _Reading:
    points: dict[str, list[list[float]]] = field(default_factory=lambda: {"v": [], "vt": [], "vn": []})
    corners: list[tuple[int, ...]] = field(default_factory=list)
    owners: list[tuple[int, int]] = field(default_factory=list)
    materials: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    library: list[str] = field(default_factory=list)
    material: str = ""
    group: str = ""

    def take(self, word: str, rest: str) -> None:
        if word in self.points:
            self.points[word].append([float(number) for number in rest.split()[: 2 if word == "vt" else 3]])
        elif word == "f":
            self.face(rest.split())
        elif word == "usemtl":
            self.material = rest.strip()
        elif word in ("g", "o"):
            self.group = rest.strip()
        elif word == "mtllib":
            self.library.append(rest.strip())

    def face(self, written: list[str]) -> None:
        """A polygon, cut into triangles."""
        sizes = [len(self.points[kind]) for kind in ("v", "vt", "vn")]
        corners = []
        for corner in written:
            numbers = [int(number) if number else 0 for number in corner.split("/")]
            numbers += [0] * (3 - len(numbers))
            corners.append(
                [n - 1 if n > 0 else n + size if n else NONE for n, size in zip(numbers, sizes, strict=True)]
            )
        owner = (
            self.materials.setdefault(self.material, len(self.materials)),
            self.groups.setdefault(self.group, len(self.groups)),
        )
        points = self.points["v"]
        if any(not 0 <= corner[0] < len(points) for corner in corners):
            raise ValueError("a face has a corner that does not exist")
        for a, b, c in triangulated([points[corner[0]] for corner in corners]):
            self.corners.append((*corners[a], *corners[b], *corners[c]))
            self.owners.append(owner)


def read_obj(text: str, source: str) -> ObjMesh:
    """Read an OBJ file's triangles; lines and curves are left out, polygons are cut into triangles.

    Args:
        text: the file's content.
        source: what to call it in messages.

    Raises:
        InvalidInputError: it has malformed lines, or no face.
    """
    reading, problems = _Reading(), []
    for number, (word, rest) in _statements(text):
        try:
            reading.take(word, rest)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if not problems and not reading.corners:
        problems = ["no faces"]
    if not problems:
        corners = np.array(reading.corners, dtype=np.int32).reshape(-1, 3, 3)
        sizes = [len(reading.points[kind]) for kind in ("v", "vt", "vn")]
        if (corners >= sizes).any():
            problems = ["a face has a texture coordinate or normal that does not exist"]
    if problems:
        raise InvalidInputError(source, problems)
    owners = np.array(reading.owners, dtype=np.int32)
    arrays = {kind: np.array(rows, dtype=float) for kind, rows in reading.points.items()}
    return ObjMesh(
        vertices=arrays["v"],
        uv=arrays["vt"].reshape(-1, 2),
        normals=arrays["vn"].reshape(-1, 3),
        triangles=corners[:, :, 0].copy(),
        uv_triangles=corners[:, :, 1].copy(),
        normal_triangles=corners[:, :, 2].copy(),
        material=owners[:, 0].copy(),
        group=owners[:, 1].copy(),
        materials=tuple(reading.materials),
        groups=tuple(reading.groups),
        library=tuple(reading.library),
    )


def _statements(text: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """(line number, (first word, the rest)) of every line that says something; a final backslash joins lines."""
    for number, line in enumerate(text.replace("\\\n", " ").splitlines(), start=1):
        word, _, rest = line.strip().replace("\t", " ").partition(" ")
        if word and not word.startswith("#"):
            yield number, (word, rest.strip())


def read_mtl(text: str) -> dict[str, ObjMaterial]:
    """Name -> material, of an MTL file; what it says wrongly or not at all has the defaults of `ObjMaterial`."""
    materials: dict[str, ObjMaterial] = {}
    material: ObjMaterial | None = None
    for _, (written, rest) in _statements(text):
        word = written.lower()
        if word == "newmtl":
            material = ObjMaterial(rest)
        elif material is not None:
            material = _with(material, word, rest)
        if material is not None:
            materials[material.name] = material
    return materials


def _with(material: ObjMaterial, word: str, rest: str) -> ObjMaterial:
    numbers: list[float] = []
    for number in rest.split():
        try:
            numbers.append(float(number))
        except ValueError:
            break
    file = rest.replace("\\", "/").rpartition("/")[2]
    changes: dict[str, Any] = {}
    if word in ("kd", "ks", "ke") and len(numbers) >= 3:
        name = {"kd": "diffuse", "ks": "specular", "ke": "emission"}[word]
        changes[name] = tuple(min(max(number, 0.0), 1.0) for number in numbers[:3])
    elif word == "ns" and numbers:
        changes["shininess"] = numbers[0]
    elif word == "d" and numbers:
        changes["opacity"] = min(max(numbers[0], 0.0), 1.0)
    elif word in ("map_kd", "map_d") and rest:
        changes["texture" if word == "map_kd" else "alpha_texture"] = file
    return replace(material, **changes)
