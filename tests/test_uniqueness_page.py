"""The tables of docs/results/uniqueness.md are those that a command wrote."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def pages(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(repository / "scripts"))
    yield importlib.import_module("uniqueness_page")
    for name in ("uniqueness_page", "blocks"):
        sys.modules.pop(name, None)


def validations(pages: Any) -> dict[str, Any]:
    """All that the page needs, with one score."""
    facts = {"data": "scenes/test", "regions": 1131, "images": 30, "sha256": "0123456789abcdef"}
    shown: dict[str, Any] = {name: dict(facts) for name in ("scenes", "photos", "refexp", "systems")}
    for layout, _, _ in pages.TABLES.values():
        for columns in layout:
            names = columns.names or ("first", "second")
            rows = shown[columns.data].setdefault(columns.table, {}).setdefault("cider", {})
            rows.update(dict.fromkeys(names, 0.256))
    shown["scenes"]["stability"] = {"default thresholds": dict.fromkeys(pages.STABILITY, 0.5)}
    return shown


def test_tables_have_the_columns_that_were_asked_for_and_no_empty_rows(pages: Any) -> None:
    """Protects: scores that a data set lacks are dashes, and the numbers are those of the file."""
    shown = validations(pages)
    del shown["refexp"]["ladder"]["cider"]
    layout, factor, decimals = pages.TABLES["ladder elsewhere"]
    head, _, *rows = pages.table(shown, layout, factor, decimals)
    assert head.count("|") == 2 + sum(len(columns.names) for columns in layout)
    assert [row.split(" | ")[0] for row in rows] == ["| `cider`"]
    assert rows[0].count(" 26 ") == len(layout[0].names)
    assert rows[0].count(" - ") == len(layout[1].names)


def test_every_block_of_the_page_has_a_maker_and_lines(pages: Any) -> None:
    """Protects: no table of the page was written by hand or left empty."""
    makers = {*pages.TABLES, "stability", "measured"}
    blocks = importlib.import_module("blocks").block_texts(pages.PAGE.read_text(encoding="utf-8"))
    assert {name for name, _ in blocks} == makers
    assert all(len(text.strip()) > 50 for _, text in blocks)
