"""How scores, slices and facts are called in front of readers, and what each score means in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["MEANINGS", "label_of", "meaning_of", "part_label", "shown_interval", "shown_value"]

_LABELS: Final[Mapping[str, str]] = {
    "listener_correct": "Listener correct",
    "unique_and_correct": "Unique and correct",
    "unique_and_correct_embedding": "Unique and correct (embedding)",
    "retrieval_r1": "Retrieval R@1",
    "retrieval_r1_embedding": "Retrieval R@1 (embedding)",
    "duplicate_rate": "Duplicates",
    "near_duplicate_rate": "Near duplicates",
    "cider": "CIDEr",
    "meteor": "METEOR",
    "bertscore": "BERTScore",
    "rouge_l": "ROUGE-L",
    "bleu_1": "BLEU-1",
    "bleu_2": "BLEU-2",
    "bleu_3": "BLEU-3",
    "bleu_4": "BLEU-4",
    "parameters": "Parameters",
    "captions_per_second": "Captions/s",
    "coverage": "Coverage",
    "created_at": "Submitted",
    "name": "System",
}

MEANINGS: Final[Mapping[str, str]] = {
    "listener_correct": "Share of captions that denote their region and no other, as an exact listener reads them.",
    "unique_and_correct": "Share of captions that fit their region, and fit it better than any other of the image, and "
    "are used once. Compared by shared words.",
    "unique_and_correct_embedding": "The same, compared by sentence embeddings instead of shared words.",
    "retrieval_r1": "Share of captions that find their own region first among all of the image, by shared words.",
    "retrieval_r1_embedding": "The same, by sentence embeddings.",
    "duplicate_rate": "Share of regions whose caption another region of the image has, too.",
    "near_duplicate_rate": "Share of regions whose caption is nearly another one's of the image.",
    "cider": "Agreement in n-grams, rare ones weighing more (CIDEr-D); 0 to 1000.",
    "meteor": "Agreement in words, stems, synonyms and paraphrases, and their order (METEOR 1.5).",
    "bertscore": "Agreement of words by contextual embeddings (BERTScore F1).",
    "rouge_l": "Longest common subsequence with a reference (F measure).",
    "bleu_1": "Share of words that a reference has.",
    "bleu_4": "Agreement in n-grams up to four words (corpus BLEU).",
    "listener_ambiguous": "Share of captions that denote their region and others.",
    "listener_wrong_parent": "Share of captions that denote the region's parent: too coarse.",
    "listener_wrong_child": "Share of captions that denote a child of the region: too fine.",
    "listener_wrong_sibling": "Share of captions that denote a sibling of the region.",
    "listener_wrong_other": "Share of captions that denote something else in the image.",
    "listener_nothing": "Share of captions that are understood and denote nothing in the image.",
    "listener_unparsed": "Share of captions that the listener does not understand.",
}
"""Score name -> one sentence."""

_FAMILIES: Final[Mapping[str, str]] = {
    "granularity": "",
    "slice": "",
    "area": "area ",
    "depth": "depth ",
    "look_alikes": "look-alikes ",
}


def label_of(name: str) -> str:
    """A score or a fact as a heading."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def meaning_of(name: str) -> str:
    """One sentence about a score; empty if there is none."""
    return MEANINGS.get(name, "")


def part_label(part: str) -> str:
    """A slice ("granularity=part") for readers."""
    if not part:
        return "All regions"
    family, _, value = part.partition("=")
    return f"{_FAMILIES.get(family, family + ' ')}{value}"


def shown_value(value: float | None, digits: int = 2) -> str:
    """A score x 100; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.{digits}f}"


def shown_interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """An interval x 100; empty where there is none."""
    return "" if low is None or high is None else f"{100 * low:.{digits}f}–{100 * high:.{digits}f}"
