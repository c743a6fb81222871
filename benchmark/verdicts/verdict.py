"""Verdicts as data: JSON lines that a judge, or a person, has given, written and read back.

One line is one caption: ``region_id``, ``system``, ``caption``, ``candidates`` (the regions shown, in their order),
``fits`` (those of them that the caption fits), ``elsewhere`` (it fits a region outside of them, too) and ``sure``;
perhaps ``closest``, ``statements`` and ``judge``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from dataset.runtime.cache import atomic_file

__all__ = ["Verdict", "VerdictKey", "read_verdict", "verdicts_sha256", "write_verdicts"]

VerdictKey = tuple[str, str]
"""(region_id, caption): what a verdict is about, whichever system wrote the caption."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of one caption.

    Attributes:
        region_id: the region that the caption was written for.
        caption: the caption.
        candidates: region ids of all panels of all rounds, each once.
        fits: those that the caption fits.
        elsewhere: it fits a region outside of the panels, too.
        system: which system wrote it; "" if that is not known.
        sure: whether the judge says that it is sure.
        closest: the candidate that the caption was most likely written for; None if that was not asked.
        statements: (statement of the caption, whether it is true of `closest`).
        judge: the judge's signature; "" for people and for files that do not say.
    """

    region_id: str
    caption: str
    candidates: tuple[str, ...]
    fits: tuple[str, ...]
    elsewhere: bool
    system: str = ""
    sure: bool = True
    closest: str | None = None
    statements: tuple[tuple[str, bool], ...] = ()
    judge: str = ""

    @property
    def key(self) -> VerdictKey:
        """What it is about."""
        return self.region_id, self.caption

    @property
    def image_id(self) -> str:
        """The image of the region."""
        return self.region_id.rpartition("/")[0]

    @property
    def is_true(self) -> bool:
        """The caption fits its region, and no statement about it is false."""
        return self.region_id in self.fits and not (
            self.closest == self.region_id and any(not true for _, true in self.statements)
        )

    @property
    def is_unique(self) -> bool:
        """It is true, fits no other panel, and nothing outside of the panels."""
        return self.is_true and len(self.fits) == 1 and not self.elsewhere

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of a line; what is empty of the optional fields is left out."""
        record: dict[str, Any] = {
            "region_id": self.region_id,
            "system": self.system,
            "caption": self.caption,
            "candidates": list(self.candidates),
            "fits": list(self.fits),
            "elsewhere": self.elsewhere,
            "sure": self.sure,
        }
        if self.closest is not None:
            record["closest"] = self.closest
        if self.statements:
            record["statements"] = [{"statement": statement, "true": true} for statement, true in self.statements]
        if self.judge:
            record["judge"] = self.judge
        return record


class _StatementRow(BaseModel):
    model_config = ConfigDict(strict=True)

    statement: str
    true: bool


class _Row(BaseModel):
    model_config = ConfigDict(strict=True)

    region_id: str
    caption: str
    candidates: list[str]
    fits: list[str]
    elsewhere: bool
    system: str = ""
    sure: bool = True
    closest: str | None = None
    statements: list[_StatementRow] = []
    judge: str = ""


def read_verdict(record: Mapping[str, Any]) -> Verdict:
    """One line's object as a verdict.

    Raises:
        ValueError: with what is wrong with it.
    """
    try:
        row = _Row.model_validate(record)
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise ValueError("; ".join(wrong)) from None
    candidates = set(row.candidates)
    if row.region_id not in candidates and row.candidates:
        raise ValueError("candidates: the region that the caption was written for is not among them")
    strange = [region_id for region_id in [*row.fits, *filter(None, [row.closest])] if region_id not in candidates]
    if strange:
        raise ValueError(f"fits, closest: {strange[0]!r} is not among the candidates")
    if len(candidates) < len(row.candidates) or len(set(row.fits)) < len(row.fits):
        raise ValueError("candidates, fits: a region comes twice")
    statements = tuple((each.statement, each.true) for each in row.statements)
    fields = row.model_dump(exclude={"candidates", "fits", "statements"})
    return Verdict(candidates=tuple(row.candidates), fits=tuple(row.fits), statements=statements, **fields)


def write_verdicts(verdicts: Iterable[Verdict], path: Path) -> int:
    """Write one line for each verdict; the file appears whole or not at all. Returns their number."""
    count = 0
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for verdict in verdicts:
            lines.write(json.dumps(verdict.to_dict(), ensure_ascii=False) + "\n")
            count += 1
    return count


def verdicts_sha256(verdicts: Iterable[Verdict]) -> str:
    """Digest of some verdicts, whatever their order."""
    lines = sorted(json.dumps(verdict.to_dict(), sort_keys=True) for verdict in verdicts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
