"""How often a judge is wrong where the truth is known: its confusion matrix, kept in a file and used elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.runtime.cache import atomic_file
from dataset.schema import Region

from ..statistics.bootstrap import RESAMPLES
from ..statistics.slices import slice_masks
from .estimates import Estimate, corrected_rate, estimate_of, image_counts, rate_draws
from .verdict import Verdict

__all__ = ["Calibration", "CalibrationItem", "ConfusionCounts", "Question", "items_by_construction", "items_with_truth"]

FloatArray = npt.NDArray[np.float64]
Question = Literal["unique", "true"]
"""``unique``: the caption holds for its region and no other; ``true``: it holds for its region."""

_SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class CalibrationItem:
    """One caption with a known truth and the judge's verdict.

    Attributes:
        image_id: its image.
        granularity: of its region, "" if not known.
        area: bin of the region's share of the image, "" if not known.
        kind: how the caption was made: reference, sibling, minimal pair, category, or the name of a system.
        is_unique, is_true: the truth.
        judged_unique, judged_true: what the judge said.
    """

    image_id: str
    granularity: str
    area: str
    kind: str
    is_unique: bool
    is_true: bool
    judged_unique: bool
    judged_true: bool

    def truth(self, question: Question) -> bool:
        """The truth of one question."""
        return self.is_unique if question == "unique" else self.is_true

    def judged(self, question: Question) -> bool:
        """The judge's answer to it."""
        return self.judged_unique if question == "unique" else self.judged_true


@dataclass(frozen=True, slots=True)
class ConfusionCounts:
    """The errors of a judge on some captions.

    Attributes:
        name: which captions.
        true, false: how many are true and false.
        sensitivity: share of the true ones that it accepts.
        specificity: share of the false ones that it rejects.
    """

    name: str
    true: int
    false: int
    sensitivity: Estimate
    specificity: Estimate


@dataclass(frozen=True)
class Calibration:
    """Captions with known truth and one judge's verdicts.

    Attributes:
        judge: the judge's signature.
        data: of which data the captions are.
        items: the captions.
    """

    judge: str
    data: str
    items: tuple[CalibrationItem, ...]

    @property
    def sha256(self) -> str:
        """Digest of all of it, for signatures."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()

    def counts(self, question: Question, truth: bool) -> FloatArray:
        """Accepted captions and all captions of every image, of those that are true or false, (images, 2)."""
        return _counts([item for item in self.items if item.truth(question) == truth], question)

    def corrected(
        self, question: Question, accepted: FloatArray, resamples: int = RESAMPLES, seed: int = 0
    ) -> Estimate:
        """The true rate behind the judge's verdicts on other data.

        Args:
            question: which rate.
            accepted: captions that it accepts and all captions of every image, (images, 2).
            resamples: draws.
            seed: of the draws.
        """
        true, false = self.counts(question, True), self.counts(question, False)
        return corrected_rate(accepted, true, false, resamples=resamples, seed=seed)

    def check_judge(self, judge: str) -> None:
        """Refuse verdicts of another judge.

        Raises:
            InvalidInputError: both signatures are known and they differ.
        """
        if judge and self.judge and judge != self.judge:
            problem = f"it is the calibration of {self.judge!r}, the verdicts are of {judge!r}"
            raise InvalidInputError("calibration", [problem], "The errors of one judge say nothing about another's.")

    def table(self, question: Question = "unique") -> list[ConfusionCounts]:
        """Errors on all captions, by granularity, by the region's share of the image, and by kind of caption."""
        groups: dict[str, list[CalibrationItem]] = {"all": list(self.items)}
        fields: tuple[tuple[str, Callable[[CalibrationItem], str]], ...] = (
            ("granularity", lambda item: item.granularity),
            ("area", lambda item: item.area),
            ("caption", lambda item: item.kind),
        )
        for name, value_of in fields:
            for value in dict.fromkeys(value_of(item) for item in self.items):
                if value:
                    groups[f"{name}={value}"] = [item for item in self.items if value_of(item) == value]
        return [_confusion(name, items, question) for name, items in groups.items()]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the file."""
        return {
            "schema": _SCHEMA,
            "judge": self.judge,
            "data": self.data,
            "items": [asdict(item) for item in self.items],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` wrote.

        Raises:
            KeyError: something is missing.
            TypeError: something is of another kind.
            ValueError: something else is wrong, with what it is.
        """
        if record["schema"] != _SCHEMA:
            raise ValueError(f"schema {record['schema']!r}, expected {_SCHEMA}")
        return cls(str(record["judge"]), str(record["data"]), tuple(_read_item(row) for row in record["items"]))

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        with atomic_file(path) as temporary:
            temporary.write_text(json.dumps(self.to_dict(), indent=1) + "\n", encoding="utf-8")


def items_with_truth(
    verdicts: Iterable[Verdict], regions: Sequence[Region], worlds: Mapping[str, Any]
) -> Iterator[CalibrationItem]:
    """Verdicts on captions of scenes, with the truth as the exact listener hears it.

    Captions that the listener cannot read have no known truth and are left out.

    Args:
        verdicts: of one judge; their system says how the caption was made.
        regions: of the images.
        worlds: of the images.
    """
    from dataset.listener import listen

    labels = _labels(regions)
    for verdict in verdicts:
        world = worlds.get(verdict.image_id)
        if world is None or verdict.region_id not in labels or not verdict.caption.strip():
            continue
        hearing = listen(verdict.caption, world, verdict.region_id.rpartition("/")[2])
        if hearing.outcome == "unparsed":
            continue
        is_unique = hearing.outcome == "correct"
        yield _item(verdict, labels, is_unique=is_unique, is_true=is_unique or hearing.outcome == "ambiguous")


def items_by_construction(verdicts: Iterable[Verdict], regions: Sequence[Region]) -> Iterator[CalibrationItem]:
    """Verdicts on captions of any data, with the truth that follows from how each caption was made.

    References are taken to be true and to fit no other region, siblings' captions and minimal pairs to be false. Nobody
    has checked that: it holds as far as the references are good. Other captions have no known truth and are left out.

    Args:
        verdicts: of one judge; their system says how the caption was made: reference, sibling or minimal pair.
        regions: of the images.
    """
    labels = _labels(regions)
    own = {region.region_id: set(region.captions) for region in regions}
    for verdict in verdicts:
        is_own = verdict.caption in own.get(verdict.region_id, ())
        is_false = verdict.system in ("sibling", "minimal pair") and verdict.region_id in own and not is_own
        if not (is_false or (is_own and verdict.system == "reference")):
            continue
        yield _item(verdict, labels, is_unique=is_own, is_true=is_own)


def _item(
    verdict: Verdict, labels: Mapping[str, tuple[str, str]], *, is_unique: bool, is_true: bool
) -> CalibrationItem:
    """A verdict beside the truth."""
    granularity, area = labels[verdict.region_id]
    return CalibrationItem(
        image_id=verdict.image_id,
        granularity=granularity,
        area=area,
        kind=verdict.system,
        is_unique=is_unique,
        is_true=is_true,
        judged_unique=verdict.is_unique,
        judged_true=verdict.is_true,
    )


def _labels(regions: Sequence[Region]) -> dict[str, tuple[str, str]]:
    """Granularity and area bin of every region, by its id."""
    areas = [""] * len(regions)
    for name, mask in slice_masks(regions).items():
        family, _, value = name.partition("=")
        if family == "area":
            for index in np.flatnonzero(mask).tolist():
                areas[index] = value
    return {region.region_id: (region.granularity or "", area) for region, area in zip(regions, areas, strict=True)}


def _read_item(row: Mapping[str, Any]) -> CalibrationItem:
    item = CalibrationItem(**row)
    if not all(isinstance(value, bool if "is_" in name or "judged" in name else str) for name, value in row.items()):
        raise ValueError(f"expected texts, and true or false, in {row!r}")
    return item


def _counts(items: Sequence[CalibrationItem], question: Question) -> FloatArray:
    accepted = np.array([item.judged(question) for item in items], bool)
    return image_counts(accepted, [item.image_id for item in items])


def _confusion(name: str, items: Sequence[CalibrationItem], question: Question) -> ConfusionCounts:
    true = _counts([item for item in items if item.truth(question)], question)
    false = _counts([item for item in items if not item.truth(question)], question)
    rejected = np.stack([false[:, 1] - false[:, 0], false[:, 1]], axis=1)
    totals = int(true[:, 1].sum()), int(false[:, 1].sum())
    return ConfusionCounts(name, *totals, _rate(true), _rate(rejected))


def _rate(counts: FloatArray) -> Estimate:
    if not counts[:, 1].sum():
        return Estimate(np.nan, np.nan, np.nan)
    value = float(counts[:, 0].sum() / counts[:, 1].sum())
    return estimate_of(value, rate_draws(counts, RESAMPLES, np.random.default_rng(0)))
