"""Where submitting begins: what to caption, how to load it, its licence; and in words what was wrong."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from benchmark.inputs.scoring_data import ScoringData
from dataset.errors import InvalidInputError, UrecaError

from ....boards.board import CHALLENGE, Board
from ....intake.folding import fold_problems
from .. import shell

__all__ = ["FORM_LABELS", "ask_for_facts", "show_form_errors", "show_problems", "show_what_to_caption"]

_LICENCES: Final = {
    "scenes": "Apache-2.0, pictures, masks and captions",
    "rooms": "Apache-2.0, pictures, masks and captions; authors of the furniture shown are named in the dataset card",
    "photos": "masks and captions Apache-2.0; each photograph has its own licence, see the dataset card",
}
_SHOWN_PROBLEMS: Final = 100

FORM_LABELS: Final = {
    "name": "System", "note": "Note", "description": "Description", "paper": "Paper", "code": "Code",
    "model_card": "Model card", "parameters": "Parameters", "captions_per_second": "Captions per second",
    "hardware": "Hardware", "organisation": "Organisation", "licence": "Licence of the weights", "weights": "Weights",
    "method": "Kind", "training_data": "Training data", "saw_source": "Has it seen the source of the images?",
}  # fmt: skip
"""Field of a card -> what the form calls it."""

_UNSAID: Final = "not said"
_CHOICES: Final = {
    "weights": {"": _UNSAID, "open": "open", "closed": "closed"},
    "method": {"": _UNSAID, "trained": "trained for region captions", "prompted": "a general model, prompted"},
    "saw_source": {"": _UNSAID, "no": "no", "yes": "yes"},
}


def show_what_to_caption(board: Board) -> None:
    """Counts, the line that loads the data, the images as a download, the licence; challenges show their own."""
    if board.config == CHALLENGE:
        return
    data = board.data()
    images = len({region.image_id for region in data.regions})
    st.subheader(f"1. Caption {len(data.regions):,} regions of {images:,} images", anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption("In Python, image and mask of every region; `pip install ureca` brings it:")
        st.code(_loader(board), language="python", wrap_lines=True)
    with right:
        st.caption("Or as files: pictures, and a line with id and mask for every region.")
        st.link_button(
            "Images and masks",
            f"api/v1/boards/{board.name}/package.zip",
            icon=":material/folder_zip:",
            type="secondary",
        )
        licence = _LICENCES.get(board.config)
        if licence:
            st.caption(f"Licence: {licence}.")
        _show_sizes(data)
    st.subheader("2. Check and submit the captions", anchor=False)


def show_problems(name: str, error: UrecaError, *, of_form: bool = False) -> None:
    """What is wrong with a file or with the form, every kind of problem once."""
    if of_form:
        show_form_errors(error)
        return
    problems = error.problems if isinstance(error, InvalidInputError) else [str(error)]
    folded = fold_problems(problems)
    count = f"{len(problems):,} problem{'s' if len(problems) != 1 else ''}"
    kinds = f" of {len(folded):,} kind{'s' if len(folded) != 1 else ''}" if len(folded) < len(problems) else ""
    st.error(shell.plain(f"{name} cannot be submitted: {count}{kinds}. Nothing was stored."), icon=":material/error:")
    st.code("\n".join(folded[:_SHOWN_PROBLEMS]), language=None, wrap_lines=True)
    if len(folded) > _SHOWN_PROBLEMS:
        st.caption(f"… and {len(folded) - _SHOWN_PROBLEMS:,} more kinds")
    if isinstance(error, InvalidInputError) and error.hint:
        st.caption(shell.plain(error.hint))


def show_form_errors(error: UrecaError) -> None:
    """What is wrong with the form, by the names of its fields."""
    problems = error.problems if isinstance(error, InvalidInputError) else [str(error)]
    lines = []
    for problem in problems:
        name, colon, text = problem.partition(": ")
        label = FORM_LABELS.get(name)
        lines.append(f"{label}: {text}" if colon and label else problem)
    head = "The file is fine; the form is not yet." if isinstance(error, InvalidInputError) else "Not submitted."
    st.error("  \n".join([f"**{head}**", *map(shell.plain, lines)]), icon=":material/edit_note:")


def ask_for_facts() -> dict[str, Any]:
    """The fields of the form about who made a system and of what, for filters of the board."""
    fields: dict[str, Any] = {}
    left, right = st.columns(2)
    with left:
        fields["organisation"] = st.text_input(
            FORM_LABELS["organisation"], placeholder="university, company, person", max_chars=80
        )
        fields["licence"] = st.text_input(FORM_LABELS["licence"], placeholder="Apache-2.0", max_chars=60)
        fields["training_data"] = st.text_input(
            FORM_LABELS["training_data"], placeholder="what it was trained on", max_chars=300
        )
    with right:
        for name, values in _CHOICES.items():
            fields[name] = st.selectbox(FORM_LABELS[name], list(values), format_func=values.__getitem__)
    return fields


def _loader(board: Board) -> str:
    options = "".join(f", {name}={value!r}" for name, value in sorted(board.options.items()))
    return (
        "import dataset  # teaches datasets the name “ureca”\n"
        "from datasets import load_dataset\n\n"
        f'regions = load_dataset("ureca", "{board.config}", split="{board.split}"{options})\n'
        'row = regions[0]  # row["image"], dataset.decode_mask(row["mask"]), row["region_id"]'
    )


def _show_sizes(data: ScoringData) -> None:
    kinds: dict[str, int] = {}
    for region in data.regions:
        kinds[region.granularity or "region"] = kinds.get(region.granularity or "region", 0) + 1
    st.caption(", ".join(f"{count:,} {name}{'s' if name != 'background' else ''}" for name, count in kinds.items()))
