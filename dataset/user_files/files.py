"""The users' own files: finding them, JSON of any size, and fields that must be there."""

from __future__ import annotations

import filecmp
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError, UrecaError
from ..masks.rle import whole_number
from ..runtime.compression import decompress
from ..schema import Region

__all__ = [
    "ImageFiles",
    "by_id",
    "by_region",
    "file_name",
    "leave_out",
    "load_json",
    "load_json_lines",
    "plain_id",
    "rows_of",
    "walk_files",
    "xywh",
]

_MOST_PROBLEMS = 20
_FARTHEST = 1e9
_IDS = ("region_id", "ann_id", "id", "image_id")


def walk_files(folder: Path) -> Iterator[Path]:
    """All files under the folder, by name; links to folders are followed, each folder is seen once."""
    seen: set[str] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(files):
            yield Path(root, name)


def load_json(path: Path) -> Any:
    """Parse a JSON file of the user's own, also as gzip or zstd (no size limit: Visual Genome's is 700 MB).

    Raises:
        InvalidInputError: the file is missing or is not JSON.
    """
    try:
        return json.loads(_read_text(path))
    except json.JSONDecodeError as error:
        raise InvalidInputError(str(path), [f"line {error.lineno}: not JSON ({error.msg})"]) from error
    except RecursionError as error:
        raise InvalidInputError(str(path), ["not JSON that can be read: nested too deeply"]) from error


def load_json_lines(path: Path) -> list[Any]:
    """Parse a JSON Lines file, also as gzip or zstd, naming every line that is not JSON.

    Raises:
        InvalidInputError: the file is missing or has such lines.
    """
    rows, problems = [], []
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except (json.JSONDecodeError, RecursionError) as error:
                problems.append(f"line {number}: not JSON ({getattr(error, 'msg', 'nested too deeply')})")
    if problems:
        raise InvalidInputError(str(path), problems)
    return rows


def _read_text(path: Path) -> str:
    """A text file without its byte order mark, decompressed."""
    if path.is_dir():
        raise InvalidInputError(str(path), ["this is a folder"], "Name the file inside it.")
    try:
        return decompress(path.read_bytes(), str(path)).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, UrecaError):
            raise
        raise InvalidInputError(str(path), [f"cannot be read: {error}"]) from error


def rows_of(
    path: Path, content: Any, name: str, fields: Iterable[str], left_out: list[str] | None = None
) -> list[Mapping[str, Any]]:
    """The list `name` of a JSON object (the content itself for ""), every row of which has the fields.

    Args:
        path: the file, for messages.
        content: what was parsed of it.
        name: of the list.
        fields: that every row has.
        left_out: where a line goes for each row that lacks a field, which is then left out; None raises instead.

    Raises:
        InvalidInputError: no list, or, without `left_out`, with every row that lacks a field.
    """
    rows = content if not name else content.get(name) if isinstance(content, dict) else None
    if not isinstance(rows, list):
        if name and not isinstance(content, dict):
            raise InvalidInputError(str(path), [f"/: expected an object with {name}, found {type(content).__name__}"])
        raise InvalidInputError(str(path), [f"/{name}: expected a list, found {type(rows).__name__}"])
    names = tuple(fields)
    problems, whole = [], []
    for index, row in enumerate(rows):
        missing = [field for field in names if field not in row] if isinstance(row, dict) else list(names)
        if missing:
            problems.append(f"/{name}/{index}: expected {', '.join(names)}; missing {', '.join(missing)}{_owner(row)}")
        else:
            whole.append(row)
    leave_out(path, problems, left_out, "row")
    return whole


def by_id(
    path: Path, rows: Iterable[Mapping[str, Any]], field: str = "id", left_out: list[str] | None = None
) -> dict[str, Mapping[str, Any]]:
    """Rows by their id. Where rows of one id differ, which is meant would be a guess: none of them is used.

    Args:
        path: the file, for messages.
        rows: each with the field.
        field: the id.
        left_out: where a line goes for each such id; None raises instead.

    Raises:
        InvalidInputError: without `left_out` with every id whose rows differ.
    """
    first: dict[str, Mapping[str, Any]] = {}
    disputed: dict[str, None] = {}
    for row in rows:
        own = plain_id(row[field])
        if first.setdefault(own, row) != row:
            disputed[own] = None
    leave_out(path, [f"{field} {own}: rows of it differ" for own in disputed], left_out, "row")
    return {own: row for own, row in first.items() if own not in disputed}


class ImageFiles:
    """The files of a folder, found by the paths that lists of images name: as far as the folders agree.

    Args:
        folder: searched at any depth.
        names: what files are called that are worth keeping, without folders; None for all.
    """

    def __init__(self, folder: Path, names: Collection[str] | None = None) -> None:
        self._folder = folder
        self._named: dict[str, list[Path]] = {}
        for path in walk_files(folder):
            if names is None or path.name in names:
                self._named.setdefault(path.name, []).append(path)

    def find(self, name: str) -> Path:
        """The file of a name, which may have folders before it.

        Raises:
            InvalidInputError: there is none, or there are several that differ.
        """
        files, _ = self._best(name)
        if not files:
            raise InvalidInputError(str(self._folder), [f"no {file_name(name)}"])
        if not all(filecmp.cmp(files[0], other, shallow=False) for other in files[1:]):
            places = " and ".join(str(file.relative_to(self._folder)) for file in files[:3])
            raise InvalidInputError(str(self._folder), [f"{places} differ: which is {name}?"])
        return files[0]

    def find_all(self, names: Collection[str]) -> tuple[dict[str, Path], dict[str, str]]:
        """The files of many names, each of one name alone; and of the other names what is wrong."""
        files: dict[str, Path] = {}
        problems: dict[str, str] = {}
        for name in names:
            try:
                files[name] = self.find(name)
            except InvalidInputError as error:
                problems[name] = error.problems[0]
        claims: dict[Path, list[str]] = {}
        for name, file in files.items():
            claims.setdefault(file, []).append(name)
        for file, claimed in claims.items():
            agreements = {name: self._best(name)[1] for name in claimed}
            owners = [name for name in claimed if agreements[name] == max(agreements.values())]
            for name in claimed if len(owners) > 1 else set(claimed) - set(owners):
                del files[name]
                problems[name] = f"no {name}: {file.relative_to(self._folder)} is named by another image too"
        return files, problems

    def _best(self, name: str) -> tuple[list[Path], int]:
        """The files whose paths end like a name for the most parts, and how many parts these are."""
        parts = _parts(name)
        agreements = {path: _common_end(parts, path.parts) for path in self._named.get(file_name(name), ())}
        most = max(agreements.values(), default=0)
        return [path for path, count in agreements.items() if count == most], most


def _common_end(first: Sequence[str], second: Sequence[str]) -> int:
    """How many parts two paths end in alike."""
    pairs = zip(reversed(first), reversed(second), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def file_name(name: str) -> str:
    """The last part of a path as some program wrote it, with slashes of either kind."""
    return _parts(name)[-1]


def _parts(name: str) -> list[str]:
    return name.replace("\\", "/").split("/")


def leave_out(path: Path, problems: list[str], left_out: list[str] | None, kind: str = "", hint: str = "") -> None:
    """The one policy for rows that cannot be used: they stop the reading, or are left out by name.

    Args:
        path: the file, for messages.
        problems: one line each.
        left_out: where the lines go; None raises instead.
        kind: of what is left out, the first word of such a line ("row"); "" where the lines say it themselves.
        hint: what to do about the problems.

    Raises:
        InvalidInputError: there are problems, and nowhere to note them.
    """
    if left_out is not None:
        left_out += [f"{kind} {path.name} {problem}" if kind else problem for problem in problems]
    elif problems:
        raise InvalidInputError(str(path), problems, hint, limit=_MOST_PROBLEMS)


def _owner(row: Any) -> str:
    """Which region or image a row is about, as far as it says so."""
    names = [f"{key} {plain_id(row[key])}" for key in _IDS if key in row] if isinstance(row, dict) else []
    return f" ({', '.join(names)})" if names else ""


def plain_id(value: Any) -> str:
    """An id as text: 532000000.0 is 532000000, as some programs write whole numbers."""
    number = whole_number(value)
    return str(value if number is None else number)


def xywh(box: Any) -> tuple[float, float, float, float] | None:
    """A COCO box as floats, None if there is none or its numbers are none that an image can have."""
    if not isinstance(box, list | tuple) or len(box) != 4:
        return None
    if not all(isinstance(side, int | float) and abs(side) < _FARTHEST for side in box):
        return None
    x, y, width, height = (float(side) for side in box)
    return x, y, width, height


def by_region(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    region: Callable[[Mapping[str, Any]], tuple[str, str]],
    left_out: list[str] | None = None,
) -> list[Region]:
    """Regions out of rows with one ``caption`` each: rows of one region become its references, in order.

    Args:
        path: the file, for messages.
        rows: rows with ``caption`` and optionally ``bbox``.
        region: (image_id, name of the region within the image) of a row.
        left_out: where a line goes for each caption that is not text and each box that is none, whose rows are then
            left out; None raises instead.

    Raises:
        InvalidInputError: without `left_out` captions that are not text and boxes that are none, all of them, or no
            region at all.
    """
    captions: dict[tuple[str, str], list[str]] = {}
    boxes: dict[tuple[str, str], Any] = {}
    problems: list[str] = []
    for index, row in enumerate(rows):
        image, name = region(row)
        if not isinstance(row["caption"], str) or not row["caption"].strip():
            wrong = f"caption: expected text, found {str(row['caption'])[:50]!r}"
            problems.append(f"region {image}/{name} (row {index}): {wrong}")
            continue
        if row.get("bbox") is not None and xywh(row["bbox"]) is None:
            wrong = f"box: expected x, y, width and height, found {str(row['bbox'])[:50]}"
            problems.append(f"region {image}/{name}: {wrong}")
            continue
        captions.setdefault((image, name), []).append(row["caption"])
        boxes.setdefault((image, name), row.get("bbox"))
    problems = list(dict.fromkeys(problems))  # the sentences of an object share its box
    if left_out is None and not captions:
        problems = problems or ["no captioned region in it"]
    leave_out(path, problems, left_out)
    return [
        Region(region_id=f"{image}/{name}", image_id=image, captions=tuple(texts), bbox=xywh(boxes[image, name]))
        for (image, name), texts in captions.items()
    ]
