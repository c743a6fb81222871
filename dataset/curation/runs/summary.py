"""What a run did, for the terminal and for ``report.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from ...runtime.cache import atomic_file
from .plan import shard_name
from .runners import RunReport

__all__ = ["summary_lines", "summary_table", "write_report"]


def summary_table(report: RunReport) -> Table:
    """Counts of a run."""
    shards = report.reports.values()
    failures = Counter(
        f"{failure['stage']}: {failure['reason'].partition(':')[0]}" for shard in shards for failure in shard.failures
    )
    left_out: Counter[str] = Counter()
    for shard in shards:
        left_out.update(shard.left_out)
    table = Table(title="Curation", show_header=False, title_justify="left")
    table.add_row("shards made", f"{len(report.reports):,}")
    table.add_row("images", f"{sum(shard.images for shard in shards):,}")
    table.add_row("regions captioned", f"{report.regions:,}")
    table.add_row("answers, all stages", f"{sum(shard.records for shard in shards):,}")
    for why, count in sorted(left_out.items()):
        table.add_row(f"masks left out: {why}", f"{count:,}")
    for kind, count in sorted(failures.items()):
        table.add_row(f"failed, {kind}", f"{count:,}")
    table.add_row("images with problems", f"{sum(len(shard.problems) for shard in shards):,}")
    table.add_row("shards in quarantine", f"{len(report.quarantine):,}")
    table.add_row("shards unfinished", f"{len(report.unfinished):,}")
    return table


def summary_lines(report: RunReport, left_out: Sequence[str], most: int = 10) -> list[str]:
    """Everything that went wrong, one line each, the first of each kind; ``report.json`` has them all."""
    problems = [
        f"{image_id}: {line}"
        for shard in report.reports.values()
        for image_id, lines in shard.problems.items()
        for line in lines
    ]
    failures = [
        f"{failure['region_id']}, {failure['stage']}: {failure['reason']}"
        for shard in report.reports.values()
        for failure in shard.failures
    ]
    lines = []
    for group in (
        [f"not planned: {line}" for line in left_out],
        problems,
        failures,
        [f"{shard_name(number)} is in quarantine: {error}" for number, error in sorted(report.quarantine.items())],
        [f"{shard_name(number)} is unfinished: {error}" for number, error in sorted(report.unfinished.items())],
    ):
        lines += group[:most]
        lines += [f"... and {len(group) - most:,} more"] if len(group) > most else []
    return lines


def write_report(out: Path, report: RunReport, left_out: Sequence[str]) -> Path:
    """Write ``report.json``: every shard's counts, failures and problems."""
    content: dict[str, Any] = {
        "schema": 1,
        "complete": report.complete and report.regions > 0,
        "regions": report.regions,
        "not_planned": list(left_out),
        "shards": [asdict(shard) for _, shard in sorted(report.reports.items())],
        "quarantine": {shard_name(shard): error for shard, error in sorted(report.quarantine.items())},
        "unfinished": {shard_name(shard): error for shard, error in sorted(report.unfinished.items())},
    }
    path = out / "report.json"
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path
