"""A process that works for another one: ``python -m dataset.runtime.worker MODULE:FUNCTION``; see `processes`."""

from __future__ import annotations

import os
import pkgutil
import sys

from .fingerprint import content_hash
from .processes import Parent


def main(function: str) -> None:
    """Run the function with the task that comes first on the standard input."""
    parent = Parent()
    order = parent.receive()
    if order["content_hash"] != content_hash():
        raise SystemExit("the files of the package changed while scenes were drawn: start again")
    if order["nice"]:
        os.nice(order["nice"])
    pkgutil.resolve_name(function)(parent, order["task"])


if __name__ == "__main__":
    main(sys.argv[1])
