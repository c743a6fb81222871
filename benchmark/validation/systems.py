"""Do the metrics notice what they should? Every score of the harness against captions of known quality.

A system is a caption for every region of the data, made by `perturbations`. One region's reference is held out as the
paraphrase that no metric has seen; the remaining ones are the references of everything here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.schema import Region

from ..metrics import Metric
from ..metrics.base import FloatArray
from ..text.corpus import Corpus
from ..text.ptb import PtbTokenizer
from ..text.tokenizer import RememberingTokenizer, Tokenizer
from .perturbations import ADVERSARIES, EXTRA, LADDER, SWAPS, System, hold_out
from .statistics import SAME, auc, best_phi, mean_of_known, rank_correlation, share, share_right

__all__ = ["Measured", "MetricValidation", "measure", "measure_systems", "measured_scores"]

Table = dict[str, dict[str, float]]
"""Score -> column -> value; a value is NaN where it cannot be computed."""

_NOT_OF_CANDIDATES = ("retrieval_chance", "retrieval_share", "reference_")


@dataclass(frozen=True)
class Measured:
    """One system under every metric.

    Attributes:
        statistics: metric name -> statistics, (items, width).
        present: which regions have a caption, bool (items,).
        items: score name -> score of every region by itself, (items,); NaN without a caption.
        variants: variant of the headline -> its value of every region, (items,).
    """

    statistics: Mapping[str, FloatArray]
    present: npt.NDArray[np.bool_]
    items: Mapping[str, FloatArray]
    variants: Mapping[str, FloatArray]


@dataclass(frozen=True)
class MetricValidation:
    """All systems under all metrics, and tables of what the metrics notice.

    Attributes:
        metrics: in the order of reports.
        systems: name -> what was measured; those with a caption for fewer than half of the regions are missing.
        images: which image each region belongs to, numbers from 0, (items,).
    """

    metrics: Sequence[Metric]
    systems: Mapping[str, Measured]
    images: npt.NDArray[np.int64]

    def scores(self) -> list[str]:
        """Names of all scores that depend on candidates."""
        return [name for metric in self.metrics for name in measured_scores(metric)]

    def scores_in_figures(self) -> list[str]:
        """Names of the scores that figures show, the headlines among them; tables have all."""
        described = (score for metric in self.metrics for score in metric.described())
        return [score.name for score in described if score.in_figures or score.headline is not None]

    def ladder(self) -> Table:
        """Share of images with a pair of rungs in the right order; per pair, and the mean of all. A tie counts half.

        "reversed" is the mean share in the wrong order: ties, of which a yes-or-no metric has many, do not count.
        "relative > category" is listed, too, but is not part of the means: see `LADDER`.
        """
        rungs = {name: level for name, (level, _) in LADDER.items() if name in self.systems}
        pairs = [(a, b) for a, b in itertools.combinations(rungs, 2) if rungs[a] < rungs[b]]
        table: Table = {score: {} for score in self.scores()}
        reverse: dict[str, list[float]] = {score: [] for score in self.scores()}
        for better, worse in pairs:
            for score, ahead in self._per_image(better, worse).items():
                table[score][f"{better} > {worse}"] = share_right(ahead)
                reverse[score].append(share(ahead < -SAME, ahead))
        for score, columns in table.items():
            columns["all pairs"] = mean_of_known(np.array(list(columns.values())))
            columns["reversed"] = mean_of_known(np.array(reverse[score]))
        if "relative" in rungs and "category" in rungs:
            for score, ahead in self._per_image("relative", "category").items():
                table[score]["relative > category"] = share_right(ahead)
        return table

    def values(self, names: Sequence[str]) -> Table:
        """Corpus values of systems."""
        table: Table = {score: {} for score in self.scores()}
        for name in names:
            if name not in self.systems:
                continue
            system = self.systems[name]
            for metric in self.metrics:
                sums = system.statistics[metric.name][system.present].sum(axis=0)
                values = metric.aggregate(sums, np.array(float(system.present.sum())))
                for score, value in zip(metric.score_names(), values, strict=True):
                    if score in table:
                        table[score][name] = float(value)
        return table

    def swaps(self) -> Table:
        """Share of regions where the good caption scores better than the same one with a word swapped."""
        good = self.systems.get("paraphrase", self.systems.get("reference"))
        table: Table = {score: {} for score in self.scores()}
        for kind in SWAPS:
            swapped = self.systems.get(f"swap {kind}")
            if swapped is None or good is None:
                continue
            for score, sign in self._signs():
                ahead = sign * (good.items[score] - swapped.items[score])[swapped.present & good.present]
                table[score][kind] = share_right(ahead)
        return table

    def against_listener(self) -> Table:
        """Rank correlation with the share of captions that the listener finds correct, over systems and over items.

        Over items, captions of all systems but the copied references are pooled; "auc" is the chance that a
        caption which the listener finds correct scores better than one which it does not. Rank correlations with a
        yes-or-no answer favour scores of few values; "phi at best cut" does not: it is the correlation of two yes-or-no
        answers, the score having been cut where that is highest.
        """
        from scipy import stats

        if not any(metric.name == "listener" for metric in self.metrics):
            return {}
        names = [name for name in self.systems if name != "reference"]
        per_system = self.values(names)
        truth = [per_system["listener_correct"][name] for name in names]
        verdicts = self._pooled("listener_correct", names)
        table: Table = {}
        for score, sign in self._signs():
            if score.startswith("listener"):
                continue
            values = np.array([sign * per_system[score][name] for name in names])
            has_value = ~np.isnan(values)
            pooled = sign * self._pooled(score, names)
            both = ~np.isnan(pooled)
            table[score] = {
                "spearman, systems": rank_correlation(stats.spearmanr, values[has_value], np.array(truth)[has_value]),
                "kendall, systems": rank_correlation(stats.kendalltau, values[has_value], np.array(truth)[has_value]),
                "spearman, items": rank_correlation(stats.spearmanr, pooled[both], verdicts[both]),
                "kendall, items": rank_correlation(stats.kendalltau, pooled[both], verdicts[both]),
                "auc, items": auc(pooled[both], verdicts[both] > 0),
                "phi at best cut, items": best_phi(pooled[both], verdicts[both] > 0),
            }
        return table

    def stability(self) -> Table:
        """Variants of the headline: value of each system, and rank correlation over systems with the headline."""
        from scipy import stats

        names = [name for name in self.systems if name != "reference"]
        default = self.values(names)["unique_and_correct"]
        table: Table = {}
        for variant in next(iter(self.systems.values())).variants:
            values = {name: mean_of_known(self.systems[name].variants[variant]) for name in self.systems}
            pair = np.array([[values[name], default[name]] for name in names])
            complete = pair[~np.isnan(pair).any(axis=1)]
            table[variant] = {
                "kendall with the headline": rank_correlation(stats.kendalltau, complete[:, 0], complete[:, 1]),
                **values,
            }
        return table

    def _signs(self) -> list[tuple[str, float]]:
        return [
            (score, -1.0 if score in metric.lower_is_better else 1.0)
            for metric in self.metrics
            for score in measured_scores(metric)
        ]

    def _pooled(self, score: str, names: Sequence[str]) -> FloatArray:
        return np.concatenate([self.systems[name].items[score][self.systems[name].present] for name in names])

    def _per_image(self, better: str, worse: str) -> dict[str, FloatArray]:
        """Score -> how far the first system is ahead in each image, over the regions that both have captions for."""
        first, second = self.systems[better], self.systems[worse]
        both = (first.present & second.present).astype(np.float64)
        counts = np.bincount(self.images, both).astype(np.float64)
        leads = {}
        for metric in self.metrics:
            values = []
            for system in (first, second):
                sums = np.zeros((len(counts), system.statistics[metric.name].shape[1]))
                np.add.at(sums, self.images, system.statistics[metric.name] * both[:, None])
                values.append(metric.aggregate(sums, counts))
            ahead = (values[0] - values[1])[counts > 0]
            for column, score in enumerate(metric.score_names()):
                leads[score] = -ahead[:, column] if score in metric.lower_is_better else ahead[:, column]
        return {score: leads[score] for score in self.scores()}


def measured_scores(metric: Metric) -> list[str]:
    """Names of the scores of a metric that depend on candidates."""
    return [name for name in metric.score_names() if not name.startswith(_NOT_OF_CANDIDATES)]


def measure(
    regions: Sequence[Region],
    metrics: Sequence[Metric],
    *,
    variants: Mapping[str, Metric] | None = None,
    worlds: Mapping[str, Any] | None = None,
    tokenizer: Tokenizer | None = None,
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> MetricValidation:
    """Make all systems and run all metrics on them.

    Args:
        regions: with references; those with several lose one to the paraphrases.
        metrics: what to examine.
        variants: name -> metric of which only the first score is used, to see how stable that is.
        worlds: for the listener.
        tokenizer: the PTB tokenizer if not given; each text is tokenised once for all systems.
        seed: of the perturbations.
        progress: called with the name of what is being computed.
    """
    holdout = hold_out(regions, seed)
    makers = {name: make for name, (_, make) in LADDER.items()} | dict(ADVERSARIES) | dict(EXTRA)
    makers |= {f"swap {kind}": make for kind, make in SWAPS.items()}
    drafts = {name: make(holdout) for name, make in makers.items()}
    captions = {name: system for name, system in drafts.items() if _worth_it(name, system)}
    return measure_systems(
        holdout.regions,
        captions,
        metrics,
        variants=variants,
        worlds=worlds,
        tokenizer=tokenizer,
        progress=progress,
    )


def measure_systems(
    regions: Sequence[Region],
    captions: Mapping[str, System],
    metrics: Sequence[Metric],
    *,
    variants: Mapping[str, Metric] | None = None,
    worlds: Mapping[str, Any] | None = None,
    tokenizer: Tokenizer | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> MetricValidation:
    """Run all metrics on systems that are there already; the arguments are those of `measure`."""
    shared_tokenizer = RememberingTokenizer(tokenizer or PtbTokenizer())
    shared_tokenizer.tokenize(list(_texts(regions, captions.values())))
    systems = {}
    for name, system in captions.items():
        progress(name)
        candidates = {region.region_id: text or "" for region, text in zip(regions, system, strict=True)}
        corpus = Corpus(regions, candidates, tokenizer=shared_tokenizer, worlds=worlds)
        systems[name] = _measured(corpus, metrics, variants or {}, np.array([text is not None for text in system]))
    return MetricValidation(metrics, systems, corpus.image_numbers)


def _worth_it(name: str, system: System) -> bool:
    present = sum(text is not None for text in system)
    return present >= 20 if name.startswith("swap") else present >= len(system) / 20


def _texts(regions: Sequence[Region], systems: Any) -> Iterator[str]:
    yield ""
    for region in regions:
        yield from region.captions
    for system in systems:
        yield from filter(None, system)


def _measured(
    corpus: Corpus, metrics: Sequence[Metric], variants: Mapping[str, Metric], present: npt.NDArray[np.bool_]
) -> Measured:
    statistics = {metric.name: metric.statistics(corpus) for metric in metrics}
    items = {}
    for metric in metrics:
        scores = metric.item_scores(statistics[metric.name])
        scores[~present] = np.nan
        items.update(dict(zip(metric.score_names(), scores.T, strict=True)))
    varied = {name: metric.item_scores(metric.statistics(corpus))[:, 0] for name, metric in variants.items()}
    for values in varied.values():
        values[~present] = np.nan
    return Measured(statistics, present, items, varied)
