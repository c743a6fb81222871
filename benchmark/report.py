"""The result of an evaluation, as JSON, as tables, and per item."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.errors import InvalidInputError
from dataset.runtime.cache import atomic_file

from .metrics.base import FloatArray
from .metrics.scores import ScoreInfo, lower_scores, percent, scale_note
from .statistics.item_statistics import ItemStatistics
from .statistics.slices import is_fine

if TYPE_CHECKING:
    from rich.table import Table

    from .text.corpus import Corpus

__all__ = ["SCHEMA", "DataInfo", "Report", "ScoreValue", "Slice"]

SCHEMA = 1
"""Version of the JSON layout."""

_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ScoreValue:
    """One score: value and 95% interval on 0..1 (CIDEr 0..10), None where there is nothing to compute it from."""

    value: float | None
    low: float | None
    high: float | None
    signature: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Scores of a subset of `n` regions."""

    n: int
    metrics: Mapping[str, ScoreValue]


@dataclass(frozen=True, slots=True)
class DataInfo:
    """What was scored against.

    Attributes:
        config: None for foreign references, as is the split.
        split: of the config.
        sha256: of the references.
        regions: how many.
        images: how many.
        subset: which part of the data; empty for all of it.
        protocol: which test set and rules the data follow; empty where their name has one alone.
    """

    config: str | None
    split: str | None
    sha256: str
    regions: int
    images: int
    subset: str = ""
    protocol: str = ""

    @property
    def name(self) -> str:
        """For headings: the config and the split, and which part of them."""
        whole = "references" if self.config is None else f"{self.config}/{self.split}"
        return f"{whole} ({self.subset})" if self.subset else whole

    def to_dict(self) -> dict[str, Any]:
        """As its JSON object; `subset` and `protocol` are in it only if there is one."""
        return {name: value for name, value in asdict(self).items() if value or name not in ("subset", "protocol")}

    def facts(self) -> list[str]:
        """What a reader has to know besides the name, a line each."""
        return [f"protocol: {self.protocol}"] if self.protocol else []


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an evaluation found.

    Attributes:
        created: time in UTC, ISO 8601.
        data: what was scored against.
        system: what the prediction file says about its system.
        predictions_sha256: digest of the prediction file, "" if there was none.
        scored: number of regions with a caption.
        missing: number of regions without one; they score 0.
        metrics: score name -> score over all regions.
        slices: "granularity=part" -> the same for a subset.
        versions: package -> version.
        region_ids: the regions in their order.
        items: score name -> score of every region by itself, (regions,).
        described: score name -> its label, meaning and direction, in the order of reports.
        notes: a line for every metric that was left out, and for a judge's verdicts.
        statistics: what each region contributes to each metric; None for a report read from a file.
        corpus: the scored captions, tokenised, counted and heard by the listener; None for a report read from a file.
    """

    created: str
    data: DataInfo
    system: dict[str, Any]
    predictions_sha256: str
    scored: int
    missing: int
    metrics: Mapping[str, ScoreValue]
    slices: Mapping[str, Slice]
    versions: Mapping[str, str]
    region_ids: tuple[str, ...] = ()
    items: Mapping[str, FloatArray] = field(default_factory=dict)
    described: Mapping[str, ScoreInfo] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    statistics: ItemStatistics | None = None
    corpus: Corpus | None = field(default=None, repr=False, compare=False)

    @property
    def lower_is_better(self) -> frozenset[str]:
        """Names of the scores where less is better."""
        return lower_scores(self.described.values())

    def to_dict(self) -> dict[str, Any]:
        """The report as its JSON object, without the per-item scores."""
        return {
            "schema": SCHEMA,
            "created": self.created,
            "data": self.data.to_dict(),
            "system": self.system,
            "predictions_sha256": self.predictions_sha256,
            "coverage": {"scored": self.scored, "missing": self.missing},
            "metrics": {name: asdict(score) for name, score in self.metrics.items()},
            "slices": {name: asdict(part) for name, part in self.slices.items()},
            "versions": dict(self.versions),
        }

    def write_json(self, path: str | Path) -> None:
        """Write `to_dict` to a file, whole or not at all."""
        with replacing(path) as temporary:
            text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
            temporary.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")

    def write_markdown(self, path: str | Path) -> None:
        """Write `markdown` to a file, whole or not at all."""
        with replacing(path) as temporary:
            temporary.write_text(self.markdown(), encoding="utf-8")

    def write_items(self, path: str | Path) -> None:
        """Write region_id, one column per score, and what the listener heard to a parquet file, whole or not at all."""
        import pyarrow
        import pyarrow.parquet

        columns = {} if self.corpus is None or "listener_correct" not in self.items else _heard(self.corpus)
        table = pyarrow.table({"region_id": list(self.region_ids), **self.items, **columns})
        with replacing(path) as temporary:
            pyarrow.parquet.write_table(table, temporary)

    def write_statistics(self, path: str | Path) -> None:
        """Write what comparisons need to a file (npz), whole or not at all; `read_statistics` reads it."""
        if self.statistics is None:
            raise InvalidInputError(str(path), ["the report was read from a file and has no statistics to write"])
        with replacing(path) as temporary:
            self.statistics.write(temporary)

    def markdown(self) -> str:
        """The table, the slices and the signatures as GitHub markdown."""
        main, fine = self._columns()
        lines = [f"# {self.title()}", "", *(f"- {line}" for line in self.facts()), "", self.scale_note(), ""]
        lines += self._markdown_table(["all", "95% interval"], main)
        if fine:
            lines += ["", *self._markdown_table([], fine)]
        lines += ["", "Signatures:", ""]
        lines += [f"- `{text}`" for text in dict.fromkeys(score.signature for score in self.metrics.values())]
        return "\n".join(lines) + "\n"

    def tables(self, width: int, names: Sequence[str] | None = None) -> list[Table]:
        """Tables for a terminal: one, or two with the slices apart where one would be too wide.

        Slices by area, depth and look-alikes are in the files only.

        Args:
            width: columns of the terminal.
            names: scores to show; all if None.
        """
        rows = list(self.metrics) if names is None else names
        whole, parts = [0, 1], self._columns()[0]
        table = self._table([*whole, *parts], rows)
        if not parts or _width_of(table) <= width:
            return [table]
        return [self._table(whole, rows), self._table(parts, rows)]

    def _columns(self) -> tuple[list[int], list[int]]:
        """Numbers of the slices' cells in `_row`: those of kinds of regions, and those of sizes and counts."""
        columns = dict(enumerate(self.slices, start=2))
        fine = [column for column, name in columns.items() if is_fine(name)]
        return [column for column in columns if column not in fine], fine

    def _markdown_table(self, first: list[str], columns: Sequence[int]) -> list[str]:
        indices = [*range(len(first)), *columns]
        counts = [f"{self.data.regions:,}", "", *(f"{part.n:,}" for part in self.slices.values())]
        heads = ["all", "95% interval", *map(plain, self.slices)]
        rows = [["regions", *(counts[column] for column in indices)]]
        for name in self.metrics:
            label, *cells = self._row(name)
            rows.append([label, *(cells[column] for column in indices)])
        header = markdown_row(["score", *(heads[column] for column in indices)])
        return [header, "|---|" + "---:|" * len(indices), *map(markdown_row, rows)]

    def _table(self, columns: Sequence[int], names: Sequence[str]) -> Table:
        """Some columns of: all, interval, one per slice."""
        from rich.table import Table
        from rich.text import Text

        heads = [f"all\n{self.data.regions:,}", "95% interval"]
        heads += [f"{plain(name.partition('=')[2])}\n{part.n:,}" for name, part in self.slices.items()]
        table = Table(title=Text(self.title()), title_justify="left")
        table.add_column("score\nregions", no_wrap=True)
        for column in columns:
            table.add_column(Text(heads[column]), justify="right", no_wrap=True)
        for name in names:
            first, *cells = self._row(name)
            table.add_row(first, *(cells[column] for column in columns))
        return table

    def title(self) -> str:
        """What was scored against what."""
        system = self.system.get("name")
        return f"{plain(system)} on {self.data.name}" if isinstance(system, str) else f"Scores on {self.data.name}"

    def scale_note(self) -> str:
        """How to read the numbers of tables."""
        return f"Values x 100{scale_note(self.described.values())}; in brackets the 95% interval over images."

    def facts(self) -> list[str]:
        """Coverage and notes, a line each."""
        total = self.scored + self.missing
        lines = [f"{self.scored:,} of {total:,} regions of {self.data.images:,} images have a caption"]
        if self.missing:
            lines[0] += f" ({self.scored / total:.1%}); the other {self.missing:,} score 0"
        return [*lines, *self.data.facts(), *self.notes]

    def _row(self, name: str) -> list[str]:
        score = self.metrics[name]
        interval = "" if score.low is None else f"[{percent(score.low)}, {percent(score.high)}]"
        slices = [percent(part.metrics[name].value) for part in self.slices.values()]
        return [f"{name} {self.described[name].arrow}", percent(score.value), interval, *slices]


def _heard(corpus: Corpus) -> dict[str, list[str]]:
    """Columns of what the listener made of each caption; empty texts where it heard none."""
    hearings = corpus.hearings
    return {
        "listener_heard": ["" if each is None else " ".join(each.denoted) for each in hearings],
        "listener_meaning": ["" if each is None else each.logical_form for each in hearings],
        "listener_untrue": ["" if each is None else "; ".join(each.untrue) for each in hearings],
        "listener_unknown": ["" if each is None else each.first_unknown for each in hearings],
        "listener_untold": ["" if each is None else " ".join(each.untold) for each in hearings],
    }


def plain(text: str) -> str:
    """Untrusted text on one line, without control characters, cut to a sensible length."""
    return "".join(filter(str.isprintable, " ".join(text.split())))[:_NAME_LENGTH]


def _width_of(table: Table) -> int:
    from rich.console import Console

    return Console(width=10_000).measure(table).maximum


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary file that replaces `path` when it is complete."""
    try:
        with atomic_file(Path(path)) as temporary:
            yield temporary
    except OSError as error:
        raise InvalidInputError(str(path), [f"cannot be written: {error}"]) from error


def markdown_row(cells: Sequence[str]) -> str:
    """One row of a GitHub markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
