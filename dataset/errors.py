"""Every error the project raises on purpose.

    UrecaError
    ├── UnknownNameError      (ValueError)   a config, split, option, metric ... that does not exist
    ├── InvalidInputError     (ValueError)   a file or value of the user's, with every problem found in it
    ├── MissingDependencyError (ImportError) an optional package or program is not installed
    ├── DataUnavailableError  (OSError)      data that should be there is not, or is damaged
    ├── InsufficientMemoryError (MemoryError) the memory does not suffice, or ran out
    ├── NotAllowedError       (PermissionError) the caller may not do this
    ├── LimitReachedError                    too many requests in too short a time
    └── CaptioningError       (RuntimeError) some regions have no caption

A message says what, where, expected against found, and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

__all__ = [
    "CaptioningError",
    "DataUnavailableError",
    "InsufficientMemoryError",
    "InvalidInputError",
    "LimitReachedError",
    "MissingDependencyError",
    "NotAllowedError",
    "UnknownNameError",
    "UrecaError",
    "check_name",
    "find_name",
    "look_up",
    "nearest_names",
    "plain_name",
]

Value = TypeVar("Value")

_MOST_NAMES = 20
_SYNONYMS = (
    {"val", "validation", "valid", "dev"},
    {"train", "training"},
    {"test", "testing"},
    {"onmissing", "onerror", "onbad"},
)
"""Plain names for one thing."""


class UrecaError(Exception):
    """Base of every error raised on purpose by this project."""


class UnknownNameError(UrecaError, ValueError):
    """A name that does not exist; the message names the nearest and all available ones.

    Args:
        kind: what the name is of, in the user's words ("split", "config", "metric").
        name: as the user wrote it.
        available: every name that would have worked.
    """

    def __init__(self, kind: str, name: str, available: Iterable[str]) -> None:
        names = list(available)
        near = nearest_names(name, names)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        few = names if len(names) <= _MOST_NAMES else near
        more = len(names) - len(few)
        listed = ", ".join(few) or "none"
        if more:
            listed = f"{listed} and {more:,} more" if few else f"{more:,} names"
        super().__init__(f"unknown {kind} {name!r}.{hint} Available: {listed}.")
        self.kind, self.name, self.available = kind, name, names


def nearest_names(name: str, names: Iterable[str], most: int = 5) -> list[str]:
    """Those of some names that look most like a name, whatever its case and marks, the nearest first."""
    plain: dict[str, str] = {}
    for candidate in names:
        plain.setdefault(plain_name(candidate), candidate)
    own = plain_name(str(name))
    synonyms = next((words for words in _SYNONYMS if own in words), set())
    near = [*synonyms.intersection(plain), *difflib.get_close_matches(own, plain, n=most)]
    return [plain[each] for each in dict.fromkeys(near)][:most]


def plain_name(name: str) -> str:
    """A name without case, spaces and the marks that are typed one way or another."""
    return "".join(letter for letter in name.casefold() if letter not in " -_.")


def find_name(kind: str, name: str, available: Collection[str]) -> str:
    """The name that is meant: itself, the same in another case or with other marks, or another word for it.

    Raises:
        UnknownNameError: there is none, or more than one.
    """
    if name in available:
        return name
    synonyms = next((words for words in _SYNONYMS if plain_name(name) in words), {plain_name(name)})
    meant = [candidate for candidate in available if plain_name(candidate) in synonyms]
    if len(meant) != 1:
        raise UnknownNameError(kind, name, available)
    return meant[0]


def check_name(kind: str, name: str, available: Collection[str]) -> None:
    """See that a name is one of those there are.

    Raises:
        UnknownNameError: it is not.
    """
    if name not in available:
        raise UnknownNameError(kind, name, available)


def look_up(kind: str, name: str, table: Mapping[str, Value]) -> Value:
    """What a table has under a name.

    Raises:
        UnknownNameError: it has nothing under it.
    """
    check_name(kind, name, table)
    return table[name]


class InvalidInputError(UrecaError, ValueError):
    """Input that cannot be used, with all of its problems at once.

    Args:
        source: the file or argument the problems are in.
        problems: one line each, the place first (line number or JSON pointer).
        hint: what to do next.
        limit: how many problems the message spells out; `problems` keeps them all.
    """

    def __init__(self, source: str, problems: Sequence[str], hint: str = "", limit: int = 20) -> None:
        lines = [f"{source}: {len(problems)} problem{'s' if len(problems) != 1 else ''}"]
        lines += [f"  {problem}" for problem in problems[:limit]]
        if len(problems) > limit:
            lines.append(f"  ... and {len(problems) - limit:,} more")
        if hint:
            lines.append(hint)
        super().__init__("\n".join(lines))
        self.source, self.problems, self.hint = source, list(problems), hint


class MissingDependencyError(UrecaError, ImportError):
    """An optional dependency is not installed; the message holds the command that installs it."""

    def __init__(self, what: str, needed_for: str, install: str) -> None:
        super().__init__(f"{needed_for} needs {what}, which is not installed. Install it with: {install}")
        self.what, self.install = what, install


class DataUnavailableError(UrecaError, OSError):
    """Data that should be there is missing or damaged."""


class InsufficientMemoryError(UrecaError, MemoryError):
    """The memory, or that of the accelerator, does not suffice for the task."""


class NotAllowedError(UrecaError, PermissionError):
    """The caller may not do this: no token, a wrong one, or another user's."""


class LimitReachedError(UrecaError):
    """Too many requests in too short a time.

    Args:
        message: which limit.
        retry_after: when to try again, seconds from now.
    """

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CaptioningError(UrecaError, RuntimeError):
    """Some regions have no caption, and no caption is invented for them.

    Args:
        source: the image or the run they belong to.
        failures: region -> why, in the captioner's words.
        hint: what to do next.
        limit: how many the message spells out; `failures` keeps them all.
    """

    def __init__(self, source: str, failures: Mapping[str, str], hint: str = "", limit: int = 10) -> None:
        count = len(failures)
        lines = [f"{source}: {count:,} region{'s have' if count != 1 else ' has'} no caption"]
        lines += [f"  {region}: {reason}" for region, reason in list(failures.items())[:limit]]
        lines += [f"  ... and {count - limit:,} more"] if count > limit else []
        lines += [hint] if hint else []
        super().__init__("\n".join(lines))
        self.source, self.failures, self.hint = source, dict(failures), hint
