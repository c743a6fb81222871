"""How far a long piece of work is: a bar in a terminal, a line from time to time in a log."""

from __future__ import annotations

import sys
from typing import Any, Final

__all__ = ["progress_bar"]

_SILENT_SECONDS: Final = 2.0
"""Work that is done sooner leaves no line in a log."""
_BETWEEN_LINES: Final = 10.0


def progress_bar(items: Any = None, *, title: str, unit: str, total: int | None = None) -> Any:
    """A bar of tqdm on standard error, around some items or updated by hand.

    Where standard error is no terminal, as in a pipe or a cluster's log, it begins after two seconds and is written
    every ten, so that whoever waits sees for what.

    Args:
        items: what is gone through, if anything.
        title: what is being done: "Drawing test scenes".
        unit: what is counted.
        total: units in all, where `items` has no length.
    """
    from tqdm import tqdm

    seen = sys.stderr.isatty()
    pace = {} if seen else {"delay": _SILENT_SECONDS, "mininterval": _BETWEEN_LINES, "maxinterval": _BETWEEN_LINES}
    return tqdm(items, desc=title, unit=unit, total=total, **pace)
