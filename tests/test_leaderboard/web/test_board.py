"""Protects a board: one row a system, honest coverage, slices, filters, sorting, outdated and hidden numbers."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from dataset.errors import UnknownNameError
from leaderboard.reading.entries import Filters, Flag, select_entries, sort_entries
from leaderboard.reading.standings import read_standings
from leaderboard.reading.systems import read_run, read_system, reproduce_command
from leaderboard.storage.schema import Probe, ScoreRun, Submission
from leaderboard.web.views.parts.system_filters import SystemFilters
from leaderboard.web.views.parts.table_data import table_data


@pytest.fixture(scope="module")
def standings(filled):
    return read_standings(filled, "photos")


def test_the_headline_ranks_the_board(standings):
    assert standings.score == "unique_and_correct"
    assert standings.scores[0] == "unique_and_correct"
    assert next(entry.name for entry in standings.entries) == "Reference"
    assert {entry.name for entry in standings.entries[1:3]} == {"Half", "Other half"}
    assert standings.regions == 399
    assert standings.images == 8


def test_missing_captions_are_told_and_score_zero(standings, regions):
    constant = next(entry for entry in standings.entries if entry.name == "Constant")
    assert constant.scored == len(regions) - 40
    assert constant.coverage == pytest.approx((len(regions) - 40) / len(regions))
    assert constant.numbers["cider"].value < 0.1


def test_every_number_has_its_interval(standings):
    half = standings.entries[1].numbers["unique_and_correct"]
    assert half.low < half.value < half.high


def test_slices_come_in_order_and_count_their_regions(filled, standings, regions):
    parts = list(standings.parts)
    assert parts[:3] == ["granularity=group", "granularity=object", "granularity=part"]
    areas = [part for part in parts if part.startswith("area=")]
    assert areas == ["area=<0.5%", "area=0.5-2%", "area=2-8%", "area=8-32%", "area=>32%"]
    part = read_standings(filled, "photos", "cider", "granularity=part")
    assert part.part_regions == sum(region.granularity == "part" for region in regions)
    assert part.entries[0].numbers["cider"].value != standings.entries[0].numbers["cider"].value


def test_columns_are_what_was_asked_for(filled):
    found = read_standings(filled, "photos", "cider", columns=["bleu_1", "no-such-score"])
    assert set(found.entries[0].numbers) == {"cider", "bleu_1"}


@pytest.mark.parametrize(
    ("score", "part", "told"),
    [("cidre", "", "score 'cidre'"), ("cider", "granularity=parts", "slice 'granularity=parts'")],
)
def test_unknown_names_get_a_hint(filled, score, part, told):
    with pytest.raises(UnknownNameError, match=told):
        read_standings(filled, "photos", score, part)


@pytest.mark.parametrize("nasty", ["'; drop table score; --", "x' or '1'='1", '" or 1=1', "\x00"])
def test_names_never_become_sql(filled, nasty):
    for given in ({"score": nasty}, {"part": nasty}, {"board": nasty}):
        with pytest.raises(UnknownNameError):
            read_standings(filled, **({"board": "photos"} | given))
    assert read_standings(filled, "photos", columns=[nasty]).entries


def test_baselines_can_be_left_out_and_ranks_close_up(filled):
    found = read_standings(filled, "photos", baselines=False)
    assert "Constant" not in {entry.name for entry in found.entries}
    assert all(entry.kind == "submitted" for entry in found.entries)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(text="HALF"), {"Half", "Other half"}),
        (Filters(text="half other"), {"Other half"}),
        (Filters(text="%"), set()),
        (Filters(text="<b>"), {"<b>Bold</b> & co"}),
        (Filters(complete=True, text="system"), {"Reference", "Half", "Other half", "<b>Bold</b> & co"}),
        (Filters(verified=True), set()),
    ],
)
def test_filters_keep_what_fits(standings, filters, names):
    kept = select_entries(standings.entries, filters)
    assert {entry.name for entry in kept} == names
    assert [entry for entry in standings.entries if entry in kept] == kept


def test_systems_are_filtered_by_what_their_makers_say(standings) -> None:
    facts = {"weights": "open", "licence": "MIT", "organisation": "Lab", "saw_source": "no", "method": "trained"}

    def entry(**changes):
        stated = {"parameters": 8e9, **facts, **changes}
        return replace(standings.entries[0], card=standings.entries[0].card.model_copy(update=stated))

    assert SystemFilters("1B to 10B", facts).keep(entry())
    assert not SystemFilters("10B and more", facts).keep(entry())
    for name in facts:
        assert not SystemFilters("all", {**facts, name: "another"}).keep(entry())
        assert SystemFilters("all", {name: "not said"}).keep(entry(**{name: ""}))
    assert SystemFilters("not said").keep(entry(parameters=None))


def test_sorting_puts_missing_values_last_either_way(standings):
    entries = sort_entries(standings.entries, "duplicate_rate", lower_is_better=True)
    values = [entry.numbers["duplicate_rate"].value for entry in entries]
    assert values == sorted(values)
    down = [
        entry.numbers["duplicate_rate"].value for entry in sort_entries(entries, "duplicate_rate", True, reverse=True)
    ]
    assert down == sorted(values, reverse=True)
    by_cost = sort_entries(standings.entries, "captions_per_second", lower_is_better=False)
    assert list(by_cost) == list(standings.entries)  # nobody tells
    names = [entry.name for entry in sort_entries(standings.entries, "name", False)]
    assert names == sorted(names, key=str.casefold)


def test_an_empty_board_says_so(sqlite_store):
    found = read_standings(sqlite_store, "photos")
    assert found.entries == ()
    assert found.score == ""


@pytest.fixture
def own(sqlite_store, add_system, systems):
    """A board with two systems that a test may change."""
    return sqlite_store, {name: add_system(sqlite_store, name, systems[name]) for name in ("Half", "Reference")}


def test_hidden_submissions_are_gone_from_board_and_system(own):
    store, ids = own
    with store.session() as session:
        session.execute(update(Submission).where(Submission.id == ids["Reference"]).values(visibility="hidden"))
    found = read_standings(store, "photos", "bleu_4")
    assert [entry.name for entry in found.entries] == ["Half"]
    with pytest.raises(UnknownNameError):
        read_system(store, 2)
    assert read_system(store, 2, also=[ids["Reference"]]).name == "Reference"


def test_a_number_of_another_signature_is_marked_and_not_ranked(own):
    store, ids = own
    with store.session() as session:
        run = session.query(ScoreRun).filter_by(submission_id=ids["Half"]).one()
        run.signatures = run.signatures | {"bleu_4": "bleu|impl:older"}
        run.signature, run.created_at = "other", run.created_at - 100
    found = read_standings(store, "photos", "bleu_4", columns=["bleu_1"])
    half = next(entry for entry in found.entries if entry.name == "Half")
    assert not half.numbers["bleu_4"].current
    assert half.numbers["bleu_1"].current
    assert half.rank is None
    assert found.entries[-1] is half


def test_the_newest_submission_of_a_system_counts(own, add_system, regions):
    store, _ = own
    add_system(store, "Half", {region.region_id: "nothing at all" for region in regions}, note="second try")
    found = read_standings(store, "photos", "bleu_4")
    assert [entry.note for entry in found.entries if entry.name == "Half"] == ["second try"]
    every = read_standings(store, "photos", "bleu_4", all_submissions=True)
    assert sum(entry.name == "Half" for entry in every.entries) == 2


def test_flags_reach_the_board(own):
    store, ids = own
    with store.session() as session:
        session.query(Probe).filter_by(submission_id=ids["Half"]).delete()
        session.add(
            Probe(submission_id=ids["Half"], name="x", flagged=True, value=1.0, message="It is odd.", details={})
        )
    half = next(e for e in read_standings(store, "photos", "bleu_4").entries if e.name == "Half")
    assert [flag.message for flag in half.flags] == ["It is odd."]
    assert select_entries([half], Filters(unflagged=True)) == []


def test_the_table_frames_baselines_names_what_was_found_and_points_to_better(standings) -> None:
    """Protects: trivial captioners are unranked and never in red; a badge says what was found; one arrow a column."""
    flag = Flag("reference-copy", "100% of the captions equal a reference.")
    entries = [replace(entry, flags=(flag,)) for entry in standings.entries]
    columns = ["unique_and_correct", "duplicate_rate"]
    data = table_data(standings, entries, columns, ["parameters"], "unique_and_correct", reverse=False)
    rows = {row["name"]: row for row in data["rows"]}
    assert [(row["frame"], row["rank"]) for row in (rows["Constant"], rows["Reference"])] == [(True, "–"), (False, "1")]
    badges = [[(badge["text"], badge["kind"]) for badge in rows[name]["badges"]] for name in ("Constant", "Reference")]
    assert badges == [
        [("baseline", ""), ("copies references", "")],
        [("self-reported", ""), ("copies references", "bad")],
    ]
    assert [column["arrow"] for column in data["columns"]] == ["↑", "↓", ""]


def test_a_system_tells_every_score_with_signature_and_command(filled, standings):
    entry = next(one for one in standings.entries if one.name == "Constant")
    [record] = read_system(filled, entry.system_id).submissions
    run = read_run(filled, record.run_ids[0])
    assert set(run.numbers) == set(run.signatures) == set(standings.scores)
    assert run.parts["granularity=part"][0] == standings.parts["granularity=part"]
    command = reproduce_command(record, "unique_and_correct")
    assert command.startswith("python -m benchmark.score predictions-")
    assert command.endswith("--config photos --split test --metrics uniqueness --allow-missing")


def test_the_command_does_reproduce_the_score(filled, standings, tmp_path, monkeypatch):
    import shlex

    from typer.testing import CliRunner

    from benchmark.score import app
    from leaderboard.intake.validation import canonical_lines
    from leaderboard.reading.explore import captions_of

    entry = standings.entries[1]
    [record] = read_system(filled, entry.system_id).submissions
    captions = captions_of(filled, record.submission_id)
    (tmp_path / f"predictions-{record.submission_id}.jsonl").write_bytes(canonical_lines(captions, captions))
    monkeypatch.chdir(tmp_path)
    command = shlex.split(reproduce_command(record, "cider"))[3:]
    result = CliRunner().invoke(app, [*command, "--json", "report.json", "--resamples", "200", "-q"])
    assert result.exit_code == 0, result.output
    import json

    score = json.loads((tmp_path / "report.json").read_text())["metrics"]["cider"]
    run = read_run(filled, record.run_ids[0])
    assert score["value"] == run.numbers["cider"].value
    assert (score["low"], score["high"]) == (run.numbers["cider"].low, run.numbers["cider"].high)
    assert score["signature"] == run.signatures["cider"]
