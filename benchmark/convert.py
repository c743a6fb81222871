"""Turn another benchmark's files into ours: ``python -m benchmark.convert --protocol glamm --annotations FILE``.

Writes ``references.jsonl`` and, given results in that benchmark's format, ``predictions.jsonl``; then
``python -m benchmark.score predictions.jsonl --references references.jsonl`` scores them per region.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from dataset.errors import InvalidInputError, look_up
from dataset.runtime.cache import atomic_file
from dataset.schema import Region
from dataset.terminal import CommandLine, terminal
from dataset.user_files import (
    read_glamm,
    read_grit,
    read_opengvlab,
    read_osprey,
    read_refcocog,
    read_visual_genome,
)
from dataset.user_files.files import load_json, load_json_lines, rows_of

__all__ = ["PROTOCOLS", "Protocol", "convert_results", "write_references"]

app = CommandLine()


@dataclass(frozen=True)
class Files:
    """The files and options that a protocol may need."""

    annotations: Path
    refs: Path | None
    splits: Path | None
    split: str | None


@dataclass(frozen=True)
class Protocol:
    """A published way of evaluating region captions.

    Attributes:
        read: the regions, keyed as the protocol keys them.
        needs: which options must be given besides ``--annotations``.
        result_key, result_text: the fields of a result that name the region and hold the caption.
        about: one line for the help.
    """

    read: Callable[[Files], list[Region]]
    needs: tuple[str, ...]
    result_key: str
    result_text: str
    about: str


PROTOCOLS: Mapping[str, Protocol] = {
    "glamm": Protocol(
        lambda files: read_glamm(files.annotations),
        (),
        "image_id",
        "caption",
        "COCO caption JSON, one entry per region",
    ),
    "osprey": Protocol(
        lambda files: read_osprey(files.annotations), (), "image_id", "caption", "RefCOCOg with masks, per annotation"
    ),
    "grit": Protocol(
        lambda files: read_grit(files.annotations), (), "image_id", "caption", "Visual Genome, one caption per box"
    ),
    "opengvlab": Protocol(
        lambda files: read_opengvlab(files.annotations, str(files.split)),
        ("split",),
        "question_id",
        "text",
        "region_caption_eval.jsonl; --split is its category",
    ),
    "refcocog": Protocol(
        lambda files: read_refcocog(_given(files.refs), files.annotations, str(files.split)),
        ("refs", "split"),
        "ann_id",
        "caption",
        "refs(umd).p or refs(google).p with instances.json, all sentences per object",
    ),
    "visual-genome": Protocol(
        lambda files: read_visual_genome(files.annotations, files.splits, files.split),
        (),
        "region_id",
        "caption",
        "region_descriptions.json, with densecap_splits.json if given",
    ),
}
"""Name on the command line -> protocol."""


def write_references(regions: Iterable[Region], out: Path) -> None:
    """Write regions as a reference file that ``--references`` reads."""
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for region in regions:
            row = {
                "region_id": region.region_id,
                "image_id": region.image_id,
                "captions": list(region.captions),
                "bbox": None if region.bbox is None else list(region.bbox),
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def convert_results(path: Path, protocol: Protocol, regions: Iterable[Region], out: Path) -> int:
    """Write results of the protocol's format as ``predictions.jsonl``; returns how many.

    Raises:
        InvalidInputError: results that lack a field or name a region that is not in the references, all of them.
    """
    content = load_json_lines(path) if path.suffix == ".jsonl" else load_json(path)
    results = rows_of(path, content, "", [protocol.result_key, protocol.result_text])
    region_ids = {region.region_id.rpartition("/")[2]: region.region_id for region in regions}
    names = [str(result[protocol.result_key]) for result in results]
    problems = [
        f"/{index}: {protocol.result_key} {name!r} is not a region of the references"
        for index, name in enumerate(names)
        if name not in region_ids
    ]
    if problems:
        raise InvalidInputError(str(path), problems)
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for name, result in zip(names, results, strict=True):
            row: dict[str, Any] = {"region_id": region_ids[name], "caption": result[protocol.result_text]}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(results)


@app.command()
def main(
    protocol: Annotated[str, typer.Option(help="; ".join(f"{name}: {p.about}" for name, p in PROTOCOLS.items()))],
    annotations: Annotated[Path, typer.Option(help="The benchmark's annotation file.")],
    refs: Annotated[Path | None, typer.Option(help="refcocog: refs(umd).p or refs(google).p.")] = None,
    splits: Annotated[Path | None, typer.Option(help="visual-genome: densecap_splits.json.")] = None,
    split: Annotated[str | None, typer.Option(help="Split or category.")] = None,
    results: Annotated[Path | None, typer.Option(help="Results in the benchmark's own format.")] = None,
    out: Annotated[Path, typer.Option(help="Reference file to write.")] = Path("references.jsonl"),
    predictions_out: Annotated[Path, typer.Option(help="Prediction file to write.")] = Path("predictions.jsonl"),
) -> None:
    """Turn another benchmark's references, and results, into ours."""
    layout = look_up("protocol", protocol, PROTOCOLS)
    files = {"refs": refs, "splits": splits, "split": split}
    missing = [f"--{name} is needed" for name in layout.needs if files[name] is None]
    if missing:
        raise InvalidInputError(f"--protocol {protocol}", missing)
    regions = layout.read(Files(annotations, refs, splits, split))
    write_references(regions, out)
    terminal.print(f"{len(regions):,} regions written to {out}", highlight=False)
    if results is not None:
        count = convert_results(results, layout, regions, predictions_out)
        terminal.print(f"{count:,} predictions written to {predictions_out}", highlight=False)


def _given(path: Path | None) -> Path:
    if path is None:
        raise InvalidInputError("--refs", ["is needed"])
    return path


if __name__ == "__main__":
    app()
