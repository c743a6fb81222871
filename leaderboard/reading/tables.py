"""The tables that pages show and that can be taken away: boards, runs, differences, captions, published numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmark.metrics import find_score
from benchmark.metrics.scores import scale_note
from benchmark.statistics.slices import slice_label

from .entries import Entry, Number
from .explore import SystemCaption
from .exports import Column, Table
from .labels import label_of, reported_label
from .published import PublishedTable
from .ranking import Difference
from .standings import Standings
from .systems import RunScores

__all__ = [
    "captions_table",
    "differences_table",
    "published_headings",
    "published_table",
    "run_table",
    "standings_table",
]


def standings_table(standings: Standings, entries: Sequence[Entry], columns: Sequence[str]) -> Table:
    """A board as shown."""
    part = slice_label(standings.part)
    notes = [
        f"{standings.board.config}/{standings.board.split}, {part.lower()}: {standings.part_regions:,} regions.",
        f"Ranked on {standings.score}: tie groups of the paired bootstrap over images, "
        + ("all pairs tested (Holm)." if standings.all_pairs else "each group's leader tested (Holm)."),
    ]
    lower = standings.lower_is_better
    heads = [
        Column("rank", "count"),
        Column("tied", "count", in_paper=False),
        Column("system"),
        *(Column(name, in_paper=False) for name in ("note", "kind", "standing", "verified by", "flags")),
        *(Column(name, "score", name in lower, find_score(name).highest) for name in columns),
        *(Column(name, "count", in_paper=False) for name in ("captioned", "regions", "parameters")),
        Column("captions per second", "count", in_paper=False),
        Column("submission", in_paper=False),
        Column("run", in_paper=False),
    ]
    rows = [
        (
            entry.rank.position if entry.rank else None,
            entry.rank.tied if entry.rank else None,
            entry.name,
            entry.note,
            entry.kind,
            entry.standing,
            entry.verified_by,
            " ".join(flag.message for flag in entry.flags),
            *(_triple(entry.numbers.get(name)) for name in columns),
            entry.scored,
            entry.regions,
            entry.card.parameters,
            entry.card.captions_per_second,
            entry.submission_id,
            entry.run_id,
        )
        for entry in entries
    ]
    ranked = [place for place, head in enumerate(heads) if head.name == standings.score]
    leaders = [row for row, entry in enumerate(entries) if entry.rank and entry.rank.position == 1]
    return Table(
        f"{standings.board.title}: ranked on {label_of(standings.score)}",
        tuple(heads),
        tuple(rows),
        tuple(notes),
        _scale(columns),
        frozenset((row, place) for row in leaders for place in ranked),
    )


def run_table(run: RunScores, title: str) -> Table:
    """Every score of a run on every slice, with its signature."""
    heads = (
        Column("slice"),
        Column("regions", "count"),
        Column("score"),
        Column("value", "score"),
        Column("signature"),
    )
    rows = tuple(
        (part, count, name, _triple(number), run.signatures.get(name, ""))
        for part, (count, numbers) in run.parts.items()
        for name, number in numbers.items()
    )
    return Table(title, heads, rows, scale=_scale(run.signatures))


def differences_table(differences: Sequence[Difference], names: Mapping[str, str], part: str) -> Table:
    """Paired differences between runs."""
    heads = (
        Column("score"),
        Column("first"),
        Column("second"),
        Column("first value", "count"),
        Column("second value", "count"),
        Column("difference", "score"),
        Column("p", "count"),
        Column("p (Holm)", "count"),
        Column("more images", "count"),
    )
    rows = tuple(
        (
            difference.score,
            names[difference.first],
            names[difference.second],
            difference.first_value,
            difference.second_value,
            (difference.pair.difference, difference.pair.low, difference.pair.high),
            difference.pair.p_value,
            difference.pair.adjusted,
            difference.pair.more_images,
        )
        for difference in differences
    )
    return Table(
        f"Paired differences, {slice_label(part).lower()}",
        heads,
        rows,
        scale=_scale({difference.score: None for difference in differences}),
    )


def captions_table(
    image_id: str, answers: Mapping[str, Sequence[SystemCaption]], references: Mapping[str, Sequence[str]]
) -> Table:
    """What every system says of every region of an image."""
    systems = [answer.name for answer in next(iter(answers.values()), [])]
    heads = (Column("region"), Column("references"), *(Column(_distinct(systems, n)) for n in range(len(systems))))
    rows = tuple(
        (region_id, " | ".join(references[region_id]), *(answer.caption for answer in captions))
        for region_id, captions in answers.items()
    )
    return Table(f"Captions of {image_id}", heads, rows)


def published_table(published: PublishedTable) -> Table:
    """Numbers that a paper reports."""
    heads = (Column("system"), *(Column(name, "score") for name in published.columns))
    rows: list[tuple[Any, ...]] = [
        (name, *((values.get(column), None, None) for column in published.columns))
        for name, values in published.rows.items()
    ]
    return Table(published.title, heads, tuple(rows), ("As published, not computed here.", published.source))


def published_headings(published: PublishedTable) -> list[str]:
    """The headings of a paper's numbers as readers know them, with the implementation where it matters."""
    implementations = published.implementations
    return [
        "System",
        *(
            f"{reported_label(name)} ({implementations[name]})" if name in implementations else reported_label(name)
            for name in published.columns
        ),
    ]


def _scale(scores: Iterable[str]) -> str:
    ranges = scale_note(map(find_score, scores), 1)
    return f"Scores are on 0 to 1{ranges}; low and high are the ends of the 95% interval over images."


def _triple(number: Number | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if number is None else (number.value, number.low, number.high)


def _distinct(names: Sequence[str], place: int) -> str:
    earlier = names[:place].count(names[place])
    return f"{names[place]} [{earlier + 1}]" if earlier else names[place]
