"""What a listener makes of each caption in the scene itself: the right region, several, another, none."""

from __future__ import annotations

import numpy as np

from dataset.errors import InvalidInputError, UrecaError

from ..text.corpus import Corpus
from .base import FloatArray, Metric

__all__ = ["ListenerOutcomes"]

_OUTCOMES = (
    "correct", "ambiguous", "wrong_parent", "wrong_child", "wrong_sibling", "wrong_other", "nothing", "false",
    "unparsed",
)  # fmt: skip


class ListenerOutcomes(Metric):
    """Shares of the outcomes of `dataset.listener.listen`, on data that comes with worlds (the scenes).

    A missing or empty caption is unparsed. The nine shares add up to 1.
    """

    name = "listener"
    scores = tuple(f"listener_{outcome}" for outcome in _OUTCOMES)
    lower_is_better = frozenset(scores[1:])
    implementation = "ureca-listener"

    def unavailable(self, corpus: Corpus) -> UrecaError | None:
        """Photographs and foreign references have no worlds."""
        if corpus.worlds is not None:
            return None
        return InvalidInputError(
            "metrics",
            ["listener: there are no worlds to hear captions in"],
            "Only scenes have them; in Python, pass worlds=dataset.loading.regions.load_worlds(split).",
        )

    def statistics(self, corpus: Corpus) -> FloatArray:
        """One column per outcome, a single 1 in each row."""
        from dataset.listener import listen

        if corpus.worlds is None:
            raise InvalidInputError("metrics", ["listener: no worlds were given"])
        heard = np.zeros((len(corpus), len(_OUTCOMES)))
        for row, (region, candidate) in enumerate(zip(corpus.regions, corpus.candidates, strict=True)):
            outcome = "unparsed"
            if candidate.strip():
                hearing = listen(candidate, corpus.worlds[region.image_id], region.region_id.rpartition("/")[2])
                outcome = f"wrong_{hearing.relation}" if hearing.outcome == "wrong" else hearing.outcome
            heard[row, _OUTCOMES.index(outcome)] = 1.0
        return heard
