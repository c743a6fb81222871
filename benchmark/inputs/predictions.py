"""Reading and validating a prediction file: every problem at once, before anything is computed."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataset.errors import InvalidInputError
from dataset.loading.regions import identify
from dataset.schema import Region

from ..text.limits import MAX_CAPTION_CHARACTERS, MAX_ID_CHARACTERS
from .json_rows import JsonRows, kind_of, pointer_part
from .protocol import Protocols
from .reading import ProblemLimitError, Problems, lone_surrogate, read_source
from .recognition import ForeignRows, NumberedRows, by_annotation

__all__ = ["PredictionFile", "Predictions", "caption_problem", "load_predictions", "read_predictions"]

_FORMS = (
    'Expected {"region_id": ..., "caption": ...} per region, as a JSON list or one per line; '
    "or an object region_id -> caption."
)
_BESIDE = "beside the predictions only the object system is read"
_NAMED = 20
_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Predictions:
    """Captions that fit their regions.

    Attributes:
        captions: region_id -> caption, without the empty ones.
        missing: region_ids that have no caption, or an empty one.
        system: what the file says about the system that made it.
        sha256: digest of the file; "" if there was none.
        source: name of the file.
        protocol: which test set its captions were made for, where it says so.
    """

    captions: Mapping[str, str]
    missing: tuple[str, ...] = ()
    system: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    source: str = "predictions"
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """A prediction file as read, before it is matched with regions.

    Attributes:
        source: its name.
        captions: region_id -> caption, of the rows that can be used, empty captions included.
        places: region_id -> where in the file it was found.
        system: what the file says about the system that made it.
        sha256: digest of its bytes.
        problems: everything that is wrong with it in itself.
        too_long: region_id -> characters of captions that are longer than what is scored; they count as missing.
        extra: entries beside the predictions that are not read, a line each.
        protocol: which test set its captions were made for, where its rows say so.
    """

    source: str
    captions: dict[str, str]
    places: dict[str, str]
    system: dict[str, Any]
    sha256: str
    problems: list[str]
    too_long: dict[str, int] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    protocol: str = ""

    @classmethod
    def from_mapping(cls, captions: Mapping[str, str], source: str = "predictions") -> PredictionFile:
        """A prediction file of captions that are in memory; nothing is read."""
        rows = ((repr(name), {"region_id": name, "caption": caption}) for name, caption in captions.items())
        return cls.from_rows(rows, source)

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, Any]], source: str = "predictions") -> PredictionFile:
        """A prediction file of rows that are in memory, each with its place; nothing is read."""
        taken = _Rows()
        with contextlib.suppress(ProblemLimitError):
            for place, row in rows:
                taken.take(place, row)
        return cls(
            source,
            taken.captions,
            taken.places,
            {},
            "",
            taken.all_problems(source),
            taken.too_long,
            [],
            taken.protocols.text,
        )

    def match(
        self,
        regions: Sequence[Region],
        allow_missing: bool = False,
        data: str = "the data",
        allow_extra: bool = False,
    ) -> Predictions:
        """Match the file with the regions it should describe.

        Args:
            regions: every region that needs a caption.
            allow_missing: accept regions without a caption, and empty captions.
            data: what the regions are, for messages ("scenes/test").
            allow_extra: leave out captions of other regions, and entries beside the predictions.

        Raises:
            InvalidInputError: with every problem of the file.
        """
        region_ids = {region.region_id for region in regions}
        missing = tuple(region.region_id for region in regions if not self.captions.get(region.region_id, "").strip())
        problems = list(self.problems)
        problems += [] if allow_extra else [f"{line}; --allow-extra leaves it out" for line in self.extra]
        hints = [_FORMS] if problems else []
        foreign = [region_id for region_id in self.captions if region_id not in region_ids]
        if foreign and len(foreign) == len(self.captions):
            problems.append(_wrong_data(foreign, data) + by_annotation(foreign, self.source))
        else:
            if foreign and not allow_extra:
                problems += self._foreign_problems(foreign, region_ids, data)
                hints = hints or ["--allow-extra leaves out captions of other regions."]
            if not allow_missing and (self.captions or not problems):
                problems += self._missing_problems(missing, regions, data)
                if missing and _FORMS not in hints:
                    hints.append(
                        f"Every region of {data} needs one caption; --allow-missing scores the others 0, --only-given "
                        "scores the regions of the file alone."
                    )
        if problems:
            raise InvalidInputError(self.source, problems, "\n".join(hints), limit=100)
        captions = {
            region_id: caption
            for region_id, caption in self.captions.items()
            if caption.strip() and region_id in region_ids
        }
        return Predictions(captions, missing, self.system, self.sha256, self.source, self.protocol)

    def _foreign_problems(self, foreign: Sequence[str], region_ids: set[str], data: str) -> Iterator[str]:
        for region_id in foreign[:_NAMED]:
            near = difflib.get_close_matches(region_id, _neighbours(region_id, region_ids), n=1, cutoff=0.8)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"{self.places[region_id]}: {data} has no region {region_id!r}{hint}"
        if len(foreign) > _NAMED:
            yield f"{len(foreign) - _NAMED:,} more ids are not in {data}"

    def _missing_problems(self, missing: Sequence[str], regions: Sequence[Region], data: str) -> Iterator[str]:
        for region_id in [region_id for region_id in missing if region_id in self.too_long]:
            length = f"{self.too_long[region_id]:,} characters; at most {MAX_CAPTION_CHARACTERS:,} are scored"
            yield f"{self.places[region_id]}: caption of {region_id!r}: {length} (--allow-missing counts it as wrong)"
        empty = [name for name in missing if name in self.captions and name not in self.too_long]
        for region_id in empty[:_NAMED]:
            yield f"{self.places[region_id]}: the caption of {region_id!r} is empty"
        if len(empty) > _NAMED:
            yield f"{len(empty) - _NAMED:,} more captions are empty"
        absent = [region_id for region_id in missing if region_id not in self.captions]
        if absent:
            first = ", ".join(absent[:3])
            yield f"{len(absent):,} of {len(regions):,} regions of {data} have no caption (first: {first})"


def read_predictions(path: str | Path) -> PredictionFile:
    """Read a prediction file of any accepted form; problems inside it are collected, not raised.

    Raises:
        InvalidInputError: the file cannot be read at all.
    """
    source = read_source(path)
    taken = _Rows()
    rows = JsonRows(source, taken.problems)
    system: dict[str, Any] = {}
    extra: list[str] = []
    try:
        for place, row in rows:
            taken.take(place, row)
        if rows.has_list:
            extra = taken.remove(rows.beside)
        system, others = _system_of(rows.extra, taken.problems)
        if rows.has_list:
            extra += [f"{place}: {_BESIDE}" for place in others]
        else:
            for place, kind in others.items():
                taken.problems.add(place, f"expected text, found {kind}")
        if not taken.captions and not taken.all_problems(source.name):
            taken.problems.add("", "there are no predictions in it")
    except ProblemLimitError:
        pass
    problems = taken.all_problems(source.name)
    file = (source.name, taken.captions, taken.places, system, source.sha256, problems, taken.too_long, extra)
    return PredictionFile(*file, taken.protocols.text)


def load_predictions(path: str | Path, regions: Sequence[Region], allow_missing: bool = False) -> Predictions:
    """Read a prediction file and match it with the regions it should describe.

    Accepted are a JSON list or JSON Lines of ``{"region_id": str, "caption": str}``, a JSON object
    ``{region_id: caption}``, and ``{"system": {...}, "predictions": [...]}``; all of them also gzipped.

    Args:
        path: the file.
        regions: every region that needs a caption.
        allow_missing: accept regions without a caption, and empty captions; they score 0.

    Raises:
        InvalidInputError: with every problem of the file, each with its line number or JSON pointer.
    """
    return read_predictions(path).match(regions, allow_missing)


def caption_problem(caption: Any) -> str | None:
    """What is wrong with a caption from a file; None if it can be scored (it may be empty)."""
    if not isinstance(caption, str):
        return f"expected text, found {kind_of(caption)}"
    if len(caption) > MAX_CAPTION_CHARACTERS:
        return f"{len(caption):,} characters; at most {MAX_CAPTION_CHARACTERS:,} are scored"
    at = lone_surrogate(caption)
    if at is not None:
        return f"character {at} is half of a surrogate pair ({caption[at]!a}); was an emoji cut in two?"
    return None


class _Rows:
    """Captions by region_id, taken row by row, with what is wrong with the rows."""

    def __init__(self) -> None:
        self.captions: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.too_long: dict[str, int] = {}
        self.problems = Problems()
        self.protocols = Protocols()
        self._foreign = ForeignRows()
        self._numbered = NumberedRows()

    def take(self, place: str, row: Any) -> None:
        """Take one row.

        Raises:
            ProblemLimitError: too many problems.
        """
        region_id = self._id_of(place, row)
        if region_id is None:
            return
        caption = row["caption"]
        if region_id in self.places:
            self.problems.add(place, f"region_id {region_id!r} again, first at {self.places[region_id]}")
            return
        self.places[region_id] = place
        self.protocols.take(row)
        if isinstance(caption, str) and len(caption) > MAX_CAPTION_CHARACTERS:
            self.too_long[region_id] = len(caption)
            self.captions[region_id] = ""
            return
        problem = caption_problem(caption)
        if problem is not None:
            self.problems.add(place, f"caption of {region_id!r}: {problem}")
        # A bad caption is a caption: reporting its region as missing as well would be noise.
        self.captions[region_id] = caption if problem is None else "?"

    def remove(self, beside: Mapping[str, str]) -> list[str]:
        """Forget entries beside the list of predictions, place -> text; a line for each."""
        lines = []
        for region_id in [region_id for region_id, place in self.places.items() if place in beside]:
            place = self.places.pop(region_id)
            self.captions.pop(region_id)
            self.too_long.pop(region_id, None)
            lines.append(f"{place}: {_BESIDE}")
        return lines

    def all_problems(self, source: str) -> list[str]:
        """Every problem so far; rows of another project in one line."""
        return [*self._foreign.lines(source), *self._numbered.lines(source, bool(self.captions)), *self.problems.lines]

    def _id_of(self, place: str, row: Any) -> str | None:
        """The region_id of a row that has one and a caption; what else is wrong is noted."""
        if not isinstance(row, dict):
            expected = 'expected an object with "region_id" and "caption"'
            self.problems.add(place, f"{expected}, found {kind_of(row)}")
            return None
        absent = [name for name in ("region_id", "caption") if name not in row]
        if absent:
            if "region_id" not in row and self._foreign.take(place, row):
                return None
            keys = ", ".join(ascii(key) for key in list(row)[:5]) or "nothing"
            self.problems.add(place, f"no {' and no '.join(absent)} in the object (found: {keys})")
            return None
        region_id = row["region_id"]
        if not isinstance(region_id, str):
            if not self._numbered.take(place, row):
                self.problems.add(place, f"region_id: expected text, found {kind_of(region_id)}")
            return None
        if len(region_id) > MAX_ID_CHARACTERS or lone_surrogate(region_id) is not None:
            self.problems.add(place, f"region_id: {region_id[:40]!a} is not an id")
            return None
        return region_id


def _system_of(extra: Mapping[str, Any], problems: Problems) -> tuple[dict[str, Any], dict[str, str]]:
    """The system's description, and of the other entries of the object place -> kind."""
    system = extra.get("system", {})
    if not isinstance(system, dict):
        problems.add("/system", f"expected an object, found {kind_of(system)}")
        system = {}
    return system, {f"/{pointer_part(key)}": kind_of(value) for key, value in extra.items() if key != "system"}


def _neighbours(region_id: str, region_ids: set[str]) -> list[str]:
    """Ids to compare a wrong one with: those of its image, else all of them if they are few."""
    image = region_id.rpartition("/")[0] + "/"
    same_image = [other for other in region_ids if other.startswith(image)]
    if same_image:
        return sorted(same_image)
    return sorted(region_ids) if len(region_ids) <= _COMPARED else []


def _wrong_data(foreign: Sequence[str], data: str) -> str:
    looks = [f"{count:,} look like {config}/{split}" for config, split, count in identify(foreign)]
    guess = ", ".join(looks) if looks else f"they look like no data known here (first: {foreign[0]!r})"
    return f"none of the {len(foreign):,} ids is in {data}: {guess}"
