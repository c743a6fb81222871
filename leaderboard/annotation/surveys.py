"""Surveys: captions of a board that people judge, in the view of the judge and blind to system and target."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmark.judge.candidates import ImageRegions
from benchmark.judge.panels import PanelOptions
from benchmark.verdicts.verdict import Verdict
from dataset.errors import InvalidInputError, NotAllowedError, look_up
from dataset.schema import Region

from ..boards.board import Board, find_board
from ..intake.submissions import predictions
from ..storage import audit
from ..storage.schema import Submission, System
from ..storage.store import Store
from ..storage.survey_tables import Survey, SurveyAnswer, SurveyItem
from ..storage.tokens import OPERATOR

if TYPE_CHECKING:
    from benchmark.inputs.scoring_data import ScoringData

__all__ = ["SurveyState", "close_survey", "find_survey", "list_surveys", "open_survey"]

PEOPLE: Final = 2
"""How many judge each caption, if not said otherwise."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True)
class SurveyState:
    """How far a survey is.

    Attributes:
        people: answers that each item gets.
        items: questions; `answers` given to them, `complete` ones have all of theirs.
    """

    name: str
    board: str
    is_open: bool
    people: int
    items: int
    answers: int
    complete: int


def open_survey(
    store: Store,
    name: str,
    board_name: str,
    *,
    captions: int = 100,
    systems: Sequence[str] = (),
    judged: Sequence[Verdict] = (),
    people: int = PEOPLE,
    size: int = 640,
    seed: int = 0,
) -> SurveyState:
    """Draw captions at random and ask people about them from now on.

    Args:
        store: of the leaderboard.
        name: of the survey: lower-case letters, digits, hyphens.
        board_name: on which board the captions are.
        captions: how many; all that there are if there are fewer.
        systems: whose captions, by their names; everybody's if empty.
        judged: a judge's verdicts: only captions that it has judged are drawn, with the same panels in the same order.
        people: answers that each caption gets.
        size: longer side of each picture in pixels.
        seed: of the sample and of the order of panels.

    Raises:
        InvalidInputError: the name is taken or not allowed, a number is out of range, or there are no such captions.
        NotAllowedError: the board's references are secret.
        UnknownNameError: there is no such board or system.
    """
    board = find_board(store, board_name)
    if board.hidden:
        raise NotAllowedError(f"The test of {board.title} is secret: nobody may be shown its images.")
    problems = [] if _NAME.fullmatch(name) else [f"name: expected lower-case letters, digits, hyphens, found {name!r}"]
    problems += [
        f"{what}: expected at least 1, found {n}" for what, n in (("captions", captions), ("people", people)) if n < 1
    ]
    if problems:
        raise InvalidInputError("survey", problems)
    view = PanelOptions(size=size, rounds=1, seed=seed)
    data = board.data()
    drawn = _sample(_captions(store, board, systems, data), {each.key: each for each in judged}, captions, seed)
    if not drawn:
        raise InvalidInputError("survey", ["there are no captions to judge"], "Captions come from public submissions.")
    items = list(_items(name, drawn, {each.key: each for each in judged}, data, view))

    def add(session: Session) -> None:
        if session.get(Survey, name) is not None:
            raise InvalidInputError("survey", [f"there is one called {name!r} already"])
        now = store.now(session)
        session.add(Survey(name=name, board=board.name, people=people, view=asdict(view), created_at=now))
        session.flush()
        session.add_all(items)
        audit.append(session, now, OPERATOR.name, "opened survey", f"survey:{name}", {"captions": len(items)})

    with store.session() as session:
        add(session)
    return find_survey(store, name)


def close_survey(store: Store, name: str) -> None:
    """Take no more answers; those that there are stay.

    Raises:
        UnknownNameError: there is no such survey.
    """
    find_survey(store, name)
    with store.session() as session:
        survey = session.get_one(Survey, name)
        if survey.state == "open":
            survey.state = "closed"
            audit.append(session, store.now(session), OPERATOR.name, "closed survey", f"survey:{name}")


def find_survey(store: Store, name: str) -> SurveyState:
    """How far one survey is.

    Raises:
        UnknownNameError: there is none of the name.
    """
    return look_up("survey", name, {survey.name: survey for survey in list_surveys(store)})


def list_surveys(store: Store) -> list[SurveyState]:
    """All surveys, the oldest first."""
    with store.reading() as session:
        answers = (
            select(SurveyAnswer.survey, SurveyAnswer.number, func.count().label("given"))
            .where(SurveyAnswer.given_at.is_not(None))
            .group_by(SurveyAnswer.survey, SurveyAnswer.number)
        )
        counts: dict[str, list[int]] = {}
        for survey, _, count in session.execute(answers):
            counts.setdefault(survey, []).append(count)
        questions = select(SurveyItem.survey, func.count()).group_by(SurveyItem.survey)
        items: dict[str, int] = {survey: count for survey, count in session.execute(questions)}  # noqa: C416 - to mypy a row is not a pair
        rows = session.scalars(select(Survey).order_by(Survey.created_at, Survey.name)).all()
        return [
            SurveyState(
                row.name,
                row.board,
                row.state == "open",
                row.people,
                items.get(row.name, 0),
                sum(counts.get(row.name, [])),
                sum(count >= row.people for count in counts.get(row.name, [])),
            )
            for row in rows
        ]


def _captions(store: Store, board: Board, systems: Sequence[str], data: ScoringData) -> dict[tuple[str, str], str]:
    """(region_id, caption) -> the first system that wrote it, of every system's newest public submission."""
    query = (
        select(System.name, Submission.id)
        .join(Submission, Submission.system_id == System.id)
        .where(Submission.board == board.name, Submission.visibility == "public")
        .order_by(Submission.created_at.desc(), Submission.id)
    )
    newest: dict[str, str] = {}
    with store.reading() as session:
        for system, submission_id in session.execute(query):
            newest.setdefault(system, submission_id)
    for system in systems:
        look_up("system", system, newest)
    can_be_shown = {region.region_id for region in data.regions if region.mask is not None}
    captions: dict[tuple[str, str], str] = {}
    for system in systems or sorted(newest):
        for region_id, caption in predictions(store, newest[system]).items():
            if caption.strip() and region_id in can_be_shown:
                captions.setdefault((region_id, caption), system)
    return captions


def _sample(
    captions: Mapping[tuple[str, str], str], judged: Mapping[tuple[str, str], Verdict], count: int, seed: int
) -> list[tuple[str, str, str]]:
    """So many (region_id, caption, system) in random order."""
    keys = sorted(key for key in captions if not judged or (key in judged and judged[key].candidates))
    generator = random.Random(f"survey {seed}")
    return [(*key, captions[key]) for key in generator.sample(keys, min(count, len(keys)))]


def _items(
    survey: str,
    drawn: Iterable[tuple[str, str, str]],
    judged: Mapping[tuple[str, str], Verdict],
    data: ScoringData,
    view: PanelOptions,
) -> Iterator[SurveyItem]:
    """The questions, each with the regions of its panels: the judge's, or those that a judge would be shown first."""
    groups: dict[str, list[Region]] = {}
    for region in data.regions:
        groups.setdefault(region.image_id, []).append(region)
    images: dict[str, ImageRegions] = {}
    for number, (region_id, caption, system) in enumerate(drawn):
        verdict = judged.get((region_id, caption))
        if verdict is not None:
            candidates = verdict.candidates[: view.panels]
        else:
            image_id = region_id.rpartition("/")[0]
            image = images.setdefault(image_id, ImageRegions(groups[image_id]))
            [candidates] = image.rounds(region_id, caption, panels=view.panels, most=1, seed=view.seed)
        yield SurveyItem(
            survey=survey,
            number=number,
            region_id=region_id,
            caption=caption,
            system=system,
            candidates=list(candidates),
        )
