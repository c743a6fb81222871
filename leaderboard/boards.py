"""Which boards there are, and the data behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dataset.errors import UnknownNameError

from .store import Store

if TYPE_CHECKING:
    from benchmark.command_line import ScoringData

__all__ = ["Board", "find_board", "list_boards"]


@dataclass(frozen=True)
class Board:
    """One board: systems are compared on the regions of one split.

    Attributes:
        name: in addresses and on the command line.
        title: for people.
        config, split: which data.
        options: of the config.
        hidden: its references must never be shown (an open challenge).
        accepts: whether submissions are taken.
    """

    name: str
    title: str
    config: str
    split: str
    options: Mapping[str, int | str] = field(default_factory=dict)
    hidden: bool = False
    accepts: bool = True

    def data(self) -> ScoringData:
        """Regions with references, worlds and images; read once for each process. Missing data is made first."""
        return _read(self.config, self.split, tuple(sorted(self.options.items())))

    def to_dict(self) -> dict[str, Any]:
        """For the process that scores; `from_dict` makes the board again."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Board:
        """The board that `to_dict` described."""
        return cls(**values)


def list_boards(store: Store) -> dict[str, Board]:
    """Every board by name, in the order of the settings."""
    return {
        name: Board(name, chosen.title or name, chosen.config, chosen.split, chosen.options)
        for name, chosen in store.settings.boards.items()
    }


def find_board(store: Store, name: str) -> Board:
    """The board of a name.

    Raises:
        UnknownNameError: there is none.
    """
    boards = list_boards(store)
    if name not in boards:
        raise UnknownNameError("board", name, boards)
    return boards[name]


@lru_cache(maxsize=8)
def _read(config: str, split: str, options: tuple[tuple[str, int | str], ...]) -> ScoringData:
    from benchmark.command_line import scoring_data

    return scoring_data(config, split, **dict(options))
