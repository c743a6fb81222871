"""``ureca judge preds.jsonl --url ... --model ...``: a multimodal model judges captions of regions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dataset.terminal import CommandLine, check_outputs, config_options, table_output, terminal

from ..evaluation import evaluate
from ..inputs.flags import AllowExtra, CalibrationFile, ConfigName, DataOptions, SplitName
from ..inputs.predictions import Predictions, read_predictions
from ..inputs.scoring_data import ScoringData, find_data
from ..inputs.verdicts import read_calibration, read_verdicts
from ..verdicts.calibration import Calibration
from ..verdicts.estimates import powered_by_people
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
from .panels import PanelOptions, contact_sheet
from .plan import Questions, images_to_judge, run_identity, shuffled_images
from .run import JudgeRun
from .server import forecast, make_with_progress, server_of

__all__ = ["app"]

app = CommandLine()


@app.command(stopped="stopped; the same command resumes")
def main(
    predictions: Annotated[Path, typer.Argument(help="JSON or JSON Lines, also gzipped.")],
    config: ConfigName = None,
    split: SplitName = None,
    option: DataOptions = None,
    out: Annotated[Path | None, typer.Option(help="File of verdicts; beside the predictions if not given.")] = None,
    url: Url = None,
    model: Model = None,
    calibration: CalibrationFile = None,
    verdicts: Annotated[Path | None, typer.Option(help="Recorded verdicts: nothing is asked.")] = None,
    people: Annotated[Path | None, typer.Option(help="People's verdicts on a random part of the captions.")] = None,
    system: Annotated[str, typer.Option(help="Name of the system, for the file of verdicts.")] = "",
    view: ViewName = "panels",
    size: PictureSize = 640,
    panels: PanelCount = PANELS,
    rounds: RoundCount = ROUNDS,
    seed: SampleSeed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="Judge only so many captions, of random images.")] = None,
    budget: Budget = None,
    prompt_price: PromptPrice = 0.0,
    completion_price: CompletionPrice = 0.0,
    dry_run: DryRun = False,
    show: Annotated[Path | None, typer.Option(help="Draw the first eight questions here; ask nothing.")] = None,
    allow_missing: Annotated[bool, typer.Option(help="Missing and empty captions fit nothing.")] = False,
    allow_extra: AllowExtra = False,
    answers: Annotated[Path | None, typer.Option(help="Keep the answers here, for other runs.")] = None,
    concurrency: Concurrency = 8,
    timeout: Timeout = 180.0,
    attempts: Attempts = 5,
    max_tokens: MaxTokens = 1_024,
    extra: Extra = "{}",
    check: Check = True,
    api_key_variable: KeyVariable = "OPENAI_API_KEY",
) -> None:
    """Ask a multimodal model which regions each caption fits. An interrupted run resumes with the same command.

    Exit code 2 for input that cannot be used, 1 if some captions have no verdict.
    """
    out = out or predictions.with_name(f"{predictions.name.partition('.')[0]}.verdicts.jsonl")
    check_outputs(out)
    errors = None if calibration is None else read_calibration(calibration)
    human = None if people is None else read_verdicts(people)
    file = read_predictions(predictions)
    data = find_data(file, config, split, config_options(option), None)
    fitted = file.match(data.regions, allow_missing, data.name, allow_extra)
    if verdicts is not None:
        _print_scores(fitted, data, read_verdicts(verdicts), errors, human)
        return
    panel_options = PanelOptions(view=view, size=size, panels=panels, rounds=rounds, seed=seed)  # type: ignore[arg-type]
    images = shuffled_images(images_to_judge(data, fitted.captions, system, fitted.missing), seed, limit)
    account = Account(Prices(prompt_price, completion_price), budget)
    _forecast(Questions(images, panel_options), account.prices, show)
    if dry_run or show is not None:
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
    judge = server.signature(panel_options)
    if errors is not None:
        errors.check_judge(judge)
    run = JudgeRun(images, out, panel_options, judge, run_identity(data, images), answers)
    progress = make_with_progress(run, server, account)
    if progress.done:
        _print_scores(fitted, data, read_verdicts(out), errors, human)
    if not progress.is_complete:
        raise typer.Exit(1)


def _forecast(questions: Questions, prices: Prices, show: Path | None) -> None:
    """Say what would be asked and what it would cost, and draw the first questions."""
    for line in forecast(questions).lines(prices):
        terminal.print(line, highlight=False, soft_wrap=True)
    if show is not None:
        _show(questions, show)


def _show(questions: Questions, folder: Path) -> None:
    """Draw questions as they are asked: their words, and their pictures on one sheet."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    places = [place for place in questions.places() if questions.regions_of(place)]
    for number, place in enumerate(places[:8]):
        prompt = questions.prompt(place, questions.regions_of(place)[0])
        Image.fromarray(contact_sheet(prompt.images)).save(folder / f"question-{number}.png")
        (folder / f"question-{number}.txt").write_text(prompt.text + "\n", encoding="utf-8")
    terminal.print(f"questions drawn in {folder}", highlight=False)


def _print_scores(
    fitted: Predictions,
    data: ScoringData,
    verdicts: Sequence[Verdict],
    calibration: Calibration | None,
    human: Sequence[Verdict] | None,
) -> None:
    report = evaluate(
        fitted, data.regions, metrics=[], config=data.config, split=data.split, judge=verdicts, calibration=calibration
    )
    console = table_output()
    for table in report.tables(console.width, list(report.metrics)):
        console.print(table)
    if human is not None:
        own = [verdict for verdict in verdicts if fitted.captions.get(verdict.region_id, "") == verdict.caption]
        estimate = powered_by_people(own, human)
        console.print(
            f"unique by people's verdicts and the judge's together: {estimate}", markup=False, highlight=False
        )
    if calibration is None:
        console.print("raw rates of the judge; --calibration corrects them by its known errors", highlight=False)


if __name__ == "__main__":
    app()
