"""The table of docs/results/rooms.md: what captioners that never saw a room score on rooms/test; ``make rooms-page``.

python scripts/rooms_page.py --reports reports/rooms

The folder of reports holds ``NAME.json`` (``ureca score --json``) of every captioner of the table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from blocks import fill

from benchmark.metrics.scores import percent
from benchmark.report import markdown_row

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "rooms.md"
COLUMNS = {
    "listener_correct": "listener correct",
    "listener_read": "read",
    "unique_and_correct": "unique and correct",
    "cider": "CIDEr",
    "bleu_4": "BLEU-4",
    "duplicate_rate": "duplicates",
}
SLICES = (
    *(f"look_alikes={count}" for count in ("0", "1", "2-3", "4-7", "8+")),
    *(f"granularity={name}" for name in ("group", "object", "part", "subpart", "background")),
)


def scores(reports: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One row for each captioner, the leading score with its interval."""
    yield markdown_row(["captioner", *COLUMNS.values()])
    yield markdown_row(["---", *("---:" for _ in COLUMNS)])
    for name, report in reports.items():
        metrics = report["metrics"]
        cells = [percent(metrics[column]["value"]) for column in COLUMNS]
        low, high = (percent(metrics["listener_correct"][end]) for end in ("low", "high"))
        cells[0] += f" [{low}, {high}]"
        yield markdown_row([f"`{name}`", *cells])


def slices(reports: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The leading score of kinds of regions: one row for each kind."""
    some = next(iter(reports.values()))["slices"]
    yield markdown_row(["listener correct of", "regions", *(f"`{name}`" for name in reports)])
    yield markdown_row(["---", "---:", *("---:" for _ in reports)])
    for key in SLICES:
        if key in some:
            family, _, value = key.partition("=")
            title = f"{value} look-alikes" if family == "look_alikes" else value
            values = [
                percent(report["slices"][key]["metrics"]["listener_correct"]["value"]) for report in reports.values()
            ]
            yield markdown_row([title, f"{some[key]['n']:,}", *values])


def main() -> None:
    """Make the blocks of the page again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, required=True)
    folder = parser.parse_args().reports
    reports = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    ranked = dict(sorted(reports.items(), key=lambda item: item[1]["metrics"]["listener_correct"]["value"]))
    makers = {"scores": lambda: scores(ranked), "slices": lambda: slices(ranked)}
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), makers), encoding="utf-8")


if __name__ == "__main__":
    main()
