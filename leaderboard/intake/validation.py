"""Checking a prediction file for a board: one way for page, API and command line, before anything counts."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.inputs.predictions import read_predictions
from dataset.errors import InvalidInputError

from ..boards.board import Board

__all__ = ["ValidFile", "canonical_lines", "read_canonical", "validate"]


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make text look like another one."""


@dataclass(frozen=True, slots=True)
class ValidFile:
    """A prediction file that can be scored.

    Attributes:
        board: for which it is valid.
        content: its captions as canonical JSON Lines, in the order of the data.
        sha256: digest of `content`: the same for every way of writing the same captions.
        captions: how many regions have a caption.
        missing: region_ids without one; they score 0.
        system: what the file says about the system that made it.
        upload_sha256, upload_bytes: of the file as uploaded.
    """

    board: Board
    content: bytes
    sha256: str
    captions: int
    missing: tuple[str, ...]
    system: Mapping[str, Any]
    upload_sha256: str
    upload_bytes: int


def validate(path: Path, board: Board, *, allow_missing: bool = False, name: str | None = None) -> ValidFile:
    """Check a file against the regions of a board; nothing is stored.

    Args:
        path: the file.
        board: whose regions it captions.
        allow_missing: accept regions without a caption and empty captions; they score 0.
        name: what its sender calls the file, for messages; the path if not given.

    Raises:
        InvalidInputError: with every problem of the file, each with its line or JSON pointer. It never quotes
            a reference.
    """
    source = name or str(path)
    try:
        file = read_predictions(path)
        data = board.data()
        fitted = file.match(data.regions, allow_missing, board.name)
    except InvalidInputError as error:
        hint = error.hint.replace("--allow-missing scores", "allowing missing ones scores")
        raise InvalidInputError(source, error.problems, hint, limit=100) from None
    unshowable = [
        f"{region_id}: character {at} of the caption cannot be shown ({letter!a})"
        for region_id, caption in fitted.captions.items()
        for at, letter in enumerate(caption)
        if letter in _BIDI or (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\n\r")
    ]
    if unshowable:
        hint = "Take out control characters and those that change the direction of writing."
        raise InvalidInputError(source, unshowable, hint, limit=100)
    if not fitted.captions:
        raise InvalidInputError(source, ["every caption is empty"], "At least one region needs a caption.")
    order = (region.region_id for region in data.regions)
    content = canonical_lines(fitted.captions, order)
    return ValidFile(
        board=board,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        captions=len(fitted.captions),
        missing=fitted.missing,
        system=fitted.system,
        upload_sha256=fitted.sha256,
        upload_bytes=path.stat().st_size,
    )


def canonical_lines(captions: Mapping[str, str], order: Iterable[str]) -> bytes:
    """Captions as JSON Lines, one way for the same captions: ids in the order given; without a caption, no line."""
    lines = [
        json.dumps({"region_id": region_id, "caption": captions[region_id]}, ensure_ascii=False, separators=(",", ":"))
        for region_id in order
        if region_id in captions
    ]
    return ("\n".join(lines) + "\n").encode()


def read_canonical(content: bytes) -> dict[str, str]:
    """Captions from what `canonical_lines` made, by region_id."""
    rows = map(json.loads, content.decode().split("\n")[:-1])
    return {row["region_id"]: row["caption"] for row in rows}
