"""Submit: the format in one paragraph, a file checked before anything counts, and the state of the visitor's jobs."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dataset.errors import UrecaError

from ...boards.board import Board
from ...intake.card import read_card
from ...intake.submissions import check_space, submit
from ...intake.validation import ValidFile, validate
from ...queue.health import queue_health
from ...queue.jobs import JobProgress, progress_of
from ...storage.schema import OPEN_STATES, Submission
from ...storage.tokens import Actor, claim_actor
from ..memory import release_memory
from . import login, manage, place, shell
from .challenge import show_challenge
from .parts.what_to_caption import ask_for_facts, show_problems, show_what_to_caption

__all__ = ["show"]

_FORMAT = """\
One caption for each region of the board, as JSON Lines: `{"region_id": "...", "caption": "..."}` on each line. A JSON
list of such objects or one object `region_id → caption` will do as well, and any of them gzipped.
"""
_UPLOAD_SECONDS = 3_600.0
_ID = re.compile(r"[0-9a-f]{16}")


def show() -> None:
    """The page."""
    shell.heading("Submit", "Check first, submit second: nothing counts before you say so.")
    store = shell.open_store()
    actor = login.sender(store.settings)
    if actor is None:
        return
    board = shell.choose_board(open_only=True)
    show_challenge(store, board)
    show_what_to_caption(board)
    st.markdown(_FORMAT)
    st.download_button(
        "Example with every region of this board",
        data=lambda: _example(board),
        file_name=f"{board.name}-example.jsonl",
        mime="application/jsonl",
        icon=":material/download:",
        on_click="ignore",
    )
    allow_missing = not board.hidden and st.checkbox("Regions may be missing (they score 0)", key="allow-missing")
    number = st.session_state.setdefault("upload-number", 0)
    upload = st.file_uploader(
        f"Prediction file, at most {store.settings.upload_mib} MB",
        type=["json", "jsonl", "gz"],
        key=f"upload-{number}",
        max_upload_size=store.settings.upload_mib,
    )
    if upload is not None:
        _take(upload.name, upload)
    _show_upload(board, allow_missing, actor)
    _show_own_jobs()
    st.divider()
    st.caption("From a terminal, with a token (ask the operator, who makes one by `ureca board admin token new NAME`):")
    st.code(
        f"python -m leaderboard submit predictions.jsonl --system NAME --board {board.name} --url {store.settings.url}",
        language="bash",
        wrap_lines=True,
    )


def _example(board: Board) -> bytes:
    """A file that would be accepted: every region with a caption that says nothing."""
    lines = [json.dumps({"region_id": region.region_id, "caption": "a region"}) for region in board.data().regions]
    return ("\n".join(lines) + "\n").encode()


def _take(name: str, upload: Any) -> None:
    """Move an upload from Streamlit's memory, where it would stay, to the disk, and show an empty uploader again."""
    store = shell.open_store()
    check_space(store)
    _drop_upload()
    for path in store.uploads.glob("page-*"):
        if time.time() - path.stat().st_mtime > _UPLOAD_SECONDS:
            path.unlink(missing_ok=True)
    suffix = "".join(Path(name).suffixes[-2:])
    path = store.uploads / f"page-{secrets.token_hex(12)}{suffix if suffix.isascii() and len(suffix) < 12 else ''}"
    path.write_bytes(upload.getbuffer())
    st.session_state["upload"] = {"path": path, "name": name}
    st.session_state["upload-number"] += 1
    release_memory()
    st.rerun()


def _drop_upload() -> None:
    former = st.session_state.pop("upload", None)
    if former is not None:
        former["path"].unlink(missing_ok=True)


def _show_upload(board: Board, allow_missing: bool, actor: Actor) -> None:
    upload = st.session_state.get("upload")
    if upload is None:
        return
    if not upload["path"].is_file():
        st.session_state.pop("upload")
        st.info("The file was deleted after an hour; please upload it again.")
        return
    try:
        with st.spinner("Checking every line …"):
            file = validate(upload["path"], board, allow_missing=allow_missing, name=upload["name"])
    except UrecaError as error:
        show_problems(upload["name"], error)
        st.caption(
            f"These are the problems of {shell.plain(upload['name'])}. A file of more than "
            f"{shell.open_store().settings.upload_mib} MB is refused by the box above, before it is read: gzip it."
        )
        return
    missing = (
        f", {len(file.missing):,} of {file.captions + len(file.missing):,} regions without one" if file.missing else ""
    )
    st.success(
        shell.plain(
            f"{upload['name']}: {'' if file.missing else 'all '}{file.captions:,} regions of {board.title} captioned"
            f"{missing}. Ready to be submitted."
        ),
        icon=":material/task_alt:",
    )
    _show_form(board, file, upload, allow_missing, actor)


def _show_form(board: Board, file: ValidFile, upload: Mapping[str, Any], allow_missing: bool, actor: Actor) -> None:
    facts = {name: value for name, value in file.system.items() if isinstance(value, str | int | float)}
    with st.form("card"):
        left, right = st.columns(2)
        with left:
            fields: dict[str, Any] = {
                "name": st.text_input("System *", value=str(facts.get("name", ""))[:60], max_chars=60)
            }
            fields["note"] = st.text_input(
                "Note", placeholder="what sets this submission apart: checkpoint, prompt …", max_chars=200
            )
            fields["description"] = st.text_area("Description", max_chars=2000, height=92)
        with right:
            fields["paper"] = st.text_input("Paper", placeholder="https://", max_chars=500)
            fields["code"] = st.text_input("Code", placeholder="https://", max_chars=500)
            fields["model_card"] = st.text_input("Model card", placeholder="https://", max_chars=500)
            with st.container(horizontal=True):
                fields["parameters"] = st.number_input(
                    "Parameters", min_value=0.0, value=None, format="%.3g", placeholder="8e9"
                )
                fields["captions_per_second"] = st.number_input("Captions per second", min_value=0.0, value=None)
            fields["hardware"] = st.text_input("Hardware", placeholder="of this speed: 1 x H100", max_chars=100)
        with st.expander("Who made it, and of what: for the filters of the board"):
            fields |= ask_for_facts()
        claim = ""
        if not actor.owner:
            claim = st.text_input(
                "Claim code", help="Only to replace an entry of yours; a new system gets its code now."
            )
        private = st.checkbox("Keep it private until I publish it", help="Scored and checked; only you see it.")
        sent = st.form_submit_button("Submit", type="primary", icon=":material/send:")
    if not sent:
        return
    try:
        card = read_card(fields, "form")
        if claim.strip():
            actor = claim_actor(shell.open_store().settings, claim)
        receipt = submit(
            shell.open_store(),
            upload["path"],
            board.name,
            card,
            actor=actor,
            source="page",
            name=upload["name"],
            allow_missing=allow_missing,
            private=private,
        )
    except UrecaError as error:
        show_problems(upload["name"], error, of_form=True)
        return
    if receipt.claim_code:
        st.session_state["claim"] = {"code": receipt.claim_code, "system": receipt.system}
    if actor.claim or receipt.claim_code:
        manage.remember_claim(receipt.claim_code or claim)
    _drop_upload()
    st.session_state.setdefault("sent", []).append(receipt.submission_id)  # the address may name any submission
    mine = st.session_state.setdefault("mine", [])
    mine[:] = [receipt.submission_id, *(identity for identity in mine if identity != receipt.submission_id)]
    place.step({"mine": mine})
    if not receipt.created:
        st.session_state["notice"] = (
            f"These captions are on {board.title} already, as {receipt.system}; nothing new was stored."
        )
    st.rerun()


def _show_own_jobs() -> None:
    notice = st.session_state.pop("notice", None)
    if notice:
        st.info(shell.plain(notice), icon=":material/content_copy:")
    mine = st.session_state.setdefault(
        "mine", [identity for identity in place.parameters("mine") if _ID.fullmatch(identity)]
    )
    manage.show_new_claim()
    if mine:
        st.subheader("Your submissions", anchor=False)
        store = shell.open_store()
        with store.reading() as session:
            now = store.now(session)
            open_since = [
                now - progress.created_at
                for identity in mine[:_SHOWN_JOBS]
                if (progress := progress_of(session, identity)) is not None and progress.state in OPEN_STATES
            ]
        every = None if not open_since else _SOON if min(open_since) < _LATER_AFTER else _LATER
        st.fragment(_poll, run_every=every)(tuple(mine), every)


_SHOWN_JOBS = 20
_SOON, _LATER, _LATER_AFTER = 1.0, 5.0, 30.0
"""Seconds between two looks at open jobs, at first and when the newest has waited for so long."""


def _poll(mine: tuple[str, ...], every: float | None) -> None:
    """The state of the visitor's jobs; read again, without the rest of the page, until all of them are over."""
    store = shell.open_store()
    with store.reading() as session:
        now = store.now(session)
        health = queue_health(session, store.settings, now)
        pairs = [(session.get(Submission, identity), progress_of(session, identity)) for identity in mine[:_SHOWN_JOBS]]
        rows = [(row, row.system, progress) for row, progress in pairs if row is not None and progress is not None]
    waiting = [now - progress.created_at for _, _, progress in rows if progress.state in OPEN_STATES]
    if every is not None and (not waiting or (every == _SOON and min(waiting) > _LATER_AFTER)):
        st.rerun()  # the page looks more seldom from now on, or no more
    workers = (
        f"{health.alive} worker{'s' if health.alive != 1 else ''} running" if health.alive else "no worker is running"
    )
    st.caption(f"{health.queued} waiting, {health.running} being scored, {workers}")
    for submission, system, progress in rows:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            name = system.name if _may_name(submission) else f"a {submission.visibility} entry"
            st.markdown(f"**{shell.plain(name)}** on {shell.plain(submission.board)} `{submission.id}`")
            st.markdown(_state(progress, health.wait_seconds(progress.position or 1), now))
            if progress.state == "done":
                shell.link(
                    "system",
                    "Scores",
                    icon=":material/query_stats:",
                    system=str(system.id),
                    board=submission.board,
                    submission=submission.id,
                )
                shell.link("board", "Board", icon=":material/leaderboard:", board=submission.board)


def _may_name(submission: Submission) -> bool:
    """Whether the visitor may know whose submission it is: ids of private ones are in the public log."""
    if submission.visibility == "public" or submission.id in st.session_state.get("sent", ()):
        return True
    return submission.id in manage.own_submissions(submission.system_id)


def _state(progress: JobProgress, wait: float | None, now: float) -> str:
    if progress.state == "queued":
        about = "" if wait is None else f", about {max(1, round(wait))} s"
        again = f" (again, after: {shell.plain(progress.error[:200])})" if progress.error else ""
        return f":material/schedule: number {progress.position} in the queue{about}{again}"
    if progress.state == "running":
        since = "" if progress.started_at is None else f", {max(0, round(now - progress.started_at))} s"
        return f":material/autorenew: {shell.plain(progress.doing or 'starting')}{since}"
    if progress.state == "failed":
        return f":material/error: failed: {shell.plain(progress.error[:400])}"
    return ":material/task_alt: scored"
