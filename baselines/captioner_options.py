"""Options of captioners, NAME=VALUE on the command line: read into a pydantic model, with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dataset.errors import InvalidInputError, check_name

__all__ = ["CaptionerOptions", "NoOptions", "read_options"]


class CaptionerOptions(BaseModel):
    """Base of the options of a captioner; a value may be the text of a command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoOptions(CaptionerOptions):
    """Options of a captioner that has none."""


Options = TypeVar("Options", bound=CaptionerOptions)


def read_options(kind: type[Options], captioner: str, options: Mapping[str, Any]) -> Options:
    """Check and convert the options of a captioner.

    Raises:
        UnknownNameError: it has no such option.
        InvalidInputError: values that cannot be used, and options that are missing.
    """
    for name in options:
        check_name(f"option of captioner {captioner!r}:", name, kind.model_fields)
    try:
        return kind.model_validate(dict(options))
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()]
        raise InvalidInputError(
            f"options of captioner {captioner!r}", problems, "Give them with --option NAME=VALUE."
        ) from None


def _problem(error: Mapping[str, Any]) -> str:
    place = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return f"{place}: it is missing"
    suffix = f", found {error['input']!r}" if isinstance(error["input"], str | int | float) else ""
    return f"{place}: {error['msg'][0].lower()}{error['msg'][1:]}{suffix}".lstrip(": ")
