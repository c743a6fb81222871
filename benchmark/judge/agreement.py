"""``ureca judge-agreement verdicts.jsonl``: which scores agree with a judge, or with people?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import typer

from dataset.errors import InvalidInputError
from dataset.terminal import CommandLine, config_options

from ..evaluation import evaluate
from ..inputs.flags import BootstrapSeed, DataOptions
from ..inputs.metric_names import metric_names
from ..inputs.predictions import PredictionFile
from ..inputs.scoring_data import ScoringData, scoring_data
from ..inputs.verdicts import read_verdicts
from ..report import markdown_row, replacing
from ..validation.statistics import auc, best_phi
from ..verdicts.estimates import DRAWS, Estimate, estimate_of
from ..verdicts.verdict import Verdict, VerdictKey

__all__ = [
    "Agreement",
    "PairAgreement",
    "agreement_lines",
    "agreement_of_pairs",
    "agreement_with_scores",
    "agreement_with_verdicts",
    "app",
    "item_scores",
    "write_agreement",
]

app = CommandLine()

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Statistic = Callable[[FloatArray, BoolArray], float]

_NOT_OF_CANDIDATES: Final = ("retrieval_chance", "retrieval_share", "reference_", "judge_")
"""Beginnings of names of scores that say nothing of the caption, or are the judge's own."""
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well one score, or another judge, tells the captions that a verdict calls unique from the others.

    Attributes:
        name: of the score.
        items: captions that both have.
        area: under the curve: how often a unique caption scores above another one, ties half.
        phi: correlation with the verdict; of a score that is not yes or no, at the best of all cuts.
        agrees: share of captions with the same answer; None for scores that are not yes or no.
        is_reversed: less is better.
    """

    name: str
    items: int
    area: Estimate
    phi: Estimate
    agrees: Estimate | None
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How alike two people judge the same captions, whoever the two are.

    Attributes:
        items: captions that two have judged.
        unique: share on which they agree whether it fits its region and no other.
        alpha: the same beyond chance: Krippendorff's alpha of yes and no.
        panels: share on which they name the same panels.
    """

    items: int
    unique: Estimate
    alpha: Estimate
    panels: Estimate

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.items:,} captions have two verdicts; 95% intervals over images",
            f"same answer to 'fits its region and no other': {self.unique}",
            f"beyond chance (Krippendorff's alpha x 100): {self.alpha}",
            f"exactly the same panels: {self.panels}",
        ]


def agreement_of_pairs(
    pairs: Sequence[tuple[Verdict, Verdict]], *, resamples: int = DRAWS, seed: int = 0
) -> PairAgreement:
    """How alike the two verdicts of each pair are.

    Args:
        pairs: of the same caption each.
        resamples: bootstrap resamples of images.
        seed: of the bootstrap.

    Raises:
        InvalidInputError: there are fewer than two pairs.
    """
    if len(pairs) < _LEAST:
        raise InvalidInputError("verdicts", [f"expected captions with two verdicts, found {len(pairs)}"])
    answers = np.array([[each.is_unique for each in pair] for pair in pairs])
    same_panels = np.array([set(one.fits) == set(other.fits) for one, other in pairs], np.float64)
    same = (answers[:, 0] == answers[:, 1]).astype(np.float64)
    draws = list(_resampled([one.image_id for one, _ in pairs], resamples, seed))
    return PairAgreement(
        len(pairs),
        estimate_of(float(same.mean()), np.array([same[rows].mean() for rows in draws])),
        estimate_of(_alpha(answers), np.array([_alpha(answers[rows]) for rows in draws])),
        estimate_of(float(same_panels.mean()), np.array([same_panels[rows].mean() for rows in draws])),
    )


def agreement_with_verdicts(
    one: Sequence[Verdict], other: Sequence[Verdict], *, resamples: int = DRAWS, seed: int = 0
) -> Agreement:
    """Two judges, or a judge and people, on the captions that both have judged.

    Raises:
        InvalidInputError: they share fewer than two captions.
    """
    theirs = {verdict.key: verdict for verdict in other}
    both = [(verdict, theirs[verdict.key]) for verdict in one if verdict.key in theirs]
    if len(both) < _LEAST:
        raise InvalidInputError("verdicts", [f"expected captions that both have judged, found {len(both)}"])
    values = np.array([float(second.is_unique) for _, second in both])
    unique = np.array([first.is_unique for first, _ in both])
    return _agreement("other verdicts", values, unique, [first.image_id for first, _ in both], resamples, seed)


def agreement_with_scores(
    verdicts: Sequence[Verdict],
    scores: Mapping[str, Mapping[VerdictKey, float]],
    lower_is_better: frozenset[str] = frozenset(),
    *,
    resamples: int = DRAWS,
    seed: int = 0,
) -> list[Agreement]:
    """Every score against the verdicts "fits its region and no other", best area first; constants are left out.

    Args:
        verdicts: of one judge, or of people.
        scores: score -> (region_id, caption) -> its value of that caption by itself.
        lower_is_better: names of scores where less is better.
        resamples: bootstrap resamples of images.
        seed: of the bootstrap.
    """
    rows = []
    for name, values in scores.items():
        both = [verdict for verdict in verdicts if not np.isnan(values.get(verdict.key, np.nan))]
        if len(both) < _LEAST:
            continue
        column = np.array([values[verdict.key] for verdict in both])
        if np.ptp(column) == 0:
            continue
        unique = np.array([verdict.is_unique for verdict in both])
        is_reversed = name in lower_is_better
        images = [verdict.image_id for verdict in both]
        rows.append(
            _agreement(name, 1 - column if is_reversed else column, unique, images, resamples, seed, is_reversed)
        )
    return sorted(rows, key=lambda row: -np.nan_to_num(row.area.value))


def item_scores(
    verdicts: Sequence[Verdict], data: ScoringData, metrics: Sequence[str] | None = None
) -> tuple[dict[str, dict[VerdictKey, float]], frozenset[str]]:
    """Every score of each caption that has a verdict, by itself; system by system, with the references of all regions.

    Scores that depend on a system's other captions, such as the duplicate rate, see only those with verdicts.

    Args:
        verdicts: on captions of the data.
        data: their regions.
        metrics: names of metrics; all that can be computed if None.

    Returns:
        score -> (region_id, caption) -> value, and the names of scores where less is better.
    """
    systems: dict[str, dict[str, str]] = defaultdict(dict)
    for verdict in verdicts:
        systems[verdict.system][verdict.region_id] = verdict.caption
    worlds = data.worlds()
    scores: dict[str, dict[VerdictKey, float]] = defaultdict(dict)
    reversed_ones: frozenset[str] = frozenset()
    rows = {region.region_id: row for row, region in enumerate(data.regions)}
    for system, captions in systems.items():
        fitted = PredictionFile.from_mapping(captions, system or "captions").match(data.regions, True, data.name)
        report = evaluate(fitted, data.regions, metrics=metrics, worlds=worlds, resamples=0)
        reversed_ones |= report.lower_is_better
        for name, values in report.items.items():
            if name.startswith(_NOT_OF_CANDIDATES):
                continue
            scores[name].update(
                {(region_id, caption): float(values[rows[region_id]]) for region_id, caption in captions.items()}
            )
    return dict(scores), reversed_ones


def agreement_lines(rows: Sequence[Agreement]) -> list[str]:
    """The table as markdown."""
    lines = [markdown_row(["score", "captions", "area under the curve", "phi", "agrees"]), "|---|---:|---:|---:|---:|"]
    for row in rows:
        name = f"{row.name} ↓" if row.is_reversed else row.name
        agrees = "" if row.agrees is None else str(row.agrees)
        lines.append(markdown_row([name, f"{row.items:,}", str(row.area), str(row.phi), agrees]))
    return lines


def _agreement(
    name: str,
    values: FloatArray,
    unique: BoolArray,
    images: Sequence[str],
    resamples: int,
    seed: int,
    is_reversed: bool = False,
) -> Agreement:
    is_yes_or_no = bool(np.isin(values, (0.0, 1.0)).all())
    statistics: dict[str, Statistic] = {
        "area": auc,
        "phi": _phi if is_yes_or_no else best_phi,
        "agrees": lambda scores, truth: float(((scores > 0.5) == truth).mean()),
    }
    drawn: dict[str, list[float]] = {statistic: [] for statistic in statistics}
    for rows in _resampled(images, resamples, seed):
        for statistic, function in statistics.items():
            drawn[statistic].append(function(values[rows], unique[rows]))
    estimates = {}
    for statistic, function in statistics.items():
        estimates[statistic] = estimate_of(function(values, unique), np.array(drawn[statistic]))
    agrees = estimates["agrees"] if is_yes_or_no else None
    return Agreement(name, len(values), estimates["area"], estimates["phi"], agrees, is_reversed)


def _resampled(images: Sequence[str], resamples: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Rows of the items of as many images as there are, drawn with replacement, so many times."""
    _, numbers = np.unique(np.asarray(images), return_inverse=True)
    count = int(numbers.max()) + 1
    members = [np.flatnonzero(numbers == image) for image in range(count)]
    generator = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.concatenate([members[image] for image in generator.integers(0, count, count)])


def _alpha(answers: BoolArray) -> float:
    """Krippendorff's alpha of two answers of yes or no to each question, (questions, 2); NaN if all are the same."""
    yes, count = np.count_nonzero(answers), answers.size
    by_chance = 2 * yes * (count - yes) / (count * (count - 1))
    return float(1 - (answers[:, 0] != answers[:, 1]).mean() / by_chance) if by_chance else float("nan")


def _phi(values: FloatArray, truth: BoolArray) -> float:
    """Correlation of two answers of yes and no; NaN for constants."""
    if np.ptp(values) == 0 or truth.all() or not truth.any():
        return float("nan")
    return float(np.corrcoef(values, truth)[0, 1])


def write_agreement(
    verdicts: Sequence[Verdict],
    data: ScoringData,
    out: Path | None,
    metrics: Sequence[str] | None = None,
    *,
    resamples: int = DRAWS,
    seed: int = 0,
) -> None:
    """Write how well every score agrees with some verdicts, as markdown; print it if `out` is None.

    Raises:
        InvalidInputError: a caption or the file cannot be used.
    """
    scores, lower = item_scores(verdicts, data, metrics)
    _write(agreement_with_scores(verdicts, scores, lower, resamples=resamples, seed=seed), out)


def _write(rows: Sequence[Agreement], out: Path | None) -> None:
    text = "\n".join(agreement_lines(rows)) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    with replacing(out) as temporary:
        temporary.write_text(text, encoding="utf-8")


@app.command()
def main(
    verdicts: Annotated[Path, typer.Argument(help="Verdicts of a judge or of people, as JSON lines.")],
    other: Annotated[Path | None, typer.Option(help="Compare with these verdicts on the same captions.")] = None,
    config: Annotated[str, typer.Option(help="Of which data the captions are.")] = "scenes",
    split: Annotated[str, typer.Option(help="A split of it.")] = "test",
    option: DataOptions = None,
    metrics: Annotated[str | None, typer.Option(help="Comma-separated; all that can be computed if not given.")] = None,
    resamples: Annotated[int, typer.Option(min=1, help="Bootstrap resamples of images.")] = DRAWS,
    seed: BootstrapSeed = 0,
    out: Annotated[Path | None, typer.Option(help="Write the table here (markdown); else print it.")] = None,
) -> None:
    """How well does every score agree with verdicts, or two files of verdicts with each other? Nothing is asked."""
    judged = read_verdicts(verdicts)
    if other is not None:
        _write([agreement_with_verdicts(judged, read_verdicts(other), resamples=resamples, seed=seed)], out)
        return
    data = scoring_data(config, split, **config_options(option))
    write_agreement(judged, data, out, metric_names(metrics), resamples=resamples, seed=seed)


if __name__ == "__main__":
    app()
