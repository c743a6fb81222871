"""Benchmarks that list masks with what is to be said of them: ParaDLC-Bench, GAR-Bench, MDVP-Bench and Ferret-Bench.

Which one a file is of, its fields say:

- ParaDLC-Bench (``annotations.json``): images with ``annotations`` of ``index`` and ``mask_rle``; what each region is
  called is in ``class_names.json`` beside it, by ``<image_id>_<index>``, as its judge's questions are.
- GAR-Bench (``GAR-Bench-Caption-Detailed.json``): two ``mask_rles``, and the words for both and between them. The
  caption is of the first.
- GAR-Bench (``GAR-Bench-Caption-Simple.json``): two or three ``mask_rles``, a question about them and its answer. A
  row is all of them together, a group with their masks united: the answer is of no one of them, and names them
  ``<Prompt0>`` and so on, by their places in the list.
- MDVP-Bench (``mdvp_caption_mask.json``): ``image_path``, ``mask_rle``, ``caption``.
- Ferret-Bench (``box_refer_caption.json``): ``annotation`` with box and polygons; references are in ``answer.jsonl``.

GAR-Bench's multiple choices are no captions: published answers to them are compared (`benchmark.inputs.judged`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import InvalidInputError
from ...masks.rle import whole_number
from ...schema import Region
from ..described_image import DescribedRegion
from ..files import by_id, leave_out, load_json, load_json_lines, plain_id, rows_of, xywh
from ..outlines import outline_mask
from ..splits import ListedImage

__all__ = ["ANSWERS", "CLASS_NAMES", "listed_regions", "read_gar_bench"]

CLASS_NAMES = "class_names.json"
ANSWERS = "answer.jsonl"

_EXPECTED = (
    "expected the rows of ParaDLC-Bench (image_id, annotations), GAR-Bench-Caption-Detailed (mask_rles, subject_name), "
    "GAR-Bench-Caption-Simple (mask_rles, question, answer), "
    "MDVP-Bench (image_path, mask_rle, caption) or Ferret-Bench (image, question_id, annotation)"
)


class _Row(NamedTuple):
    """One region: where it is, what was said of it, and its outline; `caption` is what is wrong if it is no text."""

    image: str
    name: str
    caption: Any
    segmentation: Any
    bbox: Any = None
    category: str | None = None
    granularity: str | None = None


def listed_regions(path: Path, left_out: list[str] | None) -> list[ListedImage]:
    """Images of one of these files with their regions.

    Args:
        path: the file.
        left_out: a line is added for every region that cannot be used; None raises instead.

    Raises:
        InvalidInputError: another layout, or no region in it; without `left_out` what cannot be used, all of it.
    """
    content = load_json(path)
    first = next((row for row in content if isinstance(row, Mapping)), None) if isinstance(content, list) else None
    if first is None:
        raise InvalidInputError(str(path), [_EXPECTED])
    for field, read in (("annotations", _paradlc), ("mask_rles", _gar), ("mask_rle", _mdvp), ("annotation", _ferret)):
        if field in first:
            return _images(path, list(read(path, content, left_out)), left_out)
    raise InvalidInputError(str(path), [f"{_EXPECTED}; found {', '.join(map(str, list(first)[:8]))}"])


def _paradlc(path: Path, content: Sequence[Any], left_out: list[str] | None) -> Iterator[_Row]:
    names = load_json(path.with_name(CLASS_NAMES))
    if not isinstance(names, Mapping):
        raise InvalidInputError(str(path.with_name(CLASS_NAMES)), ["expected an object <image_id>_<index> -> name"])
    for image in rows_of(path, content, "", ["image_id", "file_name", "annotations"], left_out):
        if not isinstance(image["annotations"], list):
            wrong = f"image {plain_id(image['image_id'])}: annotations: expected a list of masks"
            leave_out(path, [wrong], left_out)
            continue
        for row in rows_of(path, image["annotations"], "", ["index", "mask_rle"], left_out):
            key = f"{plain_id(image['image_id'])}_{plain_id(row['index'])}"
            size = [whole_number(image.get("height")), whole_number(image.get("width"))]
            outline = {"size": size, **row["mask_rle"]} if isinstance(row["mask_rle"], Mapping) else row["mask_rle"]
            yield _Row(str(image["file_name"]), key, names.get(key), outline, category=str(names.get(key)))


def read_gar_bench(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of GAR-Bench's captions, simple or detailed, with masks; arguments and errors of `listed_regions`."""
    regions, problems = [], []
    for image in listed_regions(path, left_out):
        for region, segmentation in ((each.region, each.segmentation) for each in image.regions):
            try:
                regions.append(region.with_mask(outline_mask(segmentation, *(image.size or (0, 0)))))
            except InvalidInputError as error:
                problems.append(f"region {region.region_id}: {error.problems[0]}")
    leave_out(path, problems, left_out)
    return regions


def _gar(path: Path, content: Sequence[Any], left_out: list[str] | None) -> Iterator[_Row]:
    first = next(row for row in content if isinstance(row, Mapping))
    if "choices" in first:
        hint = "`ureca compare` reads published answers to them."
        raise InvalidInputError(str(path), ["multiple choices about regions, which are no captions"], hint)
    if "answer" in first:
        yield from _gar_simple(path, content, left_out)
        return
    fields = ["image", "mask_rles", "subject_name", "predicate_name", "object_name"]
    places = {id(row): place for place, row in enumerate(content)}
    for row in rows_of(path, content, "", fields, left_out):
        words = [row[field] for field in ("subject_name", "predicate_name", "object_name")]
        caption = " ".join(words) if all(isinstance(word, str) and word.strip() for word in words) else words
        masks = row["mask_rles"] if isinstance(row["mask_rles"], list) and row["mask_rles"] else [None]
        yield _Row(str(row["image"]), str(places[id(row)]), caption, masks[0], category=str(row["subject_name"]))


def _gar_simple(path: Path, content: Sequence[Any], left_out: list[str] | None) -> Iterator[_Row]:
    places = {id(row): place for place, row in enumerate(content)}
    for row in rows_of(path, content, "", ["image", "mask_rles", "question", "answer"], left_out):
        masks = row["mask_rles"] if isinstance(row["mask_rles"], list) else []
        outlines = masks if all(isinstance(mask, Mapping) for mask in masks) else None
        yield _Row(str(row["image"]), str(places[id(row)]), row["answer"], outlines or None, granularity="group")


def _mdvp(path: Path, content: Sequence[Any], left_out: list[str] | None) -> Iterator[_Row]:
    places = {id(row): place for place, row in enumerate(content)}
    for row in rows_of(path, content, "", ["image_path", "mask_rle", "caption"], left_out):
        yield _Row(str(row["image_path"]), str(places[id(row)]), row["caption"], row["mask_rle"])


def _ferret(path: Path, content: Sequence[Any], left_out: list[str] | None) -> Iterator[_Row]:
    file = path.with_name(ANSWERS)
    rows = rows_of(file, load_json_lines(file), "", ["question_id", "text"], left_out)
    answers = {name: row["text"] for name, row in by_id(file, rows, "question_id", left_out).items()}
    for row in rows_of(path, content, "", ["image", "question_id", "annotation"], left_out):
        name = plain_id(row["question_id"])
        outline = row["annotation"] if isinstance(row["annotation"], Mapping) else {}
        yield _Row(str(row["image"]), name, answers.get(name), outline.get("segmentation"), outline.get("bbox"))


def _images(path: Path, rows: Sequence[_Row], left_out: list[str] | None) -> list[ListedImage]:
    """The rows by image; what cannot be used is named."""
    rows = [row._replace(image=row.image.replace("\\", "/")) for row in rows]
    stems = {row.image: Path(row.image).stem for row in rows}
    clashes = {stem for stem, count in Counter(stems.values()).items() if count > 1}
    members: dict[str, list[DescribedRegion]] = {}
    problems = []
    for row in rows:
        stem = stems[row.image]
        image_id = str(Path(row.image).with_suffix("")).replace("/", ".") if stem in clashes else stem
        region_id = f"{image_id}/{row.name}"
        if not isinstance(row.caption, str) or not row.caption.strip():
            problems.append(f"region {region_id}: caption: expected text, found {str(row.caption)[:50]!r}")
        elif row.bbox is not None and xywh(row.bbox) is None:
            problems.append(f"region {region_id}: box: expected x, y, width and height, found {str(row.bbox)[:50]}")
        else:
            region = Region(region_id, image_id, (row.caption,), bbox=xywh(row.bbox), category=row.category)
            region = replace(region, granularity=row.granularity)
            members.setdefault(row.image, []).append(DescribedRegion(region, row.segmentation))
    leave_out(path, problems, left_out)
    if not members:
        raise InvalidInputError(str(path), left_out or ["no region in it"], limit=20)
    return [ListedImage(own[0].region.image_id, image, _common_size(own), tuple(own)) for image, own in members.items()]


def _common_size(regions: Sequence[DescribedRegion]) -> tuple[int, int] | None:
    """The size that most masks of an image are made for: one of another size is a fault of that mask alone."""
    sizes = Counter(size for region in regions if (size := _size_of(region.segmentation)))
    return sizes.most_common(1)[0][0] if sizes else None


def _size_of(segmentation: Any) -> tuple[int, int] | None:
    """The size that a mask is made for, or the first of several."""
    if isinstance(segmentation, list) and segmentation and isinstance(segmentation[0], Mapping):
        segmentation = segmentation[0]
    size = segmentation.get("size") if isinstance(segmentation, Mapping) else None
    sides = [whole_number(side) for side in size] if isinstance(size, list) and len(size) == 2 else []
    height, width = (*sides, None, None)[:2]
    return (height, width) if height and width and height > 0 and width > 0 else None
