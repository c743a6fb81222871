"""What a listener makes of each caption in the scene itself, the right region, another, none, and how much it read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dataset.errors import InvalidInputError, UrecaError

from ..text.corpus import Corpus
from .base import FloatArray, Metric
from .scores import ScoreInfo

if TYPE_CHECKING:
    from dataset.listener import Hearing

__all__ = ["HEARING", "OUTCOMES", "ListenerOutcomes"]

HEARING = "of true captions in natural words it hears 96% of phrases, 87% of sentences and 61% of longer texts"
"""How well it reads what it was not made from: the rows *all | measure* of docs/results/listener.md."""

_FAILURES = {
    "ambiguous": "Share of captions that denote their region and others.",
    "wrong_parent": "Share of captions that denote the region's parent: too coarse.",
    "wrong_child": "Share of captions that denote a child of the region: too fine.",
    "wrong_sibling": "Share of captions that denote a sibling of the region.",
    "wrong_other": "Share of captions that denote something else in the image.",
    "nothing": "Share of captions that are understood and denote nothing in the image.",
    "false": "Share of captions that denote their region and say something else that is not true of it.",
    "unparsed": "Share of captions that the listener does not understand.",
}

OUTCOMES = ("correct", *_FAILURES)
"""What can come of hearing a caption, in the order of reports; the score of each is called ``listener_<outcome>``."""


class ListenerOutcomes(Metric):
    """Shares of the outcomes of `dataset.listener.listen`, on data that comes with worlds (scenes and rooms).

    A missing or empty caption is unparsed. The nine shares of outcomes add up to 1; beside them stands how much of the
    captions was read, without which they say little: what is not read cannot be correct.
    """

    name = "listener"
    scores = (
        ScoreInfo(
            "listener_correct",
            "Listener correct",
            f"Share of captions that denote their region and no other, as an exact listener reads them; {HEARING}.",
            headline=1,
            is_verdict=True,
        ),
        ScoreInfo(
            "listener_read",
            "Share read",
            "Share of a caption's content words that the listener read, the mean over captions.",
            headline=2,
        ),
        *(
            ScoreInfo(f"listener_{outcome}", meaning=meaning, lower_is_better=True)
            for outcome, meaning in _FAILURES.items()
        ),
    )
    implementation = "ureca-listener"

    def unavailable(self, corpus: Corpus) -> UrecaError | None:
        """Photographs and foreign references have no worlds."""
        if corpus.worlds is not None:
            return None
        return InvalidInputError(
            "metrics",
            ["listener: there are no worlds to hear captions in"],
            "Scenes and rooms have them; in Python, pass worlds=dataset.loading.regions.load_worlds(split, config).",
        )

    def statistics(self, corpus: Corpus) -> FloatArray:
        """Correct, the share read, the other outcomes, float64 (items, 10); one outcome of each row is 1.

        Raises:
            InvalidInputError: there are captions of regions that no world has.
        """
        if corpus.worlds is None:
            raise InvalidInputError("metrics", ["listener: no worlds were given"])
        problems = []
        outcomes = np.zeros((len(corpus), len(OUTCOMES)))
        read = np.zeros(len(corpus))
        for row, (region, candidate, hearing) in enumerate(
            zip(corpus.regions, corpus.candidates, corpus.hearings, strict=True)
        ):
            if hearing is None and candidate.strip():
                problems.append(f"listener: no world has the region {region.region_id}")
            outcomes[row, OUTCOMES.index(_outcome(hearing))] = 1.0
            read[row] = 0.0 if hearing is None else hearing.read_share
        if problems:
            raise InvalidInputError("worlds", problems, "Pass the worlds of the split that the regions are of.")
        return np.insert(outcomes, 1, read, axis=1)


def _outcome(hearing: Hearing | None) -> str:
    if hearing is None:
        return "unparsed"
    return f"wrong_{hearing.relation}" if hearing.outcome == "wrong" else hearing.outcome
