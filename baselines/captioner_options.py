"""Options of captioners, NAME=VALUE on the command line: read into a pydantic model, with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataset.errors import InvalidInputError, check_name
from dataset.prompting.pointing import ASK, MASK_POINTINGS

__all__ = ["CaptionerOptions", "NoOptions", "ViewOptions", "read_options"]


class CaptionerOptions(BaseModel):
    """Base of the options of a captioner; a value may be the text of a command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoOptions(CaptionerOptions):
    """Options of a captioner that has none."""


class ViewOptions(CaptionerOptions):
    """How a frozen model is shown a region and what it is asked.

    Attributes:
        view: how the region is shown, see `dataset.prompting.pointing`.
        view_size: longer side of the picture in pixels; "alpha" shows the image's own.
        ask: the question, after the words that explain the view.
    """

    view: Literal["none", "crop", "contour", "blur", "alpha"] = "contour"
    view_size: int = Field(default=896, ge=32, le=4096)
    ask: str = ASK

    def shown(self) -> dict[str, Any]:
        """The part of the identity that these options decide."""
        words = MASK_POINTINGS[self.view].words
        return {"view": self.view, "view_size": self.view_size, "ask": self.ask, "words": words}


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
