"""Protects: a metric that is one class more in `benchmark.METRICS` is on the board, in its exports and its snapshot."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from dataset.schema import Region
from leaderboard.reading.exports import to_csv, to_json, to_latex, to_parquet
from leaderboard.reading.labels import heading_of, label_of
from leaderboard.reading.ranking import compare_runs
from leaderboard.reading.snapshot import write_snapshot
from leaderboard.reading.standings import read_standings
from leaderboard.reading.tables import differences_table, standings_table
from leaderboard.settings import get_settings
from leaderboard.storage.store import Store
from tests.support.own_metric import documented_metric


@pytest.fixture
def board(repository: Path, tmp_path: Path, regions: list[Region], add_system: Callable[..., str]):  # type: ignore[no-untyped-def]
    """A board of two systems, scored by the default metrics that are quick, and by the one of the document."""
    with documented_metric():
        assert "word_count" in get_settings().metrics
        store = Store(
            get_settings(data_dir=tmp_path / "board", database_url="", metrics="rouge_l,word_count", resamples=20)
        )
        add_system(store, "Short", {region.region_id: "a thing" for region in regions})
        add_system(store, "Long", {region.region_id: "a thing in this picture" for region in regions})
        yield store
        store.close()


def test_a_new_metric_is_on_the_board_and_in_every_export(board: Store, tmp_path: Path) -> None:
    standings = read_standings(board, "photos")
    assert standings.columns() == ["rouge_l", "word_count"]
    by_words = read_standings(board, "photos", "word_count")
    assert [(entry.label, entry.numbers["word_count"].value) for entry in by_words.entries] == [
        ("Long", 5),
        ("Short", 2),
    ]
    assert (label_of("word_count"), heading_of("word_count")) == ("Word count", "Word count ↑")
    table = standings_table(standings, standings.entries, standings.columns())
    [row, _] = csv.DictReader(io.StringIO(to_csv(table).decode()))
    assert float(row["word_count"]) in (2, 5)
    assert json.loads(to_json(table))["rows"][0]["word_count"]["value"] in (2, 5)
    assert r"word\_count" in to_latex(table).decode()
    assert {"word_count", "word_count low"} <= set(pyarrow.parquet.read_schema(io.BytesIO(to_parquet(table))).names)
    runs = [entry.run_id for entry in standings.entries]
    [difference] = compare_runs(board, runs, ["word_count"])
    assert differences_table([difference], dict.fromkeys(runs, "x"), "").rows[0][0] == "word_count"
    write_snapshot(board, tmp_path / "copy", images=0)
    assert ">Word count ↑</th>" in (tmp_path / "copy" / "board-photos.html").read_text()
