"""Results as other projects write them: several files or a folder, every id matched whole, no caption given away.

A result names its region by an id; the same id may stand for regions of several images. It is taken only if it fits one
region, by itself or with the image that the result names; what fits two is refused with the names of both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from dataset.errors import InvalidInputError
from dataset.schema import Region
from dataset.user_files.files import plain_id

from ..inputs.json_rows import JsonRows, kind_of, pointer_part
from ..inputs.predictions import caption_problem
from ..inputs.reading import ProblemLimitError, Problems, read_source
from .protocols import Protocol

__all__ = ["MatchedResults", "Result", "match_results", "read_results", "result_files"]

MAX_BYTES = 4 * 2**30
"""Bytes of one result file: a detector writes a hundred boxes per image."""

MAX_ROWS = 20_000_000
"""Rows of one result file."""

_ENDINGS = (".json", ".jsonl", ".ndjson")
_IMAGES = ("image_id", "image", "file_name")
_DETECTION = ("bbox", "object_descriptions")


@dataclass(frozen=True, slots=True)
class Result:
    """One row of a result file.

    Attributes:
        place: line or JSON pointer, after the file's name where there are several.
        row: as read.
        position: of the row among all rows, those that cannot be used included.
    """

    place: str
    row: Mapping[str, Any]
    position: int = 0

    @property
    def is_detection(self) -> bool:
        """Whether it names its region by a box only, as GRiT's own file does."""
        return all(name in self.row for name in _DETECTION)


@dataclass(frozen=True, slots=True)
class MatchedResults:
    """Captions by region_id, and what there is to say about how they were matched."""

    captions: Mapping[str, str]
    notes: list[str] = field(default_factory=list)


def result_files(paths: Sequence[Path]) -> list[Path]:
    """The files themselves, and of folders every JSON or JSON Lines file, by name.

    Raises:
        InvalidInputError: a folder without such a file.
    """
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(file for file in path.iterdir() if _bare_name(file).endswith(_ENDINGS))
        if not inside:
            raise InvalidInputError(str(path), [f"no {' or '.join(_ENDINGS)} file in this folder"])
        files += inside
    return list(dict.fromkeys(files))


def read_results(paths: Sequence[Path], protocol: Protocol, left_out: list[str] | None = None) -> list[Result]:
    """Rows of result files, in order: lists, JSON Lines, objects id -> caption, or with a list ``predictions``.

    Args:
        paths: files, and folders of them.
        protocol: whose results they are.
        left_out: where a line goes for each row that is no object, and each entry without text; None raises instead.

    Raises:
        InvalidInputError: files that cannot be read, and without `left_out` rows that are not objects; all problems.
    """
    files = result_files(paths)
    results: list[Result] = []
    problems: list[str] = []
    count = 0
    for path in files:
        rows, lines = _read_file(path, protocol, f"{path.name}: " if len(files) > 1 else "", left_out)
        results += [Result(place, row, count + number) for number, (place, row) in enumerate(rows) if row is not None]
        count += len(rows)
        problems += lines
    if problems:
        raise InvalidInputError(_source(files), problems, limit=100)
    if not results:
        raise InvalidInputError(_source(files), ["there are no results in it"])
    return results


def _read_file(
    path: Path, protocol: Protocol, prefix: str, left_out: list[str] | None
) -> tuple[list[tuple[str, Mapping[str, Any] | None]], list[str]]:
    """The rows of one file with their places, None for those that cannot be used, and what is wrong with the file."""
    source, problems = read_source(path, MAX_BYTES), Problems()
    unusable = problems if left_out is None else _LeftOut(left_out, prefix)
    rows = JsonRows(source, problems, key_name=protocol.result_key, value_name=protocol.result_text, most=MAX_ROWS)
    entries: list[tuple[str, Mapping[str, Any] | None]] = []
    try:
        for place, row in rows:
            entries.append((prefix + place, row if isinstance(row, dict) else None))
            if not isinstance(row, dict):
                unusable.add(place, f"expected an object, found {kind_of(row)}")
        if not rows.has_list:
            for key, value in rows.extra.items():
                unusable.add(f"/{pointer_part(key)}", f"{protocol.result_text}: expected text, found {kind_of(value)}")
    except ProblemLimitError:
        pass
    if rows.has_list:
        beside = {prefix + place for place in rows.beside}
        entries = [entry for entry in entries if entry[0] not in beside]
    return entries, [prefix + line for line in problems.lines]


def match_results(
    results: Sequence[Result],
    protocol: Protocol,
    regions: Iterable[Region],
    elsewhere: Collection[str] = (),
    source: str = "results",
    left_out: list[str] | None = None,
) -> MatchedResults:
    """Give every caption to the one region that its result names.

    Args:
        results: rows of result files.
        protocol: which fields name the region and hold the caption.
        regions: the references.
        elsewhere: names of regions that the references leave out, such as those of other splits.
        source: what the results are called, for messages.
        left_out: where a line goes for each result that cannot be used, which is then left out; None raises instead. A
            region with different captions has none then: which one is meant would be a guess.

    Raises:
        InvalidInputError: without `left_out` results that lack a field, hold no text, name no region, fit two regions,
            or give one region different captions; all of them.
    """
    problems = Problems() if left_out is None else _LeftOut(left_out)
    matching = _Matching(protocol, _RegionIndex(regions), elsewhere, problems)
    try:
        for result in results:
            matching.take(result)
    except ProblemLimitError:
        pass
    if left_out is None and problems.lines:
        raise InvalidInputError(source, problems.lines, limit=100)
    return MatchedResults(matching.certain_captions(), matching.notes())


class _LeftOut(Problems):
    """Lines about results that are left out, however many."""

    def __init__(self, lines: list[str], prefix: str = "") -> None:
        self.lines, self._prefix = lines, prefix

    def add(self, place: str, what: str) -> None:
        """Note a result."""
        self.lines.append(f"result {self._prefix}{place}: {what}")


class _Matching:
    """Results matched so far."""

    def __init__(self, protocol: Protocol, index: _RegionIndex, elsewhere: Collection[str], problems: Problems) -> None:
        self.problems = problems
        self.captions: dict[str, str] = {}
        self._disputed: set[str] = set()
        self._protocol, self._index, self._elsewhere = protocol, index, elsewhere
        self._places: dict[str, str] = {}
        self._repeats = self._outside = 0

    def take(self, result: Result) -> None:
        """Match one result.

        Raises:
            ProblemLimitError: too many problems.
        """
        caption, problem = _caption_of(result.row, self._protocol)
        if problem is not None:
            self.problems.add(result.place, problem)
            return
        key, name = _name_of(result.row, self._protocol)
        fits = self._index.at(result) if key is None else self._index.regions_of(key, name, result.row)
        if len(fits) > 1:
            both = " and ".join(map(repr, fits[:3]))
            problem = f"{key} {name!r} fits {len(fits)} regions: {both}; a result has to name its image too"
            self.problems.add(result.place, problem)
        elif not fits and name in self._elsewhere:
            self._outside += 1
        elif not fits:
            self.problems.add(result.place, f"{key or 'gt'} {name!r} is not a region of the references")
        else:
            self._keep(fits[0], caption, result.place)

    def certain_captions(self) -> dict[str, str]:
        """Captions by region_id, of the regions that were given one caption only."""
        return {region_id: text for region_id, text in self.captions.items() if region_id not in self._disputed}

    def notes(self) -> list[str]:
        """What there is to say about the matching."""
        notes = [f"{self._repeats:,} repeated results, equal to others, are taken once"] if self._repeats else []
        if self._outside:
            notes.append(f"{self._outside:,} results are for other regions of the annotations and are left out")
        return notes

    def _keep(self, region_id: str, caption: str, place: str) -> None:
        if region_id not in self._places:
            self._places[region_id], self.captions[region_id] = place, caption
        elif self.captions[region_id] == caption:
            self._repeats += 1
        else:
            first = f"{self.captions[region_id][:80]!r} at {self._places[region_id]}"
            again = f"region {region_id!r} again, with another caption: {caption[:80]!r}, first {first}"
            self._disputed.add(region_id)
            self.problems.add(place, again)


class _RegionIndex:
    """Regions by their whole id and by their name within their image."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._image_of: dict[str, str] = {}
        self._captions_of: dict[str, tuple[str, ...]] = {}
        for region in regions:
            self._captions_of[region.region_id] = region.captions
            self._image_of[region.region_id] = region.image_id
            for key in {region.region_id.removeprefix(f"{region.image_id}/"), region.region_id}:
                self._by_name[key].append(region.region_id)
        self._images = set(self._image_of.values())

    def regions_of(self, key: str, name: str, row: Mapping[str, Any]) -> list[str]:
        """The regions that a result fits which names its region by the field `key`."""
        fits = self._by_name.get(name, [])
        if key in _IMAGES:
            # Beside an image's id, "id" is a running number as often as the id of an annotation: both are tried.
            pair = f"{name}/{_id_text(row['id'])}" if _is_id(row.get("id")) else ""
            pairs = [pair] if self._image_of.get(pair) == name else []
            return list(dict.fromkeys([*fits, *pairs])) or (self._alone_in(name) if key == "image" else [])
        images = [_id_text(row[image]) for image in _IMAGES if _is_id(row.get(image))]
        if any(image in self._images for image in images):
            return [fit for fit in fits if self._image_of[fit] in images]
        return fits

    def _alone_in(self, file: str) -> list[str]:
        """The region of an image, named by its file, that has one alone."""
        image = PurePosixPath(file).stem
        regions = [region_id for region_id, own in self._image_of.items() if own == image]
        return regions if len(regions) == 1 else []

    def at(self, result: Result) -> list[str]:
        """The region that is named by the position of a result, if the result repeats its reference."""
        fits = self._by_name.get(str(result.position), [])
        return [fit for fit in fits if result.row["gt"] in self._captions_of[fit]]


def _name_of(row: Mapping[str, Any], protocol: Protocol) -> tuple[str | None, str]:
    """The field by which a result names its region, and its text; no field for a result without an id."""
    key = next((key for key in protocol.result_keys if key in row), None)
    return (key, str(row.get("gt"))[:80]) if key is None else (key, _id_text(row[key]))


def _caption_of(row: Mapping[str, Any], protocol: Protocol) -> tuple[str, str | None]:
    """The caption of a result, and what is wrong with the result."""
    key = next((key for key in protocol.result_keys if key in row), None)
    text = next((text for text in protocol.result_texts if text in row), None)
    if key is None and protocol.by_position and "gt" in row:
        key = "gt"
    if key is None or text is None:
        names = ((protocol.result_key, key), (protocol.result_text, text))
        lacking = ", ".join(name for name, field_name in names if field_name is None)
        fields = ", ".join(ascii(name) for name in list(row)[:6]) or "nothing"
        return "", f"expected {protocol.result_key}, {protocol.result_text}; missing {lacking} (found: {fields})"
    if not _is_id(row[key]):
        return "", f"{key}: expected an id, found {kind_of(row[key])}"
    problem = caption_problem(row[text])
    return ("", f"{text} of {key} {row[key]!r}: {problem}") if problem else (row[text], None)


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _id_text(value: Any) -> str:
    """An id as text; 7.0, as pandas writes integers with gaps, is 7."""
    return plain_id(value)


def _bare_name(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".zst")


def _source(files: Sequence[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{len(files)} result files"
