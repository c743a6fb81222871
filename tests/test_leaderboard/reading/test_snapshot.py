"""Protects the static copy: it has the numbers, strangers' text cannot act, hidden stays hidden, all or nothing."""

import dataclasses
import html
import json
import re

import pyarrow.parquet
import pytest

from dataset.errors import InvalidInputError
from leaderboard.boards import board as boards
from leaderboard.reading import snapshot
from leaderboard.reading.labels import format_score
from leaderboard.reading.snapshot import write_snapshot
from leaderboard.reading.standings import read_standings

_IMAGES = 2


@pytest.fixture(scope="module")
def copy(filled, tmp_path_factory):
    out = tmp_path_factory.mktemp("hosted") / "copy"
    count = write_snapshot(filled, out, _IMAGES)
    assert count == sum(path.is_file() for path in out.rglob("*"))
    return out


def test_the_board_shows_the_same_numbers(copy, filled):
    page = (copy / "board-photos.html").read_text()
    for entry in read_standings(filled, "photos").entries:
        assert html.escape(entry.name, quote=True).replace("&#x27;", "&#39;") in page
        for number in entry.numbers.values():
            assert format_score(number.value) in page


def test_every_link_leads_somewhere(copy):
    links = 0
    for page in copy.rglob("*.html"):
        for href in re.findall(r'(?:href|src)="([^"]+)"', page.read_text()):
            if not href.startswith("https://"):
                links += 1
                assert (page.parent / href).resolve().is_file(), f"{page.name}: {href}"
    assert links > 20


def test_names_and_captions_cannot_act(copy):
    for page in copy.rglob("*.html"):
        text = page.read_text()
        assert "<b>Bold</b>" not in text
        assert "<img src=x" not in text
        assert text.count("</script>") == text.count("<script")


def test_the_explorer_gets_the_whole_image(copy, regions):
    pages = sorted((copy / "images").iterdir())
    assert len(pages) == _IMAGES
    record = json.loads(re.search(r'id="record">(.*?)</script>', pages[0].read_text(), re.DOTALL)[1])
    expected = {region.region_id for region in regions if region.image_id == record["image_id"]}
    assert {region["id"] for region in record["regions"]} == expected
    assert record["map"]["similarity"]


def test_parquet_files_hold_every_score_and_caption(copy, filled, systems):
    scores = pyarrow.parquet.read_table(copy / "data" / "photos-scores.parquet").to_pylist()
    standings = read_standings(filled, "photos")
    assert len(scores) == len(standings.entries) * len(standings.scores) * (1 + len(standings.parts))
    captions = pyarrow.parquet.read_table(copy / "data" / "photos-captions.parquet").to_pylist()
    found = {row["region_id"]: row["caption"] for row in captions if row["system"] == "Half"}
    assert found == systems["Half"]


def test_hidden_references_leave_only_scores(filled, tmp_path, monkeypatch):
    found = {name: dataclasses.replace(board, hidden=True) for name, board in boards.list_boards(filled).items()}
    monkeypatch.setattr(snapshot, "list_boards", lambda _: found)
    monkeypatch.setattr("leaderboard.reading.standings.find_board", lambda _, name: found[name])
    write_snapshot(filled, tmp_path / "copy")
    names = {path.name for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert "photos-scores.parquet" in names
    assert "photos-captions.parquet" not in names
    assert not list((tmp_path / "copy" / "images").iterdir())


def test_a_folder_with_something_in_it_is_left_alone(filled, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="not an empty folder"):
        write_snapshot(filled, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_copy_that_fails_leaves_nothing(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "to_parquet", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InvalidInputError, match="No space left"):
        write_snapshot(filled, tmp_path / "copy", images=0)
    assert list(tmp_path.iterdir()) == []
