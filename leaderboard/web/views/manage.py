"""What owners do with their entries in the page: keep the claim code, change what is said, publish, withdraw."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dataset.errors import NotAllowedError, UrecaError

from ...intake.ownership import change_card, publish, withdraw
from ...reading.systems import SubmissionRecord, SystemRecord
from ...storage.schema import Submission
from ...storage.tokens import Actor, claim_actor
from . import login, shell

__all__ = ["own_submissions", "remember_claim", "show_new_claim", "show_owner"]

_CLAIMS = "claims"


def remember_claim(code: str) -> None:
    """Keep a code for this visit, so that its holder need not type it again."""
    codes = st.session_state.setdefault(_CLAIMS, [])
    if code.strip() not in codes:
        codes.append(code.strip())


def show_new_claim() -> None:
    """Show the code of a new system, until its owner has kept it, with a file to keep."""
    claim = st.session_state.get("claim")
    if claim is None:
        return
    st.success(
        f"The claim code of {shell.plain(claim['system'])}. It is shown now and stored nowhere: with it, and "
        "only with it, this entry is changed, replaced or withdrawn.",
        icon=":material/key:",
    )
    st.code(claim["code"], language=None)
    name = "".join(letter if letter.isalnum() else "-" for letter in claim["system"])[:40]
    st.download_button(
        "Keep it in a file",
        data=f"Claim code of {claim['system']} on {shell.open_store().settings.url}:\n{claim['code']}\n",
        file_name=f"claim-{name}.txt",
        icon=":material/download:",
        on_click="ignore",
    )
    st.button("I have kept it", on_click=lambda: st.session_state.pop("claim", None))


def own_actor(system_id: int) -> Actor | None:
    """As whom the visitor owns a system: by the login or by a claim code of this visit; None if not at all."""
    store = shell.open_store()
    actors = [claim_actor(store.settings, code) for code in st.session_state.get(_CLAIMS, [])]
    person = login.person(store.settings)
    with store.reading() as session:
        owners = session.query(Submission).filter_by(system_id=system_id).limit(1).all()
        owner = owners[0].system.owner if owners else ""
    return next((actor for actor in [*([person] if person else []), *actors] if actor.owner == owner), None)


def own_submissions(system_id: int) -> list[str]:
    """Ids of all submissions of a system, public or not, if it is the visitor's; none otherwise."""
    if own_actor(system_id) is None:
        return []
    with shell.open_store().reading() as session:
        return [row.id for row in session.query(Submission).filter_by(system_id=system_id)]


def show_owner(system: SystemRecord, record: SubmissionRecord) -> None:
    """The owner's part of a system's page: behind its claim code or login."""
    with st.expander("This is my entry: change, publish or withdraw it", icon=":material/key:"):
        actor = own_actor(system.system_id)
        if actor is None:
            code = st.text_input("Claim code", type="password", help="Shown once, after the system's first submission.")
            if code:
                _take_code(code, system.system_id)
            return
        _show_states(record, actor)
        _show_card(system, actor)


def _take_code(code: str, system_id: int) -> None:
    try:
        claim_actor(shell.open_store().settings, code)
    except NotAllowedError as error:
        st.error(shell.plain(str(error)))
        return
    remember_claim(code)
    if own_actor(system_id) is None:
        st.session_state[_CLAIMS].remove(code.strip())
        st.error("This is not the claim code of this system.")
        return
    st.rerun()


def _show_states(record: SubmissionRecord, actor: Actor) -> None:
    store, identity = shell.open_store(), record.submission_id
    if record.visibility in ("private", "withdrawn"):
        if st.button("Publish it on the board", icon=":material/publish:"):
            publish(store, identity, actor)
            st.rerun()
    elif record.visibility == "public":
        reason = st.text_input("Reason (public)", max_chars=500, key=f"reason-{identity}")
        if st.button("Withdraw it from the board", icon=":material/unpublished:"):
            withdraw(store, identity, actor, reason)
            st.rerun()


def _show_card(system: SystemRecord, actor: Actor) -> None:
    card = system.card
    with st.form("edit"):
        fields: dict[str, Any] = {}
        for name, value in card.facts().items():
            label = name.replace("_", " ").capitalize()
            if name in ("parameters", "captions_per_second"):
                fields[name] = st.number_input(label, min_value=0.0, value=value, format="%.6g") or None
            elif name == "description":
                fields[name] = st.text_area(label, value=value, max_chars=2000)
            else:
                fields[name] = st.text_input(label, value=value, max_chars=100 if name == "hardware" else 500)
        if not st.form_submit_button("Save", icon=":material/save:"):
            return
    try:
        change_card(shell.open_store(), system.system_id, fields, actor)
    except UrecaError as error:
        st.error(shell.plain(str(error)))
        return
    st.rerun()
