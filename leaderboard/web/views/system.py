"""One system: its scores with signatures and the commands that reproduce them, checks, slices, history, files."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dataset.errors import UnknownNameError

from ...intake.validation import canonical_lines
from ...reading.explore import captions_of
from ...reading.labels import format_interval, format_score, heading_of, label_of, meaning_of
from ...reading.systems import RunScores, SubmissionRecord, SystemRecord, read_run, read_system, reproduce_command
from ...reading.tables import run_table
from ...storage.schema import SUBMITTED
from . import manage, place, shell
from .parts.profile import show_failures, show_profile
from .parts.table_data import format_count

__all__ = ["show"]


def show() -> None:
    """The page."""
    system_id = place.parameter("system")
    if not system_id.isdecimal() or len(system_id) > 12:
        shell.heading("System")
        st.info("No system is chosen.")
        shell.link("board", "Choose one on the board", icon=":material/leaderboard:")
        return
    also = (*st.session_state.get("sent", ()), *manage.own_submissions(int(system_id)))
    try:
        system = read_system(shell.open_store(), int(system_id), also=also)
    except UnknownNameError:
        shell.heading("System")
        st.info(f"There is no system with the number {int(system_id)}, or nothing of it is public.")
        shell.link("board", "Choose one on the board", icon=":material/leaderboard:")
        return
    shell.heading(system.name)
    _describe(system)
    record = _choose_submission(system)
    _show_state(record, system.kind)
    if system.kind == SUBMITTED:
        manage.show_owner(system, record)
    if record.run_ids:
        run = read_run(shell.open_store(), record.run_ids[0])
        _show_files(record, run)
        show_profile(run)
        show_failures(record)
        _show_scores(record, run)
        _show_origin(record, run)
    _show_history(system)


def _describe(system: SystemRecord) -> None:
    card = system.card
    if card.description:
        st.text(card.description)
    facts = [*([card.organisation] if card.organisation else []), system.kind]
    if card.parameters is not None:
        facts.append(f"{format_count(card.parameters)} parameters")
    if card.captions_per_second is not None:
        facts.append(f"{format_count(card.captions_per_second)} captions per second")
    if card.hardware:
        facts.append(f"on {card.hardware}")
    facts += [text for text in (card.method, card.weights and f"{card.weights} weights", card.licence) if text]
    facts += [f"trained on {card.training_data}"] if card.training_data else []
    if card.saw_source:
        facts.append(f"has {'' if card.saw_source == 'yes' else 'not '}seen the source of the board's images")
    st.caption(shell.plain(" · ".join(facts)))
    with st.container(horizontal=True):
        for kind, address in card.links():
            st.link_button(kind.capitalize(), address, icon=":material/open_in_new:")


def _choose_submission(system: SystemRecord) -> SubmissionRecord:
    records = {record.submission_id: record for record in system.submissions}
    board = place.parameter("board")
    ordered = sorted(records, key=lambda key: records[key].board != board)

    def label(key: str) -> str:
        record = records[key]
        return " · ".join(filter(None, (record.board_title, shell.day(record.created_at), record.note)))

    return records[shell.pick("Submission", ordered, "submission", format_func=label)]


def _show_state(record: SubmissionRecord, system_kind: str) -> None:
    if record.visibility != "public":
        why = f": {record.hidden_reason}" if record.hidden_reason else ", which shows public entries only"
        st.warning(
            shell.plain(f"This entry is {record.visibility} and not on the board{why}"),
            icon=":material/visibility_off:",
        )
    if system_kind == SUBMITTED and not record.verified_by:
        st.caption(
            "**Self-reported**: nobody has made these captions again."
            + ("" if record.hidden_references else " The references of this board are public.")
        )
    if record.verified_by:
        reason = f": {record.verified_reason}" if record.verified_reason else ""
        st.success(shell.plain(f"Verified by {record.verified_by}{reason}"), icon=":material/verified:")
    for _, flagged, message in record.probes:
        if flagged:
            st.warning(shell.plain(message), icon=":material/flag:")
    quiet = [message for _, flagged, message in record.probes if not flagged]
    if quiet:
        with st.expander(f"Automatic checks that found nothing ({len(quiet)})"):
            for message in quiet:
                st.markdown(f"- {shell.plain(message)}")
    if not record.run_ids:
        state = "has no scores yet" if record.job is None else f"is {record.job.state}"
        st.info(f"This submission {state}.", icon=":material/hourglass_empty:")
        if record.job is not None and record.job.error:
            st.code(record.job.error, language=None, wrap_lines=True)


def _show_files(record: SubmissionRecord, run: RunScores) -> None:
    total = record.captions + record.missing
    captioned = f"all {total:,} regions" if not record.missing else f"{record.captions:,} of {total:,} regions"
    missing = f"; the other {record.missing:,} score 0" if record.missing else ""
    st.caption(f"{captioned.capitalize()} captioned{missing} · {run.images:,} images")
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{record.board_title}: {record.submission_id}"
        shell.downloads(run_table(run, title), f"scores-{record.submission_id}", "scores")
        if not record.hidden_references:
            st.download_button(
                "Predictions",
                data=lambda: _predictions(record),
                file_name=f"predictions-{record.submission_id}.jsonl",
                mime="application/jsonl",
                icon=":material/download:",
                on_click="ignore",
            )
            shell.link(
                "explore",
                "Explore images",
                icon=":material/image_search:",
                board=record.board,
                runs=[run.run_id],
                map=run.run_id,
            )
        contact = shell.open_store().settings.contact
        if contact:
            st.link_button("Report this entry", contact, icon=":material/flag:", type="tertiary")


def _show_scores(record: SubmissionRecord, run: RunScores) -> None:
    with st.expander("Every score, and how it was computed", icon=":material/functions:"):
        rows = [
            [
                heading_of(name),
                format_score(number.value),
                format_interval(number.low, number.high, 2),
                meaning_of(name),
                run.signatures.get(name, ""),
            ]
            for name, number in run.numbers.items()
        ]
        heads = ["Score", "Value", "Interval", "What it is", "Signature"]
        shell.plain_table(heads, rows, "Values × 100, intervals of 95% over images")
    _show_commands(record, run)


def _predictions(record: SubmissionRecord) -> bytes:
    captions = captions_of(shell.open_store(), record.submission_id)
    return canonical_lines(captions, captions)


def _show_commands(record: SubmissionRecord, run: RunScores) -> None:
    with st.expander("Reproduce: one command for each score", icon=":material/terminal:"):
        if record.hidden_references:
            st.caption(
                "The references are hidden while the challenge runs; afterwards these commands work for everybody."
            )
        st.caption("Download the predictions below, and run:")
        name = shell.pick("Score", list(run.numbers), "reproduce", format_func=label_of)
        st.code(reproduce_command(record, name), language="bash", wrap_lines=True)
        st.caption("The result is the same if its signature is:")
        st.code(run.signatures.get(name, ""), language=None, wrap_lines=True)


def _show_origin(record: SubmissionRecord, run: RunScores) -> None:
    with st.expander("Where these numbers come from", icon=":material/fingerprint:"):
        rows = [
            ["Submission", record.submission_id],
            ["Captions (SHA-256)", record.predictions_sha256],
            ["Data (SHA-256)", run.data_sha256],
            ["Run", run.run_id],
            ["Scored", f"{shell.day(run.created_at)} in {run.seconds:.1f} s"],
            ["Software", ", ".join(f"{name} {version}" for name, version in run.versions.items())],
            *(["Left out", note] for note in run.notes),
        ]
        shell.plain_table(["What", "Value"], rows, "A run is never changed; scoring again makes a new one")


def _show_history(system: SystemRecord) -> None:
    st.subheader("History", anchor=False)
    rows: list[Sequence[str]] = []
    for record in system.submissions:
        scored = [read_run(shell.open_store(), run_id) for run_id in record.run_ids]
        state = record.job.state if record.job is not None else ""
        if not scored:
            rows.append([shell.day(record.created_at), record.board_title, record.note, "", "", state])
        for run in scored:
            name, number = next(iter(run.numbers.items()), ("", None))
            score = f"{label_of(name)} {format_score(number.value)}" if number is not None else ""
            rows.append(
                [shell.day(record.created_at), record.board_title, record.note, score, shell.day(run.created_at), state]
            )
    shell.plain_table(
        ["Submitted", "Board", "Note", "Score", "Scored", "State"],
        rows,
        "Every submission and every time it was scored",
    )
