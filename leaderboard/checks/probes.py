"""Automatic checks of a submission: does it describe regions, or does it game the scores?

A finding is a reason to look, never a verdict: it stands on the system's page with its evidence and changes no rank.
Probes read captions and regions alone, so that they run after every scoring and need no model. What each one measures,
where its threshold comes from and how often it is wrong: docs/integrity.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from dataset.schema import Region

from .blindness import information_of_images
from .mixture import foresight
from .probe_texts import Sample, is_repetitive, most_frequent, shared_words, without_index

__all__ = ["PROBES", "Finding", "probe"]

CONSTANT_FROM: Final = 0.5
DUPLICATE_FROM: Final = 0.5
INDEX_FROM: Final = 0.15
PADDED_FROM: Final = 0.3
PADDING_WORDS, MANY_WORDS, MANY_TIMES = 12, 30, 4
COPY_FROM, COPY_FROM_GRAMMAR, GRAMMAR_FROM = 0.2, 0.9, 0.05
COPY_WORDS: Final = 5
MIXED_FROM, MIXED_BELOW, MIXED_CAPTIONS = 0.55, 0.65, 1_000
BLIND_BELOW: Final = 0.5
FEWEST: Final = 20
"""Nothing is flagged on fewer captions than this: they may be anything by chance."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found.

    Attributes:
        name: of the probe.
        flagged: whether a person should look.
        value: what was measured, on 0..1; None where there was too little to measure.
        message: the evidence in a sentence. It quotes captions of the submission, never a reference.
        details: numbers behind the message.
    """

    name: str
    flagged: bool
    value: float | None
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)


def probe(predictions: Mapping[str, str], regions: Sequence[Region]) -> list[Finding]:
    """All findings about a submission, flagged or not, in the order of `PROBES`.

    Args:
        predictions: region_id -> caption; regions without one are left out of every count.
        regions: all regions of the board with their references.
    """
    sample = Sample.of(predictions, regions)
    if len(sample.captioned) < FEWEST:
        message = f"Only {len(sample.captioned)} captions: too few to tell anything."
        return [Finding(name, False, None, message) for name in PROBES]
    return [check(sample) for check in PROBES.values()]


def constant(sample: Sample) -> Finding:
    """The same caption for most regions, of the data or of each image."""
    texts, total = sample.texts, len(sample.captioned)
    whole = most_frequent(Counter(texts[place] for place in sample.captioned))
    several = [places for places in sample.images.values() if len(places) > 2]
    tops = [most_frequent(Counter(texts[place] for place in places))[1] for places in several]
    # One region always has its own caption: only what goes beyond it is repetition.
    room = sum(len(places) - 1 for places in several)
    in_image = sum(top - 1 for top in tops) / room if 2 * room > total else 0.0
    value = max(whole[1] / total, in_image)
    if whole[1] / total >= in_image:
        message = f"{_percent(value)} of the captions are the same: {_quoted(whole[0])}."
    else:
        message = f"In a mean image {_percent(value)} of the regions share one caption."
    return Finding("constant", value >= CONSTANT_FROM, value, message, {"threshold": CONSTANT_FROM})


def duplicate(sample: Sample) -> Finding:
    """Captions that another region of the same image has as well."""
    value = len(sample.repeated(sample.texts)) / len(sample.captioned)
    message = f"{_percent(value)} of the regions share their caption with another region of the same image."
    return Finding("duplicate", value >= DUPLICATE_FROM, value, message, {"threshold": DUPLICATE_FROM})


def index_appended(sample: Sample) -> Finding:
    """Captions that differ from another one of their image in nothing but a running number."""
    bare = [without_index(text) for text in sample.texts]
    hidden = sorted(sample.repeated(bare) - sample.repeated(sample.texts))
    value = len(hidden) / len(sample.captioned)
    message = (
        f"{_percent(value)} of the captions differ from another caption of their image only in digits or counting "
        "words at an end" + (f", such as {_quoted(sample.captions[hidden[0]])}." if hidden else ".")
    )
    return Finding("index-appended", value >= INDEX_FROM, value, message, {"threshold": INDEX_FROM})


def length_padded(sample: Sample) -> Finding:
    """Long captions that repeat themselves, or are mostly words which most captions of the image or the data share.

    A very long caption for every region of an image counts as well.
    """
    lengths = median(len(sample.texts[place].split()) for place in sample.captioned)
    expected = median(len(text.split()) for texts in sample.references for text in texts)
    bare = [without_index(text) for text in sample.texts]
    everywhere = _shared({bare[place] for place in sample.captioned})
    padded = repetitive = 0
    for places in sample.images.values():
        distinct = {bare[place] for place in places}
        shared = everywhere | _shared(distinct)
        for place in places:
            words = sample.texts[place].split()
            common = len(shared.intersection(words))
            if is_repetitive(sample.texts[place]):
                repetitive += 1
            elif (common >= PADDING_WORDS and 2 * common >= len(set(words))) or (
                len(distinct) <= 2 < len(places) and len(words) >= max(MANY_WORDS, MANY_TIMES * expected)
            ):
                padded += 1
    total = len(sample.captioned)
    value = (padded + repetitive) / total
    message = (
        f"{_percent(padded / total)} of the captions consist for the most part of words that most captions share, "
        f"{_percent(repetitive / total)} repeat themselves; the median caption has {lengths:g} words, "
        f"the median reference {expected:g}."
    )
    details = {"threshold": PADDED_FROM, "padded": padded, "repetitive": repetitive, "words": lengths}
    return Finding("length-padded", value >= PADDED_FROM, value, message, details)


def reference_copy(sample: Sample) -> Finding:
    """Captions that equal a reference word for word, more often than good descriptions do by chance.

    Where references follow a grammar (they recur in other images, as on the scenes), a good system says the same, and
    only nearly all of them are a reason to look.
    """
    long = [place for place in sample.captioned if len(sample.texts[place].split()) >= COPY_WORDS]
    grammar = _recurrence(sample)
    threshold = COPY_FROM_GRAMMAR if grammar >= GRAMMAR_FROM else COPY_FROM
    if len(long) < FEWEST:
        message = f"Only {len(long)} captions of {COPY_WORDS} words or more: too few to tell copies from chance."
        return Finding("reference-copy", False, None, message, {"threshold": threshold})
    value = sum(sample.texts[place] in sample.references[place] for place in long) / len(long)
    message = (
        f"{_percent(value)} of the {len(long):,} captions of {COPY_WORDS} words or more equal a reference of their "
        f"region word for word; {_percent(grammar)} of such references recur in another image."
    )
    return Finding(
        "reference-copy", value >= threshold, value, message, {"threshold": threshold, "recurrence": grammar}
    )


def reference_mixture(sample: Sample) -> Finding:
    """Captions that equal references, and the system's other captions do not tell where."""
    thresholds = {"threshold": MIXED_BELOW, "equal from": MIXED_FROM}
    measured = foresight(sample, COPY_WORDS)
    if measured is None or measured.captions < MIXED_CAPTIONS:
        message = "Too few captions that equal a reference, or that do not, to tell one kind from the other."
        return Finding("reference-mixture", False, None, message, thresholds)
    flagged = measured.equal >= MIXED_FROM and measured.area < MIXED_BELOW
    message = (
        f"{_percent(measured.equal)} of {measured.captions:,} captions for references of {COPY_WORDS} words or more "
        f"equal one. The system's captions of other images foretell which ones with {measured.area:.2f} (area under "
        "the curve; 0.5 is chance): systems that describe every region themselves fail where it is hard."
    )
    return Finding("reference-mixture", flagged, measured.area, message, {**thresholds, "equal": measured.equal})


def image_blind(sample: Sample) -> Finding:
    """Captions that fit regions of other images, with similar masks, as well as their own."""
    fit = information_of_images(sample)
    if fit is None:
        return Finding("image-blind", False, None, "There is no second image to compare with.")
    message = (
        f"Captions fit the references of their own region by {fit.own:.3f} and those of regions with a similar mask in "
        f"other images by {fit.stranger:.3f} (F1 of words): {_percent(fit.worth)} of the fit comes from the image "
        f"[{_percent(fit.low)}, {_percent(fit.high)}]."
    )
    details = {"threshold": BLIND_BELOW, "own": fit.own, "stranger": fit.stranger}
    return Finding("image-blind", fit.worth < BLIND_BELOW, fit.worth, message, details)


def _shared(distinct: set[str]) -> frozenset[str]:
    """Words that most of several texts share; one or two share everything and nothing."""
    return shared_words(sorted(distinct)) if len(distinct) > 2 else frozenset()


def _recurrence(sample: Sample) -> float:
    """Share of references of `COPY_WORDS` or more that are also a reference in another image."""
    images: dict[str, set[str]] = {}
    for region, texts in zip(sample.regions, sample.references, strict=True):
        for text in texts:
            if len(text.split()) >= COPY_WORDS:
                images.setdefault(text, set()).add(region.image_id)
    uses = [len(images[text]) > 1 for texts in sample.references for text in texts if len(text.split()) >= COPY_WORDS]
    return sum(uses) / len(uses) if uses else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _quoted(text: str, most: int = 60) -> str:
    return f'"{text}"' if len(text) <= most else f'"{text[: most - 1]}…"'


PROBES: Final[Mapping[str, Callable[[Sample], Finding]]] = {
    "constant": constant,
    "duplicate": duplicate,
    "index-appended": index_appended,
    "length-padded": length_padded,
    "reference-copy": reference_copy,
    "reference-mixture": reference_mixture,
    "image-blind": image_blind,
}
"""Name of the finding -> the probe."""
