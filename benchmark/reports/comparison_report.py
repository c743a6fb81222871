"""A comparison as tables, as markdown and as JSON."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..metrics.scores import percent, scale_note
from ..report import markdown_row, replacing
from ..statistics.comparison import PairDifference, ScoreComparison
from ..statistics.judge_effect import Shift
from ..systems import Comparison

if TYPE_CHECKING:
    from rich.table import Table

__all__ = [
    "as_dict",
    "as_markdown",
    "facts",
    "judge_markdown",
    "pair_markdown",
    "tables",
    "write_json",
    "write_markdown",
]

SCHEMA = 1
"""Version of the JSON layout."""

_FEW_IMAGES = 20
_PAIR_HEADER = ("score", "systems", "difference", "95% interval", "p", "p (Holm)", "more images")
_JUDGE_HEADER = ("judges", "of", "difference", "95% interval", "p", "r")


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """The comparison as its JSON object; scores on 0..1 (CIDEr 0..10)."""
    names = comparison.names
    described = zip(names, comparison.systems, comparison.predictions_sha256, comparison.missing, strict=True)
    return {
        "schema": SCHEMA,
        "created": comparison.created,
        "data": comparison.data.to_dict(),
        "systems": [
            {"name": name, "system": dict(system), "predictions_sha256": digest, "missing": missing}
            for name, system, digest, missing in described
        ],
        "alpha": comparison.alpha,
        "resamples": comparison.resamples,
        "scores": {name: _score_dict(comparison, name, score) for name, score in comparison.scores.items()},
        **({"judges": [asdict(effect) for effect in comparison.judges]} if comparison.judges else {}),
        "versions": dict(comparison.versions),
        "notes": list(comparison.notes),
    }


def _score_dict(comparison: Comparison, name: str, score: ScoreComparison) -> dict[str, Any]:
    names = comparison.names
    values = {
        system: {
            "value": _number(score.values[place]),
            "low": _number(score.intervals[place, 0]),
            "high": _number(score.intervals[place, 1]),
            "rank": score.rank(place),
        }
        for place, system in enumerate(names)
    }
    return {
        "signature": comparison.signatures[name],
        "lower_is_better": comparison.described[name].lower_is_better,
        "values": values,
        "groups": [[names[place] for place in group] for group in score.groups],
        "pairs": [{**asdict(pair), "first": names[pair.first], "second": names[pair.second]} for pair in score.pairs],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def as_markdown(comparison: Comparison) -> str:
    """Ranks, all pairs and signatures as GitHub markdown."""
    header = ["score", *comparison.names]
    lines = [f"# {title(comparison)}", "", *(f"- {line}" for line in facts(comparison)), ""]
    lines += [_rank_note(comparison), ""]
    lines += [markdown_row(header), "|---|" + "---:|" * len(comparison.names)]
    lines += [
        markdown_row([_arrow(comparison, name), *_cells(score, " ")]) for name, score in comparison.scores.items()
    ]
    lines += ["", *pair_markdown(comparison, list(comparison.scores))]
    if comparison.judges:
        lines += ["", *judge_markdown(comparison)]
    lines += ["", "Signatures:", "", *(f"- `{text}`" for text in dict.fromkeys(comparison.signatures.values()))]
    return "\n".join(lines) + "\n"


def pair_markdown(comparison: Comparison, names: Sequence[str]) -> list[str]:
    """All pairs of systems on some scores, as a table."""
    lines = [markdown_row(list(_PAIR_HEADER)), "|---|---|" + "---:|" * 5]
    pairs = ((name, pair) for name in names for pair in comparison.scores[name].pairs)
    return [*lines, *(markdown_row(_pair_cells(comparison, name, pair)) for name, pair in pairs)]


def write_json(comparison: Comparison, path: str | Path) -> None:
    """Write `as_dict` to a file, whole or not at all."""
    text = json.dumps(as_dict(comparison), indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def write_markdown(comparison: Comparison, path: str | Path) -> None:
    """Write `as_markdown` to a file, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(as_markdown(comparison), encoding="utf-8", errors="backslashreplace")


def title(comparison: Comparison) -> str:
    """What was compared on what."""
    return f"{len(comparison.names)} systems on {comparison.data.name}"


def facts(comparison: Comparison) -> list[str]:
    """What a reader of the numbers has to know, a line each."""
    data = comparison.data
    lines = [f"{data.regions:,} regions of {data.images:,} images", *data.facts()]
    for name, missing in zip(comparison.names, comparison.missing, strict=True):
        if missing:
            lines.append(f"{name}: {missing:,} regions have no caption and score 0")
    if data.images == 1 or comparison.resamples == 0:
        lines.append("without resamples of several images nothing can be told apart: all systems tie")
    else:
        lines.append(
            f"{comparison.resamples:,} resamples of images, the same for all systems; a difference counts if its "
            f"Holm-corrected p < {comparison.alpha:g}"
        )
        if data.images < _FEW_IMAGES:
            lines.append(f"with only {data.images} images, intervals come out too narrow")
    return [*lines, *comparison.notes]


def tables(comparison: Comparison, names: Sequence[str] | None = None) -> list[Table]:
    """Ranks of all systems, and the difference of each system from the next best.

    Args:
        comparison: what `compare_systems` returned.
        names: scores to show; all if None.
    """
    from rich.table import Table
    from rich.text import Text

    ranks = Table(title=title(comparison), title_justify="left", caption=_rank_note(comparison), caption_justify="left")
    ranks.add_column("score", no_wrap=True)
    for name in comparison.names:
        ranks.add_column(Text(name), justify="right")
    scores = {name: comparison.scores[name] for name in (comparison.scores if names is None else names)}
    for name, score in scores.items():
        best = score.groups[0] if score.groups else ()
        cells = [Text(cell, "bold" if place in best else "") for place, cell in enumerate(_cells(score, "\n"))]
        ranks.add_row(_arrow(comparison, name), *cells)
    pairs = Table(
        *_PAIR_HEADER[:2], title="Each system and the next best", title_justify="left", caption_justify="left"
    )
    pairs.caption = _pair_note(comparison, scores)
    for header in _PAIR_HEADER[2:]:
        pairs.add_column(header, justify="right")
    for name, pair in _neighbours(scores):
        pairs.add_row(*map(Text, _pair_cells(comparison, name, pair)))
    return [ranks, pairs, *([_judge_table(comparison)] if comparison.judges else [])]


def judge_markdown(comparison: Comparison) -> list[str]:
    """How far the first score moves with the judge, as a table."""
    lines = [markdown_row(list(_JUDGE_HEADER)), "|---|---|" + "---:|" * (len(_JUDGE_HEADER) - 2)]
    return [*lines, *(markdown_row(row) for row in _judge_rows(comparison))]


def _judge_table(comparison: Comparison) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(*_JUDGE_HEADER[:2], title="The judge as a factor", title_justify="left", caption_justify="left")
    table.caption = "First minus second, x 100. r: of the two judges' verdicts about single regions."
    for header in _JUDGE_HEADER[2:]:
        table.add_column(header, justify="right")
    for row in _judge_rows(comparison):
        table.add_row(*map(Text, row))
    return table


def _judge_rows(comparison: Comparison) -> Iterator[list[str]]:
    """Of each pair of judges: each system, their mean, and the differences of systems."""
    for effect in comparison.judges:
        judges = f"{effect.first} - {effect.second}"
        for system, shift, correlation in zip(effect.systems, effect.of_system, effect.correlation, strict=True):
            yield [judges, system, *_shift_cells(shift), "-" if math.isnan(correlation) else f"{correlation:.2f}"]
        if len(effect.systems) > 1:
            yield [judges, f"mean of {len(effect.systems)} systems", *_shift_cells(effect.shift), ""]
        for first, second, shift in effect.of_difference:
            yield [judges, f"difference {first} - {second}", *_shift_cells(shift), ""]


def _shift_cells(shift: Shift) -> list[str]:
    if shift.low is None or shift.high is None or shift.p_value is None:
        return [_signed(shift.value), "-", "-"]
    return [_signed(shift.value), f"[{_signed(shift.low)}, {_signed(shift.high)}]", _p(shift.p_value)]


def _neighbours(scores: Mapping[str, ScoreComparison]) -> Iterator[tuple[str, PairDifference]]:
    """Score name and pair, the better system first."""
    for name, score in scores.items():
        pairs = {(pair.first, pair.second): pair for pair in score.pairs}
        for better, worse in itertools.pairwise(score.ordered()):
            yield name, pairs[better, worse] if better < worse else pairs[worse, better].reversed()


def _pair_note(comparison: Comparison, scores: Mapping[str, ScoreComparison]) -> str:
    total = sum(len(score.pairs) for score in comparison.scores.values())
    hidden = total - sum(1 for _ in _neighbours(scores))
    note = "First minus second, x 100. More images: about how many would separate the two (80% power), if the"
    note += " difference stays."
    return note + (f" {hidden:,} more pairs: --markdown or --json." if hidden else "")


def _arrow(comparison: Comparison, name: str) -> str:
    return f"{name} {comparison.described[name].arrow}"


def _rank_note(comparison: Comparison) -> str:
    ranges = scale_note(comparison.described.values())
    return (
        f"Values x 100{ranges}; in parentheses the rank, in brackets the 95% interval over images. "
        "Equal rank: a tie with the best of the group."
    )


def _cells(score: ScoreComparison, between: str) -> list[str]:
    """Value, rank and interval of each system; `between` stands before the interval."""
    cells = []
    for place, (value, (low, high)) in enumerate(zip(score.values.tolist(), score.intervals.tolist(), strict=True)):
        rank = score.rank(place)
        interval = "" if math.isnan(low) else f"{between}[{percent(low)}, {percent(high)}]"
        cells.append("-" if rank is None else f"{percent(value)} ({rank}){interval}")
    return cells


def _pair_cells(comparison: Comparison, name: str, pair: PairDifference) -> list[str]:
    systems = f"{comparison.names[pair.first]} - {comparison.names[pair.second]}"
    if pair.low is None or pair.high is None or pair.p_value is None or pair.adjusted is None:
        return [name, systems, _signed(pair.difference), "-", "-", "-", "-"]
    interval = f"[{_signed(pair.low)}, {_signed(pair.high)}]"
    more = _more_images(pair.more_images)
    return [name, systems, _signed(pair.difference), interval, _p(pair.p_value), _p(pair.adjusted), more]


def _signed(value: float) -> str:
    return f"{100 * value:+.2f}"


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _more_images(more: int | None) -> str:
    if more is None:
        return "none would"
    if more == 0:
        return "separated"
    digits = 2 - len(str(more))
    return f"~{round(more, digits):,}" if more < 1_000_000 else "> 1 million"
