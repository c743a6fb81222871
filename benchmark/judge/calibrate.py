"""``ureca judge-calibrate``: how often is a judge wrong on scenes, where the truth is known, and is it elsewhere?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer

from dataset.errors import InvalidInputError
from dataset.loading.sources import WITH_WORLDS
from dataset.schema import Region
from dataset.terminal import CommandLine, check_outputs, config_options, terminal

from ..inputs.flags import DataOptions
from ..inputs.scoring_data import ScoringData, scoring_data
from ..inputs.verdicts import read_calibration, read_verdicts
from ..report import markdown_row
from ..validation.perturbations import swap_attribute
from ..verdicts.calibration import Calibration, Question, items_by_construction, items_with_truth
from ..verdicts.estimates import DRAWS, estimate_of, image_counts, rate_draws
from ..verdicts.verdict import Verdict
from .candidates import PANELS, ROUNDS
from .cost import Account, Prices
from .flags import (
    Attempts,
    Budget,
    Check,
    CompletionPrice,
    Concurrency,
    DryRun,
    Extra,
    KeyVariable,
    MaxTokens,
    Model,
    PanelCount,
    PictureSize,
    PromptPrice,
    RoundCount,
    SampleSeed,
    Timeout,
    Url,
    ViewName,
)
from .panels import PanelOptions
from .plan import CaptionToJudge, ImageToJudge, Questions, run_identity, shuffled_images
from .run import JudgeRun
from .server import forecast, make_with_progress, server_of

__all__ = ["app", "calibration_captions", "calibration_lines", "calibration_of", "shift_lines"]

app = CommandLine()
_LEAST_AREA = 60
"""Pixels of the regions that are calibrated on: of smaller ones the colour cannot be seen."""


@app.command(stopped="stopped; the same command resumes")
def main(
    out: Annotated[Path, typer.Option(help="File of the calibration (JSON); its verdicts go beside it.")],
    url: Url = None,
    model: Model = None,
    verdicts: Annotated[Path | None, typer.Option(help="Recorded verdicts on captions of scenes: ask nothing.")] = None,
    config: Annotated[
        str, typer.Option(help="scenes or rooms; or other data, whose references are taken to be right.")
    ] = "scenes",
    split: Annotated[str | None, typer.Option(help="A split of it; validation of scenes and rooms, else test.")] = None,
    beside: Annotated[Path | None, typer.Option(help="Another calibration of the judge: is it as often right?")] = None,
    option: DataOptions = None,
    images: Annotated[int, typer.Option(min=2, help="Scenes.")] = 100,
    regions: Annotated[int, typer.Option(min=1, help="Regions of each, with a true and a false caption.")] = 3,
    view: ViewName = "panels",
    size: PictureSize = 640,
    panels: PanelCount = PANELS,
    rounds: RoundCount = ROUNDS,
    seed: SampleSeed = 0,
    budget: Budget = None,
    prompt_price: PromptPrice = 0.0,
    completion_price: CompletionPrice = 0.0,
    dry_run: DryRun = False,
    concurrency: Concurrency = 8,
    timeout: Timeout = 180.0,
    attempts: Attempts = 5,
    max_tokens: MaxTokens = 1_024,
    extra: Extra = "{}",
    check: Check = True,
    api_key_variable: KeyVariable = "OPENAI_API_KEY",
) -> None:
    """Judge true and false captions and write the judge's errors. Exit code 1 if verdicts are missing."""
    check_outputs(out)
    other = None if beside is None else read_calibration(beside)
    split = split or ("validation" if config in WITH_WORLDS else "test")
    data = scoring_data(config, split, **config_options(option))
    if verdicts is not None:
        _finish(read_verdicts(verdicts), data, out, other)
        return
    options = PanelOptions(view=view, size=size, panels=panels, rounds=rounds, seed=seed)  # type: ignore[arg-type]
    scenes = shuffled_images(_images(data, images, regions, seed), seed)
    account = Account(Prices(prompt_price, completion_price), budget)
    for line in forecast(Questions(scenes, options)).lines(account.prices):
        terminal.print(line, highlight=False, soft_wrap=True)
    if dry_run:
        return
    server = server_of(
        url,
        model,
        concurrency=concurrency,
        timeout=timeout,
        attempts=attempts,
        max_tokens=max_tokens,
        extra=extra,
        check=check,
        api_key_variable=api_key_variable,
    )
    recorded = out.with_suffix(".verdicts.jsonl")
    run = JudgeRun(scenes, recorded, options, server.signature(options), run_identity(data, scenes))
    progress = make_with_progress(run, server, account)
    if progress.done:
        _finish(read_verdicts(recorded), data, out, other)
    if not progress.is_complete:
        raise typer.Exit(1)


def calibration_of(verdicts: Sequence[Verdict], data: ScoringData) -> Calibration:
    """The calibration that some verdicts make.

    On scenes and rooms the exact listener knows the truth; elsewhere it follows from how the captions were made.

    Raises:
        InvalidInputError: the verdicts are of several judges, or of no caption of the data whose truth is known.
    """
    judges = sorted({verdict.judge for verdict in verdicts})
    if len(judges) > 1:
        raise InvalidInputError("verdicts", [f"of {len(judges)} judges: {', '.join(judges)}"], "Calibrate one judge.")
    worlds = data.worlds()
    if worlds is None:
        items = tuple(items_by_construction(verdicts, data.regions))
    else:
        items = tuple(items_with_truth(verdicts, data.regions, worlds))
    if not items:
        problem = f"none is of a caption of {data.name} whose truth is known"
        hint = (
            "Known are, on scenes and rooms, captions that the listener can read; "
            "elsewhere those that judge-calibrate makes."
        )
        raise InvalidInputError("verdicts", [problem], hint)
    return Calibration(judges[0], data.name, items)


def calibration_captions(
    regions: Sequence[Region], generator: random.Random, *, categories: bool = True
) -> Iterator[CaptionToJudge]:
    """A true and a false caption for each of some regions of one image; `system` says how it was made.

    The true one is a reference. The false one is, in turn, a sibling's caption, the reference with one word turned into
    its contrary, or the bare category, unless `categories` are left out: they may be unique.
    """
    for number, region in enumerate(regions):
        reference = generator.choice(region.captions)
        yield CaptionToJudge(region.region_id, reference, "reference")
        siblings = [other for other in regions if other.parent_id == region.parent_id and other is not region]
        others = siblings or [other for other in regions if other is not region]
        swapped = (swap_attribute(reference, kind, generator) for kind in ("color", "side", "count"))
        false: dict[str, str | None] = {
            "sibling": generator.choice(others).caption if others else None,
            "minimal pair": next((caption for caption in swapped if caption is not None), None),
        }
        if categories:
            false["category"] = f"the {region.category}" if region.category else None
        kinds = list(false)
        first = number % len(kinds)
        for kind in kinds[first:] + kinds[:first]:
            caption = false[kind]
            if caption is not None and caption != reference:
                yield CaptionToJudge(region.region_id, caption, kind)
                break


def calibration_lines(calibration: Calibration) -> list[str]:
    """Both confusion tables as markdown."""
    titles: Mapping[Question, str] = {"unique": "fits its region and no other", "true": "fits its region"}
    lines = []
    for question, title in titles.items():
        head = [title, "true", "accepted (sensitivity)", "false", "rejected (specificity)"]
        lines += [markdown_row(head), "|---|---:|---:|---:|---:|"]
        for row in calibration.table(question):
            cells = [row.name, f"{row.true:,}", str(row.sensitivity), f"{row.false:,}", str(row.specificity)]
            lines.append(markdown_row(cells))
        lines.append("")
    return lines


def shift_lines(one: Calibration, other: Calibration) -> list[str]:
    """A judge's errors on two kinds of data side by side, kind of caption by kind of caption, as markdown.

    Raises:
        InvalidInputError: they are of two judges.
    """
    one.check_judge(other.judge)
    head = ["caption", "judged right if", one.data, other.data, "difference"]
    lines = [markdown_row(head), "|---|---|---:|---:|---:|"]
    questions: Mapping[Question, str] = {"unique": "fits its region and no other", "true": "fits its region"}
    for kind, truth in (("reference", True), ("sibling", False), ("minimal pair", False)):
        for question, words in questions.items():
            counts = [_right(each, kind, truth, question) for each in (one, other)]
            if not all(len(each) for each in counts):
                continue
            rates = [each[:, 0].sum() / each[:, 1].sum() for each in counts]
            draws = [rate_draws(each, DRAWS, np.random.default_rng(seed)) for seed, each in enumerate(counts)]
            cells = [
                f"{estimate_of(rate, drawn)} of {each[:, 1].sum():,.0f}"
                for rate, drawn, each in zip(rates, draws, counts, strict=True)
            ]
            difference = estimate_of(rates[1] - rates[0], draws[1] - draws[0])
            lines.append(markdown_row([kind, words if truth else f"not: {words}", *cells, str(difference)]))
    return lines


def _right(calibration: Calibration, kind: str, truth: bool, question: Question) -> npt.NDArray[np.float64]:
    """Captions of one kind that were judged right, and all of them, of every image, (images, 2)."""
    items = [item for item in calibration.items if item.kind == kind and item.truth(question) == truth]
    right = np.array([item.judged(question) == truth for item in items], bool)
    return image_counts(right, [item.image_id for item in items])


def _images(data: ScoringData, images: int, regions: int, seed: int) -> list[ImageToJudge]:
    """So many random scenes with captions of so many random regions each."""
    paths = data.images() or {}
    groups: dict[str, list[Region]] = {}
    for region in data.regions:
        groups.setdefault(region.image_id, []).append(region)
    generator = random.Random(f"calibration {seed}")
    sample = generator.sample(sorted(groups), min(images, len(groups)))
    judged = []
    for image_id in sample:
        large = [region for region in groups[image_id] if (region.area or 0) >= _LEAST_AREA]
        some = generator.sample(large, min(regions, len(large)))
        captions = list(calibration_captions(some, generator, categories=data.config in WITH_WORLDS))
        judged.append(ImageToJudge(paths[image_id], groups[image_id], captions))
    return judged


def _finish(verdicts: Sequence[Verdict], data: ScoringData, out: Path, other: Calibration | None) -> None:
    """Write the calibration and print its tables."""
    calibration = calibration_of(verdicts, data)
    calibration.write(out)
    terminal.print(f"{len(calibration.items):,} captions with known truth written to {out}", highlight=False)
    typer.echo("\n".join(calibration_lines(calibration)))
    if other is not None:
        typer.echo("\n".join(shift_lines(other, calibration)))


if __name__ == "__main__":
    app()
