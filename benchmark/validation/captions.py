"""Natural captions of regions of ``scenes/validation``, and what independent readers take them to mean.

``benchmark/validation/natural_captions/README.md`` says how they were made.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = [
    "CaptionVerdict",
    "NaturalCaption",
    "UntrueCaption",
    "caption_verdicts",
    "clear_captions",
    "natural_captions",
    "untrue_captions",
]

CAPTIONS: Final = Path(__file__).parent / "natural_captions" / "captions.jsonl"
SCENES: Final = 1200
"""The captions are of scenes of a validation split of this size."""
MEASURING: Final = "measure"
"""The half whose texts nobody read while the listener was made."""
STYLES: Final = ("terse", "annotator", "detailed")
COLLECTIONS: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
)
"""In the order in which they were written."""
UNTRUE: Final = CAPTIONS.parent / "untrue.jsonl"
VERDICTS: Final = CAPTIONS.parent / "caption_verdicts.jsonl"
READINGS: Final = 2
"""How often each caption that measures was read."""


@dataclass(frozen=True)
class NaturalCaption:
    """A caption of a region of ``scenes/validation``.

    Attributes:
        region_id: "scenes-validation-00003/5", with or without the config's name before it.
        style: terse, annotator or detailed.
        half: build (may be looked at), opened (measured once, may be looked at since) or measure.
        caption: the text.
        collection: first to thirteenth: when it was written, and of which scenes.
    """

    region_id: str
    style: str
    half: str
    caption: str
    collection: str = "first"


def natural_captions(path: Path = CAPTIONS) -> list[NaturalCaption]:
    """The captions that are shipped with the benchmark."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        NaturalCaption(row["region_id"], row["style"], row["half"], row["caption"], row["collection"]) for row in rows
    ]


@dataclass(frozen=True)
class UntrueCaption:
    """A natural caption in which a writer who saw the picture changed one detail, so that it is untrue.

    Attributes:
        region_id: the region of which it is untrue.
        style: of the caption that was changed.
        half: build or measure, as the caption's.
        caption: the text.
        changed: what the detail is: a colour, side, place, neighbour, part and so on.
        collection: of the caption that was changed.
    """

    region_id: str
    style: str
    half: str
    caption: str
    changed: str
    collection: str


def untrue_captions(path: Path = UNTRUE) -> list[UntrueCaption]:
    """The untrue captions that are shipped with the benchmark."""
    return [UntrueCaption(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class CaptionVerdict:
    """What one reader takes one caption to mean.

    Attributes:
        region_id: the region that the caption was written for; the reader was not told.
        style: terse, annotator or detailed.
        reader: "reader 1" to "reader 4".
        outlined: how many regions the reader chose among.
        pick: the one that the reader would choose, empty if none.
        fits: all that the caption could mean, `pick` first.
        untrue: words that are not true of `pick`, empty if there are none.
    """

    region_id: str
    style: str
    reader: str
    outlined: int
    pick: str
    fits: tuple[str, ...]
    untrue: str

    @property
    def is_clear(self) -> bool:
        """Whether the caption is true of its region and of nothing else that was outlined."""
        return self.fits == (self.region_id,) and not self.untrue


def caption_verdicts(path: Path = VERDICTS) -> list[CaptionVerdict]:
    """The readings that are shipped with the benchmark."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [CaptionVerdict(**{**row, "fits": tuple(row["fits"])}) for row in rows]


def clear_captions(verdicts: Iterable[CaptionVerdict]) -> set[tuple[str, str]]:
    """(region_id, style) of the captions that every reader takes as true of their region and of nothing else."""
    readings: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for verdict in verdicts:
        readings[verdict.region_id, verdict.style].append(verdict.is_clear)
    return {key for key, clear in readings.items() if len(clear) == READINGS and all(clear)}
