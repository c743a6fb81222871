"""Which boards there are, and the data behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from benchmark.metrics import headline_order, headline_scores
from dataset.errors import look_up

from ..storage.schema import Challenge
from ..storage.store import Store

if TYPE_CHECKING:
    from benchmark.inputs.scoring_data import ScoringData

__all__ = ["CHALLENGE", "Board", "challenge_folder", "find_board", "list_boards"]

CHALLENGE: Final = "challenge"
"""The config of boards whose data is a challenge's folder."""


@dataclass(frozen=True)
class Board:
    """One board: systems are compared on the regions of one split.

    Attributes:
        name: in addresses and on the command line.
        title: for people.
        config: which data.
        split: which split of them.
        options: of the config.
        hidden: its references must never be shown (an open challenge).
        accepts: whether submissions are taken.
        quota_per_day: submissions a day of one sender to this board; None for no limit of its own.
        verdicts: file of a judge's verdicts; "" if there are none.
        calibration: file of the judge's known errors; "" if there is none.
        lead: the score that comes first; "" for the first headline.
    """

    name: str
    title: str
    config: str
    split: str
    options: Mapping[str, int | str] = field(default_factory=dict)
    hidden: bool = False
    accepts: bool = True
    quota_per_day: int | None = None
    verdicts: str = ""
    calibration: str = ""
    lead: str = ""

    def score_order(self, names: Iterable[str]) -> list[str]:
        """Names of scores as this board orders them: the one that leads here, then by importance."""
        return self._led(headline_order(names))

    def headlines(self, names: Iterable[str]) -> list[str]:
        """Those of some names that are headlines here, the one that leads first."""
        available = list(names)
        order = headline_scores(available)
        return self._led([self.lead, *order] if self.lead in available and self.lead not in order else order)

    def _led(self, order: list[str]) -> list[str]:
        return [self.lead, *(name for name in order if name != self.lead)] if self.lead in order else order

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
    """Every board by name: those of the settings in their order, then challenges, oldest first."""
    boards = {
        name: Board(
            name,
            settings.title or name,
            settings.config,
            settings.split,
            settings.options,
            verdicts=_absolute(settings.verdicts),
            calibration=_absolute(settings.calibration),
            lead=settings.lead,
        )
        for name, settings in store.settings.boards.items()
    }
    with store.reading() as session:
        for row in session.scalars(select(Challenge).order_by(Challenge.created_at, Challenge.name)):
            boards.setdefault(row.name, _of_challenge(store, row))
    return boards


def challenge_folder(store: Store, name: str) -> Path:
    """Where a challenge's files lie; see `challenge_files`."""
    return store.folder / "challenges" / name


def find_board(store: Store, name: str) -> Board:
    """The board of a name.

    Raises:
        UnknownNameError: there is none.
    """
    boards = list_boards(store)
    return look_up("board", name, boards)


def _absolute(path: str) -> str:
    """A path that means the same in the folder of a scoring process; "" stays."""
    return str(Path(path).expanduser().absolute()) if path else ""


def _of_challenge(store: Store, row: Challenge) -> Board:
    return Board(
        row.name,
        row.title or row.name,
        CHALLENGE,
        "test",
        {"folder": str(challenge_folder(store, row.name))},
        hidden=row.state != "published",
        accepts=row.state == "open",
        quota_per_day=row.details.get("quota_per_day"),
    )


@lru_cache(maxsize=8)
def _read(config: str, split: str, options: tuple[tuple[str, int | str], ...]) -> ScoringData:
    # Imported here: commands and pages that only list boards should not load what draws and reads data.
    if config == CHALLENGE:
        from .challenge_files import challenge_data

        return challenge_data(Path(str(dict(options)["folder"])))
    from benchmark.inputs.scoring_data import scoring_data

    return scoring_data(config, split, **dict(options))
