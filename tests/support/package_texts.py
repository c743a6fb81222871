"""Real text of every kind: the docstrings and metadata of the installed packages."""

from __future__ import annotations

import ast
import importlib.metadata
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

__all__ = ["package_texts"]


def package_texts(limit: int, seed: int) -> list[str]:
    """Docstrings and metadata lines of installed packages, in random order."""
    paths = sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*.py"))
    random.Random(seed).shuffle(paths)
    texts: list[str] = []
    for distribution in importlib.metadata.distributions():
        texts += (distribution.read_text("METADATA") or "").splitlines()[:40]
    for path in paths:
        if len(texts) >= 2 * limit:
            break
        texts += _docstrings(path)
    texts = sorted({" ".join(text.split()) for text in texts} - {""})
    random.Random(seed).shuffle(texts)
    return texts[:limit]


def _docstrings(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (SyntaxError, ValueError):
        return
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, kinds):
            yield from (ast.get_docstring(node) or "").split("\n\n")
