"""Variations of one training, on equal terms: ``python -m baselines.training.sweep strategies --base CHECKPOINT ...``.

Every variation starts from the same base (from nothing with the same seed if its preset has no base) and gets the same
data, steps and seconds; those that reach the seconds first have seen fewer regions, and the table says so. Finished
ones are kept, so a sweep that was stopped resumes.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from dataset.errors import InvalidInputError, look_up
from dataset.runtime.cache import atomic_file
from dataset.terminal import CommandLine

from .evaluate import Share, evaluate_checkpoint
from .presets import BASE, Preset, Stage, find_preset
from .run import train
from .shards import Scenes, read_shards

__all__ = ["SWEEPS", "Variation", "run_sweep", "sweep_table"]

app = CommandLine()

RESERVE: Final = 1.15
"""Seconds that an evaluation is given, as a multiple of what the last one took."""


@dataclass(frozen=True)
class Variation:
    """One row of a table.

    Attributes:
        name: in the table, and of the folder.
        conditioning: see `baselines.ureca.CONDITIONINGS`.
        changes: fields of the preset with other values.
    """

    name: str
    conditioning: str
    changes: Mapping[str, Any] = field(default_factory=dict)


SWEEPS: Final[Mapping[str, tuple[Variation, ...]]] = {
    "strategies": tuple(
        Variation(name, name)
        for name in (
            "none",
            "crop",
            "contour",
            "box_text",
            "vip_blend",
            "mask_pool",
            "ureca",
            "ureca-moments",
            "ureca-close-up",
        )
    ),
    "ablations": (
        Variation("no-mask-encoder", "none"),
        Variation("one-mask-tile", "ureca", {"dynamic_mask": False}),
        Variation("tokens-4", "ureca", {"num_mask_tokens": 4}),
        Variation("tokens-8", "ureca", {"num_mask_tokens": 8}),
        Variation("tokens-16", "ureca", {"num_mask_tokens": 16}),
    ),
}
"""Name -> variations: the paper's Table 2 over one base, and its Tables 4 and 6."""


def run_sweep(
    variations: Sequence[Variation],
    preset: Preset,
    base: Path | None,
    data: Scenes,
    test: Scenes,
    out: Path,
    *,
    seed: int = 0,
    time_budget: float | None = None,
    seconds_each: float | None = None,
) -> list[dict[str, Any]]:
    """Train and evaluate every variation; ``results.json`` and ``results.md`` in `out` grow with each.

    Args:
        variations: what to compare.
        preset: its stages but the first, that made the base, are what every variation is trained with.
        base: checkpoint that all start from; None for presets that train everything at once.
        data: to learn from.
        test: to evaluate on; never what is learned from.
        out: a folder for this sweep and seed.
        seed: of order and new weights, the same for all.
        time_budget: seconds for everything, evaluation included; what is left is shared evenly by what is left to do.
        seconds_each: seconds that a variation is trained for instead of an even share. The sweep then ends before a
            variation for which there is no time; started again, it resumes with that one.

    Returns:
        One record per variation: its name, conditioning, seed, regions and seconds learned, and the evaluation.

    Raises:
        InvalidInputError: the data to evaluate on is what is learned from, or a base is missing.
    """
    if base is None and any(stage.name == BASE for stage in preset.stages):
        problem = f"preset {preset.name} makes a base, which all variations are to start from"
        raise InvalidInputError("base", [problem], "Make it by baselines.train --until base, and give its checkpoint.")

    if _identity(data) == _identity(test):
        raise InvalidInputError(str(test.folder), [f"is what is learned from ({data.folder}): evaluate on other data"])
    start_time, evaluating = time.monotonic(), 0.0
    preset = _without_base(preset)
    records: list[dict[str, Any]] = []
    for number, variation in enumerate(variations):
        folder = out / variation.name
        if not (folder / "record.json").is_file():
            budget = seconds_each
            if time_budget is not None:
                left = time_budget - (time.monotonic() - start_time)
                budget = seconds_each or _even_share(left, len(variations) - number, evaluating)
                if seconds_each and evaluating and left < budget + RESERVE * evaluating:
                    break
            checkpoint = train(
                dataclasses.replace(preset, **variation.changes),
                data,
                folder,
                conditioning=variation.conditioning,
                base=base,
                seed=seed,
                time_budget=budget,
                exactly=True,
            )
            start = time.monotonic()
            evaluation = evaluate_checkpoint(checkpoint, test, folder / "predictions.jsonl")
            evaluating = time.monotonic() - start
            record = {**dataclasses.asdict(variation), "seed": seed, "base": base and str(base), **_learned(folder)}
            with atomic_file(folder / "record.json") as temporary:
                temporary.write_text(json.dumps({**record, "evaluation": dataclasses.asdict(evaluation)}, indent=1))
        records.append(json.loads((folder / "record.json").read_text(encoding="utf-8")))
        _write(out, records)
    return records


def sweep_table(records: Sequence[Mapping[str, Any]]) -> str:
    """A Markdown table of records; shares in percent with their 95% intervals."""
    names = list(records[0]["evaluation"]["outcomes"]) if records else []
    lines = [
        " | ".join(
            ["", "variation", *[f"listener {name}" for name in names], "regions learned", "steps", "seconds", ""]
        ),
        "|".join(["", "---", *["---:"] * (len(names) + 3), ""]),
    ]
    for record in records:
        shares = [str(Share(**share)) for share in record["evaluation"]["outcomes"].values()]
        steps = f"{record['steps']:,} of {record['planned_steps']:,}"
        cells = ["", record["name"], *shares, f"{record['regions_learned']:,}", steps, f"{record['seconds']:.0f}", ""]
        lines.append(" | ".join(cells))
    return "\n".join(line.strip() for line in lines) + "\n"


def _even_share(seconds: float, variations: int, evaluating: float) -> float:
    """Seconds to train the next of some variations, so that all are trained and evaluated in what is left."""
    share = seconds / variations
    return max(share - RESERVE * evaluating, 0.3 * share, 1.0)


def _identity(scenes: Scenes) -> list[Any]:
    return [scenes.summary.get(name) for name in ("config", "split", "seed")]


def _without_base(preset: Preset) -> Preset:
    return dataclasses.replace(preset, stages=tuple(stage for stage in preset.stages if stage.name != BASE))


def _learned(folder: Path) -> dict[str, Any]:
    """Steps, regions and seconds over all stages, from their logs."""
    total: dict[str, Any] = {"steps": 0, "planned_steps": 0, "regions_learned": 0, "seconds": 0.0}
    for log in sorted(folder.glob("*/log.jsonl")):
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        last = [line for line in lines if line["kind"] == "train"][-1]
        stage = json.loads((log.parent / "run.json").read_text(encoding="utf-8"))["identity"]["stage"]
        total["steps"] += last["step"]
        total["planned_steps"] += stage["steps"] or 0
        total["regions_learned"] += last["regions"]
        total["seconds"] += last["seconds"]
    return total


def _write(out: Path, records: Sequence[Mapping[str, Any]]) -> None:
    for name, text in (("results.json", json.dumps(records, indent=1) + "\n"), ("results.md", sweep_table(records))):
        with atomic_file(out / name) as temporary:
            temporary.write_text(text, encoding="utf-8")


def _variations_of(variations: Sequence[Variation], names: Sequence[str]) -> tuple[Variation, ...]:
    """The variations of some names, in the order of the names; all if there is none."""
    by_name = {variation.name: variation for variation in variations}
    return tuple(look_up("variation", name, by_name) for name in names) or tuple(variations)


def _with_finetuning(preset: Preset, steps: int | None) -> Preset:
    """The preset with another number of steps of its last stage, and as many fewer or more in those before it."""
    if steps is None:
        return preset
    share = steps / (preset.stages[-1].steps or steps)

    def shortened(stage: Stage) -> Stage:
        return dataclasses.replace(stage, steps=max(1, round((stage.steps or steps) * share)), epochs=None)

    return dataclasses.replace(preset, stages=tuple(map(shortened, preset.stages)))


@app.command(stopped="stopped; the variations that are done are kept in {out}: run the same command to resume")
def main(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(SWEEPS)}.")],
    data: Annotated[Path, typer.Option(help="Training shards.")],
    test: Annotated[Path, typer.Option(help="Shards to evaluate on.")],
    out: Annotated[Path, typer.Option(help="Folder for results.")],
    base: Annotated[Path | None, typer.Option(help="Checkpoint that all variations start from.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this variation (repeat).")] = None,
    preset: Annotated[str, typer.Option(help="How to train.")] = "mini",
    images: Annotated[int | None, typer.Option(min=1, help="Learn from the first N images only.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps of the last stage; the others in proportion.")] = None,
    test_images: Annotated[int | None, typer.Option(min=1, help="Evaluate on the first N images only.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of order and new weights.")] = 0,
    time_budget: Annotated[float | None, typer.Option(min=1, help="Seconds until everything is saved.")] = None,
    seconds_each: Annotated[
        float | None,
        typer.Option(
            min=1, help="Seconds to train each; what does not fit into the budget is left for the next start."
        ),
    ] = None,
) -> None:
    """Train variations on equal terms and compare them."""
    variations = _variations_of(look_up("sweep", name, SWEEPS), only or [])
    records = run_sweep(
        variations,
        _with_finetuning(find_preset(preset), steps),
        base,
        read_shards(data, images),
        read_shards(test, test_images),
        out,
        seed=seed,
        time_budget=time_budget,
        seconds_each=seconds_each,
    )
    sys.stdout.write(sweep_table(records))
    if len(records) < len(variations):
        sys.stderr.write(f"{len(records)} of {len(variations)} are done: run the same command to resume\n")


if __name__ == "__main__":
    app()
