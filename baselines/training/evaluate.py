"""Caption a folder of shards: ``python -m baselines.training.evaluate CHECKPOINT --shards DIR --out FILE``.

For machines that train: it needs what training needs and no more. Beside the predictions it writes how the listener
resolved them; every other metric comes from ``python -m benchmark.score FILE`` where the project is installed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import numpy as np
import typer

from benchmark.statistics.bootstrap import percentile_interval, resample_sums
from dataset.errors import InvalidInputError
from dataset.listener import listen
from dataset.listener.listen import Outcome
from dataset.runtime.cache import atomic_file
from dataset.terminal import CommandLine

from .shards import Scenes, read_shards

__all__ = ["Evaluation", "Share", "evaluate_checkpoint", "hear_captions"]

OUTCOMES: Final = get_args(Outcome)
MAX_NEW_TOKENS = 48

app = CommandLine()


@dataclass(frozen=True)
class Share:
    """A share of the regions on 0..1, with its 95% interval from resampled images; one image gives no interval."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """In percent: "61.3 [58.0, 64.5]"."""
        interval = "" if self.low is None or self.high is None else f" [{100 * self.low:.1f}, {100 * self.high:.1f}]"
        return f"{100 * self.value:.1f}{interval}"


@dataclass(frozen=True)
class Evaluation:
    """How the listener resolved a model's captions.

    Attributes:
        data: config, split and seed of the scenes, and how many images of them.
        regions: how many regions were captioned.
        outcomes: correct, ambiguous, wrong, nothing and unparsed -> its share.
        captions_per_second: end to end, from pixels to text.
    """

    data: Mapping[str, Any]
    regions: int
    outcomes: Mapping[str, Share]
    captions_per_second: float


def hear_captions(captions: Mapping[str, str], scenes: Scenes, images: int) -> dict[str, Share]:
    """Shares of the listener's outcomes over all regions of the first images of some scenes.

    Args:
        captions: region_id -> caption, for each of these regions.
        scenes: with worlds.
        images: how many of them.

    Raises:
        InvalidInputError: the shards hold no worlds, as those of photographs.
    """
    rows: list[list[bool]] = []
    image_numbers: list[int] = []
    for index in range(images):
        world = scenes.world(index)
        if world is None:
            raise InvalidInputError(
                str(scenes.folder), ["its images have no worlds, so the listener has nothing to look at"]
            )
        for region_id in (region.region_id for region in scenes.text(index).regions):
            outcome = listen(captions[region_id], world, region_id.rpartition("/")[2]).outcome
            rows.append([outcome == name for name in OUTCOMES] + [True])
            image_numbers.append(index)
    statistics = np.array(rows, dtype=np.float64)
    shares = statistics[:, :-1].mean(axis=0)
    if images < 2:
        return {name: Share(float(share), None, None) for name, share in zip(OUTCOMES, shares, strict=True)}
    resamples = resample_sums(statistics, np.array(image_numbers))
    low, high = percentile_interval(resamples[:, :-1] / resamples[:, -1:])
    return {name: Share(float(shares[k]), float(low[k]), float(high[k])) for k, name in enumerate(OUTCOMES)}


def evaluate_checkpoint(checkpoint: Path, scenes: Scenes, out: Path, images: int | None = None) -> Evaluation:
    """Caption all regions of scenes with a trained model, and listen.

    Args:
        checkpoint: folder of the model.
        scenes: with worlds.
        out: predictions to write, one JSON line for each region; what is returned goes to ``.scores.json`` beside it.
        images: only the first images, this many.

    Raises:
        InvalidInputError: no checkpoint there, or shards without worlds.
    """
    from ..ureca import UrecaCaptioner
    from .validation import validate

    count = len(scenes) if images is None else min(images, len(scenes))
    captioner = UrecaCaptioner.from_pretrained(checkpoint, max_new_tokens=MAX_NEW_TOKENS)
    validation = validate(captioner, scenes, count)
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for region_id, caption in validation.captions.items():
            lines.write(json.dumps({"region_id": region_id, "caption": caption}, ensure_ascii=False) + "\n")
    data = {name: scenes.summary.get(name) for name in ("config", "split", "seed", "content_hash")}
    outcomes = hear_captions(validation.captions, scenes, count)
    evaluation = Evaluation(
        {**data, "images": count}, validation.regions, outcomes, validation.regions / validation.seconds
    )
    with atomic_file(out.with_suffix(".scores.json")) as temporary:
        temporary.write_text(json.dumps(asdict(evaluation), indent=1) + "\n", encoding="utf-8")
    return evaluation


@app.command()
def main(
    checkpoint: Annotated[Path, typer.Argument(help="Folder of a trained model.")],
    shards: Annotated[Path, typer.Option(help="Scenes, see baselines.training.draw.")],
    out: Annotated[Path, typer.Option(help="JSONL file of predictions to write.")] = Path("predictions.jsonl"),
    images: Annotated[int | None, typer.Option(min=1, help="Only the first N images.")] = None,
) -> None:
    """Caption the regions of a folder of shards with a trained model."""
    evaluation = evaluate_checkpoint(checkpoint, read_shards(shards, images), out)
    for name, share in evaluation.outcomes.items():
        sys.stderr.write(f"listener {name:9} {share} %\n")
    sys.stderr.write(f"{evaluation.regions:,} captions in {out}, {evaluation.captions_per_second:.1f} per second\n")


if __name__ == "__main__":
    app()
