"""The metric of docs/metrics.md, registered for a while."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark import METRICS

__all__ = ["documented_metric"]


@contextmanager
def documented_metric(repository: Path) -> Iterator[str]:
    """Run the example of the document and yield its code; afterwards `METRICS` is what it was."""
    [code] = re.findall(r"```python\n(.*?)```", (repository / "docs/metrics.md").read_text(), re.DOTALL)
    before = dict(METRICS)
    try:
        exec(code, {})
        yield code
    finally:
        METRICS.clear()
        METRICS.update(before)
