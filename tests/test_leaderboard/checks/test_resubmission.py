"""Protects the probe for copies of other people's submissions: found with small changes, one's own history is fine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from dataset.schema import Region
from leaderboard.checks.resubmission import NAME, compare_sketches, note_resubmission, sketch_of
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.storage.schema import Probe
from leaderboard.storage.store import Store


def long_captions(regions: list[Region], word: str = "seen") -> dict[str, str]:
    return {region.region_id: f"{word} {region.caption}" for region in regions}


def changed(captions: dict[str, str], share: float) -> dict[str, str]:
    every = round(1 / share)
    return {key: f"{text} x" if place % every == 0 else text for place, (key, text) in enumerate(captions.items())}


def note(store: Store, tmp_path: Path, system: str, captions: dict[str, str], kind: str = "submitted") -> Probe:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(captions))
    identity = submit(store, path, "photos", SystemCard(name=system), kind=kind).submission_id
    with store.session() as session:
        note_resubmission(session, identity, sketch_of(captions), store.now(session))
    with store.reading() as session:
        return session.scalars(select(Probe).where(Probe.submission_id == identity, Probe.name == NAME)).one()


def test_copies_with_changes_are_found_and_name_the_earlier_system(
    store: Store, regions: list[Region], tmp_path: Path
) -> None:
    original = long_captions(regions)
    assert not note(store, tmp_path, "First", original).flagged
    copy = note(store, tmp_path, "Second", changed(original, 0.04))
    assert copy.flagged
    assert 'the earlier system "First"' in copy.message
    assert copy.value == pytest.approx(0.96, abs=0.02)


@pytest.mark.parametrize("kind", ["baseline", "model"])
def test_what_comes_with_the_software_is_a_source_even_when_it_comes_late_and_never_a_suspect(
    store: Store, regions: list[Region], tmp_path: Path, kind: str
) -> None:
    original = long_captions(regions)
    copy = note(store, tmp_path, "Copy", changed(original, 0.04))
    assert not copy.flagged
    assert not note(store, tmp_path, "ureca-nano", original, kind).flagged
    with store.reading() as session:
        again = session.get_one(Probe, (copy.submission_id, NAME))
        assert again.flagged
        assert "ureca-nano" in again.message


def test_ones_own_next_version_is_no_copy(store: Store, regions: list[Region], tmp_path: Path) -> None:
    original = long_captions(regions)
    note(store, tmp_path, "First", original)
    assert not note(store, tmp_path, "First", changed(original, 0.04)).flagged


def test_who_was_first_is_not_flagged_when_scored_again(store: Store, regions: list[Region], tmp_path: Path) -> None:
    original = long_captions(regions)
    first = note(store, tmp_path, "First", original)
    note(store, tmp_path, "Second", changed(original, 0.04))
    with store.session() as session:
        note_resubmission(session, first.submission_id, sketch_of(original), store.now(session))
        assert not session.get_one(Probe, (first.submission_id, NAME)).flagged


def test_systems_that_describe_for_themselves_are_fine(store: Store, regions: list[Region], tmp_path: Path) -> None:
    note(store, tmp_path, "First", {region.region_id: region.captions[0] for region in regions})
    other = note(store, tmp_path, "Second", {region.region_id: region.captions[-1] for region in regions})
    assert not other.flagged
    assert other.value == 0.0


def test_short_captions_prove_nothing(regions: list[Region]) -> None:
    captions = {region.region_id: f"the {region.category}" for region in regions}
    sketch = sketch_of(captions)
    assert len(sketch) < 20
    assert not compare_sketches(sketch, [("First", sketch)]).flagged


def test_spelling_does_not_hide_a_copy(regions: list[Region]) -> None:
    original = long_captions(regions)
    loud = {key: f"{text.upper()}!" for key, text in original.items()}
    assert compare_sketches(sketch_of(loud), [("First", sketch_of(original))]).flagged


def test_sketches_hold_no_captions(regions: list[Region]) -> None:
    assert all(len(part) == 10 for pair in sketch_of(long_captions(regions)).items() for part in pair)
