"""About: what the scores mean, where the data comes from, how to cite, and the log of everything that happened."""

from __future__ import annotations

import datetime
import json

import streamlit as st

from ...boards.board import list_boards
from ...reading.labels import meanings
from ...storage.audit import read_log
from . import shell

__all__ = ["show"]

_BIBTEX = """@article{lim2025ureca,
  title   = {URECA: Unique Region Caption Anything},
  author  = {Lim, Sangbeom and Kim, Junwan and Yoon, Heeji and Jung, Jaewoo and Kim, Seungryong},
  journal = {arXiv preprint arXiv:2504.05305},
  year    = {2025},
  url     = {https://arxiv.org/abs/2504.05305}
}"""

_EXAMPLE = """\
Two cups stand on a table, one red, one blue; the region is the red cup.

| caption | words shared with the reference | denotes |
|---|---|---|
| the red cup | all | the region: **correct** |
| the cup | most | both cups: *ambiguous* |
| the blue cup | most | the other cup: *wrong* |
| the handle of the red cup | all of them, and more | a part of it: *too fine* |

Overlap with a reference (BLEU, METEOR, CIDEr) hardly tells the four apart. *Listener correct* and *unique and correct*
do.
"""

_QUESTIONS = {
    "What may a system read?": "The image and the mask of a region. Captions, categories and the mask tree are "
    "annotations: captioners that read them are baselines, not competitors.",
    "My caption is true. Why does it not count?": "It has to be true of its region and of no other. Explore shows for "
    "each failure what was understood and what else it fits. What the listener could not read is shown as well.",
    "Why do two systems share a rank?": "On these images the test cannot tell them apart. Compare says how many more "
    "images would.",
    "May I submit again?": "Yes. The newest submission stands on the board, the former ones stay in its history.",
    "What is kept of my own picture in Try it?": "Nothing. It is in the memory of your visit, and in a file only while "
    "the model reads it.",
}

_RANKS = """\
Entries of equal rank are a statistical tie. All systems are resampled on the same images (paired bootstrap; whole
images are drawn, since regions of one image are alike), p-values are corrected for the number of comparisons (Holm),
and a system that does not differ from the best of a group belongs to the group. `python -m benchmark.compare` gives the
same ranks. Boards of more than 20 entries test each group's leader against every entry below it instead of all pairs.

A caption that is missing scores 0. A number that was computed in another way than the newest run of the board is shown
in grey and takes no part in the ranking; every number's signature says how it was computed.
"""


def show() -> None:
    """The page."""
    shell.heading("About", "A region caption is right if it holds for its region, and useful if it holds for no other.")
    st.subheader("Why uniqueness", anchor=False)
    st.markdown(_EXAMPLE)
    st.subheader("Scores", anchor=False)
    shell.plain_table(["Score", "What it says"], meanings(), "All are shown × 100")
    st.subheader("Questions and answers", anchor=False)
    for question, answer in _QUESTIONS.items():
        with st.expander(question):
            st.markdown(answer)
    st.subheader("Ranks", anchor=False)
    st.markdown(_RANKS)
    st.subheader("Data", anchor=False)
    boards = list_boards(shell.open_store()).values()
    rows = [
        [board.title, f"{board.config}/{board.split}", _accepts(board.accepts), _shown(board.hidden)]
        for board in boards
    ]
    shell.plain_table(["Board", "Data", "Submissions", "References"], rows, "Boards of this server")
    st.markdown(
        "Scenes are rendered and have an exact listener; photographs are annotated by hand and few: read their "
        "intervals. Never average the two."
    )
    st.subheader("Cite", anchor=False)
    st.code(_BIBTEX, language="bibtex")
    _show_log()


def _accepts(accepts: bool) -> str:
    return "open" if accepts else "closed"


def _shown(hidden: bool) -> str:
    return "hidden" if hidden else "public"


def _show_log() -> None:
    st.subheader("Log", anchor=False)
    events = read_log(shell.open_store())
    if not events:
        st.caption("Nothing has happened yet.")
        return
    st.caption(
        "Every event's hash covers the one before it. Write down the newest: then no earlier event can be changed "
        "unnoticed. The operator checks it with:"
    )
    st.code("python -m leaderboard verify-log", language="bash")
    st.caption(f"Newest hash, of event {events[0].sequence}:")
    st.code(events[0].hash, language=None)
    rows = [
        [
            str(event.sequence),
            datetime.datetime.fromtimestamp(event.at, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S"),
            event.actor,
            event.action,
            event.subject,
            _details_text(event.details),
            event.hash[:12],
        ]
        for event in events
    ]
    with st.expander(f"The last {len(rows)} events"):
        shell.plain_table(["#", "Time (UTC)", "Who", "Did", "To", "Details", "Hash"], rows, "Newest first")


def _details_text(details: dict[str, object]) -> str:
    text = json.dumps(details, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:159]}…"
