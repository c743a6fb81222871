"""The protocol that rows of references and of predictions name: which test set and rules they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["Protocols", "protocol_notes"]

_MOST_CHARACTERS: Final = 500


class Protocols:
    """The protocols of the rows of a file; "" for a row that names none."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def take(self, row: Mapping[str, Any]) -> None:
        """Take one row."""
        value = row.get("protocol")
        self._counts[_clean(value) if isinstance(value, str) else ""] += 1

    @property
    def text(self) -> str:
        """The protocol that all rows name, empty where they name none; each of several."""
        return " + ".join(self.mixed) or "".join(self._counts)

    @property
    def mixed(self) -> list[str]:
        """A line for each protocol, where there are several."""
        if len(self._counts) < 2:
            return []
        return [f"{count:,} rows are of {name or 'no protocol'}" for name, count in self._counts.most_common()]


def protocol_notes(protocol: str, systems: Mapping[str, str]) -> list[str]:
    """A line for each system whose captions were made for another protocol than that of the references.

    Args:
        protocol: of the references; empty where it is not known.
        systems: name -> protocol that its predictions name; empty where they name none.
    """
    named = {name: own for name, own in systems.items() if own}
    if not protocol and len(set(named.values())) < 2:
        return []
    where = "scored by the references above" if protocol else "scored by references that name no protocol"
    return [f"{name} of another protocol, {where}: {own}" for name, own in named.items() if own != protocol]


def _clean(text: str) -> str:
    """Untrusted text on one line, cut to a sensible length."""
    return "".join(filter(str.isprintable, " ".join(text[: 4 * _MOST_CHARACTERS].split())))[:_MOST_CHARACTERS]
