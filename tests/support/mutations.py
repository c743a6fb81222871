"""Documents changed at random places: a part removed, repeated or replaced by what no program should have written."""

from __future__ import annotations

import copy
import gzip
import random
from collections.abc import Iterator
from typing import Any

__all__ = ["JUNK", "damaged", "mutated"]

JUNK = [None, True, 0, -1, 1.5, float("nan"), float("inf"), 1e300, 10**30, "", "x", "é", [], {}, [None], [[]], {"a": 1}]
_PIECES = [b"", b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"NaN", b"1e999", b"\\ud800", b"\xff", b"\n", b"\0"]


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a document, the document itself first."""
    yield path
    members = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, member in members:
        yield from places(member, (*path, key))


def mutated(document: Any, generator: random.Random) -> Any:
    """The document with one or two of its parts removed, repeated, or replaced by junk."""
    document = copy.deepcopy(document)
    for _ in range(generator.randint(1, 2)):
        inner = [path for path in places(document) if path]
        if not inner:
            return generator.choice(JUNK)
        *way, last = generator.choice(inner)
        at = document
        for key in way:
            at = at[key]
        action = generator.random()
        if action < 0.2:
            del at[last]
        elif action < 0.3 and isinstance(at, list):
            at.append(copy.deepcopy(at[last]))
        else:
            at[last] = copy.deepcopy(generator.choice(JUNK))
    return document


def damaged(content: bytes, generator: random.Random) -> bytes:
    """A file with a few of its bytes replaced, cut off, packed, or with a mark before it."""
    action = generator.random()
    if action < 0.1:
        return content[: generator.randint(0, len(content))]
    if action < 0.2:
        packed = gzip.compress(content)
        return packed if generator.random() < 0.5 else packed[: generator.randint(0, len(packed))]
    if action < 0.3:
        return b"\xef\xbb\xbf" + content
    for _ in range(generator.randint(1, 3)):
        start = generator.randint(0, len(content))
        content = content[:start] + generator.choice(_PIECES) + content[start + generator.randint(0, 6) :]
    return content
