"""``python -m benchmark.validate_metrics``: do the metrics notice what they should? A table, a JSON, and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dataset.errors import InvalidInputError
from dataset.listener import World
from dataset.loading.regions import data_sha256, load_regions, load_worlds
from dataset.loading.sources import WITH_WORLDS
from dataset.schema import Region
from dataset.terminal import CommandLine, terminal

from .inputs.predictions import read_predictions
from .inputs.references import read_references
from .inputs.scoring_data import scoring_data
from .inputs.verdicts import read_verdicts
from .judge.agreement import write_agreement
from .metrics import METRICS, BertScore, Metric
from .metrics.meteor.metric import IMPLEMENTATIONS
from .metrics.uniqueness.metric import Uniqueness
from .metrics.uniqueness.similarity import EmbeddingSimilarity, LexicalSimilarity, Similarity
from .metrics.uniqueness.thresholds import calibrate
from .text.corpus import Corpus
from .text.encoder import DEFAULT_MODEL, RememberingEncoder, TextEncoder
from .validation.captions import MEASURING, SCENES, natural_captions, untrue_captions
from .validation.natural import Table, measure_styles, style_table, trained_table
from .validation.perturbations import System, hold_out
from .validation.plots import check_validation
from .validation.report import write_report
from .validation.systems import measure, measure_systems

__all__ = ["app"]

app = CommandLine()

_PERCENTILES = (90.0, 95.0, 99.0)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Folder for validation.md, validation.json and the figures.")],
    config: Annotated[str, typer.Option(help="A config of the dataset card.")] = "scenes",
    split: Annotated[str, typer.Option(help="A split of it.")] = "test",
    references: Annotated[Path | None, typer.Option(help="Reference file of another benchmark instead.")] = None,
    images: Annotated[int, typer.Option(help="How many images, the first ones that have two regions.", min=2)] = 30,
    meteor: Annotated[str | None, typer.Option(help=f"{' or '.join(IMPLEMENTATIONS)}, or none.")] = None,
    encoder: Annotated[str | None, typer.Option(help="A second sentence encoder, folder or Hugging Face id.")] = None,
    seed: Annotated[int, typer.Option(help="Of the perturbations.", min=0)] = 0,
    judge: Annotated[Path | None, typer.Option(help="Verdicts: also write which scores agree with them.")] = None,
    styles: Annotated[
        bool, typer.Option(help="Also: natural captions in three styles that nobody built on, and pairs.")
    ] = False,
    predictions: Annotated[
        list[Path] | None, typer.Option(help="Captions of a system: also how scores agree on them (repeat).")
    ] = None,
) -> None:
    """Examine every metric on captions of known quality. Exit code 2 for input that cannot be used."""
    check_validation()
    regions = read_references(references) if references else load_regions(config, split)
    worlds = load_worlds(split, config) if config in WITH_WORLDS and not references else None
    sample = _first_images(regions, images)
    with terminal.status("validating") as status:
        probe = Corpus(hold_out(sample, seed).regions, {}, worlds=worlds)
        shared = RememberingEncoder() if BertScore().unavailable(probe) is None else None
        metrics, notes = _metrics(probe, meteor, shared)
        validation = measure(
            sample,
            metrics,
            variants=_variants(probe, shared, encoder),
            worlds=worlds,
            seed=seed,
            progress=lambda what: status.update(f"measuring: {what}"),
        )
        natural = _natural(metrics, sample, worlds, predictions or [], styles, status.update)
    facts = {
        "data": str(references.name) if references else f"{config}/{split}",
        "sha256": data_sha256(sample),
        "regions": len(sample),
        "images": len({region.image_id for region in sample}),
        "notes": notes,
    }
    write_report(validation, facts, out, natural)
    if judge is not None:
        write_agreement(read_verdicts(judge), scoring_data(config, split), out / "agreement.md")
    typer.echo(f"wrote {out / 'validation.md'}")


def _natural(
    metrics: Sequence[Metric],
    sample: Sequence[Region],
    worlds: Mapping[str, World] | None,
    predictions: Sequence[Path],
    styles: bool,
    tell: Callable[[str], None],
) -> dict[str, Table]:
    """The tables of captions that were not derived from the references, those that were asked for."""
    tables: dict[str, Table] = {}
    if predictions:
        systems: dict[str, System] = {}
        for path in predictions:
            captions = read_predictions(path).captions
            systems[path.stem] = [captions.get(region.region_id) or None for region in sample]
            if not any(systems[path.stem]):
                raise InvalidInputError(str(path), ["expected captions of the regions that are examined, found none"])
        measured = measure_systems(sample, systems, metrics, worlds=worlds, progress=tell)
        tables["systems that wrote for themselves"] = trained_table(measured, list(systems))
    if styles:
        rows = [row for row in natural_captions() if row.half == MEASURING]
        every = load_worlds("validation", validation=SCENES)
        images = {row.region_id.rpartition("/")[0].rpartition("/")[2] for row in rows}
        described = [
            each for each in load_regions("scenes", "validation", validation=SCENES) if each.image_id in images
        ]
        changed = [row for row in untrue_captions() if row.half == MEASURING]
        measured = measure_styles(rows, described, every, metrics, changed=changed, progress=tell)
        tables["styles and pairs"] = style_table(measured)
    return tables


def _first_images(regions: Sequence[Region], count: int) -> list[Region]:
    """The regions of the first images with at least two."""
    sizes: dict[str, int] = {}
    for region in regions:
        sizes[region.image_id] = sizes.get(region.image_id, 0) + 1
    image_ids = set([image for image, size in sizes.items() if size > 1][:count])
    if len(image_ids) < 2:
        raise InvalidInputError("regions", [f"expected at least 2 images with several regions, found {len(image_ids)}"])
    return [region for region in regions if region.image_id in image_ids]


def _metrics(probe: Corpus, meteor: str | None, shared: TextEncoder | None) -> tuple[list[Metric], list[str]]:
    """Every metric that can be computed here, and a line for each that cannot."""
    metrics: list[Metric] = []
    notes = []
    for name, make in METRICS.items():
        if make.needs_verdicts:
            continue
        if name == "meteor" and meteor == "none":
            notes.append("meteor is left out: --meteor none")
            continue
        options: dict[str, Any] = {"implementation": meteor} if name == "meteor" and meteor is not None else {}
        if name == "uniqueness_embedding":
            options["encoder"] = shared
        metric = make(**options)
        error = metric.unavailable(probe)
        if error is not None:
            notes.append(f"{name} is left out: {error}")
            continue
        if shared is not None and isinstance(metric, BertScore):
            metric.encoder = shared
        metrics.append(metric)
    return metrics, notes


def _variants(probe: Corpus, shared: TextEncoder | None, encoder: str | None) -> dict[str, Metric]:
    """The headline with other thresholds and other similarities."""
    similarities: dict[str, Similarity] = {"tf-idf": LexicalSimilarity()}
    if shared is not None:
        similarities[DEFAULT_MODEL] = EmbeddingSimilarity(encoder=shared)
    if encoder is not None:
        similarities[encoder] = EmbeddingSimilarity(encoder)
    variants: dict[str, Metric] = {}
    for name, similarity in similarities.items():
        vectors = similarity.vectors(probe)
        for percentile in _PERCENTILES:
            thresholds = calibrate(vectors, probe, "own-references", percentile)
            if thresholds is not None:
                variants[f"{name}, {percentile:g}th percentile of own references"] = Uniqueness(similarity, thresholds)
        variants[f"{name}, default thresholds"] = Uniqueness(similarity)
    return variants


if __name__ == "__main__":
    app()
