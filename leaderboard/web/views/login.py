"""Logging in by OpenID Connect, where the operator has set it up in Streamlit's secrets; see docs/integrity.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from ...settings import Settings
from ...storage.tokens import PAGE, Actor, login_actor

__all__ = ["identity", "person", "providers", "sender"]

_DEFAULT = ""


def sender(settings: Settings) -> Actor | None:
    """Who uploads; None, with a note on the page, if uploads are not allowed."""
    if settings.page_uploads == "off":
        st.info("This server takes submissions by token only, not in the page.", icon=":material/lock:")
        _token_hint(settings)
        return None
    who = person(settings)
    if who is not None:
        _show_account()
        return who
    names = providers()
    if settings.page_uploads == "open":
        _offer(names, "Log in to keep a name on the board for yourself.")
        return Actor(PAGE, settings.page_quota_per_day)
    if names:
        _offer(names, "Please log in to submit.")
    else:
        st.info("Uploads need a login, and none is set up here yet. Send files with a token.", icon=":material/login:")
        _token_hint(settings)
    return None


def person(settings: Settings) -> Actor | None:
    """Who is logged in; None if nobody is."""
    who = identity(st.user.to_dict()) if getattr(st.user, "is_logged_in", False) else ""
    return login_actor(settings, who) if who else None


def identity(claims: Mapping[str, Any]) -> str:
    """Issuer and subject, which together are one person for good; an address may change hands. Empty if either lacks.

    Args:
        claims: of the identity token.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    return f"{issuer} {subject}" if issuer and subject else ""


def providers() -> list[str]:
    """Names of the providers in the secrets, ``""`` for one without a name; none if logging in is not set up."""
    try:
        auth = st.secrets.get("auth")
    except StreamlitSecretNotFoundError:
        return []
    if not auth:
        return []
    named = [name for name, values in auth.items() if isinstance(values, Mapping) and "client_id" in values]
    return [*([_DEFAULT] if "client_id" in auth else []), *named]


def _offer(names: list[str], why: str) -> None:
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/login: {why}")
        for name in names:
            label = f"Log in with {name}" if name else "Log in"
            st.button(label, key=f"login-{name}", on_click=st.login, args=[name] if name else [])


def _show_account() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(":material/person: You are logged in; your address is neither stored nor shown.")
        st.button("Log out", on_click=st.logout)


def _token_hint(settings: Settings) -> None:
    st.code(f"python -m leaderboard submit predictions.jsonl --system NAME --url {settings.url}", language="bash")
