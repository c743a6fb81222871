"""Does a caption tell its region from the others of the image? Uniqueness, from two similarities.

The definitions are in docs/uniqueness.md. Scores are shares of eligible regions: a region without siblings has no part
in the retrieval among siblings, a region alone in its image none in retrieval at all, and where no region is eligible
the score is NaN.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError, UrecaError

from ...statistics.signature import Signature
from ...text.corpus import Corpus
from ...text.encoder import DEFAULT_MODEL, TextEncoder
from ..base import FloatArray, Metric
from ..duplicates import normalize_caption
from ..scores import ScoreInfo
from .retrieval import Relations, any_in_row, beats_own, margins, rank_own, relate
from .similarity import EmbeddingSimilarity, LexicalSimilarity, Similarity, TextVectors, best_of_references
from .thresholds import Thresholds, find_thresholds, image_members

__all__ = ["EmbeddingUniqueness", "Uniqueness"]

RIVALS = ("siblings", "lineage", "look_alikes")
"""Hard negatives: fields of `Relations` that retrieval is also restricted to."""

MAX_REGIONS_PER_IMAGE = 5_000
"""Memory grows with the square of an image's regions."""

_CEILING_ROUNDS = 5

_RATIOS = (
    "unique_and_correct",
    "correct",
    "strictly_first",
    "near_duplicate_rate",
    "margin",
    "too_coarse",
    "too_fine",
    "retrieval_r1",
    "retrieval_mrr",
    "retrieval_chance",
    "retrieval_column_r1",
    "retrieval_column_mrr",
    *(f"retrieval_{kind}_{rivals}" for rivals in RIVALS for kind in ("r1", "mrr", "chance")),
    "reference_unique_and_correct",
    "reference_retrieval_r1",
    "reference_near_duplicate_rate",
)
"""What is counted per item: a value and whether the item is eligible."""

_DERIVED = (
    ("retrieval_r1_corrected", "retrieval_r1", "retrieval_chance"),
    *((f"retrieval_r1_corrected_{name}", f"retrieval_r1_{name}", f"retrieval_chance_{name}") for name in RIVALS),
)
"""Chance-corrected scores: name, what is corrected, chance."""

_SHARES = (
    ("retrieval_share", "retrieval_r1"),
    *((f"retrieval_share_{name}", f"retrieval_r1_{name}") for name in RIVALS),
)
"""How many regions were eligible, as a share: name, for what."""

_SCORES = (*_RATIOS, *(name for name, _, _ in _DERIVED), *(name for name, _ in _SHARES))
_LOWER = ("near_duplicate_rate", "too_coarse", "too_fine", "reference_near_duplicate_rate")

_BY_WORDS = (
    ScoreInfo(
        "unique_and_correct",
        "Unique and correct",
        "Share of captions that fit their region, and fit it better than any other of the image, and are used once. "
        "Compared by shared words.",
        headline=4,
        is_verdict=True,
    ),
    ScoreInfo(
        "retrieval_r1",
        "Retrieval R@1",
        "Share of captions that find their own region first among all of the image, by shared words.",
        headline=6,
    ),
    ScoreInfo(
        "near_duplicate_rate",
        "Near duplicates",
        "Share of regions whose caption is nearly another one's of the image.",
        lower_is_better=True,
        in_figures=True,
    ),
    *(ScoreInfo(name, in_figures=True) for name in ("correct", "retrieval_mrr", "margin")),
)

_BY_EMBEDDINGS = (
    ScoreInfo(
        "unique_and_correct_embedding",
        "Unique and correct (embedding)",
        "The same as unique and correct, compared by sentence embeddings instead of shared words.",
        headline=5,
    ),
    ScoreInfo(
        "retrieval_r1_embedding",
        "Retrieval R@1 (embedding)",
        "The same as retrieval R@1, by sentence embeddings.",
        in_figures=True,
    ),
    *(ScoreInfo(name, in_figures=True) for name in ("correct_embedding", "margin_embedding")),
)


def _described(suffix: str, special: tuple[ScoreInfo, ...]) -> tuple[ScoreInfo, ...]:
    """Every score with a suffix; those without a description of their own are plain components."""
    by_name = {score.name: score for score in special}
    return tuple(
        by_name.get(f"{name}{suffix}", ScoreInfo(f"{name}{suffix}", lower_is_better=name in _LOWER)) for name in _SCORES
    )


BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Prepared:
    vectors: TextVectors
    thresholds: Thresholds


class Uniqueness(Metric):
    """Uniqueness by shared words: the headline ``unique_and_correct`` and its components.

    Args:
        similarity: how captions are compared; tf-idf of words and word pairs if not given.
        thresholds: what counts as near duplicate and as correct; `find_thresholds` if not given.
    """

    name: ClassVar[str] = "uniqueness"
    scores: ClassVar[tuple[ScoreInfo, ...]] = _described("", _BY_WORDS)
    implementation = "ureca"
    uses_tokenizer = True

    def __init__(self, similarity: Similarity | None = None, thresholds: Thresholds | None = None) -> None:
        self.similarity = similarity or self._default_similarity()
        self._thresholds = thresholds
        self._prepared: WeakKeyDictionary[Corpus, _Prepared] = WeakKeyDictionary()

    def unavailable(self, corpus: Corpus) -> UrecaError | None:
        """What the similarity needs, and images of a bounded number of regions."""
        largest = int(np.bincount(corpus.image_numbers).max())
        if largest > MAX_REGIONS_PER_IMAGE:
            problem = f"{self.name}: an image with {largest:,} regions, expected at most {MAX_REGIONS_PER_IMAGE:,}"
            return InvalidInputError("regions", [problem])
        return self.similarity.unavailable()

    def statistics(self, corpus: Corpus) -> FloatArray:
        """For each of the counted scores a value (0 if not eligible), then for each whether the item is eligible."""
        prepared = self._prepare(corpus)
        columns = {name: (np.zeros(len(corpus)), np.zeros(len(corpus))) for name in _RATIOS}
        for members in image_members(corpus):
            relations = relate([corpus.regions[item] for item in members])
            judged = {
                **_judge_candidates(corpus, prepared, members, relations),
                **_judge_references(corpus, prepared, members, relations),
            }
            for name, (values, eligible) in judged.items():
                columns[name][0][members] = np.where(eligible, values, 0.0)
                columns[name][1][members] = eligible
        return np.stack(
            [*(value for value, _ in columns.values()), *(eligible for _, eligible in columns.values())], axis=1
        )

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Sums of values over numbers of eligible items; chance-corrected: (r1 - chance) / (1 - chance)."""
        values, eligible = sums[..., : len(_RATIOS)], sums[..., len(_RATIOS) :]
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = values / eligible
            derived = [
                (_of(ratios, score) - _of(ratios, chance)) / (1 - _of(ratios, chance)) for _, score, chance in _DERIVED
            ]
            shares = [_of(eligible, name) / items for _, name in _SHARES]
        return np.concatenate([ratios, np.stack([*derived, *shares], axis=-1)], axis=-1)

    def signature(self, corpus: Corpus) -> Signature:
        """Also names the similarity, the thresholds, and the data they were calibrated on."""
        plain = super().signature(corpus)
        parameters = {"similarity": self.similarity.signature, **self._prepare(corpus).thresholds.parameters()}
        return dataclasses.replace(plain, parameters=parameters, model=None)

    def _default_similarity(self) -> Similarity:
        return LexicalSimilarity()

    def _prepare(self, corpus: Corpus) -> _Prepared:
        """Vectors and thresholds, once per corpus."""
        if corpus not in self._prepared:
            vectors = self.similarity.vectors(corpus)
            thresholds = self._thresholds or find_thresholds(self.similarity.signature, vectors, corpus)
            self._prepared[corpus] = _Prepared(vectors, thresholds)
        return self._prepared[corpus]


class EmbeddingUniqueness(Uniqueness):
    """The same scores by sentence embeddings; their names end in ``_embedding``.

    Args:
        model: `DEFAULT_MODEL`, a folder, or a Hugging Face id.
        thresholds: what counts as near duplicate and as correct; `find_thresholds` if not given.
        encoder: shared with another metric; made from `model` if not given.
    """

    name: ClassVar[str] = "uniqueness_embedding"
    scores: ClassVar[tuple[ScoreInfo, ...]] = _described("_embedding", _BY_EMBEDDINGS)
    uses_tokenizer = False
    runs_model = True

    def __init__(
        self, model: str = DEFAULT_MODEL, thresholds: Thresholds | None = None, encoder: TextEncoder | None = None
    ) -> None:
        self._embedding = EmbeddingSimilarity(model, encoder)
        super().__init__(self._embedding, thresholds)

    @property
    def encoder(self) -> TextEncoder:
        """What encodes the captions; may be replaced by another of the same model."""
        return self._embedding.encoder

    @encoder.setter
    def encoder(self, encoder: TextEncoder) -> None:
        self._embedding.encoder = encoder


_Judged = Mapping[str, tuple[npt.NDArray[Any], BoolArray]]


def _of(table: FloatArray, name: str) -> FloatArray:
    return table[..., _RATIOS.index(name)]


def _judge_candidates(corpus: Corpus, prepared: _Prepared, members: npt.NDArray[np.int64], rel: Relations) -> _Judged:
    """Every score of the candidates of one image: name -> values and who is eligible, (n,) each."""
    similarity = best_of_references(prepared.vectors, corpus, members, members)
    captions = [corpus.candidates[item] for item in members]
    has_caption = np.array([bool(caption.strip()) for caption in captions])
    duplicates = _duplicates(captions)
    near = duplicates | _near(prepared.vectors.products(members, members), prepared.thresholds)
    everywhere: BoolArray = np.ones(len(members), bool)
    rivalry = any_in_row(rel.everyone)
    rows, columns = rank_own(similarity, rel.everyone), rank_own(similarity.T, rel.everyone)
    correct = has_caption & (np.diag(similarity) >= prepared.thresholds.correct)
    judged: dict[str, tuple[npt.NDArray[Any], BoolArray]] = {
        "unique_and_correct": (correct & rows.strictly_first & ~duplicates, rivalry),
        "correct": (correct, everywhere),
        "strictly_first": (has_caption & rows.strictly_first, rivalry),
        "near_duplicate_rate": (near, rivalry),
        "margin": (margins(similarity), rivalry),
        "too_coarse": (beats_own(similarity, rel.parents), any_in_row(rel.parents)),
        "too_fine": (beats_own(similarity, rel.children), any_in_row(rel.children)),
        "retrieval_r1": (has_caption * rows.first, rivalry),
        "retrieval_mrr": (has_caption * rows.reciprocal, rivalry),
        "retrieval_chance": (rows.chance, rivalry),
        "retrieval_column_r1": (has_caption * columns.first, rivalry),
        "retrieval_column_mrr": (has_caption * columns.reciprocal, rivalry),
    }
    for name in RIVALS:
        ranking = rank_own(similarity, getattr(rel, name))
        judged[f"retrieval_r1_{name}"] = (has_caption * ranking.first, ranking.eligible)
        judged[f"retrieval_mrr_{name}"] = (has_caption * ranking.reciprocal, ranking.eligible)
        judged[f"retrieval_chance_{name}"] = (ranking.chance, ranking.eligible)
    return judged


def _judge_references(corpus: Corpus, prepared: _Prepared, members: npt.NDArray[np.int64], rel: Relations) -> _Judged:
    """The ceiling: references judged as candidates, each by the other references of its region.

    In round k every region is captioned by its k-th reference (counted round), and that reference describes it no
    longer: not to its own caption, which would be a copy, and not to the captions of others either, which would meet
    one reference more than the region's own caption does. The rounds are averaged.
    """
    offsets = corpus.reference_offsets
    counts = offsets[members + 1] - offsets[members]
    several: BoolArray = counts > 1
    rivalry = any_in_row(rel.everyone)
    rounds = int(min(counts.max(), _CEILING_ROUNDS)) if several.any() and len(members) > 1 else 0
    passed, first = np.zeros(len(members)), np.zeros(len(members))
    for number in range(rounds):
        texts = len(corpus) + offsets[members] + number % counts
        similarity = best_of_references(prepared.vectors, corpus, texts, members, left_out=texts[several])
        rows = rank_own(similarity, rel.everyone)
        captions = [corpus.references[item][number % len(corpus.references[item])] for item in members]
        correct = np.diag(similarity) >= prepared.thresholds.correct
        passed += correct & rows.strictly_first & ~_duplicates(captions)
        first += rows.first
    own = len(corpus) + offsets[members]
    near = _near(prepared.vectors.products(own, own), prepared.thresholds)
    near = near | _duplicates([corpus.references[item][0] for item in members])
    return {
        "reference_unique_and_correct": (passed / max(rounds, 1), several & rivalry),
        "reference_retrieval_r1": (first / max(rounds, 1), several & rivalry),
        "reference_near_duplicate_rate": (near, rivalry),
    }


def _duplicates(captions: list[str]) -> BoolArray:
    """Which captions of an image equal another one, as `duplicate_rate` compares them."""
    keys = [normalize_caption(caption) for caption in captions]
    uses = Counter(keys)
    return np.array([uses[key] > 1 for key in keys])


def _near(products: FloatArray, thresholds: Thresholds) -> BoolArray:
    near = products > thresholds.near_duplicate
    np.fill_diagonal(near, False)
    return any_in_row(near)
