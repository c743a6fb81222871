"""A board's rows as values, and how readers choose among them: filters and sorting. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..intake.card import SystemCard
from ..storage.schema import SUBMITTED
from .ranking import Rank

__all__ = [
    "FACTS",
    "Entry",
    "Filters",
    "Flag",
    "Number",
    "distinct_names",
    "select_entries",
    "sort_entries",
    "standing_of",
]

FACTS = ("parameters", "captions_per_second", "coverage", "created_at")
"""What entries can be sorted by besides their scores and names."""


@dataclass(frozen=True, slots=True)
class Number:
    """A score with its 95% interval over images, on 0..1 (CIDEr 0..10).

    Attributes:
        value, low, high: None where there is nothing to compute them from.
        current: whether it was computed as the board's newest run was; others do not compare.
    """

    value: float | None
    low: float | None
    high: float | None
    current: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """What an automatic check found suspicious: the check's name and its evidence, a sentence."""

    name: str
    message: str

    @property
    def badge(self) -> str:
        """In two or three words."""
        return _BADGES.get(self.name, self.name)

    @property
    def is_grave(self) -> bool:
        """Whether it says that the scores are not earned, and not only that the captions are poor."""
        return self.name in _GRAVE


_BADGES = {
    "constant": "one caption",
    "duplicate": "repeats captions",
    "index-appended": "numbers captions",
    "length-padded": "pads captions",
    "reference-copy": "copies references",
    "reference-mixture": "copies some references",
    "image-blind": "ignores the image",
    "resubmission": "copies another entry",
}
_GRAVE = frozenset(("index-appended", "length-padded", "reference-copy", "reference-mixture", "resubmission"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A ranked row: one run of one submission of one system.

    Attributes:
        kind: of the system, see `leaderboard.storage.schema`.
        card: of the system, with the note of the submission.
        rank: None where the run has no current value of the board's score.
        scored, regions: regions with a caption, and all regions; missing captions score 0.
        flags: what the automatic checks found suspicious.
        numbers: score name -> number, of the requested columns.
    """

    run_id: str
    submission_id: str
    system_id: int
    kind: str
    card: SystemCard
    scored: int
    regions: int
    verified_by: str
    created_at: float
    flags: tuple[Flag, ...]
    numbers: Mapping[str, Number]
    rank: Rank | None = None

    @property
    def name(self) -> str:
        """Of the system."""
        return self.card.name

    @property
    def note(self) -> str:
        """Of the submission."""
        return self.card.note

    @property
    def standing(self) -> str:
        """How far its numbers can be trusted, as `standing_of` says it."""
        return standing_of(self.kind, self.verified_by)

    @property
    def coverage(self) -> float:
        """Share of the regions that have a caption."""
        return self.scored / self.regions if self.regions else 0.0

    def fact(self, name: str) -> float | None:
        """One of `FACTS`."""
        holder = self.card if name in SystemCard.model_fields else self
        value: float | None = getattr(holder, name)
        return value

    @property
    def label(self) -> str:
        """Name and note: what tells it from the system's other submissions."""
        return f"{self.name} ({self.note})" if self.note else self.name


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries to show; ranks stay what they are.

    Attributes:
        text: words that name, note or description must contain, in any case.
        verified: only entries whose captions were reproduced.
        unflagged: only entries without suspicions.
        complete: only entries with a caption for every region.
    """

    text: str = ""
    verified: bool = False
    unflagged: bool = False
    complete: bool = False


def standing_of(kind: str, verified_by: str) -> str:
    """``baseline`` (made by the software), ``verified`` (somebody made the captions again), or ``self-reported``."""
    return "baseline" if kind != SUBMITTED else "verified" if verified_by else "self-reported"


def select_entries(entries: Sequence[Entry], filters: Filters) -> list[Entry]:
    """The entries that pass the filters, in their order."""
    words = filters.text.casefold().split()
    selection = []
    for entry in entries:
        text = f"{entry.name} {entry.note} {entry.card.description}".casefold()
        if not all(word in text for word in words):
            continue
        if (filters.verified and not entry.verified_by) or (filters.unflagged and entry.flags):
            continue
        if filters.complete and entry.scored < entry.regions:
            continue
        selection.append(entry)
    return selection


def sort_entries(entries: Sequence[Entry], column: str, lower_is_better: bool, reverse: bool = False) -> list[Entry]:
    """Entries by one of their columns, best first unless reversed; those without a value are last either way.

    Args:
        entries: in the order of the board, which ties keep.
        column: a score, "name", or one of `FACTS`.
        lower_is_better: of the column.
        reverse: worst first.
    """
    if column == "name":
        return sorted(entries, key=lambda entry: entry.label.casefold(), reverse=reverse)

    def value(entry: Entry) -> float | None:
        if column in FACTS:
            return entry.fact(column)
        number = entry.numbers.get(column)
        return number.value if number is not None else None

    sign = 1 if lower_is_better != reverse else -1
    pairs = [(entry, amount) for entry in entries if (amount := value(entry)) is not None]
    return [
        *(entry for entry, _ in sorted(pairs, key=lambda pair: sign * pair[1])),
        *(entry for entry in entries if value(entry) is None),
    ]


def distinct_names(entries: Sequence[Entry]) -> dict[str, str]:
    """Run id -> a name that no other of the entries has."""
    labels = [entry.label for entry in entries]
    return {
        entry.run_id: entry.label if labels.count(entry.label) == 1 else f"{entry.label} [{entry.submission_id[:6]}]"
        for entry in entries
    }
