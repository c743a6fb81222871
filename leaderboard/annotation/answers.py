"""What people have answered, as verdicts that every command of the judge reads."""

from __future__ import annotations

from sqlalchemy import select

from benchmark.judge.panels import PanelOptions
from benchmark.verdicts.verdict import Verdict

from ..storage.store import Store
from ..storage.survey_tables import Survey, SurveyAnswer, SurveyItem
from .surveys import find_survey

__all__ = ["people_verdicts", "verdict_pairs"]


def people_verdicts(store: Store, survey: str, place: int = 0) -> list[Verdict]:
    """The first answer to each question, or another one, in the order of the questions.

    Args:
        store: of the leaderboard.
        survey: its name.
        place: which answer of each question, from 0, in the order in which they were given.

    Raises:
        UnknownNameError: there is no such survey.
    """
    return [verdicts[place] for verdicts in _by_question(store, survey) if len(verdicts) > place]


def verdict_pairs(store: Store, survey: str) -> list[tuple[Verdict, Verdict]]:
    """The first two answers to each question that has two.

    Raises:
        UnknownNameError: there is no such survey.
    """
    return [(verdicts[0], verdicts[1]) for verdicts in _by_question(store, survey) if len(verdicts) > 1]


def _by_question(store: Store, survey: str) -> list[list[Verdict]]:
    find_survey(store, survey)
    with store.reading() as session:
        view = PanelOptions(**session.get_one(Survey, survey).view)
        query = (
            select(SurveyItem, SurveyAnswer)
            .join(
                SurveyAnswer,
                (SurveyAnswer.survey == SurveyItem.survey) & (SurveyAnswer.number == SurveyItem.number),
            )
            .where(SurveyItem.survey == survey, SurveyAnswer.given_at.is_not(None))
            .order_by(SurveyItem.number, SurveyAnswer.given_at, SurveyAnswer.actor)
        )
        rows = session.execute(query).all()
    questions: dict[int, list[Verdict]] = {}
    for item, answer in rows:
        verdict = Verdict(
            region_id=item.region_id,
            system=item.system,
            caption=item.caption,
            candidates=tuple(item.candidates),
            fits=tuple(answer.fits),
            elsewhere=answer.elsewhere,
            sure=answer.sure,
            judge=f"people,survey={survey},view={view.sha256[:8]}",
        )
        questions.setdefault(item.number, []).append(verdict)
    return list(questions.values())
