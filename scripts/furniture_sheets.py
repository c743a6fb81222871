"""Draws furniture models from several sides with their materials and groups, or their parts, in colours of their own.

The table of models (dataset/rooms/furniture/models.json) is made from these sheets: by looking. Six to eighteen models
come on a sheet; a legend beside each says which colour is what, and the same is printed with counts and boxes.

    python scripts/furniture_sheets.py OUT [--by materials|parts] [--first PATTERN ...]
"""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numba
import numpy as np
from PIL import Image, ImageDraw

from dataset.rooms.furniture.catalogue import Entry, all_entries
from dataset.rooms.furniture.mesh import Mesh, materials_of, mesh_of, mismatches, read_file
from dataset.rooms.furniture.models import Model, load_models
from dataset.rooms.furniture.pieces import connected

VIEW = 172
"""Width and height of a view in pixels."""
VIEWS = ((0, 8), (35, 28), (215, 14))
"""(azimuth, elevation) in degrees: from the front, from the right and above, from behind on the left."""
ROWS, COLUMNS = 8, 2
LEGEND = 190
COLORS = np.array(
    [(230, 25, 75), (60, 180, 75), (255, 225, 25), (0, 130, 200), (245, 130, 48), (145, 30, 180), (70, 240, 240),
     (240, 50, 230), (190, 240, 70), (250, 190, 212), (0, 128, 128), (150, 100, 40), (128, 0, 0), (170, 255, 195),
     (128, 128, 0), (0, 0, 128), (128, 128, 128), (255, 215, 180)], dtype=np.float64
)  # fmt: skip


@dataclass(frozen=True)
class Coloring:
    """Which colour every triangle has, and what the colours mean."""

    index: np.ndarray
    names: list[str]


@numba.njit(cache=True)
def rasterize(corners: np.ndarray, index: np.ndarray, size: int) -> np.ndarray:  # pragma: no cover
    """(size, size, 2): index + 1 and brightness of the nearest triangle at every pixel; corners in pixels and depth."""
    depth = np.full((size, size), np.inf)
    picture = np.zeros((size, size, 2))
    for t in range(len(corners)):
        a, b, c = corners[t, 0], corners[t, 1], corners[t, 2]
        normal = np.cross(b - a, c - a)
        length = np.sqrt((normal**2).sum())
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if length == 0 or abs(area) < 1e-9:
            continue
        bright = 0.45 + 0.55 * abs(normal[2] * 0.8 + normal[0] * 0.45 + normal[1] * 0.4) / length
        low_x, high_x = int(max(min(a[0], b[0], c[0]), 0)), int(min(max(a[0], b[0], c[0]) + 1, size - 1))
        low_y, high_y = int(max(min(a[1], b[1], c[1]), 0)), int(min(max(a[1], b[1], c[1]) + 1, size - 1))
        for y in range(low_y, high_y + 1):
            for x in range(low_x, high_x + 1):
                u = ((x + 0.5 - a[0]) * (c[1] - a[1]) - (y + 0.5 - a[1]) * (c[0] - a[0])) / area
                v = ((b[0] - a[0]) * (y + 0.5 - a[1]) - (b[1] - a[1]) * (x + 0.5 - a[0])) / area
                if u >= 0 and v >= 0 and u + v <= 1:
                    z = a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2])
                    if z < depth[y, x]:
                        depth[y, x] = z
                        picture[y, x, 0], picture[y, x, 1] = index[t] + 1, min(bright, 1.0)
    return picture


def view(mesh: Mesh, coloring: Coloring, azimuth: float, elevation: float) -> Image.Image:
    """The mesh seen from one side, without perspective."""
    a, e = np.radians(azimuth), np.radians(elevation)
    towards = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
    right = np.array([np.cos(a), np.sin(a), 0.0])
    axes = np.stack([right, -np.cross(towards, right), -towards])
    points = mesh.vertices[np.unique(mesh.triangles)] @ axes.T
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (VIEW - 8) / max(high[0] - low[0], high[1] - low[1])
    corners = ((mesh.vertices @ axes.T - (low + high) / 2) * scale + [VIEW / 2, VIEW / 2, 0])[mesh.triangles]
    picture = rasterize(corners, coloring.index, VIEW)
    colors = np.vstack([[255, 255, 255], COLORS])[picture[..., 0].astype(int)]
    colors = np.where(picture[..., :1] > 0, colors * picture[..., 1:], colors)
    return Image.fromarray(colors.astype(np.uint8))


def by_materials(mesh: Mesh, groups: np.ndarray, names: tuple[str, ...]) -> Coloring:
    """A colour for every pair of material and group, or every material if there are many pairs."""
    pairs = np.stack([mesh.material, groups], axis=1)
    kinds, index = np.unique(pairs, axis=0, return_inverse=True)
    if len(kinds) <= len(COLORS):
        labels = [f"{mesh.surfaces[m].name} @ {names[g]}" for m, g in kinds]
        return Coloring(index.reshape(-1), labels)
    return Coloring(mesh.material % len(COLORS), [surface.name for surface in mesh.surfaces])


def by_parts(model: Model, mesh: Mesh) -> Coloring:
    """A colour for every part, pieces of sets included."""
    labels: list[str] = []
    index = np.zeros(len(mesh.part), dtype=np.int64)
    for p in range(-1, len(model.parts)):
        name = "(none)" if p < 0 else model.parts[p].name
        for k in np.unique(mesh.piece[mesh.part == p]):
            mine = (mesh.part == p) & (mesh.piece == k)
            index[mine] = len(labels) % len(COLORS)
            labels.append(f"{name} {k}" if p >= 0 and model.parts[p].is_set else name)
    return Coloring(index, labels)


def report(entry: Entry, mesh: Mesh, coloring: Coloring, vertices: np.ndarray, *, boxes: bool) -> None:
    """Print what the colours mean, with the boxes of what hangs together, in per cent of the model's box."""
    size = " x ".join(f"{side:.2f}" for side in entry.size)
    sys.stdout.write(f"\n{entry.id} ({entry.title}) {size} m, {len(mesh.triangles)} triangles\n")
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    share = (mesh.vertices - low) / np.where(high > low, high - low, 1) * 100
    component = connected(vertices, mesh.triangles)
    for k, name in enumerate(coloring.names[: len(COLORS)]):
        mine = coloring.index == k
        if not mine.any():
            continue
        line = f"  {k} {name}: {mine.sum()} tri"
        parts = np.unique(component[mine])
        line += f", {len(parts)} comp"
        if boxes and len(parts) <= 14:
            for c in parts:
                corners = share[mesh.triangles[mine & (component == c)]].reshape(-1, 3)
                (a, b, c0), (d, e, f) = corners.min(axis=0).round().astype(int), corners.max(axis=0).round().astype(int)
                line += f" [x{a}-{d} y{b}-{e} z{c0}-{f}]"
        else:
            corners = share[mesh.triangles[mine]].reshape(-1, 3)
            (a, b, c0), (d, e, f) = corners.min(axis=0).round().astype(int), corners.max(axis=0).round().astype(int)
            line += f" in x{a}-{d} y{b}-{e} z{c0}-{f}"
        sys.stdout.write(f"{line}\n")


def cell(number: int, entry: Entry, icon: bytes, mesh: Mesh, coloring: Coloring) -> Image.Image:
    """One model's icon, views and legend."""
    width = 110 + len(VIEWS) * VIEW + LEGEND
    image = Image.new("RGB", (width, VIEW), "white")
    draw = ImageDraw.Draw(image)
    with Image.open(io.BytesIO(icon)) as picture:
        small = picture.convert("RGBA").resize((108, 108))
    image.paste(small, (0, 34), small)
    draw.text((2, 2), f"{number} {entry.id.partition('/')[2]}", fill="black")
    draw.text((2, 16), entry.title, fill="black")
    for k, (azimuth, elevation) in enumerate(VIEWS):
        image.paste(view(mesh, coloring, azimuth, elevation), (110 + k * VIEW, 0))
    left = 112 + len(VIEWS) * VIEW
    for k, name in enumerate(coloring.names[: len(COLORS)]):
        if k < 14:
            draw.rectangle((left, 3 + k * 12, left + 9, 11 + k * 12), fill=tuple(COLORS[k].astype(int)))
            draw.text((left + 13, 1 + k * 12), f"{k} {name[:29]}", fill="black")
    draw.line((0, VIEW - 1, width, VIEW - 1), fill="gray")
    return image


def main() -> None:
    """Draw the sheets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the sheets, outside the repository")
    parser.add_argument("--by", choices=("materials", "parts"), default="materials")
    parser.add_argument("--only", nargs="*", default=["*"], help="patterns of ids")
    parser.add_argument("--faces", type=int, default=60_000, help="leave out models with more triangles")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table = load_models()
    entries = [e for p in arguments.only for e in all_entries() if fnmatchcase(e.id, p)]
    if arguments.by == "parts":
        entries = [e for e in entries if e.id in table]
    cells: list[Image.Image] = []
    for number, entry in enumerate(entries):
        pack, _, obj = read_file(entry.id)
        if len(obj.triangles) > arguments.faces:
            sys.stderr.write(f"{entry.id}: {len(obj.triangles)} triangles, left out\n")
            continue
        blank = Model(entry.id, entry.title, "floor", (), entry.size, (), (), (), (), entry.author, entry.licence)
        model = table.get(entry.id, blank) if arguments.by == "parts" else blank
        mesh = mesh_of(obj, model, entry, materials_of(pack, entry, obj), Path())
        materials = arguments.by == "materials"
        coloring = by_materials(mesh, obj.group, obj.groups) if materials else by_parts(model, mesh)
        for problem in mismatches(model, mesh) if not materials else ():
            sys.stderr.write(f"{entry.id}: {problem}\n")
        report(entry, mesh, coloring, obj.vertices, boxes=materials)
        cells.append(cell(number, entry, pack.read(entry.icon), mesh, coloring))
    per_sheet = ROWS * COLUMNS
    for first in range(0, len(cells), per_sheet):
        page = cells[first : first + per_sheet]
        width, rows = page[0].width, -(-len(page) // COLUMNS)
        sheet = Image.new("RGB", (width * COLUMNS, rows * VIEW), "white")
        for k, each in enumerate(page):
            sheet.paste(each, (k % COLUMNS * width, k // COLUMNS * VIEW))
        sheet.save(arguments.out / f"sheet-{first // per_sheet:02d}.png")


if __name__ == "__main__":
    main()
