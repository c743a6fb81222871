"""The two consoles of every command: results go to `output`, everything else to `terminal`."""

from __future__ import annotations

import io
import sys
from typing import Final

from rich.console import Console

__all__ = ["output", "quiet_terminal", "table_output", "terminal"]

output: Final = Console()
"""Standard output: the results."""

terminal: Final = Console(stderr=True)
"""Standard error: progress, notes and errors."""

_SILENT: Final = Console(stderr=True, quiet=True)
_FILE_WIDTH: Final = 200


def quiet_terminal(quiet: bool) -> Console:
    """`terminal`, or one that prints nothing."""
    return _SILENT if quiet else terminal


def table_output() -> Console:
    """`output` for wide tables: a file has no edge to keep to, and what it cannot encode becomes a question mark."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a table with a ? in it beats a traceback
    return output if output.is_terminal else Console(width=_FILE_WIDTH)
