"""The validation of the metrics as markdown, JSON and figures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dataset.runtime.cache import atomic_file

from .perturbations import ADVERSARIES
from .plots import draw_heatmap
from .systems import MetricValidation

__all__ = ["write_report"]

_STEPS = (
    "reference > paraphrase",
    "paraphrase > partial drop",
    "partial drop > relative",
    "partial drop > category",
    "paraphrase > relative",
    "paraphrase > category",
    "category > shuffled",
    "category > junk",
    "all pairs",
    "reversed",
    "relative > category",
)

Table = Mapping[str, Mapping[str, float]]


def write_report(
    validation: MetricValidation, facts: Mapping[str, Any], out: Path, natural: Mapping[str, Table] | None = None
) -> None:
    """Write ``validation.md``, ``validation.json`` and PNG figures into a folder, created if needed.

    Args:
        validation: what was measured.
        facts: data, sha256, regions, images, notes.
        out: the folder.
        natural: title -> table of captions that were not derived from the references.
    """
    out.mkdir(parents=True, exist_ok=True)
    systems = [name for name in ("reference", "paraphrase", "category", *ADVERSARIES) if name in validation.systems]
    tables = {
        "ladder": validation.ladder(),
        "systems": validation.values(list(validation.systems)),
        "adversaries": validation.values(systems),
        "swaps": validation.swaps(),
        "listener": validation.against_listener(),
        "stability": validation.stability(),
    }
    natural = natural or {}
    with atomic_file(out / "validation.json") as temporary:
        temporary.write_text(
            json.dumps({**facts, **_plain({**tables, **natural})}, indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )
    with atomic_file(out / "validation.md") as temporary:
        text = _markdown(tables, facts, systems)
        text += "".join(
            f"\n## {title.capitalize()}, x 100\n\n{_table(table, _columns(table), 100, 1)}\n"
            for title, table in natural.items()
        )
        temporary.write_text(text, encoding="utf-8")
    _draw(tables, facts, systems, validation.scores_in_figures(), out)
    if "styles and pairs" in natural:
        draw_heatmap(
            _percentages(natural["styles and pairs"], validation.scores_in_figures(), ["moves", "fooled"]),
            "Moved by style, fooled by a swap, %",
            out / "styles.png",
            good_is_low=True,
        )


def _markdown(tables: Mapping[str, Table], facts: Mapping[str, Any], systems: Sequence[str]) -> str:
    head = f"{facts['data']}: {facts['regions']:,} regions of {facts['images']:,} images, data {facts['sha256'][:12]}"
    steps = [step for step in _STEPS if any(step in row for row in tables["ladder"].values())]
    parts = [
        f"# Validation of the metrics on {head}\n",
        *(f"- {note}" for note in facts["notes"]),
        "\n## Ladder: share of images where the better captions score better, %\n",
        "Rungs: reference > paraphrase > partial drop > relative, category > shuffled, junk. A tie counts half.",
        "The order of relative and category is contestable and not part of *all pairs*; *reversed* counts the pairs",
        "in the wrong order, ties left out.\n",
        _table(tables["ladder"], steps, 100, 1),
        "\n## Adversaries: corpus values x 100\n",
        _table(tables["adversaries"], systems, 100, 1),
        "\n## Attribute swaps: share of captions that score better before one word is swapped, %\n",
        _table(tables["swaps"], _columns(tables["swaps"]), 100, 1),
    ]
    if tables["listener"]:
        parts += [
            "\n## Rank correlation with the listener\n",
            _table(tables["listener"], _columns(tables["listener"]), 1, 3),
        ]
    parts += ["\n## Stability of the headline\n", _table(tables["stability"], _columns(tables["stability"]), 1, 3)]
    return "\n".join(parts) + "\n"


def _draw(
    tables: Mapping[str, Table], facts: Mapping[str, Any], systems: Sequence[str], scores: Sequence[str], out: Path
) -> None:
    data = facts["data"]
    steps = [step for step in _STEPS if any(step in row for row in tables["ladder"].values())]
    draw_heatmap(
        _percentages(tables["ladder"], scores, steps),
        f"Better captions score better, % of images ({data})",
        out / "ladder.png",
    )
    honest = "paraphrase" if "paraphrase" in systems else "reference"
    relative = {
        score: {name: _ratio(row.get(name), row.get(honest)) for name in systems if name not in ("reference", honest)}
        for score, row in tables["adversaries"].items()
        if score not in ("duplicate_rate", "near_duplicate_rate", "margin", "margin_embedding")
    }
    columns = [name for name in systems if name not in ("reference", honest)]
    draw_heatmap(
        _percentages(relative, scores, columns),
        f"What an adversary earns, % of what the {honest} earns ({data})",
        out / "adversaries.png",
        good_is_low=True,
    )
    if tables["swaps"]:
        draw_heatmap(
            _percentages(tables["swaps"], scores, _columns(tables["swaps"])),
            f"Swapped word noticed, % of captions ({data})",
            out / "swaps.png",
        )
    if tables["listener"]:
        draw_heatmap(
            _percentages(tables["listener"], scores, _columns(tables["listener"])),
            f"Agreement with the listener, x 100 ({data})",
            out / "listener.png",
        )


def _percentages(table: Table, scores: Sequence[str], columns: Sequence[str]) -> dict[str, dict[str, float]]:
    rows = [score for score in scores if score in table]
    return {score: {column: 100 * table[score].get(column, math.nan) for column in columns} for score in rows}


def _ratio(value: float | None, honest: float | None) -> float:
    return math.nan if value is None or not honest else value / honest


def _columns(table: Table) -> list[str]:
    return list(dict.fromkeys(column for row in table.values() for column in row))


def _table(table: Table, columns: Sequence[str], scale: float, digits: int) -> str:
    lines = ["| score | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for name, row in table.items():
        cells = [_cell(row.get(column, math.nan), scale, digits) for column in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: float, scale: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{scale * value:.{digits}f}"


def _plain(tables: Mapping[str, Table]) -> dict[str, Any]:
    return {
        name: {
            row: {column: None if math.isnan(value) else value for column, value in cells.items()}
            for row, cells in table.items()
        }
        for name, table in tables.items()
    }
