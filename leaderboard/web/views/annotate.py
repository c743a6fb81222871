"""Annotate: people judge captions in the judge's view, blind to system and target, and go on where they were."""

from __future__ import annotations

import io

import streamlit as st

from dataset.errors import UrecaError

from ...annotation.desk import (
    PersonProgress,
    PersonQuestion,
    draw_question,
    give_answer,
    last_question,
    next_question,
)
from ...annotation.surveys import list_surveys
from ...storage.tokens import find_actor
from . import shell

__all__ = ["show"]

_COLUMNS = 4
_TOKEN, _BACK = "annotate-token", "annotate-back"


def show() -> None:
    """The page."""
    shell.heading("Annotate", "Which of the outlined regions does the caption fit? Your answers check the judge.")
    surveys = [survey.name for survey in list_surveys(shell.open_store()) if survey.is_open]
    if not surveys:
        st.info("Nobody is asked anything at the moment.", icon=":material/rate_review:")
        return
    actor = _actor()
    if actor is None:
        return
    survey = shell.pick("Survey", surveys, "survey") if len(surveys) > 1 else surveys[0]
    try:
        question = next_question(shell.open_store(), survey, actor)
        progress = question.progress if isinstance(question, PersonQuestion) else question
        if st.session_state.get(_BACK):
            question = last_question(shell.open_store(), survey, actor, progress) or question
    except UrecaError:
        st.session_state.pop(_BACK, None)
        raise
    _show_progress(progress)
    if isinstance(question, PersonProgress):
        st.success("There is nothing left for you to judge. Thank you.", icon=":material/task_alt:")
        return
    _show_question(question)


def _actor() -> str | None:
    """Who answers; None, with a form on the page, until a token is known."""
    holder: tuple[str, str] | None = st.session_state.get(_TOKEN)
    if holder is not None:
        return holder[1]
    with st.form("annotate-login"):
        token = st.text_input("Your token", type="password", help="The operator of this board gives it out.")
        sent = st.form_submit_button("Begin", type="primary", icon=":material/play_arrow:")
    if not sent:
        return None
    st.session_state[_TOKEN] = (token.strip(), _holder(token.strip()))
    st.rerun()
    return None


def _holder(token: str) -> str:
    """Who holds a token.

    Raises:
        NotAllowedError: it is not known, or not valid any more.
        LimitReachedError: too many requests in this minute.
    """
    store = shell.open_store()
    with store.session() as session:
        return find_actor(session, store.settings, store.now(session), token).name


def _show_progress(progress: PersonProgress) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"You have judged {progress.given:,}; {progress.left:,} left for you. You can stop and return any time."
        )
        if progress.given and not st.session_state.get(_BACK):
            st.button("Correct my last answer", icon=":material/undo:", on_click=_set_back, args=[True])
        elif st.session_state.get(_BACK):
            st.button("Leave it as it is", icon=":material/redo:", on_click=_set_back, args=[False])


def _set_back(on: bool) -> None:
    st.session_state[_BACK] = on


def _show_question(question: PersonQuestion) -> None:
    key = f"{question.survey}-{question.number}-{question.fits is not None}"
    st.markdown(f"### “{shell.plain(question.caption)}”")
    st.caption(
        "It fits a panel if it is true of the outlined region as a whole. Left and right are yours; the colour of an "
        "outline and the order of panels mean nothing. A small region is shown again, enlarged; any panel can be, too."
    )
    pictures = _pictures(question.survey, question.number)
    with st.form(f"annotate-{key}"):
        ticked = []
        for start in range(0, len(pictures), _COLUMNS):
            for column, panel in zip(st.columns(_COLUMNS), range(start, len(pictures)), strict=False):
                with column:
                    st.image(pictures[panel], width="stretch")
                    is_ticked = question.fits is not None and panel in question.fits
                    ticked.append(st.checkbox(f"It fits panel {panel + 1}", is_ticked, key=f"{key}-{panel}"))
        none = st.checkbox("It fits none of them", question.fits == (), key=f"{key}-none")
        elsewhere = st.checkbox(
            "It fits another region of this picture, too, which no panel shows",
            question.elsewhere,
            key=f"{key}-elsewhere",
        )
        unsure = st.checkbox("I am not sure", not question.sure, key=f"{key}-unsure")
        sent = st.form_submit_button("Save", type="primary", icon=":material/check:")
    if not sent:
        return
    fits = [panel for panel, is_ticked in enumerate(ticked) if is_ticked]
    if bool(fits) == none:
        st.warning("Tick the panels that it fits, or that it fits none of them.", icon=":material/help:")
        return
    actor = _holder(st.session_state[_TOKEN][0])  # it may have been revoked since
    is_needed = give_answer(
        shell.open_store(), question.survey, question.number, actor, fits, elsewhere=elsewhere, sure=not unsure
    )
    if not is_needed:
        st.toast("Others have answered this one in the meantime; yours was not needed.")
    _set_back(False)
    st.rerun()


@st.cache_data(max_entries=32, show_spinner="Drawing …")
def _pictures(survey: str, number: int) -> list[bytes]:
    """The panels of a question as JPEG."""
    from PIL import Image

    pictures = []
    for pixels in draw_question(shell.open_store(), survey, number):
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "JPEG", quality=90, subsampling=0)
        pictures.append(stream.getvalue())
    return pictures
