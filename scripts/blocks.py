"""Pages with blocks that a script writes: what stands between ``<!-- made: NAME -->`` and ``<!-- end -->``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

__all__ = ["Maker", "block_texts", "fill"]

Maker = Callable[[], Iterable[str]]
"""Gives the lines of a block."""

_BLOCK = re.compile(r"(<!-- made: ([\w -]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def fill(page: str, makers: Mapping[str, Maker]) -> str:
    """A page with its blocks made again; the words around them are left alone.

    Raises:
        KeyError: the page has a block that nobody makes.
    """

    def block(match: re.Match[str]) -> str:
        lines = "\n".join(makers[match[2]]())
        return f"{match[1]}\n{lines}\n\n{match[4]}"

    return _BLOCK.sub(block, page)


def block_texts(page: str) -> list[tuple[str, str]]:
    """(name, text) of the blocks of a page, in order."""
    return [(name, text) for _, name, text, _ in _BLOCK.findall(page)]
