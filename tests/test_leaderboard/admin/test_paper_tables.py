"""Protects: published numbers are shown as published, and numbers that do not compare never share a column."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from leaderboard.admin.paper_tables import add_published_numbers
from leaderboard.reading.published import read_published
from leaderboard.storage.schema import Reported
from leaderboard.storage.store import Store


def test_published_numbers_are_those_of_the_paper(store: Store) -> None:
    add_published_numbers(store)
    add_published_numbers(store)
    tables = {table.name: table for table in read_published(store)}
    assert sorted(tables) == ["ureca-table-2", "ureca-table-3"]
    second, third = tables["ureca-table-2"], tables["ureca-table-3"]
    assert second.columns == ("bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge", "meteor", "bertscore")
    assert len(second.rows) == 8
    assert list(second.rows) == ["None", "Contour", "Crop", "SCA", "KOSMOS-2", "OMG-LLaVA", "ViP-LLaVA", "URECA"]
    assert list(second.rows["URECA"].values()) == pytest.approx(
        [0.3656, 0.2384, 0.1542, 0.0998, 0.3895, 0.4125, 0.7511]
    )
    assert len(third.rows) == 11
    assert third.rows["Kosmos-2"]["visual_genome"] is None
    assert third.rows["URECA (zero-shot)"] == pytest.approx({"refcocog": 0.161, "visual_genome": 0.184})


def test_two_meteors_never_share_a_column(store: Store) -> None:
    add_published_numbers(store)
    with store.reading() as session:
        rows = session.scalars(select(Reported)).all()
    columns = {(row.table_name, row.metric): row.implementation for row in rows if row.implementation}
    assert len({(table, metric) for table, metric in columns}) == 3
    assert "NLTK" in columns["ureca-table-2", "meteor"]
    assert "Java" in columns["ureca-table-3", "refcocog"]


def test_wrong_numbers_are_mended(store: Store) -> None:
    add_published_numbers(store)
    with store.session() as session:
        session.get_one(Reported, ("ureca-table-2", "URECA", "meteor")).value = 99.0
        session.add(Reported(table_name="other", system="x", metric="y", position=0, value=1.0, source="z"))
    add_published_numbers(store)
    with store.reading() as session:
        assert session.get_one(Reported, ("ureca-table-2", "URECA", "meteor")).value == 41.25
        assert session.get(Reported, ("other", "x", "y")) is None
