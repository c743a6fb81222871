"""Comparing systems: CPU time of each step, for many regions and several systems, and how much is resampling.

python -m speed.compare_speed --regions 10000 --systems 3
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from pathlib import Path

from benchmark.systems import compare_systems
from dataset.schema import Region
from speed.score_speed import PER_IMAGE, Verbatim, make_pairs

METRICS = ["bleu", "rouge_l", "cider", "duplicate_rate"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=10_000)
    parser.add_argument("--systems", type=int, default=3)
    options = parser.parse_args()
    _, references = make_pairs(options.regions)
    regions = [Region(f"{n // PER_IMAGE}/{n}", str(n // PER_IMAGE), (text,)) for n, text in enumerate(references)]
    systems = {f"system {k}": shortened(regions, k) for k in range(options.systems)}
    ids = [region.region_id for region in regions[:20]]
    few = {name: {region_id: captions[region_id] for region_id in ids} for name, captions in systems.items()}
    compare_systems(few, regions[:20], metrics=METRICS, tokenizer=Verbatim())  # loads compiled code
    steps: list[tuple[str, float]] = []
    steps.append(("reading", time.process_time()))
    comparison = compare_systems(
        systems,
        regions,
        metrics=METRICS,
        tokenizer=Verbatim(),
        progress=lambda what: steps.append((what, time.process_time())),
    )
    steps.append(("", time.process_time()))
    images = comparison.data.images
    print(
        f"{options.systems} systems, {len(regions):,} regions of {images:,} images, {comparison.resamples:,} resamples"
    )
    print(f"({Path(__file__).name}; {len(comparison.scores)} scores)\n\n| step | CPU s |\n|---|---:|")
    for (name, start), (_, end) in itertools.pairwise(steps):
        print(f"| {name} | {end - start:.2f} |")
    print(f"| **all** | **{steps[-1][1] - steps[0][1]:.2f}** |")


def shortened(regions: list[Region], seed: int) -> dict[str, str]:
    """Captions with more words missing for a higher seed."""
    generator = random.Random(seed)
    return {
        region.region_id: " ".join(word for word in region.caption.split() if generator.random() > 0.1 + 0.01 * seed)
        for region in regions
    }


if __name__ == "__main__":
    main()
