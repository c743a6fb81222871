"""Small annotations and results of every producer that `ureca convert` reads, and one try at a changed pair of them."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.convert import PROTOCOLS, Files
from benchmark.foreign.boxes import match_boxes
from benchmark.foreign.protocols import Protocol
from benchmark.foreign.results import match_results, read_results
from benchmark.inputs.predictions import read_predictions
from dataset.errors import InvalidInputError, UrecaError
from dataset.schema import Region
from tests.support.mutations import damaged, mutated

__all__ = ["SAMPLES", "Sample", "attempt", "converted", "write_sample"]

BOX = [1, 2, 30, 40]
_IMAGES = [{"id": n, "caption": f"the {n}", "width": 64, "height": 48, "original_id": 5} for n in (7, 8)]
_COCO = {
    "images": _IMAGES,
    "annotations": [{"id": 10 * n, "image_id": n, "caption": f"the {n}", "bbox": BOX} for n in (7, 8)],
}
_REFS = [
    {"ref_id": n, "ann_id": n, "image_id": 3, "split": "val" if n < 3 else "train", "sentences": [{"raw": f"cat {n}"}]}
    for n in (1, 2, 3)
]
_INSTANCES = {"annotations": [{"id": n, "bbox": BOX} for n in (1, 2, 3)]}
_REFEXPS = {
    "annotations": {str(n): {"image_id": 4, "refexp_ids": [n], "bbox": BOX} for n in (1, 2)},
    "refexps": {str(n): {"raw": f"cat {n}"} for n in (1, 2)},
}
_GENOME = [
    {
        "id": 1,
        "regions": [
            {"region_id": n, "image_id": 1, "phrase": f"cat {n}", "x": 1, "y": 2, "width": 3, "height": 4}
            for n in (5, 6)
        ],
    }
]
_QUESTIONS = [{"question_id": n, "ann_id": n, "category": "vg_test", "image": f"{n}.jpg"} for n in (1, 2)]
_TURNS = [{"from": "human", "value": "?"}, {"from": "gpt", "value": "a cat"}]
_LLAVA = [{"id": f"q{n}", "image": f"{n}.jpg", "conversations": _TURNS} for n in (1, 2)]
_MDVP = [
    {"image_path": f"{n}.jpg", "mask_rle": {"size": [2, 2], "counts": "04"}, "caption": f"cat {n}"} for n in (0, 1)
]


@dataclass(frozen=True)
class Sample:
    """Files of one producer, whose first region has the caption "one" and whose second has "two".

    Attributes:
        protocol: its name.
        names: of the two regions within their images; of their images where boxes name them.
        annotations: content of the annotation file; the rows of JSON Lines if `lines`.
        results: content of the result file.
        lines: which of the two are JSON Lines.
        refs: content of the refs file.
        references: content of All-Seeing's references, by category.
        split: the split or category.
    """

    protocol: str
    names: tuple[str, str]
    annotations: Any
    results: Any
    lines: frozenset[str] = frozenset()
    refs: Any = None
    references: Mapping[str, Any] = field(default_factory=dict)
    split: str | None = None


def _results(key: str, names: tuple[Any, Any], text: str = "caption", **other: Any) -> list[dict[str, Any]]:
    return [{key: name, text: words, **other} for name, words in zip(names, ("one", "two"), strict=True)]


_BOXES = [{**row, "bbox": BOX, "score": 0.5} for row in _results("image_id", (7, 8), "object_descriptions")]
_REFER: dict[str, Any] = {"refs": _REFS, "split": "val"}
_BOTH = frozenset(("annotations", "results"))

SAMPLES = {
    "GLaMM": Sample("glamm", ("7", "8"), _COCO, _results("image_id", (7, 8))),
    "Osprey": Sample("osprey", ("70", "80"), _COCO, _results("image_id", (70, 80))),
    "GRiT": Sample("grit", ("7", "8"), _COCO, _BOXES),
    "All-Seeing": Sample(
        "opengvlab",
        ("1", "2"),
        _QUESTIONS,
        _results("question_id", (1, 2), "text", answer_id="k"),
        lines=_BOTH,
        references={"vg_test": {"annotations": [{"image_id": n, "caption": f"cat {n}"} for n in (1, 2)]}},
        split="vg_test",
    ),
    "ViP-LLaVA": Sample(
        "vip-llava", ("q1", "q2"), _LLAVA, _results("question_id", ("q1", "q2"), "text"), lines=frozenset(["results"])
    ),
    "Describe Anything": Sample("describe-anything", ("70", "80"), _COCO, {"70": "one", "80": "two"}),
    "Grasp-Any-Region": Sample("grasp-any-region", ("70", "80"), _COCO, {"70": "one", "80": "two"}),
    "MDVP-Bench": Sample(
        "grasp-any-region",
        ("0", "1"),
        _MDVP,
        [{"image_path": f"{n}.jpg", "caption": ("one", "two")[n], "gt": f"cat {n}"} for n in (0, 1)],
    ),
    "COCO caption results": Sample("grit", ("70", "80"), _COCO, {"predictions": _results("ann_id", (70, 80))}),
    "refer": Sample("refer", ("1", "2"), _INSTANCES, _results("ref_id", (1, 2), "sent"), **_REFER),
    "RefCOCOg by object": Sample("refcocog", ("1", "2"), _INSTANCES, _results("ann_id", (1, 2)), **_REFER),
    "Google Refexp": Sample(
        "google-refexp", ("1", "2"), _REFEXPS, _results("annotation_id", (1, 2), "generated_refexp")
    ),
    "Visual Genome": Sample("visual-genome", ("5", "6"), _GENOME, _results("region_id", (5, 6))),
}
"""Producer -> its files, every row of the table in docs/reading.md."""


def write_sample(folder: Path, sample: Sample, bytes_of: Mapping[str, bytes] | None = None) -> tuple[Files, Path]:
    """Write the files of a sample, some of them with other bytes; returns those of the annotations, and the results."""
    contents = {name: _encoded(sample, name) for name in ("annotations", "results")} | dict(bytes_of or {})
    paths = {name: folder / f"{name}.json{'l' if name in sample.lines else ''}" for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    for category, references in sample.references.items():
        (folder / f"{category}_coco_format.json").write_text(json.dumps(references))
    if sample.refs is not None:
        (folder / "refs.p").write_bytes(pickle.dumps(sample.refs))
    refs = folder / "refs.p" if sample.refs is not None else None
    return Files(paths["annotations"], refs, None, sample.split), paths["results"]


def converted(files: Files, results: Path, layout: Protocol, left_out: list[str] | None) -> dict[str, str]:
    """What `ureca convert` makes of files: region_id -> caption, of the regions that have one, in their order."""
    rows = read_results([results], layout, left_out)
    regions = layout.read(files, left_out)
    if all(row.is_detection for row in rows):
        matched = match_boxes(rows, regions, layout.sizes(files), left_out=left_out)
    else:
        matched = match_results(rows, layout, regions, layout.elsewhere(files), left_out=left_out)
    names = [region.region_id for region in regions]
    assert len(set(names)) == len(names)
    assert matched.captions.keys() <= set(names)
    return {name: matched.captions[name] for name in names if name in matched.captions}


def attempt(folder: Path, generator: random.Random) -> str:
    """Read one changed pair under both policies, and its results as `ureca score` does.

    Returns:
        "read" or "refused".

    Raises:
        AssertionError: a caption that no result holds, one for a region that its result does not name, or two readings
            under the two policies though nothing is wrong.
        Exception: any error that is none of ours.
    """
    sample = SAMPLES[generator.choice(sorted(SAMPLES))]
    changed = generator.choice(["annotations", "results"])
    content = _encoded(sample, changed)
    if generator.random() < 0.7:
        content = _encoded(sample, changed, mutated(getattr(sample, changed), generator))
    if generator.random() < 0.5:
        content = damaged(content, generator)
    files, results = write_sample(folder, sample, {changed: content})
    layout = PROTOCOLS[sample.protocol]
    outcomes = []
    for left_out in (None, []):
        with suppress(UrecaError):
            outcomes.append(converted(files, results, layout, left_out))
    for captions in outcomes:
        _check(captions, sample, whole_results=changed == "annotations", written=content)
    assert len(outcomes) < 2 or outcomes[0] == outcomes[1]
    with suppress(InvalidInputError):
        read_predictions(results).match([Region("i/0", "i", ("a",))], allow_missing=True)
    return "read" if outcomes else "refused"


def _check(captions: Mapping[str, str], sample: Sample, *, whole_results: bool, written: bytes) -> None:
    """Every caption is one of the results, and of whole results it is that of the region's own."""
    assert all(isinstance(caption, str) for caption in captions.values())
    if whole_results:
        assert all(sample.names[("one", "two").index(text)] in name.split("/") for name, text in captions.items())
    elif not written.startswith(b"\x1f"):
        text = written.decode("utf-8-sig")
        assert all(json.dumps(caption)[1:-1] in text or caption in text for caption in captions.values())


def _encoded(sample: Sample, name: str, content: Any = ...) -> bytes:
    """The content of a file, by default that of the sample."""
    value = getattr(sample, name) if content is ... else content
    if name in sample.lines and isinstance(value, list):
        return "\n".join(map(json.dumps, value)).encode()
    return json.dumps(value).encode()
