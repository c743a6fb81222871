"""What the scores make of captions that nobody derived from the references: three styles, their pairs, and systems.

The captions of `styles` are true and describe the same regions, so that a score which measures content moves little
from one style to the next, and puts each of them above the same caption with one word swapped so that it is untrue, or
with one detail changed by a writer so that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from dataset.listener import World
from dataset.schema import Region

from ..metrics import Metric
from ..text.tokenizer import Tokenizer
from .captions import STYLES, NaturalCaption, UntrueCaption
from .minimal_pairs import swaps
from .perturbations import System
from .statistics import SAME, auc, best_phi, share, share_right
from .systems import MetricValidation, measure_systems, measured_scores

__all__ = ["measure_styles", "style_table", "trained_table"]

Table = dict[str, dict[str, float]]
_PAIRS: Final = (("untrue", "pairs", "fooled"), ("changed", "changed pairs", "fooled by changed"))
"""Untrue captions beside a style, and the columns of what a score makes of them."""


def measure_styles(
    rows: Sequence[NaturalCaption],
    regions: Sequence[Region],
    worlds: Mapping[str, World],
    metrics: Sequence[Metric],
    *,
    changed: Sequence[UntrueCaption] = (),
    tokenizer: Tokenizer | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> MetricValidation:
    """Every metric on the captions of each style, with a word swapped ("terse, untrue") and "terse, changed".

    Args:
        rows: natural captions, true of their regions.
        regions: all regions of the images, with references.
        worlds: image_id -> world.
        metrics: what to examine.
        changed: the captions with one detail changed, of some or all of `rows`.
        tokenizer: the PTB tokenizer if not given.
        progress: called with the name of what is being computed.
    """
    places = {_bare(region.region_id): place for place, region in enumerate(regions)}
    systems: dict[str, System] = {}
    for row in rows:
        true = systems.setdefault(row.style, [None] * len(regions))
        untrue = systems.setdefault(f"{row.style}, untrue", [None] * len(regions))
        place = places[_bare(row.region_id)]
        true[place] = row.caption
        image_id, _, target = _bare(row.region_id).rpartition("/")
        pairs = swaps(row.caption, worlds[image_id], row.region_id + row.style, target=target)
        if pairs:
            untrue[place] = pairs[place % len(pairs)].caption
    for each in changed:
        texts = systems.setdefault(f"{each.style}, changed", [None] * len(regions))
        texts[places[_bare(each.region_id)]] = each.caption
    return measure_systems(regions, systems, metrics, worlds=worlds, tokenizer=tokenizer, progress=progress)


def style_table(validation: MetricValidation) -> Table:
    """Of each score its value in each style, how far it moves between them, and how often an untrue caption fools it.

    "moves" is the largest value less the smallest, in shares of the largest; "pairs" the share of pairs of which the
    true caption scores better, ties half; "fooled" the share of which the untrue one scores as well or better;
    both also of captions with one detail changed freely, if there are any.
    """
    values = validation.values(STYLES)
    table: Table = {}
    for metric in validation.metrics:
        for score in measured_scores(metric):
            row = {style: values[score][style] for style in STYLES}
            row["moves"] = _moves(list(row.values()))
            sign = -1.0 if score in metric.lower_is_better else 1.0
            for untrue, pairs, fooled in _PAIRS:
                styles = [style for style in STYLES if f"{style}, {untrue}" in validation.systems]
                if styles:
                    ahead = np.concatenate([_ahead(validation, style, untrue, score, sign) for style in styles])
                    row[pairs] = share_right(ahead)
                    row[fooled] = share(ahead <= SAME, ahead)
            table[score] = row
    return table


def trained_table(validation: MetricValidation, names: Sequence[str]) -> Table:
    """Of each score the values of systems, and how it agrees with the listener over their captions.

    "auc" and "phi at best cut" are those of `MetricValidation.against_listener`, over these captions alone.
    """
    values = validation.values(names)
    pooled = {score: _pooled(validation, names, score) for score in values}
    table: Table = {}
    for metric in validation.metrics:
        for score in measured_scores(metric):
            row = dict(values[score])
            if "listener_correct" in pooled and not score.startswith("listener"):
                sign = -1.0 if score in metric.lower_is_better else 1.0
                has_value = ~np.isnan(pooled[score])
                verdicts = pooled["listener_correct"][has_value] > 0
                row["auc"] = auc(sign * pooled[score][has_value], verdicts)
                row["phi at best cut"] = best_phi(sign * pooled[score][has_value], verdicts)
            table[score] = row
    return table


def _bare(region_id: str) -> str:
    """Without the config's name before it: "scenes-validation-00003/5"."""
    return "/".join(region_id.split("/")[-2:])


def _moves(values: Sequence[float]) -> float:
    largest = max(map(abs, values))
    return (max(values) - min(values)) / largest if largest else np.nan


def _ahead(validation: MetricValidation, style: str, untrue: str, score: str, sign: float) -> Any:
    true, other = validation.systems[style], validation.systems[f"{style}, {untrue}"]
    return sign * (true.items[score] - other.items[score])[true.present & other.present]


def _pooled(validation: MetricValidation, names: Sequence[str], score: str) -> Any:
    return np.concatenate([validation.systems[name].items[score][validation.systems[name].present] for name in names])
