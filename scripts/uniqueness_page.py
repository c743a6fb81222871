"""The tables of docs/results/uniqueness.md, from what ``ureca validate-metrics`` wrote: ``make uniqueness-page``.

python scripts/uniqueness_page.py --validations validation

The folder of validations has a folder for each data set, ``scenes``, ``photos`` and ``refexp``, and ``systems``, the
captions that systems wrote for themselves. What the page's blocks (see ``blocks.py``) hold is made again, and the
figures of scenes are copied; the words between them are left alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from blocks import fill

from benchmark.report import markdown_row
from dataset._version import __version__

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "uniqueness.md"
FIGURES: Final = ("adversaries", "ladder", "listener", "styles")
SCORES: Final = (
    "bleu_4",
    "rouge_l",
    "meteor",
    "cider",
    "bertscore",
    "duplicate_rate",
    "retrieval_r1",
    "margin",
    "unique_and_correct",
    "margin_embedding",
    "unique_and_correct_embedding",
    "correct_embedding",
    "listener_correct",
)
"""Rows of the tables, those that a data set has; ``validation.md`` has every score of the harness."""


@dataclass(frozen=True)
class Columns:
    """Columns of a table of a validation.

    Attributes:
        data: folder of the validation.
        table: its name in ``validation.json``.
        names: of the columns.
        prefix: says in the head where the columns come from.
    """

    data: str
    table: str
    names: tuple[str, ...]
    prefix: str = ""


LADDER = (
    "reference > paraphrase",
    "paraphrase > partial drop",
    "partial drop > relative",
    "paraphrase > relative",
    "paraphrase > category",
    "category > shuffled",
    "all pairs",
    "reversed",
    "relative > category",
)
ADVERSARIES = (
    "reference",
    "paraphrase",
    "category",
    "junk",
    "constant",
    "constant + index",
    "all captions",
    "padding",
    "parent",
    "parent + word",
    "shuffled within",
)
AGREEMENT = (
    "spearman, systems",
    "kendall, systems",
    "spearman, items",
    "kendall, items",
    "auc, items",
    "phi at best cut, items",
)
TABLES: Final[Mapping[str, tuple[Sequence[Columns], int, int]]] = {
    "ladder": ([Columns("scenes", "ladder", LADDER)], 100, 0),
    "ladder elsewhere": (
        [
            Columns("photos", "ladder", (*LADDER[1:5], *LADDER[6:]), "photos: "),
            Columns("refexp", "ladder", ("partial drop > relative", "all pairs", "reversed"), "refexp: "),
        ],
        100,
        0,
    ),
    "adversaries": ([Columns("scenes", "adversaries", ADVERSARIES)], 100, 0),
    "adversaries elsewhere": (
        [
            Columns(
                "photos",
                "adversaries",
                (*ADVERSARIES[1:4], "constant + index", "padding", *ADVERSARIES[-2:]),
                "photos: ",
            ),
            Columns("refexp", "adversaries", ("junk", "constant + index", "padding", "shuffled within"), "refexp: "),
        ],
        100,
        0,
    ),
    "swaps": (
        [
            Columns("scenes", "swaps", ("side", "color", "count"), "scenes: "),
            Columns("photos", "swaps", ("side", "color", "count"), "photos: "),
        ],
        100,
        0,
    ),
    "agreement": ([Columns("scenes", "listener", AGREEMENT)], 1, 2),
    "styles": ([Columns("scenes", "styles and pairs", ())], 100, 1),
    "systems": ([Columns("systems", "systems that wrote for themselves", ())], 100, 1),
}
"""Block -> columns, factor and decimals; no names of columns are all that the table has."""

Validations = Mapping[str, Mapping[str, Any]]


def table(validations: Validations, columns: Sequence[Columns], factor: float, decimals: int) -> Iterator[str]:
    """A table of scores; a score that none of the data sets has gets no row."""
    names = [group.names or _all_names(validations[group.data][group.table]) for group in columns]
    heads = [f"{group.prefix}{name}" for group, mine in zip(columns, names, strict=True) for name in mine]
    yield markdown_row(["score", *heads])
    yield "|---|" + "---:|" * len(heads)
    for score in SCORES:
        cells = [
            _cell(validations[group.data][group.table].get(score, {}).get(name), factor, decimals)
            for group, mine in zip(columns, names, strict=True)
            for name in mine
        ]
        if any(cell != "-" for cell in cells):
            yield markdown_row([f"`{score}`", *cells])


def _all_names(rows: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    return tuple(next(iter(rows.values())))


def _cell(value: float | None, factor: float, decimals: int) -> str:
    return "-" if value is None else f"{round(factor * value, decimals) + 0.0:.{decimals}f}"  # no -0


STABILITY = (
    "kendall with the headline",
    "paraphrase",
    "partial drop",
    "category",
    "padding",
    "parent + word",
    "drop 60%",
)


def stability(validations: Validations) -> Iterator[str]:
    """The headline with other thresholds: a correlation, then values x 100."""
    yield markdown_row(["thresholds", *STABILITY])
    yield "|---|" + "---:|" * len(STABILITY)
    for name, row in validations["scenes"]["stability"].items():
        correlation, *values = (row.get(column) for column in STABILITY)
        yield markdown_row([name, _cell(correlation, 1, 2), *(_cell(value, 100, 1) for value in values)])


def measured(validations: Validations) -> Iterator[str]:
    """When, with what, and on which data."""
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d} with version {__version__}:"
    yield ""
    for name, facts in validations.items():
        size = f"{facts['regions']:,} regions of {facts['images']:,} images"
        yield f"- *{name}*: {facts['data']}, {size}, data `{facts['sha256'][:12]}`"


def main(words: Sequence[str] | None = None) -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--validations", type=Path, required=True, help="folder of scenes, photos, refexp and systems")
    folder = parser.parse_args(words).validations
    validations = {
        name: json.loads((folder / name / "validation.json").read_text(encoding="utf-8"))
        for name in ("scenes", "photos", "refexp", "systems")
    }
    makers = {name: partial(table, validations, *layout) for name, layout in TABLES.items()}
    makers |= {"stability": partial(stability, validations), "measured": partial(measured, validations)}
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), makers), encoding="utf-8")
    for name in FIGURES:
        shutil.copyfile(folder / "scenes" / f"{name}.png", ROOT / "docs" / "figures" / f"uniqueness-{name}.png")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
