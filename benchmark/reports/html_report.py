"""A report as one HTML file that needs nothing else: scores, plots, and the regions that explain them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dataset.schema import Region

from ..inputs.predictions import Predictions
from ..metrics.listener import OUTCOMES
from ..metrics.scores import by_importance, headlines, percent
from ..report import Report, ScoreValue, plain, replacing
from ..statistics.slices import family_of
from ..text.corpus import Corpus
from .html_examples import Confusion, find_confusions, most_confused, ranking_score, worst
from .html_pictures import picture
from .html_plots import PlotRow, forest_plot, interval_track

__all__ = ["render_html", "write_html"]

EXAMPLES = 12
"""Regions shown in each of the two galleries."""

MAX_PICTURES_BYTES = 2_500_000
"""All pictures of a page together; regions beyond it are shown without."""

_PLOTS = 3
_SHOWN_REFERENCES = 4
_LONGEST_TEXT = 400


@dataclass(frozen=True, slots=True)
class _Row:
    """A score in the table; values are text, x 100."""

    name: str
    arrow: str
    value: str
    interval: str
    track: Markup


@dataclass(frozen=True, slots=True)
class _Card:
    """A region in a gallery."""

    region: Region
    caption: str
    references: tuple[str, ...]
    more_references: int
    confusion: Confusion | None
    other_captions: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    picture: Markup | None


def write_html(
    report: Report,
    regions: Sequence[Region],
    predictions: Predictions | Mapping[str, str],
    images: Mapping[str, Path] | None,
    out: str | Path,
    *,
    worlds: Mapping[str, Any] | None = None,
    command: str | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Write a report as one HTML file of less than 3 MB, whole or not at all.

    Args:
        report: what `benchmark.evaluate` returned.
        regions: the regions it was computed on.
        predictions: the captions it was computed from.
        images: image_id -> image file; regions without one are drawn on a plain ground.
        out: the file to write.
        worlds: image_id -> world, where the data has them: then the page shows what the listener heard.
        command: the command that makes this page again, printed on it.
        examples: regions in each gallery.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    page = render_html(report, regions, predictions, images, worlds=worlds, command=command, examples=examples)
    with replacing(out) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="replace")


def render_html(
    report: Report,
    regions: Sequence[Region],
    predictions: Predictions | Mapping[str, str],
    images: Mapping[str, Path] | None = None,
    *,
    worlds: Mapping[str, Any] | None = None,
    command: str | None = None,
    examples: int = EXAMPLES,
) -> str:
    """The page that `write_html` writes."""
    from jinja2 import Environment, StrictUndefined

    captions = predictions.captions if isinstance(predictions, Predictions) else predictions
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_template())
    confusions = find_confusions(_corpus_of(report, regions, captions, worlds))
    worst_regions = worst(report, regions, captions, examples)
    confused = most_confused(regions, confusions, worst_regions, examples)
    cards = _Cards(report, captions, confusions, images)
    listed = by_importance(report.described.values())
    leading = headlines(report.described.values())
    plots = {name: forest_plot(name, _plot_rows(report, name)) for name in listed} if report.slices else {}
    return template.render(
        report=report,
        title=report.title(),
        facts=report.facts(),
        system=_described(report.system),
        headlines=[_row(report, name) for name in leading],
        other_scores=[_row(report, name) for name in report.metrics if name not in leading],
        outcomes={
            reader: _outcomes(report, reader)
            for reader in ("listener", "judge")
            if f"{reader}_nothing" in report.metrics
        },
        plots=dict(list(plots.items())[:_PLOTS]),
        other_plots=dict(list(plots.items())[_PLOTS:]),
        slices=_slice_table(report, leading),
        confused=cards.of(confused),
        worst=cards.of(worst_regions),
        ranked_by=ranking_score(report),
        listened=worlds is not None,
        signatures=list(dict.fromkeys(score.signature for score in report.metrics.values())),
        command=command,
    )


def _corpus_of(
    report: Report, regions: Sequence[Region], captions: Mapping[str, str], worlds: Mapping[str, Any] | None
) -> Corpus:
    """The corpus that was scored, if these are its regions and captions: then nothing is tokenised or heard again."""
    scored = report.corpus
    if scored is None:
        return Corpus(regions, captions, worlds=worlds)
    candidates = tuple(captions.get(region.region_id, "") for region in regions)
    if scored.regions == tuple(regions) and scored.candidates == candidates and worlds in (None, scored.worlds):
        return scored
    return Corpus(regions, captions, tokenizer=scored.tokenizer, worlds=worlds)


def _template() -> str:
    return resources.files(__package__).joinpath("templates/report.html.j2").read_text(encoding="utf-8")


class _Cards:
    """Makes the cards of both galleries and keeps their pictures within bounds."""

    def __init__(
        self,
        report: Report,
        captions: Mapping[str, str],
        confusions: Mapping[str, Confusion],
        images: Mapping[str, Path] | None,
    ) -> None:
        self._report, self._captions, self._confusions, self._images = report, captions, confusions, images
        self._rows = {region_id: row for row, region_id in enumerate(report.region_ids)}
        self._left = MAX_PICTURES_BYTES

    def of(self, regions: Iterable[Region]) -> list[_Card]:
        """One card each."""
        return [self._card(region) for region in regions]

    def _card(self, region: Region) -> _Card:
        confusion = self._confusions.get(region.region_id)
        others = confusion.others if confusion is not None else ()
        drawn = picture(region, others, confusion.boxes if confusion is not None else (), self._images)
        if drawn is not None:
            self._left -= len(drawn)
            drawn = drawn if self._left > 0 else None
        row = self._rows[region.region_id]
        items = self._report.items
        leading = headlines(score for name, score in self._report.described.items() if name in items)
        names = [name for name in leading if items[name][row] == items[name][row]]
        return _Card(
            region=region,
            caption=_short(self._captions[region.region_id]),
            references=tuple(map(_short, region.captions[:_SHOWN_REFERENCES])),
            more_references=max(0, len(region.captions) - _SHOWN_REFERENCES),
            confusion=confusion,
            other_captions=tuple(_short(other.caption) for other in others[:3]),
            scores=tuple((name, f"{100 * items[name][row]:.1f}") for name in names),
            picture=drawn,
        )


def _row(report: Report, name: str) -> _Row:
    score = report.metrics[name]
    interval = "" if score.low is None else f"{percent(score.low)} – {percent(score.high)}"
    described = report.described[name]
    track = interval_track(score.value, score.low, score.high, described.highest)
    return _Row(name, described.arrow, percent(score.value), interval, track)


def _outcomes(report: Report, reader: str) -> list[tuple[int, str, float]]:
    """What the listener or the judge made of the captions: number for the colour, name, share x 100."""
    outcomes = [(name, report.metrics.get(f"{reader}_{name}")) for name in OUTCOMES]
    return [
        (number, name.replace("_", ": "), 100 * score.value)
        for number, (name, score) in enumerate(outcomes)
        if score is not None and score.value
    ]


def _plot_rows(report: Report, name: str) -> list[PlotRow]:
    rows = [_plot_row("", "all regions", report.data.regions, report.metrics[name])]
    for key, part in report.slices.items():
        value = key.partition("=")[2]
        rows.append(_plot_row(family_of(key).title, plain(value), part.n, part.metrics[name]))
    return rows


def _plot_row(group: str, label: str, count: int, score: ScoreValue) -> PlotRow:
    value, low, high = (None if number is None else 100 * number for number in (score.value, score.low, score.high))
    return PlotRow(group, label, count, value, low, high)


def _slice_table(report: Report, names: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    """(slice, regions, values) for every slice."""
    return [
        (plain(key.replace("=", ": ")), f"{part.n:,}", [percent(part.metrics[name].value) for name in names])
        for key, part in report.slices.items()
    ]


def _described(system: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the prediction file says about its system, as text."""
    facts = []
    for key, value in list(system.items())[:20]:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        facts.append((plain(key), _short(text)))
    return facts


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + " …"
