"""The table of furniture models: what each is called, where it stands, and which of its triangles are which part.

``models.json`` holds it. It was made by looking at every model from several sides with its materials and groups in
colours of their own (``scripts/furniture_sheets.py``). What has no clear name is not a part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal, get_args

from ...errors import InvalidInputError, check_name

__all__ = ["MADE_OF", "ROOMS", "Board", "Model", "Part", "Selector", "Stands", "load_models", "model_named"]

Stands = Literal["floor", "surface", "wall", "ceiling"]
STANDS: Final = get_args(Stands)
ROOMS: Final = ("living room", "bedroom", "kitchen", "study", "children's room", "bathroom", "terrace")
MADE_OF: Final = (
    "wood", "metal", "fabric", "leather", "glass", "ceramic", "plastic", "rubber", "paper", "wicker", "stone",
    "plant", "soil", "wax", "food", "water", "light", "screen", "mirror", "foam", "bristle", "paint", "water",
)  # fmt: skip
"""What a material may be of; only some are words of captions."""

Box = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Selector:
    """Which triangles belong to a part; what is empty does not matter, all that is record must hold.

    Attributes:
        materials: patterns of material names, with the wild cards of file names.
        groups: patterns of the names of the OBJ file's groups.
        box: (left, front, bottom, right, back, top) in per cent of the model's box: a piece (triangles of one material
            and group that hang together) belongs if its box's middle lies in it.
        cut: the same of every triangle's middle, to cut a piece in two.
    """

    materials: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    box: Box | None = None
    cut: Box | None = None


@dataclass(frozen=True)
class Part:
    """A named part of a model.

    Attributes:
        name: singular noun of one piece.
        selectors: any of them selects; the first part of a model that selects a triangle has it.
        of: name of the part that it is a part of; None for parts of the whole.
        count: how many pieces there are; 1 is no set.
        split: for sets whose pieces hang together: numbers of cells along x, y and z that the part's box is cut into.
    """

    name: str
    selectors: tuple[Selector, ...]
    of: str | None = None
    count: int = 1
    split: tuple[int, int, int] | None = None

    @property
    def is_set(self) -> bool:
        """Whether it is several pieces: legs, drawers."""
        return self.count > 1


@dataclass(frozen=True)
class Board:
    """A level area on which things can be put.

    Attributes:
        height: metres above the model's lowest point.
        left, front, right, back: its sides in the model's frame, in metres.
        clearance: metres up to what is above it; None under the open sky.
    """

    height: float
    left: float
    front: float
    right: float
    back: float
    clearance: float | None


@dataclass(frozen=True)
class Model:
    """One line of the table.

    Attributes:
        id: "pack/name", as in the catalogue.
        category: singular noun.
        stands: on the floor, on a surface of something, on a wall, or it hangs from the ceiling.
        rooms: where it may be, of `ROOMS`.
        size: width, depth and height in metres.
        parts: in the order in which they take triangles.
        made_of: (pattern of material names, one of `MADE_OF`); the first that fits counts.
        recolor: patterns of the materials whose colour may be changed.
        boards: level areas, the lowest first.
        author: who made it.
        licence: SPDX identifier.
    """

    id: str
    category: str
    stands: Stands
    rooms: tuple[str, ...]
    size: tuple[float, float, float]
    parts: tuple[Part, ...]
    made_of: tuple[tuple[str, str], ...]
    recolor: tuple[str, ...]
    boards: tuple[Board, ...]
    author: str
    licence: str

    @property
    def pack(self) -> str:
        """The pack that it is in."""
        return self.id.partition("/")[0]


@lru_cache(maxsize=1)
def load_models() -> dict[str, Model]:
    """Id -> model, of the whole table.

    Raises:
        InvalidInputError: the table is malformed; all problems are listed.
    """
    text = resources.files(__package__).joinpath("models.json").read_text(encoding="utf-8")
    return read_models(json.loads(text))


def model_named(name: str) -> Model:
    """A model by its id.

    Raises:
        UnknownNameError: the table has none of that name.
    """
    models = load_models()
    check_name("furniture model", name, models)
    return models[name]


def read_models(records: list[dict[str, Any]]) -> dict[str, Model]:
    """Id -> model, of the records of a table.

    Raises:
        InvalidInputError: records are malformed; all problems are listed.
    """
    models: dict[str, Model] = {}
    problems: list[str] = []
    for number, record in enumerate(records):
        place = str(record.get("id", f"record {number}"))
        try:
            model = _model(record)
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"{place}: {type(error).__name__} {error}")
            continue
        problems += [f"{place}: {problem}" for problem in _problems(model)]
        if model.id in models:
            problems.append(f"{place}: a second record of this id")
        models[model.id] = model
    if problems:
        raise InvalidInputError("models.json", problems)
    return models


def _model(record: dict[str, Any]) -> Model:
    width, depth, height = record["size"]
    return Model(
        id=record["id"],
        category=record["category"],
        stands=record["stands"],
        rooms=tuple(record["rooms"]),
        size=(width, depth, height),
        parts=tuple(_part(name, record) for name, record in record.get("parts", {}).items()),
        made_of=tuple(record.get("made_of", {}).items()),
        recolor=tuple(record.get("recolor", ())),
        boards=tuple(Board(*numbers) for numbers in record.get("boards", ())),
        author=record["author"],
        licence=record["licence"],
    )


def _part(name: str, record: dict[str, Any]) -> Part:
    split = record.get("split")
    return Part(
        name=name,
        selectors=tuple(_selector(each) for each in record.get("any", [record])),
        of=record.get("of"),
        count=record.get("count", 1),
        split=None if split is None else (split[0], split[1], split[2]),
    )


def _selector(record: dict[str, Any]) -> Selector:
    return Selector(
        materials=tuple(record.get("materials", ())),
        groups=tuple(record.get("groups", ())),
        box=_box(record.get("box")),
        cut=_box(record.get("cut")),
    )


def _box(numbers: list[float] | None) -> Box | None:
    if numbers is None:
        return None
    left, front, bottom, right, back, top = numbers
    return left, front, bottom, right, back, top


def _problems(model: Model) -> list[str]:
    names = [part.name for part in model.parts]
    problems = [
        f"{part.name} is of {part.of}, which it has not" for part in model.parts if part.of not in (None, *names)
    ]
    problems += [f"{part.name} selects nothing" for part in model.parts if Selector() in part.selectors]
    problems += [f"{word} is not one of MADE_OF" for _, word in model.made_of if word not in MADE_OF]
    problems += [f"{room} is not one of ROOMS" for room in model.rooms if room not in ROOMS]
    if model.stands not in STANDS:
        problems.append(f"stands is {model.stands}, not one of {', '.join(STANDS)}")
    return problems
