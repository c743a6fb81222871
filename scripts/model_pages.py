"""What pages say of a checkpoint in baselines/weights, written from its files and its scores: ``make model-pages``.

python scripts/model_pages.py ureca-mini --reports reports

The folder of reports holds ``NAME.json`` (``ureca score --json``), ``comparison.json`` (``ureca compare --json`` of all
captioners) and ``pair.json`` (the same of the leading checkpoint and another). The blocks (see ``blocks.py``) of its
card and its page of results are made, and those of the README if it is the leading checkpoint. The card of that one
also gets the curves of its training, and the guide to baselines a picture of regions with captions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from blocks import block_texts, fill

from baselines.checkpoints import checkpoint_sha256
from baselines.training.logs import read_log
from benchmark.metrics.scores import percent
from benchmark.report import markdown_row
from benchmark.statistics.slices import slice_label

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT / "baselines" / "weights"
LEADING = "ureca-mini"
CURVES = "training.png"
"""In the folder of a checkpoint, beside the log that it is drawn from."""
CAPTIONED_REGIONS = 9
LEADING_SCORES = ("listener_correct", "cider", "unique_and_correct")
SLICE_SCORES = ("listener_correct", "duplicate_rate", "cider")
FEWEST = 100
"""Regions that a subset needs to be named among the best or the worst."""
NAMED = 4

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Curves:
    """The losses of a training: (step, loss) of both kinds, and (step, seconds since its start), in order of steps."""

    training: list[tuple[int, float]]
    held_out: list[tuple[int, float]]
    seconds: list[tuple[int, float]]


@dataclass(frozen=True)
class Sources:
    """All that pages are made from.

    Attributes:
        name: of the checkpoint.
        folder: of the checkpoint.
        report: of `benchmark.score`.
        comparison: of `benchmark.compare`, all captioners.
        pair: of `benchmark.compare`, this checkpoint and another one.
    """

    name: str
    folder: Path
    report: Numbers
    comparison: Numbers
    pair: Numbers

    def curves(self) -> Curves:
        """The losses in its log."""
        return read_curves(self.folder / "log.jsonl")


def read_curves(log: Path) -> Curves:
    """The losses and the seconds in a log of the trainer: its lines of the kinds ``train`` and ``held_out``."""
    lines = read_log(log)
    training, held_out = ([line for line in lines if line["kind"] == kind] for kind in ("train", "held_out"))
    return Curves(
        [(line["step"], line["loss"]) for line in training],
        [(line["step"], line["loss"]) for line in held_out],
        [(line["step"], line["seconds"]) for line in training],
    )


def draw_curves(curves: Curves, path: Path) -> None:
    """Both losses over the steps and the seconds, each named where it ends; PNG."""
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    axes = figure.subplots()
    lines = (("training", curves.training, "#0072B2", None), ("held out", curves.held_out, "#D55E00", "o"))
    for label, points, color, marker in lines:
        if points:
            steps, losses = zip(*points, strict=True)
            axes.plot(steps, losses, color=color, linewidth=1.8, marker=marker, markersize=4)
            text = f"{label} {losses[-1]:.2f}"
            axes.annotate(text, (steps[-1], losses[-1]), (6, 0), textcoords="offset points", color=color, va="center")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlabel("steps")
    axes.set_ylabel("loss of a token of a caption")
    axes.set_xlim(0, 1.16 * max((points[-1][0] for _, points, *_ in lines if points), default=1))
    axes.grid(axis="y", color="0.9", linewidth=0.8)
    axes.set_axisbelow(True)
    steps, seconds = np.transpose([(0, 0.0), *curves.seconds])
    time = axes.secondary_xaxis("top", functions=(_through(steps, seconds), _through(seconds, steps)))
    time.set_xlabel("seconds")
    axes.spines["right"].set_visible(False)
    figure.savefig(path, dpi=120)


def _through(xs: Any, ys: Any) -> Callable[[Any], Any]:
    """The line through points of rising x, and on beyond the last at the mean slope."""
    import numpy as np

    slope = ys[-1] / xs[-1]
    return lambda x: np.interp(x, xs, ys) + slope * np.maximum(np.asarray(x) - xs[-1], 0)


def draw_captions(name: str, path: Path) -> None:
    """Regions of the first validation scene with what a checkpoint says, and in brackets what it should say."""
    import numpy as np

    from baselines import open_captioner, open_image
    from dataset.inspection.pictures import sheet_of_regions
    from dataset.loading.regions import load_images
    from dataset.masks.rle import decode_mask

    file, regions = next(iter(load_images("scenes", "validation", validation=1)))
    step = max(1, len(regions) // CAPTIONED_REGIONS)
    image = open_image(file)
    masks = [decode_mask(region.mask) for region in regions if region.mask is not None]
    with open_captioner(name, device="cpu") as opened:
        captions = opened.captioner.caption(image, masks)
    panels = [
        (np.asarray(image), masks[k], [regions[k].region_id, f"{captions[k] or '(nothing)'}  [{regions[k].caption}]"])
        for k in range(step // 2, len(regions), step)[:CAPTIONED_REGIONS]
    ]
    sheet_of_regions(panels, columns=3).save(path, quality=85)


def training_block(sources: Sources) -> Iterator[str]:
    """The curves, and where they end."""
    curves = sources.curves()
    steps = read_log(sources.folder / "log.jsonl")[-1]["step"]
    ends = f"After {steps:,} steps the training loss is {_end(curves.training)}"
    if curves.held_out:
        ends += f", that of scenes it never learns from {_end(curves.held_out)}"
    yield f"![Training loss and held-out loss over the steps and the seconds]({CURVES})"
    yield ""
    yield f"{ends}."


def _end(points: Sequence[tuple[int, float]]) -> str:
    step, loss = min(points, key=lambda point: point[1])
    return f"{points[-1][1]:.2f} (lowest {loss:.2f}, at step {step:,})"


def provenance_block(sources: Sources) -> Iterator[str]:
    """Which weights these are, and what ``run.json`` says, a line for every key."""
    yield f"- **weights**: SHA-256 `{checkpoint_sha256(sources.folder)}`, as unfinished predictions have it"
    for key, value in json.loads((sources.folder / "run.json").read_text(encoding="utf-8")).items():
        yield f"- **{key}**: {_in_words(value)}"


def _in_words(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        parts = ((name, _in_words(part)) for name, part in value.items())
        return ", ".join(
            f"{name} ({part})" if isinstance(value[name], Mapping) else f"{name} {part}" for name, part in parts
        )
    return " ".join(map(str, value)) if isinstance(value, list) else f"{value}"


def scored_block(sources: Sources) -> Iterator[str]:
    """When and with what the captions were scored."""
    report = sources.report
    version = report["metrics"][LEADING_SCORES[0]]["signature"].rpartition("v:")[2]
    yield (
        f"Scored on {report['created'][:10]} with version {version}: {report['coverage']['scored']:,} captions of"
        f" {report['data']['images']:,} images, SHA-256 `{report['predictions_sha256'][:12]}`."
    )


def scores_block(sources: Sources, names: Sequence[str] = ()) -> Iterator[str]:
    """Some scores over all regions, or all that the report has of the harness, with intervals and signatures."""
    scores = sources.report["metrics"]
    yield markdown_row(["score", "value", "95% interval", "signature"])
    yield "|---|---:|---:|---|"
    for name in names or [name for name in scores if name in sources.comparison["scores"]]:
        score = scores[name]
        value, interval = percent(score["value"]), f"[{percent(score['low'])}, {percent(score['high'])}]"
        yield markdown_row([name, value, interval, f"`{score['signature']}`"])


def slices_block(sources: Sources) -> Iterator[str]:
    """Where it is right and where it is wrong: what the listener hears, the extremes, then every subset."""
    yield f"To the listener, {_outcomes(sources.report['metrics'])}."
    slices = sources.report["slices"]
    whole = {"n": sources.report["data"]["regions"], "metrics": sources.report["metrics"]}
    many = {name: part for name, part in slices.items() if part["n"] >= FEWEST}
    order = sorted(many, key=lambda name: -many[name]["metrics"]["listener_correct"]["value"])
    yield f"Most often right: {_named(order[:NAMED], many)}. Least often: {_named(order[: -NAMED - 1 : -1], many)}."
    yield ""
    yield markdown_row(["regions", "n", "listener correct", "duplicates ↓", "CIDEr"])
    yield "|---|---:|---:|---:|---:|"
    for name, part in {"": whole, **slices}.items():
        correct, *others = (part["metrics"][score] for score in SLICE_SCORES)
        interval = f"[{percent(correct['low'], 1)}, {percent(correct['high'], 1)}]"
        cells = [f"{part['n']:,}", f"{percent(correct['value'], 1)} {interval}"]
        yield markdown_row([slice_label(name), *cells, *(percent(score["value"], 1) for score in others)])


def _outcomes(metrics: Numbers) -> str:
    def share(*names: str) -> str:
        return percent(sum(metrics[name]["value"] for name in names if name in metrics), 0)

    wrong = (name for name in metrics if name.startswith("listener_wrong_"))
    words = {
        "mean their region alone": share("listener_correct"),
        "fit several": share("listener_ambiguous"),
        "fit nothing in the image": share("listener_nothing"),
        "mean other regions": share(*wrong),
        "are untrue or not understood": share("listener_false", "listener_unparsed"),
    }
    return "of its captions " + ", ".join(f"{value}% {what}" for what, value in words.items())


def _named(names: Sequence[str], slices: Numbers) -> str:
    return ", ".join(
        f"{slice_label(name)} ({percent(slices[name]['metrics']['listener_correct']['value'], 0)})" for name in names
    )


def comparison_block(sources: Sources) -> Iterator[str]:
    """All systems side by side, the rank in parentheses."""
    scores = sources.comparison["scores"]
    systems = [system["name"] for system in sources.comparison["systems"]]
    yield markdown_row(["score", *systems])
    yield "|---|" + "---:|" * len(systems)
    for name, score in scores.items():
        label = f"{name} {'↓' if score['lower_is_better'] else '↑'}"
        cells = [score["values"][system] for system in systems]
        yield markdown_row(
            [
                f"**{label}**" if name == LEADING_SCORES[0] else label,
                *(f"{percent(cell['value'])} ({cell['rank']})" for cell in cells),
            ]
        )


def pair_block(sources: Sources) -> Iterator[str]:
    """Paired differences from the other checkpoint."""
    [other] = {system["name"] for system in sources.pair["systems"]} - {sources.name}
    yield markdown_row(["score", other, sources.name, "difference", "95% interval", "p"])
    yield "|---|---:|---:|---:|---:|---:|"
    for name, score in sources.pair["scores"].items():
        [pair] = score["pairs"]
        sign = 1 if pair["first"] == sources.name else -1
        low, high = sorted((sign * pair["low"], sign * pair["high"]))
        values = [percent(score["values"][system]["value"]) for system in (other, sources.name)]
        label = f"{name} ↓" if score["lower_is_better"] else name
        interval = f"[{percent(low)}, {percent(high)}]"
        yield markdown_row([label, *values, percent(sign * pair["difference"]), interval, f"{pair['p_value']:.3f}"])


BLOCKS: Mapping[str, Callable[[Sources], Iterator[str]]] = {
    "training": training_block,
    "provenance": provenance_block,
    "scored": scored_block,
    "scores": scores_block,
    "leading scores": partial(scores_block, names=LEADING_SCORES),
    "slices": slices_block,
    "comparison": comparison_block,
    "pair": pair_block,
}


def filled(page: str, sources: Sources) -> str:
    """A page with its blocks made again. A block that is not in `BLOCKS` raises KeyError."""
    return fill(page, {name: partial(block, sources) for name, block in BLOCKS.items()})


def pages_of(name: str) -> list[Path]:
    """The pages with blocks of a checkpoint; the README shows the leading one alone."""
    own = [WEIGHTS / name / "README.md", ROOT / "docs" / "results" / f"{name}.md"]
    pages = [*own, ROOT / "README.md"] if name == LEADING else own
    return [page for page in pages if block_texts(page.read_text(encoding="utf-8"))]


def main(words: Sequence[str] | None = None) -> int:
    """Write the pages of a checkpoint and their pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="of a folder in baselines/weights")
    parser.add_argument("--reports", type=Path, required=True, help="folder of NAME.json, comparison.json, pair.json")
    options = parser.parse_args(words)
    report, comparison, pair = (
        json.loads((options.reports / file).read_text(encoding="utf-8"))
        for file in (f"{options.name}.json", "comparison.json", "pair.json")
    )
    sources = Sources(options.name, WEIGHTS / options.name, report, comparison, pair)
    if options.name == LEADING:
        draw_curves(sources.curves(), sources.folder / CURVES)
        draw_captions(options.name, ROOT / "docs" / "figures" / f"{options.name}.jpg")
    for page in pages_of(options.name):
        page.write_text(filled(page.read_text(encoding="utf-8"), sources), encoding="utf-8")
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
