"""The metric of docs/extend/metric.md, registered for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmark import METRICS
from tests.support.pages import programs

__all__ = ["documented_metric"]


@contextmanager
def documented_metric() -> Iterator[str]:
    """Run the example of the document and yield its code; afterwards `METRICS` is what it was."""
    code = programs("docs/extend/metric.md")[0]
    before = dict(METRICS)
    try:
        exec(code, {})
        yield code
    finally:
        METRICS.clear()
        METRICS.update(before)
