"""The tables of surveys, in which people judge captions: what is asked, and what they have answered.

    Survey ── SurveyItem ── SurveyAnswer

``create_survey_tables`` is their migration: history, which no later change may touch.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
)
from sqlalchemy.orm import Mapped, mapped_column

from .schema import Base

__all__ = ["Survey", "SurveyAnswer", "SurveyItem", "create_survey_tables"]


class Survey(Base):
    """Captions of one board that people judge."""

    __tablename__ = "survey"

    name: Mapped[str] = mapped_column(primary_key=True)
    board: Mapped[str]
    people: Mapped[int]
    """How many judge each caption."""
    state: Mapped[str] = mapped_column(default="open")
    """``open`` or ``closed``."""
    view: Mapped[dict[str, Any]]
    """What is shown: fields of `PanelOptions`."""
    created_at: Mapped[float] = mapped_column(default=time.time)


class SurveyItem(Base):
    """One question: a caption and the regions that are shown with it. Who answers is not told for which it is."""

    __tablename__ = "survey_item"

    survey: Mapped[str] = mapped_column(ForeignKey("survey.name"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """From 0, in the order in which they are handed out."""
    region_id: Mapped[str]
    caption: Mapped[str]
    system: Mapped[str]
    """Which system wrote it; one of them if several did."""
    candidates: Mapped[list[Any]]
    """Region ids of the panels, in their order."""


class SurveyAnswer(Base):
    """A question in one person's hands, and the answer once there is one."""

    __tablename__ = "survey_answer"
    __table_args__ = (ForeignKeyConstraint(["survey", "number"], ["survey_item.survey", "survey_item.number"]),)

    survey: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    actor: Mapped[str] = mapped_column(primary_key=True)
    """Who: ``token:ID``."""
    claimed_at: Mapped[float]
    given_at: Mapped[float | None]
    """None while there is no answer."""
    fits: Mapped[list[Any]]
    """Region ids of the panels that the caption fits."""
    elsewhere: Mapped[bool] = mapped_column(default=False)
    """It fits a region that no panel shows."""
    sure: Mapped[bool] = mapped_column(default=True)


def create_survey_tables(connection: Connection) -> None:
    """The migration that adds them."""
    tables = MetaData()
    Table(
        "survey",
        tables,
        Column("name", String, primary_key=True),
        Column("board", String, nullable=False),
        Column("people", Integer, nullable=False),
        Column("state", String, nullable=False),
        Column("view", JSON, nullable=False),
        Column("created_at", Float(53), nullable=False),
    )
    Table(
        "survey_item",
        tables,
        Column("survey", String, ForeignKey("survey.name"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("region_id", String, nullable=False),
        Column("caption", String, nullable=False),
        Column("system", String, nullable=False),
        Column("candidates", JSON, nullable=False),
    )
    Table(
        "survey_answer",
        tables,
        Column("survey", String, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("actor", String, primary_key=True),
        Column("claimed_at", Float(53), nullable=False),
        Column("given_at", Float(53)),
        Column("fits", JSON, nullable=False),
        Column("elsewhere", Boolean, nullable=False),
        Column("sure", Boolean, nullable=False),
        ForeignKeyConstraint(["survey", "number"], ["survey_item.survey", "survey_item.number"]),
    )
    tables.create_all(connection, checkfirst=False)
