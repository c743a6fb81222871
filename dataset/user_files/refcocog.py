"""RefCOCOg as published with REFER: ``refs(umd).p`` or ``refs(google).p`` and ``instances.json``.

A pickle can run code. These files hold lists, dictionaries, texts and numbers only, so nothing else is loaded.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from ..errors import InvalidInputError, find_name
from ..schema import Region
from .files import by_region, leave_out, load_json, plain_id, rows_of

__all__ = [
    "load_plain_pickle",
    "other_objects",
    "read_refcocog",
    "read_refer",
    "refcocog_protocol",
    "referred_regions",
    "refs_of_split",
]

_PARTITIONS: Final = {"refs(umd).p": "UMD's split by images", "refs(google).p": "Google's split by objects"}
"""File -> how it splits: the two have different objects under the same names of splits."""


class _PlainUnpickler(pickle.Unpickler):
    """Reads containers, texts and numbers; refuses whatever would import or call something."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"it refers to {module}.{name}")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise pickle.UnpicklingError(f"it refers to an outside object {pid!r}")


def load_plain_pickle(path: Path) -> Any:
    """Load a pickle of plain data.

    Raises:
        InvalidInputError: the file is missing, damaged, or holds anything but plain data.
    """
    try:
        with path.open("rb") as file:
            return _PlainUnpickler(file, encoding="latin1").load()
    except OSError as error:
        raise InvalidInputError(str(path), [f"cannot be read: {error}"]) from error
    except Exception as error:
        hint = "Only lists, dictionaries, texts and numbers are read from a pickle. Get the file from its publisher."
        raise InvalidInputError(str(path), [f"not a pickle of plain data: {error}"], hint) from error


def read_refcocog(refs: Path, instances: Path, split: str, left_out: list[str] | None = None) -> list[Region]:
    """Regions of a split: one for each annotated object, all sentences about it are its references.

    Args:
        refs: ``refs(umd).p`` (splits train, val, test) or ``refs(google).p`` (train, val).
        instances: COCO's ``instances.json``, for the boxes.
        split: a split of the refs file.
        left_out: where a line goes for each row that cannot be used; None raises instead.

    Raises:
        UnknownNameError: the refs file has no such split.
        InvalidInputError: a hostile or damaged pickle; without `left_out` rows that do not fit.
    """
    return referred_regions(
        refs, refs_of_split(refs, split, left_out), instances, _boxed(instances, left_out), left_out
    )


def read_refer(refs: Path, instances: Path, split: str, left_out: list[str] | None = None) -> list[Region]:
    """Regions of a split as REFER's own evaluation keys them: one for each ``ref_id``, with the sentences of that ref.

    Arguments and errors are those of `read_refcocog`; an object may have several refs.
    """
    rows = refs_of_split(refs, split, left_out)
    leave_out(refs, [f"region {_name(row)}: no ref_id" for row in rows if "ref_id" not in row], left_out)
    named = [{**row, "region_name": row["ref_id"]} for row in rows if "ref_id" in row]
    return referred_regions(refs, named, instances, _boxed(instances, left_out), left_out)


def _boxed(instances: Path, left_out: list[str] | None) -> dict[str, Mapping[str, Any]]:
    """Id -> annotation with its box. Most annotations of COCO are of no region: regions that lack theirs are named."""
    unusable: list[str] | None = None if left_out is None else []
    rows = rows_of(instances, load_json(instances), "annotations", ["id", "bbox"], unusable)
    return {plain_id(row["id"]): row for row in rows}


def refcocog_protocol(refs: str, split: str | None, unit: str = "object") -> str:
    """The protocol of a split: its name, a colon, and what it means.

    Args:
        refs: name of the refs file.
        split: as in it.
        unit: "object", or "ref" where each ref is a region, as REFER's own evaluation has it.
    """
    name, references = ("refcocog", "all sentences of an object") if unit == "object" else ("refer", "those of a ref")
    return f"{name}, {split} of {refs}: {_PARTITIONS.get(refs, 'a split of its own')}; {references} are its references"


def other_objects(refs: Path, field: str, split: str) -> set[str]:
    """Values of a field (``ann_id``, ``ref_id``) in the rows of all other splits of a refs file."""
    rows = rows_of(refs, load_plain_pickle(refs), "", ["split"], [])
    split = find_name("split", split, sorted({str(row["split"]) for row in rows}))
    return {plain_id(row[field]) for row in rows if row["split"] != split and field in row}


def refs_of_split(refs: Path, split: str, left_out: list[str] | None = None) -> list[Mapping[str, Any]]:
    """The rows of a refs file that are in a split.

    Args:
        refs: the file.
        split: a split of it.
        left_out: where a line goes for each row that cannot be used; None raises instead.

    Raises:
        UnknownNameError: the refs file has no such split.
        InvalidInputError: a hostile or damaged pickle, or rows that do not fit.
    """
    content = load_plain_pickle(refs)
    if isinstance(content, list):
        split = find_name("split", split, sorted({str(row["split"]) for row in content if _has_split(row)}))
        content = [row for row in content if not _has_split(row) or row["split"] == split]
    own, problems = [], []
    for row in rows_of(refs, content, "", ["ann_id", "image_id", "split", "sentences"], left_out):
        if isinstance(row["sentences"], list):
            own.append(row)
        else:
            wrong = type(row["sentences"]).__name__
            problems.append(f"region {_name(row)}: sentences: expected a list, found {wrong}")
    leave_out(refs, problems, left_out)
    return own


def _has_split(row: Any) -> bool:
    return isinstance(row, dict) and "split" in row


def referred_regions(
    refs: Path,
    rows: Sequence[Mapping[str, Any]],
    instances: Path,
    annotations: Mapping[str, Mapping[str, Any]],
    left_out: list[str] | None = None,
) -> list[Region]:
    """One region for each object that rows of a refs file name, with the box of its annotation.

    Args:
        refs: the refs file, for messages.
        rows: of it.
        instances: the annotation file, for messages.
        annotations: id -> annotation, each with its ``bbox``.
        left_out: where a line goes for each row that cannot be used; None raises instead.

    Raises:
        InvalidInputError: rows whose object has no annotation, all of them, or sentences that are not text.
    """
    missing = [row for row in rows if plain_id(row["ann_id"]) not in annotations]
    if missing and left_out is None:
        problems = [f"ann_id {row['ann_id']} of the refs file is not in it" for row in missing]
        raise InvalidInputError(str(instances), problems)
    if left_out is not None:
        left_out += [f"region {_name(row)}: ann_id {row['ann_id']} is not in {instances.name}" for row in missing]
        left_out += [f"region {_name(row)}: no sentence" for row in rows if not row["sentences"]]
        rows = [row for row in rows if plain_id(row["ann_id"]) in annotations]
    sentences = [
        {
            "caption": _text(sentence),
            "bbox": annotations[plain_id(row["ann_id"])]["bbox"],
            "image": row["image_id"],
            "object": row.get("region_name", row["ann_id"]),
        }
        for row in rows
        for sentence in row["sentences"]
    ]
    return by_region(refs, sentences, lambda row: (plain_id(row["image"]), plain_id(row["object"])), left_out)


def _name(row: Mapping[str, Any]) -> str:
    return f"{plain_id(row['image_id'])}/{plain_id(row['ann_id'])}"


def _text(sentence: Any) -> Any:
    return sentence.get("raw", sentence.get("sent")) if isinstance(sentence, dict) else sentence
