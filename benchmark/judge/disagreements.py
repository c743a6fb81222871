"""``ureca judge-disagreements verdicts.jsonl``: captions that listener and judge take differently."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import typer

from dataset.listener import Hearing, listen
from dataset.schema import Region
from dataset.terminal import CommandLine, check_outputs, config_options, terminal

from ..inputs.flags import DataOptions
from ..inputs.scoring_data import ScoringData, scoring_data
from ..inputs.verdicts import read_verdicts
from ..report import replacing
from ..verdicts.verdict import Verdict
from .panels import PanelOptions, PanelPainter, contact_sheet

__all__ = ["Disagreement", "app", "disagreements", "write_page"]

app = CommandLine()

Pixels = npt.NDArray[np.uint8]

_SIZE: Final = 300
"""Pixels of a panel's longer side on the page."""
_HEAD: Final = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Listener and judge</title>
<style>body{font:16px/1.5 sans-serif;max-width:1300px;margin:2em auto;padding:0 1em}img{max-width:100%}
h2{margin-top:2.5em;font-size:1.1em}dt{float:left;width:8em;color:#555}dd{margin-left:8em}</style>
<h1>Listener and judge disagree</h1>"""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A caption of a scene that the exact listener and a judge take differently.

    Attributes:
        verdict: the judge's.
        hearing: the listener's; its `denoted` are ids inside of the image.
    """

    verdict: Verdict
    hearing: Hearing

    @property
    def denoted(self) -> tuple[str, ...]:
        """Region ids that the listener takes the caption for."""
        return tuple(f"{self.verdict.image_id}/{mask_id}" for mask_id in self.hearing.denoted)


def disagreements(verdicts: Sequence[Verdict], worlds: Mapping[str, Any]) -> list[Disagreement]:
    """Captions that one of the two takes for unique and the other does not.

    Captions that the listener cannot read count: it is one of its mistakes to be deaf to them.

    Args:
        verdicts: on captions of scenes.
        worlds: of the images; verdicts on others are left out.
    """
    differing = []
    for verdict in verdicts:
        world = worlds.get(verdict.image_id)
        if world is None or not verdict.caption.strip():
            continue
        hearing = listen(verdict.caption, world, verdict.region_id.rpartition("/")[2])
        if (hearing.outcome == "correct") != verdict.is_unique:
            differing.append(Disagreement(verdict, hearing))
    return differing


def write_page(differing: Sequence[Disagreement], judged: int, data: ScoringData, path: Path) -> None:
    """Write one page that needs nothing else: each caption, what both say, and the panels.

    Args:
        differing: what `disagreements` has listed.
        judged: how many captions there were.
        data: the regions and images.
        path: the file.

    Raises:
        InvalidInputError: an image cannot be read, or the file cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text("\n".join(_lines(differing, judged, data)), encoding="utf-8")


def _lines(differing: Sequence[Disagreement], judged: int, data: ScoringData) -> Iterator[str]:
    images = data.images() or {}
    by_id = {region.region_id: region for region in data.regions}
    yield _HEAD
    yield f"<p>{len(differing):,} of {judged:,} captions of {html.escape(data.name)}.</p>"
    options = PanelOptions(size=_SIZE)
    for each in differing:
        verdict = each.verdict
        painter = PanelPainter(images[verdict.image_id], by_id, options)
        sheet = contact_sheet(painter.pictures(verdict.candidates[: options.panels]))
        facts = {
            "written for": _panels(verdict, [verdict.region_id]),
            "judge": f"{_panels(verdict, verdict.fits)}{', and a region outside of the panels' * verdict.elsewhere}",
            "listener": f"{each.hearing.outcome}: {_panels(verdict, each.denoted)}",
            "reference": _reference(by_id, verdict.region_id),
            "system": verdict.system,
        }
        yield f"<h2>{html.escape(verdict.caption)}</h2><dl>"
        yield from (f"<dt>{name}</dt><dd>{html.escape(fact)}</dd>" for name, fact in facts.items() if fact)
        yield f'</dl><img alt="panels" src="data:image/jpeg;base64,{_jpeg(sheet)}">'
    yield "</html>"


def _panels(verdict: Verdict, region_ids: Sequence[str]) -> str:
    """Panels by their numbers; what no panel shows by its id."""
    numbers = {region_id: number for number, region_id in enumerate(verdict.candidates, 1)}
    names = [f"panel {numbers[each]}" if each in numbers else each for each in region_ids]
    return ", ".join(names) or "none"


def _reference(by_id: Mapping[str, Region], region_id: str) -> str:
    region = by_id.get(region_id)
    return "" if region is None else region.caption


def _jpeg(picture: Pixels) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=88, subsampling=0)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


@app.command()
def main(
    verdicts: Annotated[Path, typer.Argument(help="Verdicts on captions of scenes or rooms, as JSON lines.")],
    out: Annotated[Path, typer.Option(help="The page (HTML).")] = Path("disagreements.html"),
    config: Annotated[str, typer.Option(help="scenes or rooms.")] = "scenes",
    split: Annotated[str, typer.Option(help="A split of it.")] = "test",
    option: DataOptions = None,
) -> None:
    """List the captions that the exact listener and a judge take differently, with their panels. Asks nothing."""
    check_outputs(out)
    judged = read_verdicts(verdicts)
    data = scoring_data(config, split, **config_options(option))
    differing = disagreements(judged, data.worlds() or {})
    write_page(differing, len(judged), data, out)
    terminal.print(f"{len(differing):,} of {len(judged):,} captions differ: {out}", highlight=False)


if __name__ == "__main__":
    app()
