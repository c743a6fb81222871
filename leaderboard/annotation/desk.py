"""Hands out a survey's questions to people, one at a time, and takes their answers.

Everything is in the database: whoever comes back goes on where they were. A question that somebody looks at is theirs
for half an hour, so that each gets as many answers as the survey wants and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from benchmark.judge.panels import PanelOptions, PanelPainter, Pixels
from dataset.errors import InvalidInputError, NotAllowedError, look_up

from ..boards.board import find_board
from ..storage.store import Store
from ..storage.survey_tables import Survey, SurveyAnswer, SurveyItem

__all__ = ["PersonProgress", "PersonQuestion", "draw_question", "give_answer", "last_question", "next_question"]

_CLAIM_SECONDS: Final = 1_800.0


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """How far one person is.

    Attributes:
        given: answers of this person.
        left: further questions that this person can answer.
    """

    given: int
    left: int


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """What one person is asked; it says neither who wrote the caption nor for which region.

    Attributes:
        survey: its name.
        number: of the question.
        caption: to be judged.
        panels: how many there are.
        progress: of the person.
        fits: panels from 0 that this person has said it fits; None if there is no answer yet.
        elsewhere, sure: of that answer.
    """

    survey: str
    number: int
    caption: str
    panels: int
    progress: PersonProgress
    fits: tuple[int, ...] | None = None
    elsewhere: bool = False
    sure: bool = True


def next_question(store: Store, survey: str, actor: str) -> PersonQuestion | PersonProgress:
    """The question that a person is to answer next: the one they have in hand, or one that lacks answers.

    Those that somebody else has answered come first, so that comparisons can be made early.

    Returns:
        Only the progress when nothing is left for this person.

    Raises:
        UnknownNameError: there is no such survey.
        NotAllowedError: it is closed.
    """
    with store.session() as session:
        row = _open(session, survey)
        now = store.now(session)
        mine = select(SurveyAnswer.number).where(SurveyAnswer.survey == survey, SurveyAnswer.actor == actor)
        number = session.scalars(
            mine.where(SurveyAnswer.given_at.is_(None)).order_by(SurveyAnswer.number).limit(1)
        ).one_or_none()
        waiting = _waiting(session, row, actor, now)
        if number is None and waiting:
            number = waiting[0]
            session.add(SurveyAnswer(survey=survey, number=number, actor=actor, claimed_at=now, fits=[]))
            session.flush()
        elif number is not None:
            session.get_one(SurveyAnswer, (survey, number, actor)).claimed_at = now
        count = session.scalars(
            select(func.count()).where(
                SurveyAnswer.survey == survey, SurveyAnswer.actor == actor, SurveyAnswer.given_at.is_not(None)
            )
        ).one()
        progress = PersonProgress(count, len({*waiting, *([] if number is None else [number])}))
        return progress if number is None else _question(session, survey, number, actor, progress)


def last_question(store: Store, survey: str, actor: str, progress: PersonProgress) -> PersonQuestion | None:
    """The question that a person answered last, with the answer, to correct it; None if there is none."""
    with store.reading() as session:
        number = session.scalars(
            select(SurveyAnswer.number)
            .where(SurveyAnswer.survey == survey, SurveyAnswer.actor == actor, SurveyAnswer.given_at.is_not(None))
            .order_by(SurveyAnswer.given_at.desc())
            .limit(1)
        ).one_or_none()
        return None if number is None else _question(session, survey, number, actor, progress)


def give_answer(
    store: Store, survey: str, number: int, actor: str, fits: Sequence[int], *, elsewhere: bool, sure: bool
) -> bool:
    """Take an answer, or the correction of one.

    Args:
        store: of the leaderboard.
        survey: its name.
        number: of the question.
        actor: who answers.
        fits: panels from 0 that the caption fits.
        elsewhere: it fits a region that no panel shows, too.
        sure: whether the person is sure.

    Returns:
        False if the question has all its answers from others by now: then this one is not needed.

    Raises:
        InvalidInputError: there is no such question or panel.
        UnknownNameError: there is no such survey.
        NotAllowedError: it is closed.
    """

    def take(session: Session) -> bool:
        row = _open(session, survey)
        item = session.get(SurveyItem, (survey, number))
        if item is None or any(not 0 <= panel < len(item.candidates) for panel in fits):
            raise InvalidInputError("answer", [f"there is no question {number} with panels {list(fits)} in {survey!r}"])
        answer = session.get(SurveyAnswer, (survey, number, actor))
        others = session.scalars(
            select(func.count()).where(
                SurveyAnswer.survey == survey,
                SurveyAnswer.number == number,
                SurveyAnswer.actor != actor,
                SurveyAnswer.given_at.is_not(None),
            )
        ).one()
        if others >= row.people:
            if answer is not None:
                session.delete(answer)
            return False
        now = store.now(session)
        if answer is None:
            answer = SurveyAnswer(survey=survey, number=number, actor=actor, claimed_at=now)
            session.add(answer)
        answer.fits = [item.candidates[panel] for panel in sorted(set(fits))]
        answer.elsewhere, answer.sure, answer.given_at = elsewhere, sure, now
        return True

    return store.transact(take)


def draw_question(store: Store, survey: str, number: int) -> tuple[Pixels, ...]:
    """The panels of a question, as a judge is shown them: RGB arrays (height, width, 3), uint8.

    Raises:
        InvalidInputError: the image cannot be read.
        UnknownNameError: the board is not there any more.
    """
    with store.reading() as session:
        row = session.get_one(Survey, survey)
        item = session.get_one(SurveyItem, (survey, number))
    data = find_board(store, row.board).data()
    image_id = item.region_id.rpartition("/")[0]
    regions = {region.region_id: region for region in data.regions if region.image_id == image_id}
    images = data.images() or {}
    return PanelPainter(look_up("image", image_id, images), regions, PanelOptions(**row.view)).pictures(item.candidates)


def _open(session: Session, survey: str) -> Survey:
    """The survey, which only this transaction works on until its end."""
    rows = {row.name: row for row in session.scalars(select(Survey).where(Survey.name == survey).with_for_update())}
    if survey not in rows:
        look_up("survey", survey, dict.fromkeys(session.scalars(select(Survey.name))))
    if rows[survey].state != "open":
        raise NotAllowedError(f"The survey {survey!r} is closed. Thank you.")
    return rows[survey]


def _waiting(session: Session, survey: Survey, actor: str, now: float) -> list[int]:
    """Questions that lack answers and that a person has not had, those with answers first."""
    counts = (
        select(SurveyAnswer.number, func.count().label("answers"), func.count(SurveyAnswer.given_at).label("given"))
        .where(
            SurveyAnswer.survey == survey.name,
            or_(SurveyAnswer.given_at.is_not(None), SurveyAnswer.claimed_at > now - _CLAIM_SECONDS),
        )
        .group_by(SurveyAnswer.number)
        .subquery()
    )
    mine = select(SurveyAnswer.number).where(SurveyAnswer.survey == survey.name, SurveyAnswer.actor == actor)
    query = (
        select(SurveyItem.number)
        .outerjoin(counts, counts.c.number == SurveyItem.number)
        .where(
            SurveyItem.survey == survey.name,
            SurveyItem.number.not_in(mine),
            func.coalesce(counts.c.answers, 0) < survey.people,
        )
        .order_by(func.coalesce(counts.c.given, 0).desc(), SurveyItem.number)
    )
    return list(session.scalars(query))


def _question(session: Session, survey: str, number: int, actor: str, progress: PersonProgress) -> PersonQuestion:
    item = session.get_one(SurveyItem, (survey, number))
    answer = session.get(SurveyAnswer, (survey, number, actor))
    question = (survey, number, item.caption, len(item.candidates), progress)
    if answer is None or answer.given_at is None:
        return PersonQuestion(*question)
    fits = tuple(panel for panel, region_id in enumerate(item.candidates) if region_id in answer.fits)
    return PersonQuestion(*question, fits=fits, elsewhere=answer.elsewhere, sure=answer.sure)
