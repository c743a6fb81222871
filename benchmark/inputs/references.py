"""Reading the references of a foreign benchmark: JSON Lines of region_id, image_id, captions and optional fields."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

from dataset.errors import InvalidInputError
from dataset.masks.rle import MaskRle
from dataset.schema import Region

from ..text.limits import MAX_REFERENCE_BYTES, MAX_REFERENCES
from .json_rows import JsonRows, kind_of
from .predictions import caption_problem
from .protocol import Protocols
from .reading import ProblemLimitError, Problems, lone_surrogate, read_source

__all__ = ["OPTIONAL_FIELDS", "read_references", "references_with_protocol", "region_problems"]

OPTIONAL_FIELDS = {name: kind for name, kind in get_type_hints(Region).items() if type(None) in get_args(kind)}
"""Field of `Region` -> its type, of those that a row of references may leave out."""

_HINT = 'Expected per region {"region_id": text, "image_id": text, "captions": [text, ...]}, one per line.'


def read_references(path: str | Path) -> list[Region]:
    """Regions of a reference file, see `references_with_protocol`."""
    return references_with_protocol(path)[0]


def references_with_protocol(path: str | Path) -> tuple[list[Region], str]:
    """Regions of a reference file, in its order, and the protocol that its rows name, empty where they name none.

    Rows hold ``region_id``, ``image_id``, ``captions`` and any of `OPTIONAL_FIELDS`, see `Region`, and perhaps
    ``protocol``; as JSON Lines or a JSON list, also gzipped.

    Raises:
        InvalidInputError: with every problem of the file.
    """
    source = read_source(path, MAX_REFERENCE_BYTES)
    problems, protocols = Problems(), Protocols()
    regions: dict[str, Region] = {}
    places: dict[str, str] = {}
    try:
        for place, row in JsonRows(source, problems, list_name="references", most=MAX_REFERENCES):
            row_problems = region_problems(row)
            for problem in row_problems:
                problems.add(place, problem)
            if row_problems:
                continue
            if row["region_id"] in regions:
                problems.add(place, f"region_id {row['region_id']!r} again, first at {places[row['region_id']]}")
                continue
            regions[row["region_id"]] = Region.from_row(row)
            protocols.take(row)
            places[row["region_id"]] = place
        if not regions and not problems.lines:
            problems.add("", "there are no references in it")
    except ProblemLimitError:
        pass
    if problems.lines:
        raise InvalidInputError(source.name, problems.lines, _HINT, limit=100)
    if protocols.mixed:
        raise InvalidInputError(
            source.name, protocols.mixed, "Numbers of two test sets do not compare: score each apart."
        )
    return list(regions.values()), protocols.text


def region_problems(row: Any) -> list[str]:
    """What is wrong with a row of references."""
    if not isinstance(row, dict):
        return [f"expected an object, found {kind_of(row)}"]
    problems = []
    for name in ("region_id", "image_id"):
        value = row.get(name)
        if not isinstance(value, str) or not value:
            problems.append(f"{name}: expected text, found {kind_of(value) if name in row else 'nothing'}")
        elif lone_surrogate(value) is not None:
            problems.append(f"{name}: {value!a} is not an id")
    problems += _caption_problems(row)
    problems += _optional_problems(row)
    return problems


def _caption_problems(row: Mapping[str, Any]) -> list[str]:
    captions = row.get("captions")
    if not isinstance(captions, list) or not captions:
        return [f"captions: expected a list of at least one text, found {kind_of(captions)}"]
    problems = []
    for number, caption in enumerate(captions):
        problem = caption_problem(caption)
        if problem is None and not caption.strip():
            problem = "it is empty"
        if problem is not None:
            problems.append(f"captions/{number}: {problem}")
    return problems


def _optional_problems(row: Mapping[str, Any]) -> list[str]:
    problems = {name: _value_problem(kind, row.get(name)) for name, kind in OPTIONAL_FIELDS.items()}
    return [f"{name}: {problem}" for name, problem in problems.items() if problem]


def _value_problem(kind: Any, value: Any) -> str | None:
    """What is wrong with the value of an optional field of this type, None if nothing."""
    if value is None:
        return None
    if kind == str | None:
        return None if isinstance(value, str) else f"expected text or null, found {kind_of(value)}"
    if kind == int | None:
        return None if _is_number(value) else f"expected a number or null, found {kind_of(value)}"
    if kind == MaskRle | None:
        return None if _is_mask(value) else 'expected {"size": [height, width], "counts": text} or null'
    return None if _is_box(value) else "expected [x, y, width, height] or null"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_box(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4 and all(map(_is_number, value))


def _is_mask(mask: Any) -> bool:
    if not isinstance(mask, dict) or not isinstance(mask.get("counts"), str):
        return False
    size = mask.get("size")
    return isinstance(size, list) and len(size) == 2 and all(isinstance(side, int) for side in size)
