"""Brings the computed columns of the table of furniture models up to date, and writes the credits.

Size, author and licence come from the installed packs' catalogues; the boards (level areas on which things can be put)
of every model that has the key are measured on its mesh. Names and parts stay as they are: they were made by looking,
see scripts/furniture_sheets.py.

    python scripts/furniture_table.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from dataset.rooms.furniture import models as table
from dataset.rooms.furniture.catalogue import all_entries
from dataset.rooms.furniture.credits import CREDITS_FILE, credits_text
from dataset.rooms.furniture.mesh import load_mesh, mismatches

CELL = 0.02
"""Metres between the points at which levels are looked for."""
LEVEL = 0.004
"""Points whose heights differ by less are on one level."""
LEAST_CLEARANCE, LEAST_SIDE, LEAST_AREA = 0.12, 0.13, 0.025


def sampled(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points on triangles, close to each other, and whether the triangle is level."""
    edges = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], axis=1)
    normals = np.cross(edges[:, 0], edges[:, 1])
    areas = np.linalg.norm(normals, axis=1)
    level = np.abs(normals[:, 2]) > 0.99 * np.where(areas > 0, areas, np.inf)
    longest = np.linalg.norm(edges, axis=2).max(axis=1)
    steps = np.clip(np.ceil(longest / (CELL * 0.6)).astype(int), 1, 400)
    points, flags = [], []
    for number in np.unique(steps):
        mine = steps == number
        u, v = np.meshgrid(np.linspace(0, 1, number + 1), np.linspace(0, 1, number + 1))
        inside = (u + v) <= 1 + 1e-9
        weights = np.stack([u[inside], v[inside]], axis=1)
        block = corners[mine, None, 0] + np.einsum("kw,mwd->mkd", weights, edges[mine])
        points.append(block.reshape(-1, 3))
        flags.append(np.repeat(level[mine], len(weights)))
    return np.concatenate(points), np.concatenate(flags)


def largest_rectangle(free: np.ndarray) -> tuple[int, int, int, int]:
    """(first row, first column, rows, columns) of the largest block of true cells."""
    best, heights = (0, 0, 0, 0), np.zeros(free.shape[1], dtype=int)
    for row in range(free.shape[0]):
        heights = np.where(free[row], heights + 1, 0)
        stack: list[int] = []
        for column in range(len(heights) + 1):
            height = heights[column] if column < len(heights) else 0
            while stack and heights[stack[-1]] >= height:
                tall = int(heights[stack.pop()])
                left = stack[-1] + 1 if stack else 0
                if tall * (column - left) > best[2] * best[3]:
                    best = (row - tall + 1, left, tall, column - left)
            stack.append(column)
    return best


def boards_of(model: table.Model) -> list[list[float | None]]:
    """Level areas of a model, the lowest first: height, left, front, right, back, clearance."""
    mesh = load_mesh(model)
    points, level = sampled(mesh.vertices[mesh.triangles])
    points[:, 2] -= mesh.vertices[:, 2].min()
    low = points.min(axis=0)
    cells = ((points[:, :2] - low[:2]) / CELL).astype(int)
    shape = cells.max(axis=0) + 1
    boards: list[list[float | None]] = []
    heights = np.round(points[level, 2] / LEVEL).astype(int)
    for height in sorted(set(heights.tolist())):
        z = height * LEVEL
        if (heights == height).sum() * (CELL * 0.6) ** 2 < LEAST_AREA or z < 0.04:
            continue
        covered, above = np.zeros(shape, dtype=bool), np.full(shape, np.inf)
        here = level & (np.abs(points[:, 2] - z) <= LEVEL)
        covered[cells[here, 0], cells[here, 1]] = True
        higher = points[:, 2] > z + 2 * LEVEL
        np.minimum.at(above, (cells[higher, 0], cells[higher, 1]), points[higher, 2])
        x, y, across, deep = largest_rectangle(covered & (above >= z + LEAST_CLEARANCE))
        clearance = float(above[x : x + across, y : y + deep].min() - z) if across and deep else 0.0
        sides = [float(low[0]) + x * CELL + 0.01, float(low[1]) + y * CELL + 0.01]
        sides += [sides[0] + across * CELL - 0.02, sides[1] + deep * CELL - 0.02]
        width, depth = sides[2] - sides[0], sides[3] - sides[1]
        if min(width, depth) < LEAST_SIDE or width * depth < LEAST_AREA:
            continue
        if boards and boards[-1][0] is not None and z - boards[-1][0] < 3 * LEVEL:
            boards.pop()
        boards.append(
            [round(z, 3), *(round(side, 3) for side in sides), round(clearance, 3) if np.isfinite(clearance) else None]
        )
    return boards


def main() -> None:
    """Rewrite the table, one model a line, and the credits."""
    path = Path(table.__file__).with_name("models.json")
    entries = {entry.id: entry for entry in all_entries()}
    records = json.loads(path.read_text(encoding="utf-8"))
    for record in records:
        entry = entries[record["id"]]
        record.update(size=list(entry.size), author=entry.author, licence=entry.licence)
    for record, model in zip(records, table.read_models(records).values(), strict=True):
        if "boards" in record:
            record["boards"] = boards_of(model)
        for problem in mismatches(model, load_mesh(model)):
            sys.stderr.write(f"{model.id}: {problem}\n")
    records.sort(key=lambda record: str(record["id"]).lower())
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    CREDITS_FILE.write_text(credits_text(table.read_models(records)), encoding="utf-8")


if __name__ == "__main__":
    main()
