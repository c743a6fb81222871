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
from ..schema import Region
from .files import by_region, load_json, load_json_lines, rows_of

__all__ = [
    "image_sizes",
    "other_questions",
    "read_glamm",
    "read_google_refexp",
    "read_grit",
    "read_opengvlab",
    "read_osprey",
]


def read_glamm(path: Path) -> list[Region]:
    """Regions of a GLaMM-style file: one for each entry of ``images`` that has annotations.

    Raises:
        InvalidInputError: with every row that does not fit.
    """
    content = load_json(path)
    entries = {str(entry["id"]): entry for entry in rows_of(path, content, "images", ["id"])}
    annotations = rows_of(path, content, "annotations", ["image_id", "caption"])
    unknown = sorted({str(row["image_id"]) for row in annotations} - entries.keys())
    if unknown:
        raise InvalidInputError(str(path), [f"/annotations: image_id {name!r} is not in /images" for name in unknown])
    return by_region(path, annotations, lambda row: (_photograph(entries[str(row["image_id"])]), str(row["image_id"])))


def read_osprey(path: Path) -> list[Region]:
    """Regions of Osprey's RefCOCOg file: one for each annotation, its reference is the caption of its entry.

    Raises:
        InvalidInputError: with every row that does not fit.
    """
    content = load_json(path)
    entries = {str(entry["id"]): entry for entry in rows_of(path, content, "images", ["id", "caption"])}
    annotations = rows_of(path, content, "annotations", ["id", "image_id"])
    captioned = [
        {**row, "caption": entries[str(row["image_id"])]["caption"]}
        for row in annotations
        if str(row["image_id"]) in entries
    ]
    _refuse_repeats(path, captioned, lambda row: (_photograph(entries[str(row["image_id"])]), str(row["id"])))
    return by_region(path, captioned, lambda row: (_photograph(entries[str(row["image_id"])]), str(row["id"])))


def read_grit(path: Path) -> list[Region]:
    """Regions of a GRiT-style file: one for each annotation, with a caption of its own.

    Raises:
        InvalidInputError: with every row that does not fit.
    """
    annotations = rows_of(path, load_json(path), "annotations", ["id", "image_id", "caption"])
    _refuse_repeats(path, annotations, lambda row: (str(row["image_id"]), str(row["id"])))
    return by_region(path, annotations, lambda row: (str(row["image_id"]), str(row["id"])))


def read_opengvlab(path: Path, category: str) -> list[Region]:
    """Regions of one category (``vg_test``, ``refcocog_val``, ``refcocog_test``) of `region_caption_eval.jsonl`.

    The region's name is the question id, by which results name it.

    Raises:
        UnknownNameError: the file has no such category.
        InvalidInputError: rows that do not fit, or a question without a reference.
    """
    questions = _questions(path)
    category = find_name("category", category, sorted({str(question["category"]) for question in questions}))
    references_path = path.with_name(f"{category}_coco_format.json")
    references = rows_of(references_path, load_json(references_path), "annotations", ["image_id", "caption"])
    texts: dict[str, list[str]] = {}
    for row in references:
        texts.setdefault(str(row["image_id"]), []).append(row["caption"])
    questions = [question for question in questions if question["category"] == category]
    missing = [str(question["ann_id"]) for question in questions if str(question["ann_id"]) not in texts]
    if missing:
        problems = [f"ann_id {name}: no annotation with this image_id" for name in missing]
        raise InvalidInputError(str(references_path), problems)
    rows = [
        {"caption": text, "image": question.get("image", question["ann_id"]), "question": question["question_id"]}
        for question in questions
        for text in texts[str(question["ann_id"])]
    ]
    return by_region(path, rows, lambda row: (str(row["image"]), str(row["question"])))


def other_questions(path: Path, category: str) -> set[str]:
    """Ids of the questions of all other categories: answers of all of them are in one file."""
    questions = _questions(path)
    category = find_name("category", category, sorted({str(question["category"]) for question in questions}))
    return {str(question["question_id"]) for question in questions if question["category"] != category}


def read_google_refexp(path: Path) -> list[Region]:
    """Regions of `google_refexp_*_coco_aligned.json`: one for each annotated object, with all of its expressions.

    Raises:
        InvalidInputError: another layout, or objects whose expressions are not in the file, all of them.
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
        for number in numbers:
            if str(number) not in expressions or "raw" not in expressions[str(number)] or "image_id" not in annotation:
                problems.append(f"/annotations/{name}: no image_id, or no refexp {number} with its raw text")
                continue
            caption = expressions[str(number)]["raw"]
            rows.append({**annotation, "object": name, "caption": caption, "image": annotation["image_id"]})
    if problems:
        raise InvalidInputError(str(path), problems)
    return by_region(path, rows, lambda row: (str(row["image"]), str(row["object"])))


def image_sizes(path: Path) -> dict[str, tuple[int, int]]:
    """image_id -> (width, height) of the entries of ``images`` that have both."""
    content = load_json(path)
    images = content.get("images", []) if isinstance(content, dict) else []
    sizes = {}
    for image in images if isinstance(images, list) else []:
        if not isinstance(image, dict) or "id" not in image:
            continue
        width, height = image.get("width"), image.get("height")
        if isinstance(width, int | float) and isinstance(height, int | float) and width > 0 and height > 0:
            sizes[str(image["id"])] = (int(width), int(height))
    return sizes


def _questions(path: Path) -> list[Mapping[str, Any]]:
    return rows_of(path, load_json_lines(path), "", ["question_id", "ann_id", "category"])


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, dict) for entry in value.values())


def _refuse_repeats(
    path: Path, rows: Sequence[Mapping[str, Any]], region: Callable[[Mapping[str, Any]], tuple[str, str]]
) -> None:
    """Two annotations that would become one region, though their boxes differ, are refused."""
    boxes: dict[tuple[str, str], Any] = {}
    twice = sorted(
        {"/".join(region(row)) for row in rows if boxes.setdefault(region(row), row.get("bbox")) != row.get("bbox")}
    )
    if twice:
        problems = [f"region {name!r}: several annotations with this id and different boxes" for name in twice]
        raise InvalidInputError(str(path), problems, "Ids of annotations have to differ within an image.")


def _photograph(entry: Mapping[str, Any]) -> str:
    """The photograph an entry was made from: several entries may share it."""
    return str(entry.get("original_id", entry.get("file_name", entry["id"])))
