"""What the makers of a system say about it, checked before any of it is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from dataset.errors import InvalidInputError

from ..storage.schema import System

__all__ = ["SystemCard", "read_card"]


def _on_one_line(text: str) -> str:
    """Text with single spaces.

    Raises:
        ValueError: it contains invisible characters, such as control characters or changes of direction.
    """
    _refuse_invisible(text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    return " ".join(text.split())


def _several_lines(text: str) -> str:
    _refuse_invisible(text.replace("\n", "").replace("\r", "").replace("\t", ""))
    return text.strip()


def _refuse_invisible(text: str) -> None:
    for at, letter in enumerate(text):
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            raise ValueError(f"character {at} cannot be shown ({letter!a})")


def _web_address(text: str) -> str:
    address = text.strip()
    if not address:
        return ""
    if not address.lower().startswith(("https://", "http://")):
        raise ValueError("expected an address that starts with https://")
    if any(letter.isspace() or letter in "<>\"'`()[]{}|\\^" for letter in address):
        raise ValueError("contains a character that an address cannot have; write it percent-encoded")
    _refuse_invisible(address)
    if any(unicodedata.category(letter) == "Cc" for letter in unquote(address, errors="replace")):
        raise ValueError("contains an encoded control character, such as %0d")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise ValueError("expected a host after https://")
    if "@" in parts.netloc:
        raise ValueError("contains a user name or a password before the host")
    return address


Line = Annotated[str, AfterValidator(_on_one_line)]
Address = Annotated[str, Field(max_length=500), AfterValidator(_web_address)]


class SystemCard(BaseModel):
    """Description of a system; everything but its name may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Line, Field(max_length=60)]
    """As it stands on the board."""

    description: Annotated[str, Field(max_length=2000), AfterValidator(_several_lines)] = ""
    """Plain text, a few sentences."""

    paper: Address = ""
    """Address, http or https, like `code` and `model_card`."""

    code: Address = ""
    model_card: Address = ""

    parameters: Annotated[float | None, Field(gt=0, le=1e15, allow_inf_nan=False)] = None
    """Number of parameters (8e9 for 8 billion)."""

    captions_per_second: Annotated[float | None, Field(gt=0, le=1e9, allow_inf_nan=False)] = None
    """Measured on `hardware`."""

    hardware: Annotated[Line, Field(max_length=100)] = ""

    organisation: Annotated[Line, Field(max_length=80)] = ""
    """Who made it: a university, a company, a person."""

    licence: Annotated[Line, Field(max_length=60)] = ""
    """Of the weights."""

    weights: Literal["", "open", "closed"] = ""
    """Whether everybody can get the weights."""

    method: Literal["", "trained", "prompted"] = ""
    """Trained for region captions, or a general model that is prompted."""

    training_data: Annotated[Line, Field(max_length=300)] = ""
    """What it was trained on."""

    saw_source: Literal["", "yes", "no"] = ""
    """Whether its training data comes from where the board's images come from: the generator of scenes, a data set."""

    note: Annotated[Line, Field(max_length=200)] = ""
    """What sets this submission apart from others of the system, such as a checkpoint or a prompt."""

    @classmethod
    def of_row(cls, system: System, note: str = "") -> SystemCard:
        """The card of a stored system; its values were checked when they came in.

        Args:
            system: the row.
            note: of one of its submissions.
        """
        columns = [name for name in cls.model_fields if name != "note"]
        return cls.model_construct(**{name: getattr(system, name) for name in columns}, note=note)

    def facts(self) -> dict[str, str | float | None]:
        """What it says about the system besides its name, by field: also the columns of a stored system."""
        return self.model_dump(exclude={"name", "note"})

    def stated(self) -> dict[str, Any]:
        """What it does not leave out, by field; `read_card` makes the card again."""
        return self.model_dump(exclude_defaults=True)

    def links(self) -> list[tuple[str, str]]:
        """Kind and address of its links; of web addresses only."""
        links = (("paper", self.paper), ("code", self.code), ("model card", self.model_card))
        return [(kind, address) for kind, address in links if address.startswith(("https://", "http://"))]


def read_card(fields: Mapping[str, Any], source: str = "system") -> SystemCard:
    """The card that some values describe.

    Args:
        fields: field -> value; empty text is taken as not given.
        source: what the values are in, for messages.

    Raises:
        InvalidInputError: with every problem of every field.
    """
    values = {name: value for name, value in fields.items() if value not in ("", None)}
    try:
        card = SystemCard.model_validate(values)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, problem['loc']))[:60]}: {_problem_text(problem)}"
            for problem in error.errors(include_url=False, include_context=False)
        ]
        raise InvalidInputError(source, problems, f"Fields: {', '.join(SystemCard.model_fields)}.") from error
    if not card.name:
        raise InvalidInputError(source, ["name: expected some text, found nothing"])
    return card


def _problem_text(problem: Mapping[str, Any]) -> str:
    ours = {"missing": "expected some text, found nothing", "extra_forbidden": "there is no such field"}
    return ours.get(problem["type"], str(problem["msg"]).removeprefix("Value error, "))
