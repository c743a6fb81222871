"""How often the probes of the leaderboard are right: ``python -m speed.probe_rates [--references FILE]``.

Every system is known: honest ones, good and poor, that should not be flagged, and adversaries that should. The
reference captioner stands for itself: it is a copy.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from baselines.trivial import TRIVIAL
from benchmark.inputs.references import read_references
from benchmark.validation.perturbations import ADVERSARIES, EXTRA, LADDER, System, hold_out
from dataset.loading.regions import load_images, load_regions
from dataset.schema import Region
from leaderboard.checks.blindness import mask_shapes
from leaderboard.checks.probes import PROBES, probe

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


def measure(title: str, config: str | None, regions: list[Region]) -> None:
    """Print a row for each system: the value of every probe, and a star where it flags."""
    print(f"\n{title}: {len(regions):,} regions")
    print(" " * 24 + "".join(f"{name:>16}" for name in PROBES))
    alarms = dict.fromkeys(PROBES, 0)
    honest = 0
    for name, rows, captions in systems(config, regions):
        predictions = {region.region_id: text for region, text in zip(rows, captions, strict=True) if text}
        if len(predictions) < len(regions) / 20:
            continue
        findings = probe(predictions, rows)
        cells = [
            "-" if finding.value is None else f"{finding.value:.3f}{'*' if finding.flagged else ' '}"
            for finding in findings
        ]
        print(f"{name:<24}" + "".join(f"{cell:>16}" for cell in cells))
        if name in HONEST:
            honest += 1
            for finding in findings:
                alarms[finding.name] += finding.flagged
    print(f"{'false alarms of ' + str(honest):<24}" + "".join(f"{count:>15} " for count in alarms.values()))


def main() -> None:
    """Both boards, and a reference file of people's captions if one is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--references", type=Path, help="references of another benchmark, as benchmark.score reads")
    arguments = parser.parse_args()
    np.seterr(all="raise")
    for config in ("scenes", "photos"):
        measure(config, config, load_regions(config))
    if arguments.references is not None:
        measure(arguments.references.name, None, read_references(arguments.references))


if __name__ == "__main__":
    main()
