"""Files that a command will write: checked before the work, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InvalidInputError

__all__ = ["check_outputs"]


def check_outputs(*paths: Path | None) -> None:
    """Find out before the work, not after it, that its result cannot be written.

    Args:
        paths: files that will be written; None for those that are not requested.

    Raises:
        InvalidInputError: a path is a folder, or in a folder that cannot be written to.
    """
    problems = []
    for path in filter(None, paths):
        if path.is_dir():
            problems.append(f"{path}: this is a folder, expected the name of a file")
        elif path.parent.exists() and not os.access(path.parent, os.W_OK):
            problems.append(f"{path}: the folder cannot be written to")
    if problems:
        raise InvalidInputError("output", problems, "Nothing was computed.")
