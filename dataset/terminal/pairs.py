"""NAME=VALUE on a command line: one reader for the options of configs, of captioners and of training stages."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import InvalidInputError
from .data_flags import DATA_OPTION

__all__ = ["config_options", "read_pairs"]


def read_pairs(pairs: Iterable[str], flag: str, form: str = "NAME=VALUE") -> dict[str, str]:
    """NAME=VALUE pairs as a mapping, in their order; a value may be empty and may hold further equals signs.

    Args:
        pairs: as they stand on the command line.
        flag: the option they belong to, for messages.
        form: what a pair looks like, for messages.

    Raises:
        InvalidInputError: a text is not a pair, or a name comes twice; with all problems.
    """
    values: dict[str, str] = {}
    problems = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            problems.append(f"expected {form}, found {pair!r}")
        elif name in values:
            problems.append(f"{name} is given twice: {values[name]!r} and {value!r}")
        else:
            values[name] = value
    if problems:
        raise InvalidInputError(flag, problems)
    return values


def config_options(pairs: Iterable[str] | None) -> dict[str, int | str]:
    """Options of a config from the NAME=VALUE pairs of ``--data-option``, whole numbers as numbers.

    Raises:
        InvalidInputError: see `read_pairs`.
    """
    return {
        name: int(value) if value.isdecimal() else value for name, value in read_pairs(pairs or (), DATA_OPTION).items()
    }
