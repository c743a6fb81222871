"""Which systems a board shows, by what their makers say: size, weights, licence, organisation, training data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from ....reading.entries import Entry
from ....reading.labels import label_of
from .. import shell

__all__ = ["SystemFilters", "choose_systems"]

_ALL: Final = "all"
_UNSAID: Final = "not said"
_SIZES: Final[Mapping[str, tuple[float, float]]] = {
    "under 100M": (0, 1e8),
    "100M to 1B": (1e8, 1e9),
    "1B to 10B": (1e9, 1e10),
    "10B and more": (1e10, float("inf")),
}
_CHOICES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "weights": ("Weights", {"open": "Open", "closed": "Closed"}),
    "method": ("Kind", {"trained": "Trained for region captions", "prompted": "A general model, prompted"}),
    "saw_source": ("Has it seen the source of this board's images?", {"no": "No", "yes": "Yes"}),
}
"""Field of the card -> label and values."""
_TEXTS: Final[Mapping[str, str]] = {"organisation": "Organisation", "licence": "Licence"}


@dataclass(frozen=True)
class SystemFilters:
    """Which systems to show; ranks stay what they are.

    Attributes:
        size: a key of the sizes, "not said", or "all".
        facts: field of the card -> the value it must have; "not said" stands for an empty one.
    """

    size: str = _ALL
    facts: Mapping[str, str] = field(default_factory=dict)

    def keep(self, entry: Entry) -> bool:
        """Whether an entry's system passes."""
        for name, choice in self.facts.items():
            if choice != _ALL and (getattr(entry.card, name) or _UNSAID) != choice:
                return False
        if self.size == _ALL:
            return True
        parameters = entry.card.parameters
        if parameters is None or self.size == _UNSAID:
            return parameters is None and self.size == _UNSAID
        low, high = _SIZES[self.size]
        return low <= parameters < high


def choose_systems(entries: Sequence[Entry], known_facts: Sequence[str]) -> tuple[Callable[[Entry], bool], list[str]]:
    """The reader's choice among systems, and the facts that become columns."""
    with st.popover("Systems", icon=":material/groups:"):
        size = shell.pick("Parameters", [_ALL, *_SIZES, _UNSAID], "size", format_func=str.capitalize)
        facts = {}
        for name, (label, values) in _CHOICES.items():
            wording = {_ALL: "All", _UNSAID: "Not said", **values}
            facts[name] = shell.pick(label, [_ALL, *values, _UNSAID], name, format_func=wording.__getitem__)
        for name, label in _TEXTS.items():
            stated = sorted({getattr(entry.card, name) for entry in entries} - {""})
            if stated:
                facts[name] = shell.pick(label, [_ALL, *stated, _UNSAID], name)
        columns = shell.pick_many(
            "Facts in the table", [*known_facts, "created_at"], list(known_facts), "facts", format_func=label_of
        )
    return SystemFilters(size, facts).keep, columns
