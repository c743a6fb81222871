"""How much of what is written naturally the listener hears: three styles, and minimal pairs that are untrue.

``python -m benchmark.validation.styles`` prints the table that stands in docs/results/listener.md.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dataset.listener import World, listen
from dataset.loading.regions import load_worlds

from .minimal_pairs import KINDS, swaps

__all__ = ["NaturalCaption", "StyleResult", "hear_styles", "natural_captions", "table"]

CAPTIONS: Final = Path(__file__).parent / "natural_captions" / "captions.jsonl"
SCENES: Final = 380
"""The captions are of scenes of a validation split of this size."""
MEASURING: Final = "measure"
"""The half whose texts nobody read while the listener was made."""
COLLECTIONS: Final = ("first", "second", "third", "fourth", "fifth")
"""In the order in which they were written."""
OUTCOMES: Final = ("correct", "ambiguous", "wrong", "nothing", "false", "unparsed")


@dataclass(frozen=True)
class NaturalCaption:
    """A caption of a region of ``scenes/validation``.

    Attributes:
        region_id: "scenes-validation-00003/5", with or without the config's name before it.
        style: terse, annotator or detailed.
        half: build (may be looked at), opened (measured once, may be looked at since) or measure.
        caption: the text.
        collection: first to fifth: when it was written, and of which scenes.
    """

    region_id: str
    style: str
    half: str
    caption: str
    collection: str = "first"


@dataclass
class StyleResult:
    """What became of the captions of one style and half, and of their untrue versions.

    Attributes:
        outcomes: how many captions had each outcome.
        read: sum of the shares that were read.
        pairs: kind of swap -> how many untrue captions there are.
        believed: kind of swap -> how many of them were heard as correct.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    read: float = 0.0
    pairs: Counter[str] = field(default_factory=Counter)
    believed: Counter[str] = field(default_factory=Counter)

    @property
    def captions(self) -> int:
        """The number of captions."""
        return self.outcomes.total()


def natural_captions(path: Path = CAPTIONS) -> list[NaturalCaption]:
    """The captions that are shipped with the benchmark."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        NaturalCaption(row["region_id"], row["style"], row["half"], row["caption"], row["collection"]) for row in rows
    ]


Results = dict[tuple[str, str, str], StyleResult]
"""(style, half, collection) -> result."""


def hear_styles(captions: Sequence[NaturalCaption], worlds: Mapping[str, World]) -> Results:
    """Hear all captions and their untrue versions.

    Args:
        captions: natural captions, true of their regions.
        worlds: image_id -> world.

    Returns:
        (style, half, collection) -> result.
    """
    results: Results = {}
    for row in captions:
        image_id, _, target = row.region_id.rpartition("/")
        world = worlds[image_id.rpartition("/")[2]]
        result = results.setdefault((row.style, row.half, row.collection), StyleResult())
        hearing = listen(row.caption, world, target)
        result.outcomes[hearing.outcome] += 1
        result.read += hearing.read_share
        for swap in swaps(row.caption, world, row.region_id + row.style, target=target):
            result.pairs[swap.kind] += 1
            result.believed[swap.kind] += listen(swap.caption, world, target).outcome == "correct"
    return results


def table(results: Mapping[tuple[str, str, str], StyleResult]) -> str:
    """A Markdown table: shares x 100 of the outcomes, the share read, and of untrue captions heard as correct."""
    head = [
        "collection",
        "half",
        "style",
        "captions",
        *OUTCOMES,
        "read",
        "pairs",
        *(f"{kind} believed" for kind in KINDS),
        "believed",
    ]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|" + "---:|" * (len(head) - 3)]
    for style, half, collection in sorted(results, key=lambda key: (COLLECTIONS.index(key[2]), key[1], key[0])):
        result = results[style, half, collection]
        cells = [collection, half, style, str(result.captions)]
        cells += [_percent(result.outcomes[outcome], result.captions) for outcome in OUTCOMES]
        cells += [_percent(result.read, result.captions), str(result.pairs.total())]
        cells += [_percent(result.believed[kind], result.pairs[kind]) for kind in KINDS]
        cells.append(_percent(result.believed.total(), result.pairs.total()))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


if __name__ == "__main__":
    sys.stdout.write(table(hear_styles(natural_captions(), load_worlds("validation", validation=SCENES))) + "\n")
    sys.stdout.write("\nOnly the half *measure* measures; the texts of the halves *build* and *opened* were read.\n")
