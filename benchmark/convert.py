"""Turn another benchmark's files into ours: ``python -m benchmark.convert --protocol glamm --annotations FILE``.

Writes ``references.jsonl`` and, given results in that benchmark's format, ``predictions.jsonl``; then
``python -m benchmark.score predictions.jsonl --references references.jsonl`` scores them per region.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from dataset.errors import InvalidInputError, check_name, find_name
from dataset.runtime.cache import atomic_file
from dataset.schema import Region
from dataset.terminal import CommandLine, check_outputs, terminal
from dataset.user_files.bitmaps import is_bitmap_folder
from dataset.user_files.data_options import ON_MISSING
from dataset.user_files.source import count_kinds

from .foreign.boxes import LEAST_IOU, match_boxes
from .foreign.protocols import PROTOCOLS, Files, Protocol
from .foreign.results import MatchedResults, Result, match_results, read_results

__all__ = ["PROTOCOLS", "Protocol", "convert_results", "write_predictions", "write_references"]

app = CommandLine()

_ROW = re.compile(r"(region |(\S+: )?(/\w*)?/\d+[ :]|(\S+: )?line \d+: (?!malformed))")
"""What the problem of a single row starts with, rather than that of a file."""

_SHOWN = 100
"""Lines about what was left out that are printed."""


def write_references(regions: Iterable[Region], out: Path, protocol: str = "") -> None:
    """Write regions as a reference file that ``--references`` reads; each row names the protocol, if there is one."""
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for region in regions:
            row: dict[str, Any] = {
                "region_id": region.region_id,
                "image_id": region.image_id,
                "captions": list(region.captions),
                "bbox": None if region.bbox is None else list(region.bbox),
            }
            if region.mask is not None:
                row["mask"] = region.mask
            if protocol:
                row["protocol"] = protocol
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_predictions(captions: Mapping[str, str], out: Path, protocol: str = "") -> None:
    """Write captions by region_id as a prediction file; each row names the protocol, if there is one."""
    named = {"protocol": protocol} if protocol else {}
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for region_id, caption in captions.items():
            lines.write(json.dumps({"region_id": region_id, "caption": caption, **named}, ensure_ascii=False) + "\n")


def convert_results(
    paths: Path | Sequence[Path],
    protocol: Protocol,
    regions: Iterable[Region],
    out: Path,
    elsewhere: Collection[str] = (),
    left_out: list[str] | None = None,
) -> int:
    """Write results of the protocol's format as ``predictions.jsonl``; returns how many.

    Args:
        paths: a result file, several, or folders of them.
        protocol: whose results they are.
        regions: the references.
        out: the file to write.
        elsewhere: names of regions that the references leave out: results for them are ignored.
        left_out: where a line goes for each result that cannot be used, which is then left out; None raises instead.

    Raises:
        InvalidInputError: without `left_out` results that lack a field, name no region of the references or several, or
            give one region different captions, all of them.
    """
    files = [paths] if isinstance(paths, Path) else list(paths)
    results = read_results(files, protocol, left_out)
    matched = match_results(results, protocol, regions, elsewhere, _named(files), left_out)
    write_predictions(matched.captions, out)
    return len(matched.captions)


@app.command()
def main(
    protocol: Annotated[str, typer.Option(help="; ".join(f"{name}: {p.about}" for name, p in PROTOCOLS.items()))],
    annotations: Annotated[Path, typer.Option(help="The benchmark's annotation file.")],
    refs: Annotated[Path | None, typer.Option(help="refcocog, refer: refs(umd).p or refs(google).p.")] = None,
    splits: Annotated[Path | None, typer.Option(help="visual-genome: densecap_splits.json.")] = None,
    split: Annotated[str | None, typer.Option(help="Split or category.")] = None,
    results: Annotated[
        list[Path] | None, typer.Option(help="Results in the benchmark's own format, or a folder of them; repeatable.")
    ] = None,
    on_missing: Annotated[
        str, typer.Option(help="error or skip: rows and results that cannot be used are left out, named and counted.")
    ] = "error",
    left_out: Annotated[Path | None, typer.Option(help="Write all that was left out here, a line each.")] = None,
    out: Annotated[Path, typer.Option(help="Reference file to write.")] = Path("references.jsonl"),
    predictions_out: Annotated[Path, typer.Option(help="Prediction file to write.")] = Path("predictions.jsonl"),
    iou: Annotated[float, typer.Option(help="Overlap that a box of GRiT's own results needs.")] = LEAST_IOU,
    longer_side: Annotated[
        float | None, typer.Option(help="Pixels of the images in whose frame boxes are, 0: their own.", min=0)
    ] = None,
) -> None:
    """Turn another benchmark's references, and results, into ours."""
    name = find_name("protocol", protocol, PROTOCOLS)
    check_name("--on-missing", on_missing, ON_MISSING)
    layout = PROTOCOLS[name]
    options = {"refs": refs, "splits": splits, "split": split}
    missing = [f"--{option} is needed" for option in layout.needs if options[option] is None]
    if missing:
        raise InvalidInputError(f"--protocol {name}", missing)
    check_outputs(out, predictions_out, left_out)
    _refuse_masks([annotations, *(results or [])])
    files = Files(annotations, refs, splits, split)
    lines: list[str] | None = [] if on_missing == "skip" else None
    source = _named(results or [])
    with _way_out(lines):
        rows = read_results(results, layout, lines) if results else []
        regions = layout.read(files, lines)
        matched = _match(rows, layout, regions, files, iou, longer_side, source, lines) if rows else None
    if matched is not None and not matched.captions:
        raise InvalidInputError(source, lines or ["no result is for a region of the references"], limit=_SHOWN)
    rules = layout.rules(name, files, regions)
    write_references(regions, out, rules)
    _say(f"{len(regions):,} regions written to {out}; protocol: {rules}")
    if matched is not None:
        write_predictions(matched.captions, predictions_out, rules)
        _say_predictions(matched, len(regions), predictions_out)
    if lines is not None:
        _say_left_out(lines, left_out)


@contextmanager
def _way_out(left_out: list[str] | None) -> Iterator[None]:
    """Name the other policy where it is single rows that cannot be used."""
    try:
        yield
    except InvalidInputError as error:
        if left_out is not None or error.hint or not all(map(_ROW.match, error.problems)):
            raise
        hint = "--on-missing skip leaves these out, named and counted."
        raise InvalidInputError(error.source, error.problems, hint, limit=_SHOWN) from error


def _refuse_masks(paths: Sequence[Path]) -> None:
    """Folders that `amg.py` wrote are masks without captions: nothing to convert, and read elsewhere."""
    for path in paths:
        if path.is_dir() and any(map(is_bitmap_folder, (path, *path.iterdir()))):
            problem = "these are masks that amg.py of Segment Anything wrote, which have no captions"
            hint = (
                "With the folder NAME of masks beside NAME.jpg, `ureca curate run --images FOLDER` and "
                "`ureca caption CAPTIONER NAME.jpg` read them."
            )
            raise InvalidInputError(str(path), [problem], hint)


def _match(
    rows: Sequence[Result],
    layout: Protocol,
    regions: Sequence[Region],
    files: Files,
    iou: float,
    longer_side: float | None,
    source: str,
    left_out: list[str] | None,
) -> MatchedResults:
    """Match results by their ids, or by their boxes where they have no other name."""
    if all(row.is_detection for row in rows):
        return match_boxes(rows, regions, layout.sizes(files), iou, longer_side, source, left_out)
    return match_results(rows, layout, regions, layout.elsewhere(files), source, left_out)


def _say(text: str) -> None:
    terminal.print(text, highlight=False, markup=False, soft_wrap=True)


def _say_predictions(matched: MatchedResults, regions: int, out: Path) -> None:
    for note in matched.notes:
        _say(note)
    count = len(matched.captions)
    _say(f"{count:,} predictions written to {out}")
    if count < regions:
        _say(f"{regions - count:,} regions have no caption: score with --allow-missing to count them wrong")


def _say_left_out(lines: Sequence[str], out: Path | None) -> None:
    """Name and count what was left out; all of it in the file, if there is one."""
    _say(f"left out: {count_kinds(list(lines)) or 'nothing'}")
    for line in lines[:_SHOWN]:
        _say(f"  {line}")
    if len(lines) > _SHOWN:
        _say(f"  ... and {len(lines) - _SHOWN:,} more: {'--left-out FILE writes them all' if out is None else out}")
    if out is not None:
        with atomic_file(out) as temporary:
            temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="backslashreplace")


def _named(paths: Sequence[Path]) -> str:
    return str(paths[0]) if len(paths) == 1 else "--results"


if __name__ == "__main__":
    app()
