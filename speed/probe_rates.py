"""How often the probes of the leaderboard are right: ``python -m speed.probe_rates [--references FILE]``.

``--captions FILE`` adds captions of a model for test scenes, as ``ureca predict --data-option=test=50`` writes them:
alone, on random four fifths of its images, and mixed with copied references.

Every system is known: honest ones, good and poor, that should not be flagged, and adversaries that should. The
reference captioner stands for itself: it is a copy.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from baselines.trivial import TRIVIAL
from benchmark.inputs.references import read_references
from benchmark.validation.perturbations import ADVERSARIES, EXTRA, LADDER, System, hold_out
from dataset.loading.regions import load_images, load_regions
from dataset.schema import Region
from leaderboard.checks.blindness import mask_shapes
from leaderboard.checks.probe_texts import Sample
from leaderboard.checks.probes import PROBES, probe, reference_mixture

HONEST = ("category", "category-color", "short", "paraphrase", "partial drop", "drop 20%", "drop 60%")
"""Captions that describe their region, if not always well; the others game, guess or describe another region."""


def systems(config: str | None, regions: list[Region]) -> Iterator[tuple[str, Sequence[Region], System]]:
    """Name, regions and captions of every system that the data allows."""
    if config is not None:
        images = list(load_images(config))
        for name in ("category", "category-color", "constant", "sibling", "reference"):
            yield name, regions, [caption for path, rows in images for caption in TRIVIAL[name](path, rows)]
        yield "short", regions, [region.short_caption for region in regions]
    halves = hold_out(regions)
    done = ("reference", "category") if config is not None else ()
    ladder = {name: make for name, (_, make) in LADDER.items() if name not in done}
    for name, make in {**ladder, **EXTRA, **{f"({name})": make for name, make in ADVERSARIES.items()}}.items():
        yield name, halves.regions, make(halves)
    if config == "scenes":
        yield from mask_only(regions)


def mask_only(regions: list[Region]) -> Iterator[tuple[str, Sequence[Region], System]]:
    """Systems that see the mask and not the image: they say what the most similar masks of other scenes are."""
    others = load_regions("scenes", "validation")
    shapes = mask_shapes([*others, *regions])
    nearest = cKDTree(shapes[: len(others)]).query(shapes[len(others) :], k=9)[1]
    yield "(mask alone: caption)", regions, [others[row[0]].caption for row in nearest]
    votes = [Counter(others[place].category for place in row).most_common(1)[0][0] for row in nearest]
    yield "(mask alone: category)", regions, [f"the {category}" for category in votes]


def model_systems(path: Path, regions: list[Region]) -> Iterator[tuple[str, Sequence[Region], System]]:
    """The captions of a model for scenes, and what somebody would make of them who copies some references."""
    captions = {row["region_id"]: row["caption"] for row in map(json.loads, path.open(encoding="utf-8"))}
    rows = [region for region in regions if region.region_id in captions]
    own = [captions[region.region_id] for region in rows]
    yield path.stem, rows, own
    for percent in (30, 50, 65, 80, 90):
        generator = np.random.default_rng(percent)
        copied = generator.random(len(rows)) * 100 < percent
        mixed = [row.caption if copy else text for row, text, copy in zip(rows, own, copied, strict=True)]
        yield f"({percent}% + {path.stem})", rows, mixed


def parts_of(path: Path, regions: list[Region], times: int = 25) -> str:
    """How often the probe for mixtures flags a model on random four fifths of its images."""
    [_, rows, own] = next(iter(model_systems(path, regions)))
    images = sorted({region.image_id for region in rows})
    generator, areas, alarms = np.random.default_rng(0), [], 0
    for _ in range(times):
        part = set(generator.permutation(images)[: len(images) * 4 // 5])
        texts = {row.region_id: text for row, text in zip(rows, own, strict=True) if text and row.image_id in part}
        finding = reference_mixture(Sample.of(texts, [row for row in rows if row.image_id in part]))
        alarms += finding.flagged
        areas += [] if finding.value is None else [finding.value]
    span = f", area {min(areas):.3f} to {max(areas):.3f}" if areas else ""
    return f"{path.stem}: {alarms} of {times} random four fifths of its images are flagged as a mixture{span}"


def measure(title: str, config: str | None, regions: list[Region], captions: Sequence[Path] = ()) -> None:
    """Print a row for each system: the value of every probe, and a star where it flags."""
    print(f"\n{title}: {len(regions):,} regions")
    print(" " * 24 + "".join(f"{name:>16}" for name in PROBES))
    alarms = dict.fromkeys(PROBES, 0)
    honest = 0
    models = (system for path in captions for system in model_systems(path, regions))
    for name, rows, texts in chain(systems(config, regions), models):
        predictions = {region.region_id: text for region, text in zip(rows, texts, strict=True) if text}
        if len(predictions) < len(regions) / 20:
            continue
        findings = probe(predictions, rows)
        cells = [
            "-" if finding.value is None else f"{finding.value:.3f}{'*' if finding.flagged else ' '}"
            for finding in findings
        ]
        print(f"{name:<24}" + "".join(f"{cell:>16}" for cell in cells))
        if name in HONEST or name in {path.stem for path in captions}:
            honest += 1
            for finding in findings:
                alarms[finding.name] += finding.flagged
    print(f"{'false alarms of ' + str(honest):<24}" + "".join(f"{count:>15} " for count in alarms.values()))


def main() -> None:
    """Both boards, and a reference file of people's captions if one is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--references", type=Path, help="references of another benchmark, as benchmark.score reads")
    parser.add_argument("--captions", type=Path, action="append", default=[], help="of a model, for test scenes")
    arguments = parser.parse_args()
    np.seterr(all="raise")
    for config in ("scenes", "photos"):
        captions = arguments.captions if config == "scenes" else []
        measure(config, config, load_regions(config), captions)
        for path in captions:
            print(parts_of(path, load_regions(config)))
    if arguments.references is not None:
        measure(arguments.references.name, None, read_references(arguments.references))


if __name__ == "__main__":
    main()
