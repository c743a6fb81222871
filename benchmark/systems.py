"""Several systems on the same regions: every metric on each, then all differences from the same resampled images."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.loading.regions import data_sha256
from dataset.schema import Region

from .evaluation import Calibration, JudgeVerdicts, choose_metrics, fit_predictions, with_judge
from .inputs.judged import JudgedFile, same_regions
from .inputs.predictions import Predictions
from .inputs.protocol import protocol_notes
from .inputs.tables import regions_in_memory
from .metrics.base import FloatArray, Metric, Totals
from .metrics.scores import ScoreInfo, lower_scores
from .report import DataInfo
from .statistics.bootstrap import image_sums, resample_sums
from .statistics.comparison import ALPHA, ScoreComparison, compare_score, resamples_for
from .statistics.judge_effect import JudgeEffect, judge_effects
from .statistics.signature import Signature, installed_versions
from .text.corpus import Corpus
from .text.ptb import PtbTokenizer
from .text.scripts import note_on_scripts
from .text.tokenizer import RememberingTokenizer, Tokenizer

__all__ = ["Comparison", "compare_judged", "compare_statistics", "compare_systems", "resample_scores"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything a comparison found.

    Attributes:
        created: time in UTC, ISO 8601.
        data: what was scored against.
        names: of the systems, in the order given.
        systems: what each prediction file says about its system.
        predictions_sha256: digest of each prediction file, "" where there was none.
        missing: regions without a caption, of each system; they score 0.
        scores: score name -> comparison of all systems.
        signatures: score name -> how it is computed.
        described: score name -> its label, meaning and direction.
        alpha: level of the tests.
        resamples: bootstrap resamples of images.
        versions: package -> version.
        notes: a line for every metric that was left out.
        judges: how far scores move with the judge, where several have judged the same systems.
    """

    created: str
    data: DataInfo
    names: tuple[str, ...]
    systems: tuple[Mapping[str, Any], ...]
    predictions_sha256: tuple[str, ...]
    missing: tuple[int, ...]
    scores: Mapping[str, ScoreComparison]
    signatures: Mapping[str, str]
    described: Mapping[str, ScoreInfo]
    alpha: float
    resamples: int
    versions: Mapping[str, str]
    notes: tuple[str, ...] = ()
    judges: tuple[JudgeEffect, ...] = ()

    @property
    def lower_is_better(self) -> frozenset[str]:
        """Names of the scores where less is better."""
        return lower_scores(self.described.values())


def compare_systems(
    systems: Mapping[str, Predictions | Mapping[str, str] | str | Path],
    regions: Sequence[Region],
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
    resamples: int | None = None,
    seed: int = 0,
    alpha: float = ALPHA,
    progress: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Compare the captions of several systems on the same regions.

    Args:
        systems: name -> its predictions, as `benchmark.evaluate` takes them; at least two.
        regions: the regions with their references.
        metrics: as in `benchmark.evaluate`.
        metric_options: as in `benchmark.evaluate`.
        config: the data's config, for the report.
        split: its split, for the report.
        subset: as in `benchmark.evaluate`.
        protocol: as in `benchmark.evaluate`.
        worlds: what the listener needs.
        judge: as in `benchmark.evaluate`, on the captions of all systems.
        calibration: the judge's known errors; corrected rates are added.
        tokenizer: what tokenises captions; that of `Corpus` if None.
        allow_missing: accept missing and empty captions; they score 0.
        resamples: bootstrap resamples of images; `comparison.resamples_for(len(systems))` if None.
        seed: of the bootstrap.
        alpha: level of the tests.
        progress: called with the name of what is being computed.

    Raises:
        InvalidInputError: fewer than two systems, or predictions that do not fit.
        UnknownNameError: a metric that does not exist.
        MissingDependencyError: a requested metric needs a package that is not installed.
    """
    regions = regions_in_memory(regions)
    _check_arguments(len(systems), alpha, len(regions))
    fitted = [fit_predictions(source, regions, allow_missing) for source in systems.values()]
    data = DataInfo(config, split, data_sha256(regions), len(regions), _count_images(regions), subset, protocol)
    corpora = _corpora(regions, fitted, data, RememberingTokenizer(tokenizer or PtbTokenizer()), worlds)
    metrics, metric_options = with_judge(metrics, metric_options, judge, calibration, *corpora)
    selection, notes = choose_metrics(metrics, metric_options, corpora[0])
    statistics, signatures = [], {}
    for metric, names in selection:
        progress(metric.name)
        statistics.append([metric.statistics(corpus) for corpus in corpora])
        signatures.update(dict.fromkeys(names, str(metric.signature(corpora[0]))))
    progress("differences")
    resamples = resamples_for(len(systems)) if resamples is None else resamples
    scores: dict[str, ScoreComparison] = {}
    for (metric, names), parts in zip(selection, statistics, strict=True):
        scores |= compare_statistics(metric, names, parts, corpora[0].image_numbers, resamples, seed, alpha)
    notes += note_on_scripts(text for corpus in corpora for text in corpus.candidates)
    notes += protocol_notes(protocol, {name: source.protocol for name, source in zip(systems, fitted, strict=True)})
    return Comparison(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        data=data,
        names=tuple(systems),
        systems=tuple(source.system for source in fitted),
        predictions_sha256=tuple(source.sha256 for source in fitted),
        missing=tuple(len(source.missing) for source in fitted),
        scores=scores,
        signatures=signatures,
        described=_described([metric for metric, _ in selection], scores),
        alpha=alpha,
        resamples=resamples,
        versions=installed_versions(),
        notes=tuple(notes),
    )


def _count_images(regions: Sequence[Region]) -> int:
    return len({region.image_id for region in regions})


def _corpora(
    regions: Sequence[Region],
    systems: Sequence[Predictions],
    data: DataInfo,
    tokenizer: Tokenizer,
    worlds: Mapping[str, Any] | None,
) -> list[Corpus]:
    """The captions of each system with the same references."""
    return [
        Corpus(
            regions,
            system.captions,
            tokenizer=tokenizer,
            worlds=worlds,
            data_sha256=data.sha256,
            subset=data.subset,
            protocol=data.protocol,
        )
        for system in systems
    ]


def compare_judged(
    files: Sequence[JudgedFile],
    *,
    images: Mapping[str, str] | None = None,
    only_shared: bool = False,
    resamples: int | None = None,
    seed: int = 0,
    alpha: float = ALPHA,
) -> Comparison:
    """Compare systems by published verdicts of judges, and the judges where several have judged the same systems.

    Args:
        files: two or more, of one benchmark.
        images: region -> image, so that images are resampled; without it what the files say of that, and where they
            say nothing, every region counts as an image of its own.
        only_shared: leave out regions that a file lacks.
        resamples: bootstrap resamples; `comparison.resamples_for(len(files))` if None.
        seed: of the bootstrap.
        alpha: level of the tests.

    Raises:
        InvalidInputError: fewer than two files, or files that do not fit together.
    """
    keys = same_regions(files, only_shared)
    _check_arguments(len(files), alpha, len(keys))
    own = files[0].images
    image_numbers, notes = _images_of(keys, own if images is None and own.keys() >= set(keys) else images)
    totals, parts = files[0].totals, [file.of(keys) for file in files]
    resamples = resamples_for(len(files)) if resamples is None else resamples
    names = totals.score_names()
    scores = compare_statistics(totals, names, parts, image_numbers, resamples, seed, alpha)
    values, drawn = resample_scores(totals, parts, image_numbers, resamples, seed)
    items = np.stack([totals.item_scores(part)[:, 0] for part in parts], axis=1)
    digest = hashlib.sha256("\n".join(keys).encode("utf-8", "surrogatepass")).hexdigest()
    several = len({file.judge for file in files}) > 1
    signature = str(Signature(totals.name, "published-verdicts", data=digest))
    return Comparison(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        data=DataInfo(files[0].layout, "test", digest, len(keys), int(image_numbers.max()) + 1),
        names=tuple(file.label if several else file.system for file in files),
        systems=tuple({"name": file.system, "judge": file.judge} for file in files),
        predictions_sha256=tuple(file.sha256 for file in files),
        missing=(0,) * len(files),
        scores=scores,
        signatures=dict.fromkeys(names, signature),
        described={score.name: score for score in totals.described()},
        alpha=alpha,
        resamples=resamples,
        versions=installed_versions(),
        notes=tuple(notes),
        judges=tuple(
            judge_effects(
                [(file.system, file.judge) for file in files],
                values[:, 0],
                None if drawn is None else drawn[..., 0],
                items,
            )
        ),
    )


def _images_of(keys: Sequence[str], images: Mapping[str, str] | None) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Number of the image of each region, and what to say where it is not known."""
    if images is None:
        return np.arange(len(keys)), ["which regions share an image is not said: each is resampled by itself"]
    unknown = [f"region {key} is not in it" for key in keys if key not in images]
    if unknown:
        raise InvalidInputError("annotations", unknown, limit=10)
    return np.unique([images[key] for key in keys], return_inverse=True)[1].astype(np.int64), []


def _described(metrics: Sequence[Metric], scores: Mapping[str, ScoreComparison]) -> dict[str, ScoreInfo]:
    return {score.name: score for metric in metrics for score in metric.described() if score.name in scores}


def _check_arguments(systems: int, alpha: float, regions: int) -> None:
    if systems < 2:
        raise InvalidInputError("systems", [f"expected at least two, found {systems}"])
    if not 0 < alpha < 1:
        raise InvalidInputError("alpha", [f"expected a level between 0 and 1, such as {ALPHA}, found {alpha!r}"])
    if not regions:
        raise InvalidInputError("regions", ["expected at least one region, found none"])


def compare_statistics(
    metric: Totals,
    names: Sequence[str],
    parts: Sequence[FloatArray],
    image_numbers: npt.NDArray[np.int64],
    resamples: int,
    seed: int = 0,
    alpha: float = ALPHA,
    items: FloatArray | None = None,
) -> dict[str, ScoreComparison]:
    """Compare systems on scores of one metric, from what each item contributes to it.

    Equal seeds and numbers of images draw the same images: scores that are compared one after the other are compared
    on the same resamples.

    Args:
        metric: turns sums of statistics into scores.
        names: the scores to compare.
        parts: statistics of each system, (rows, width); a row is an item, or the sum of several of one image.
        image_numbers: which image a row belongs to, from 0 without gaps, (rows,).
        resamples: how many.
        seed: of the bootstrap.
        alpha: level of the tests.
        items: how many items each row stands for, (rows,); one if None.
    """
    images = int(image_numbers.max()) + 1
    values, resampled = resample_scores(metric, parts, image_numbers, resamples, seed, items)
    columns = {name: metric.score_names().index(name) for name in names}
    return {
        name: compare_score(
            values[:, column],
            None if resampled is None else resampled[..., column],
            images,
            name in metric.lower_is_better,
            alpha,
        )
        for name, column in columns.items()
    }


def resample_scores(
    metric: Totals,
    parts: Sequence[FloatArray],
    image_numbers: npt.NDArray[np.int64],
    resamples: int,
    seed: int = 0,
    items: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray | None]:
    """Scores of systems, (systems, scores), and the same on resampled images, (resamples, systems, scores).

    Arguments are those of `compare_statistics`. With one image or 0 resamples the second is None.
    """
    counts = np.ones(len(image_numbers)) if items is None else items
    values = metric.aggregate(np.stack([part.sum(axis=0) for part in parts]), np.full(len(parts), counts.sum()))
    if resamples == 0 or image_numbers.max() == 0:
        return values, None
    drawn = resample_sums(np.concatenate([counts[:, None], *parts], axis=1), image_numbers, resamples, seed)
    sums = drawn[:, 1:].reshape(resamples, len(parts), -1)
    images = np.stack([image_sums(part, image_numbers)[1] for part in parts], axis=1)
    return values, metric.resampled(sums, np.repeat(drawn[:, :1], len(parts), axis=1), images)
