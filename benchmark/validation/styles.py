"""How much of what is written naturally the listener hears: three styles, and minimal pairs that are untrue.

``python -m benchmark.validation.styles`` prints the tables that stand in docs/results/listener.md.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dataset.listener import World, listen
from dataset.listener.explanation.scrutiny import DETAIL_KINDS, details_of, unchecked
from dataset.loading.regions import load_worlds

from .captions import (
    COLLECTIONS,
    MEASURING,
    SCENES,
    STYLES,
    CaptionVerdict,
    NaturalCaption,
    UntrueCaption,
    caption_verdicts,
    clear_captions,
    natural_captions,
    untrue_captions,
)
from .minimal_pairs import KINDS, swaps

__all__ = [
    "StyleResult",
    "belief_table",
    "checked_table",
    "hear_styles",
    "outcomes_table",
    "readers_table",
    "tables",
    "untold_table",
    "untrue_table",
]

OUTCOMES: Final = ("correct", "ambiguous", "wrong", "nothing", "false", "unparsed")


@dataclass
class StyleResult:
    """What became of the captions of one style and half, and of their untrue versions.

    Attributes:
        outcomes: how many captions had each outcome.
        read: sum of the shares that were read.
        pairs: kind of swap -> how many untrue captions there are.
        believed: kind of swap -> how many of them were heard as correct.
        untold, untold_pairs: how many captions, and how many untrue ones, would be correct if their sides or numbers
            could not be turned round as well (`dataset.listener.Hearing.untold`).
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    read: float = 0.0
    pairs: Counter[str] = field(default_factory=Counter)
    believed: Counter[str] = field(default_factory=Counter)
    untold: int = 0
    untold_pairs: int = 0

    @property
    def captions(self) -> int:
        """The number of captions."""
        return self.outcomes.total()


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
        result.untold += bool(hearing.untold)
        for swap in swaps(row.caption, world, row.region_id + row.style, target=target):
            result.pairs[swap.kind] += 1
            hearing = listen(swap.caption, world, target)
            result.believed[swap.kind] += hearing.outcome == "correct"
            result.untold_pairs += bool(hearing.untold)
    return results


def measured(results: Mapping[tuple[str, str, str], StyleResult]) -> dict[str, StyleResult]:
    """The collections that measure, taken together: style -> result."""
    sums: dict[str, StyleResult] = {}
    for (style, half, _), result in results.items():
        if half == MEASURING:
            total = sums.setdefault(style, StyleResult())
            total.outcomes += result.outcomes
            total.read += result.read
            total.pairs += result.pairs
            total.believed += result.believed
            total.untold += result.untold
            total.untold_pairs += result.untold_pairs
    return sums


def outcomes_table(results: Mapping[tuple[str, str, str], StyleResult]) -> str:
    """A Markdown table: shares x 100 of the outcomes, of the content words that were read, and of pairs believed.

    The last rows, of collection "all", are the measuring collections taken together.
    """
    lines = _head(["captions", *OUTCOMES, "read", "pairs", "believed"])
    for names, result in _rows(results):
        cells = [*names, str(result.captions)]
        cells += [_percent(result.outcomes[outcome], result.captions) for outcome in OUTCOMES]
        cells += [_percent(result.read, result.captions), str(result.pairs.total())]
        lines.append(_line([*cells, _percent(result.believed.total(), result.pairs.total())]))
    return "\n".join(lines)


def belief_table(results: Mapping[tuple[str, str, str], StyleResult]) -> str:
    """A Markdown table of untrue captions by what was swapped: the share x 100 heard as correct, and of how many."""
    lines = _head([*KINDS, "all"])
    for names, result in _rows(results):
        counts = [*((result.believed[kind], result.pairs[kind]) for kind in KINDS)]
        counts.append((result.believed.total(), result.pairs.total()))
        lines.append(_line([*names, *(f"{_percent(believed, pairs)} of {pairs}" for believed, pairs in counts)]))
    return "\n".join(lines)


def untold_table(results: Mapping[tuple[str, str, str], StyleResult]) -> str:
    """A Markdown table: shares x 100 of captions that are correct and of pairs believed, without and with the rule.

    The rule refuses captions of several sentences that are as correct with all their sides, or numbers, turned round.
    """
    lines = _head(["captions", "correct without the rule", "with it", "pairs", "believed without the rule", "with it"])
    for names, result in _rows(results):
        cells = [*names]
        for correct, untold, every in (
            (result.outcomes["correct"], result.untold, result.captions),
            (result.believed.total(), result.untold_pairs, result.pairs.total()),
        ):
            cells += [str(every), _percent(correct + untold, every), _percent(correct, every)]
        lines.append(_line(cells))
    return "\n".join(lines)


def _rows(results: Mapping[tuple[str, str, str], StyleResult]) -> Iterator[tuple[list[str], StyleResult]]:
    """(collection, half, style) and the result, in the order of collections; last the measuring ones together."""
    for style, half, collection in sorted(results, key=lambda key: (COLLECTIONS.index(key[2]), key[1], key[0])):
        yield [collection, half, style], results[style, half, collection]
    for style, result in sorted(measured(results).items()):
        yield ["all", MEASURING, style], result


def _head(columns: list[str]) -> list[str]:
    return [_line(["collection", "half", "style", *columns]), "|---|---|---|" + "---:|" * len(columns)]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def readers_table(
    captions: Iterable[NaturalCaption], verdicts: list[CaptionVerdict], worlds: Mapping[str, World]
) -> str:
    """A Markdown table of each style: what readers take captions to mean, and how many clear ones are heard."""
    clear = clear_captions(verdicts)
    outcomes: dict[str, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    measuring = {(row.region_id, row.style): row for row in captions if row.half == MEASURING}
    verdicts = [verdict for verdict in verdicts if (verdict.region_id, verdict.style) in measuring]
    for key, row in measuring.items():
        image_id, _, target = row.region_id.rpartition("/")
        is_correct = listen(row.caption, worlds[image_id], target).outcome == "correct"
        outcomes[row.style][key in clear, is_correct] += 1
    lines = [
        "| style | readings | region chosen | chosen alone | clear captions | heard of these | heard of the others |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for style, counts in sorted(outcomes.items()):
        readings = [verdict for verdict in verdicts if verdict.style == style]
        picks = sum(verdict.pick == verdict.region_id for verdict in readings)
        alone = sum(verdict.is_clear for verdict in readings)
        cells = [_percent(picks, len(readings)), _percent(alone, len(readings))]
        cells += [str(counts[True, True] + counts[True, False])]
        cells += [_percent(counts[side, True], counts[side, True] + counts[side, False]) for side in (True, False)]
        lines.append(f"| {style} | {len(readings)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def untrue_table(
    untrue: Iterable[UntrueCaption], captions: Iterable[NaturalCaption], worlds: Mapping[str, World]
) -> str:
    """A Markdown table of captions with one detail changed freely: the share x 100 that is heard as correct.

    Beside it stands the same share of those whose true caption is heard, once for each style and once for each kind of
    detail; then that share without the rule of `untold_table`.
    """
    true = {(row.region_id, row.style): row.caption for row in captions}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in untrue:
        image_id, _, target = row.region_id.rpartition("/")
        untrue_hearing = listen(row.caption, worlds[image_id], target)
        true_hearing = listen(true[row.region_id, row.style], worlds[image_id], target)
        is_believed, is_heard = (hearing.outcome == "correct" for hearing in (untrue_hearing, true_hearing))
        is_heard_without = is_heard or bool(true_hearing.untold)
        is_believed_without = is_believed or bool(untrue_hearing.untold)
        for what in (row.style, row.changed):
            counts[row.half, what]["all"] += 1
            counts[row.half, what]["believed"] += is_believed
            counts[row.half, what]["heard"] += is_heard
            counts[row.half, what]["heard and believed"] += is_heard and is_believed
            counts[row.half, what]["heard without"] += is_heard_without
            counts[row.half, what]["both without"] += is_heard_without and is_believed_without
    lines = [
        "| half | style or detail | captions | believed | of those whose true caption is heard | without the rule |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for half, what in sorted(counts, key=lambda key: (key[0], key[1] not in STYLES, key[1])):
        count = counts[half, what]
        cells = [str(count["all"]), _percent(count["believed"], count["all"])]
        cells.append(_percent(count["heard and believed"], count["heard"]))
        cells.append(_percent(count["both without"], count["heard without"]))
        lines.append(f"| {half} | {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def checked_table(captions: Iterable[NaturalCaption], worlds: Mapping[str, World]) -> str:
    """A Markdown table of the measuring captions that are heard: how many details there are, and the share checked.

    A detail counts as checked if the caption is not correct any more when that word is turned into its opposite
    (`dataset.listener.explanation.scrutiny`). One row for each kind of detail, and all of them.
    """
    every: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    for row in captions:
        image_id, _, target = row.region_id.rpartition("/")
        world = worlds[image_id.rpartition("/")[2]]
        if row.half == MEASURING and listen(row.caption, world, target).outcome == "correct":
            for counts, details in (
                (every, details_of(row.caption, world)),
                (missed, unchecked(row.caption, world, target)),
            ):
                counts.update((row.style, kind) for detail in details for kind in (detail.kind, "all"))
    lines = [
        f"| detail | {' | '.join(f'{style} | checked' for style in STYLES)} |",
        "|---|" + "---:|" * (2 * len(STYLES)),
    ]
    for kind in (*DETAIL_KINDS, "all"):
        cells = [
            f"{every[style, kind]} | {_percent(every[style, kind] - missed[style, kind], every[style, kind])}"
            for style in STYLES
        ]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


def tables() -> dict[str, str]:
    """The Markdown tables of docs/results/listener.md by name: hears all natural captions, some three minutes."""
    captions, worlds = natural_captions(), load_worlds("validation", validation=SCENES)
    results = hear_styles(captions, worlds)
    return {
        "outcomes": outcomes_table(results),
        "swapped": belief_table({key: result for key, result in results.items() if key[1] == MEASURING}),
        "untold": untold_table({key: result for key, result in results.items() if key[0] == "detailed"}),
        "readers": readers_table(captions, caption_verdicts(), worlds),
        "changed": untrue_table(untrue_captions(), captions, worlds),
        "checked": checked_table(captions, worlds),
    }


def main() -> None:
    """Print the tables."""
    sys.stdout.write("Only the half *measure* measures; the texts of the halves *build* and *opened* were read.\n")
    for name, text in tables().items():
        sys.stdout.write(f"\n{name}\n\n{text}\n")


if __name__ == "__main__":
    main()
