"""The tables of docs/results/listener.md: what the listener hears and believes; ``make listener-page``, three minutes.

python scripts/listener_page.py
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from blocks import fill

from benchmark.validation.styles import tables

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "listener.md"


def main() -> None:
    """Make the blocks of the page again."""
    makers: dict[str, Callable[[], list[str]]] = {
        name: (lambda text=text: text.splitlines()) for name, text in tables().items()
    }
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), makers), encoding="utf-8")


if __name__ == "__main__":
    main()
