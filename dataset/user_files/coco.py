"""COCO-shaped captioning files, as GLaMM, Osprey, GRiT and OpenGVLab publish them.

They look alike and are keyed differently, which is why a number needs its protocol's name:

- ``glamm``: every entry of ``images`` is one region (or one expression of it), its references are the annotations with
  that ``image_id``; results name the entry as ``image_id``. (GLaMM, `eval/region_captioning`.)
- ``osprey``: the entry's own ``caption`` is the reference of each of its annotations, keyed by annotation id. (Osprey,
  `osprey/eval/refcocog_eval.py` on `finetune_refcocog_val_with_mask.json`.)
- ``grit``: every annotation is a region with a ``caption`` of its own, keyed by annotation id. (GRiT's and
  DenseCap's splits of Visual Genome.)
- ``opengvlab``: `region_caption_eval.jsonl` lists questions; references are in `<category>_coco_format.json` beside it,
  keyed by ``ann_id``; results name the ``question_id``. (All-Seeing v2, `eval_region_caption.py`.)
- ``google-refexp``: objects and expressions are objects by id, `google_refexp_*_coco_aligned.json`; results name the
  ``annotation_id``. (Google Refexp toolbox.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError, find_name
from ..masks.rle import whole_number
from ..schema import Region
from .files import by_region, leave_out, load_json, load_json_lines, plain_id, rows_of

__all__ = [
    "image_sizes",
    "other_questions",
    "read_glamm",
    "read_google_refexp",
    "read_grit",
    "read_opengvlab",
    "read_osprey",
]


def read_glamm(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of a GLaMM-style file: one for each entry of ``images`` that has annotations.

    Args:
        path: the file.
        left_out: where a line goes for each row that cannot be used; None raises instead.

    Raises:
        InvalidInputError: without `left_out` with every row that does not fit; another layout.
    """
    content = load_json(path)
    entries = {plain_id(entry["id"]): entry for entry in rows_of(path, content, "images", ["id"], left_out)}
    annotations = _with_entry(
        path, rows_of(path, content, "annotations", ["image_id", "caption"], left_out), entries, left_out
    )
    return by_region(
        path,
        annotations,
        lambda row: (_photograph(entries[plain_id(row["image_id"])]), plain_id(row["image_id"])),
        left_out,
    )


def read_osprey(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of Osprey's RefCOCOg file: one for each annotation, its reference is the caption of its entry.

    Arguments and errors are those of `read_glamm`.
    """
    content = load_json(path)
    entries = {plain_id(entry["id"]): entry for entry in rows_of(path, content, "images", ["id", "caption"], left_out)}
    annotations = _with_entry(
        path, rows_of(path, content, "annotations", ["id", "image_id"], left_out), entries, left_out
    )
    captioned = [{**row, "caption": entries[plain_id(row["image_id"])]["caption"]} for row in annotations]
    return _one_each(
        path,
        captioned,
        lambda row: (_photograph(entries[plain_id(row["image_id"])]), plain_id(row["id"])),
        left_out,
    )


def read_grit(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of a GRiT-style file: one for each annotation, with a caption of its own.

    Arguments and errors are those of `read_glamm`.
    """
    annotations = rows_of(path, load_json(path), "annotations", ["id", "image_id", "caption"], left_out)
    return _one_each(path, annotations, lambda row: (plain_id(row["image_id"]), plain_id(row["id"])), left_out)


def read_opengvlab(path: Path, category: str, left_out: list[str] | None = None) -> list[Region]:
    """Regions of one category (``vg_test``, ``refcocog_val``, ``refcocog_test``) of `region_caption_eval.jsonl`.

    The region's name is the question id, by which results name it. Arguments are those of `read_glamm`.

    Raises:
        UnknownNameError: the file has no such category.
        InvalidInputError: without `left_out` rows that do not fit, or a question without a reference.
    """
    questions = _questions(path, left_out)
    category = find_name("category", category, sorted({str(question["category"]) for question in questions}))
    references_path = path.with_name(f"{category}_coco_format.json")
    references = rows_of(references_path, load_json(references_path), "annotations", ["image_id", "caption"], left_out)
    texts: dict[str, list[Any]] = {}
    for row in references:
        texts.setdefault(plain_id(row["image_id"]), []).append(row["caption"])
    questions = [question for question in questions if question["category"] == category]
    missing = [question for question in questions if plain_id(question["ann_id"]) not in texts]
    problems = [
        f"region {_image_of(question)}/{plain_id(question['question_id'])}: ann_id {plain_id(question['ann_id'])}: "
        f"no annotation with this image_id"
        for question in missing
    ]
    leave_out(references_path, problems, left_out)
    rows = [
        {"caption": text, "image": _image_of(question), "question": plain_id(question["question_id"])}
        for question in questions
        for text in texts.get(plain_id(question["ann_id"]), ())
    ]
    return by_region(path, rows, lambda row: (row["image"], row["question"]), left_out)


def other_questions(path: Path, category: str) -> set[str]:
    """Ids of the questions of all other categories: answers of all of them are in one file."""
    questions = _questions(path, [])
    category = find_name("category", category, sorted({str(question["category"]) for question in questions}))
    return {plain_id(question["question_id"]) for question in questions if question["category"] != category}


def read_google_refexp(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of `google_refexp_*_coco_aligned.json`: one for each annotated object, with all of its expressions.

    Arguments are those of `read_glamm`.

    Raises:
        InvalidInputError: another layout; without `left_out` objects whose expressions are not in the file.
    """
    content = load_json(path)
    tables = {name: content.get(name) if isinstance(content, dict) else None for name in ("annotations", "refexps")}
    problems = [f"/{name}: expected an object id -> entry" for name, table in tables.items() if not _is_table(table)]
    if problems:
        hint = "Google's setup.py writes it with --dataset coco_aligned."
        raise InvalidInputError(str(path), problems, hint)
    annotations, expressions = tables["annotations"] or {}, tables["refexps"] or {}
    rows = []
    for name, annotation in annotations.items():
        numbers = annotation.get("refexp_ids", [])
        if not isinstance(numbers, list):
            problems.append(f"/annotations/{name}/refexp_ids: expected a list")
            continue
        for number in map(plain_id, numbers):
            if number not in expressions or "raw" not in expressions[number] or "image_id" not in annotation:
                problems.append(f"/annotations/{name}: no image_id, or no refexp {number} with its raw text")
                continue
            caption = expressions[number]["raw"]
            rows.append({**annotation, "object": name, "caption": caption, "image": annotation["image_id"]})
    leave_out(path, problems, left_out, "row")
    return by_region(path, rows, lambda row: (plain_id(row["image"]), row["object"]), left_out)


def image_sizes(path: Path) -> dict[str, tuple[int, int]]:
    """image_id -> (width, height) of the entries of ``images`` that have both."""
    content = load_json(path)
    images = content.get("images", []) if isinstance(content, dict) else []
    sizes = {}
    for image in images if isinstance(images, list) else []:
        if not isinstance(image, dict) or "id" not in image:
            continue
        width, height = whole_number(image.get("width")), whole_number(image.get("height"))
        if width is not None and height is not None and width > 0 and height > 0:
            sizes[plain_id(image["id"])] = (width, height)
    return sizes


def _questions(path: Path, left_out: list[str] | None) -> list[Mapping[str, Any]]:
    return rows_of(path, load_json_lines(path), "", ["question_id", "ann_id", "category"], left_out)


def _image_of(question: Mapping[str, Any]) -> str:
    return plain_id(question.get("image", question["ann_id"]))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, dict) for entry in value.values())


def _with_entry(
    path: Path,
    annotations: Sequence[Mapping[str, Any]],
    entries: Mapping[str, Mapping[str, Any]],
    left_out: list[str] | None,
) -> list[Mapping[str, Any]]:
    """Those annotations whose image is one of the entries."""
    unknown = sorted({plain_id(row["image_id"]) for row in annotations} - entries.keys())
    leave_out(path, [f"/annotations: image_id {name!r} is not in /images" for name in unknown], left_out, "row")
    return [row for row in annotations if plain_id(row["image_id"]) in entries]


def _one_each(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    region: Callable[[Mapping[str, Any]], tuple[str, str]],
    left_out: list[str] | None,
) -> list[Region]:
    """Regions of annotations; two that would become one region, though their boxes differ, are none."""
    boxes: dict[tuple[str, str], Any] = {}
    twice = {region(row) for row in rows if boxes.setdefault(region(row), row.get("bbox")) != row.get("bbox")}
    problems = [
        f"region {'/'.join(name)!r}: several annotations with this id and different boxes" for name in sorted(twice)
    ]
    leave_out(path, problems, left_out, hint="Ids of annotations have to differ within an image.")
    return by_region(path, [row for row in rows if region(row) not in twice], region, left_out)


def _photograph(entry: Mapping[str, Any]) -> str:
    """The photograph an entry was made from: several entries may share it."""
    return plain_id(entry.get("original_id", entry.get("file_name", entry["id"])))
