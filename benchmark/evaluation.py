"""From captions to a report: every metric once, then corpus, slices and intervals from the same sums."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dataset.errors import InvalidInputError, MissingDependencyError
from dataset.loading.regions import data_sha256
from dataset.schema import Region

from .inputs.predictions import Predictions, load_predictions
from .inputs.protocol import protocol_notes
from .inputs.tables import captions_in_memory, regions_in_memory
from .metrics import (
    METRICS,
    BertScore,
    EmbeddingUniqueness,
    FloatArray,
    JudgeCorrected,
    JudgeOutcomes,
    Metric,
    find_metrics,
)
from .report import DataInfo, Report, ScoreValue, Slice
from .statistics.bootstrap import RESAMPLES, image_sums, percentile_interval, resample_slices
from .statistics.item_statistics import ItemStatistics
from .statistics.signature import installed_versions
from .statistics.slices import slice_masks
from .text.corpus import Corpus
from .text.encoder import share_encoders
from .text.scripts import note_on_scripts
from .text.tokenizer import Tokenizer
from .verdicts.calibration import Calibration
from .verdicts.verdict import Verdict

__all__ = ["RESAMPLES", "Calibration", "JudgeVerdicts", "choose_metrics", "evaluate", "fit_predictions", "with_judge"]

_IN_MEMORY = "predictions"

JudgeVerdicts = Sequence[Verdict]
"""Of one judge, on the captions of any systems."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One metric with its statistics, float64 (items, width)."""

    metric: Metric
    scores: tuple[str, ...]
    statistics: FloatArray
    signature: str

    def columns(self) -> list[int]:
        names = self.metric.score_names()
        return [names.index(name) for name in self.scores]


def evaluate(
    predictions: Predictions | Mapping[str, str] | Iterable[Mapping[str, Any]] | str | Path,
    regions: Sequence[Region] | Iterable[Mapping[str, Any]],
    *,
    metrics: Sequence[str | Metric] | None = None,
    metric_options: Mapping[str, Mapping[str, Any]] | None = None,
    config: str | None = None,
    split: str | None = None,
    subset: str = "",
    protocol: str = "",
    worlds: Mapping[str, Any] | None = None,
    judge: JudgeVerdicts | None = None,
    calibration: Calibration | None = None,
    tokenizer: Tokenizer | None = None,
    allow_missing: bool = False,
    leave_out: bool = False,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Score captions of regions.

    Args:
        predictions: what `load_predictions` returned, a mapping region_id -> caption, a prediction file, or rows with
            ``region_id`` and ``caption``: a list, a pandas DataFrame, a `datasets.Dataset`.
        regions: the regions with their references, as `dataset.load_regions` returns them, or rows with
            ``region_id``, ``image_id`` and ``captions`` of the same kinds.
        metrics: names from `METRICS` (or of single scores), or `Metric` objects; all that can be computed if None.
        metric_options: metric name -> arguments of its class, such as ``{"meteor": {"implementation": "java"}}``.
        config: the data's config, for the report.
        split: its split, for the report.
        subset: which part of it the regions are, for the report and the signatures; empty for all of it.
        protocol: which test set and rules they follow, likewise; empty where their name has one alone.
        worlds: `dataset.loading.regions.load_worlds(split)`, which the listener needs.
        judge: a judge's verdicts on these captions (`benchmark.inputs.verdicts`); its scores are added to `metrics`.
        calibration: the judge's known errors; corrected rates are added.
        tokenizer: what tokenises captions; the PTB tokenizer if None.
        allow_missing: accept missing and empty captions; they score 0.
        leave_out: leave out requested metrics that cannot be computed here instead of raising an error.
        resamples: bootstrap resamples of images; 0 for no intervals.
        seed: of the bootstrap.
        progress: called with the name of what is being computed.

    Returns:
        Values on 0..1 (CIDEr 0..10) for the whole and for slices, with 95% intervals, per-item scores, signatures.

    Raises:
        InvalidInputError: predictions that do not fit, with every problem.
        UnknownNameError: a metric that does not exist.
        MissingDependencyError: a requested metric needs a package that is not installed.
    """
    regions = regions_in_memory(regions)
    if not regions:
        raise InvalidInputError("regions", ["expected at least one region, found none"])
    fitted = fit_predictions(predictions, regions, allow_missing)
    corpus = Corpus(
        regions,
        fitted.captions,
        tokenizer=tokenizer,
        worlds=worlds,
        data_sha256=data_sha256(regions),
        subset=subset,
        protocol=protocol,
    )
    metrics, metric_options = with_judge(metrics, metric_options, judge, calibration, corpus)
    # Captions are tokenised while compiled code is loaded.
    with ThreadPoolExecutor(1) as executor:
        tokens = executor.submit(lambda: corpus.tokenized) if _need_tokens(metrics) else None
        selection, notes = choose_metrics(metrics, metric_options, corpus, leave_out=leave_out)
    if tokens is not None:
        tokens.result()
    runs = list(_computed(selection, corpus, progress))
    progress("intervals")
    scores = _scores(runs, corpus, resamples, seed)
    notes += [metric.note(corpus) for metric, _ in selection if isinstance(metric, JudgeOutcomes)]
    notes += [*note_on_scripts(corpus.candidates), *protocol_notes(protocol, {"these captions": fitted.protocol})]
    images = int(corpus.image_numbers.max()) + 1
    data = DataInfo(config, split, corpus.data_sha256, len(corpus), images, subset, protocol)
    return _report(data, fitted, corpus, runs, scores, notes)


def _report(
    data: DataInfo,
    fitted: Predictions,
    corpus: Corpus,
    runs: Sequence[_Run],
    scores: tuple[dict[str, ScoreValue], dict[str, Slice]],
    notes: Sequence[str],
) -> Report:
    return Report(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        data=data,
        system=dict(fitted.system),
        predictions_sha256=fitted.sha256,
        scored=len(corpus) - len(fitted.missing),
        missing=len(fitted.missing),
        metrics=scores[0],
        slices=scores[1],
        versions=installed_versions(),
        region_ids=tuple(region.region_id for region in corpus.regions),
        items=_items(runs),
        described={score.name: score for run in runs for score in run.metric.described() if score.name in run.scores},
        notes=tuple(notes),
        statistics=ItemStatistics(
            {run.metric.name: run.statistics for run in runs}, corpus.image_numbers, slice_masks(corpus.regions)
        ),
        corpus=corpus,
    )


def _computed(
    selection: Sequence[tuple[Metric, tuple[str, ...]]], corpus: Corpus, progress: Callable[[str], None]
) -> Iterator[_Run]:
    for metric, names in selection:
        progress(metric.name)
        yield _Run(metric, names, metric.statistics(corpus), str(metric.signature(corpus)))


def with_judge(
    metrics: Sequence[str | Metric] | None,
    options: Mapping[str, Mapping[str, Any]] | None,
    judge: JudgeVerdicts | None,
    calibration: Calibration | None,
    *corpora: Corpus,
) -> tuple[Sequence[str | Metric] | None, Mapping[str, Mapping[str, Any]]]:
    """Metrics and options with those of a judge's verdicts, if there are any.

    Raises:
        UrecaError: none of the verdicts is of a corpus's captions, or there is a calibration and no verdicts.
    """
    if judge is None:
        if calibration is not None:
            problem = "there is a calibration of a judge and there are no verdicts to correct"
            raise InvalidInputError("calibration", [problem], "Give the judge's verdicts too: --judge FILE.")
        return metrics, options or {}
    for corpus in corpora:
        error = JudgeOutcomes(judge).unavailable(corpus)
        if error is not None:
            raise error
    names = [JudgeOutcomes.name, *([] if calibration is None else [JudgeCorrected.name])]
    recorded = {"verdicts": judge, "calibration": calibration}
    merged = {**(options or {}), **dict.fromkeys(names, recorded)}
    return metrics if metrics is None else [*metrics, *(name for name in names if name not in metrics)], merged


def fit_predictions(
    predictions: Predictions | Mapping[str, str] | Iterable[Mapping[str, Any]] | str | Path,
    regions: Sequence[Region],
    allow_missing: bool,
) -> Predictions:
    """Predictions of any accepted kind, matched with the regions.

    Raises:
        InvalidInputError: with every problem of the predictions.
    """
    if isinstance(predictions, Predictions):
        return _refit(predictions, regions)
    if isinstance(predictions, str | Path):
        return load_predictions(predictions, regions, allow_missing)
    return captions_in_memory(predictions, _IN_MEMORY).match(regions, allow_missing)


def _refit(predictions: Predictions, regions: Sequence[Region]) -> Predictions:
    """The same predictions, if they are for these regions."""
    region_ids = {region.region_id for region in regions}
    foreign = [region_id for region_id in predictions.captions if region_id not in region_ids]
    missing = tuple(region.region_id for region in regions if region.region_id not in predictions.captions)
    unexpected = set(missing) - set(predictions.missing)
    if foreign or unexpected:
        counts = f"{len(foreign):,} captions have no region, {len(unexpected):,} regions have no caption"
        raise InvalidInputError(predictions.source, [f"loaded for other regions: {counts}"])
    return dataclasses.replace(predictions, missing=missing)


def choose_metrics(
    metrics: Sequence[str | Metric] | None,
    options: Mapping[str, Mapping[str, Any]],
    corpus: Corpus,
    *,
    leave_out: bool = False,
) -> tuple[list[tuple[Metric, tuple[str, ...]]], list[str]]:
    """Metrics to run with the scores to report of each, and a line for each metric that is left out.

    Raises:
        UnknownNameError: a metric that does not exist.
        UrecaError: a requested metric cannot be computed, and `leave_out` is not set.
    """
    by_name, objects = _by_kind(metrics)
    candidates = [(METRICS[name](**options.get(name, {})), scores) for name, scores in by_name.items()]
    candidates += [(metric, metric.score_names()) for metric in objects]
    selection, notes = [], []
    for metric, scores in candidates:
        error = metric.unavailable(corpus)
        if error is None:
            selection.append((metric, scores))
        elif metrics is not None and not leave_out:
            raise error
        elif isinstance(error, MissingDependencyError):
            notes.append(f"{metric.name} is left out: {error}")
    share_encoders([metric for metric, _ in selection if isinstance(metric, BertScore | EmbeddingUniqueness)])
    return selection, notes


def _by_kind(metrics: Sequence[str | Metric] | None) -> tuple[dict[str, tuple[str, ...]], list[Metric]]:
    """Metrics requested by name, with the scores to report of each, and those passed as objects."""
    requests = list(METRICS) if metrics is None else metrics
    by_name = find_metrics([metric for metric in requests if isinstance(metric, str)])
    return by_name, [metric for metric in requests if isinstance(metric, Metric)]


def _need_tokens(metrics: Sequence[str | Metric] | None) -> bool:
    """Whether a metric reads tokenised captions."""
    by_name, objects = _by_kind(metrics)
    return any(METRICS[name].uses_tokenizer for name in by_name) or any(metric.uses_tokenizer for metric in objects)


def _scores(
    runs: Sequence[_Run], corpus: Corpus, resamples: int, seed: int
) -> tuple[dict[str, ScoreValue], dict[str, Slice]]:
    """Values and intervals of all items and of every slice; all from one set of resampled images."""
    masks = {"": np.ones(len(corpus), bool), **slice_masks(corpus.regions)}
    statistics = np.concatenate([np.ones((len(corpus), 1)), *(run.statistics for run in runs)], axis=1)
    images = corpus.image_numbers
    # With one image there is nothing to resample, and an interval of width 0 would mislead.
    resampled = resamples > 0 and int(images.max()) > 0
    drawn = resample_slices(statistics, images, list(masks.values()), resamples, seed) if resampled else None
    tables = {
        name: _table(
            runs,
            statistics[mask].sum(axis=0),
            image_sums(statistics[mask], images[mask])[1],
            None if drawn is None else drawn[number],
        )
        for number, (name, mask) in enumerate(masks.items())
    }
    slices = {name: Slice(int(mask.sum()), tables[name]) for name, mask in masks.items() if name}
    return tables[""], slices


def _table(
    runs: Sequence[_Run], sums: FloatArray, images: FloatArray, drawn: FloatArray | None
) -> dict[str, ScoreValue]:
    """Scores of a set of items from its sums (1 + widths,), those of its images (images, ...) and (resamples, ...)."""
    scores: dict[str, ScoreValue] = {}
    start = 1
    for run in runs:
        part = slice(start, start + run.statistics.shape[1])
        start = part.stop
        values = run.metric.aggregate(sums[part], sums[0])
        low = high = np.full(values.shape, np.nan)
        if drawn is not None:
            low, high = percentile_interval(run.metric.resampled(drawn[:, part], drawn[:, 0], images[:, part]))
        for name, column in zip(run.scores, run.columns(), strict=True):
            scores[name] = ScoreValue(
                _number(values[column]), _number(low[column]), _number(high[column]), run.signature
            )
    return scores


def _items(runs: Sequence[_Run]) -> dict[str, FloatArray]:
    items = {}
    for run in runs:
        scores = run.metric.item_scores(run.statistics)
        items.update({name: scores[:, column] for name, column in zip(run.scores, run.columns(), strict=True)})
    return items


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
