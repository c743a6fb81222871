"""``ureca``: every command of the project under one name. They are the applications that ``python -m`` starts."""

from __future__ import annotations

from typing import Annotated

import typer

from .._version import __version__
from .command_line import CommandLine
from .consoles import output
from .lazy_commands import LazyCommand, LazyGroup

__all__ = ["COMMANDS", "app", "main"]

_SCORE, _MODELS, _DATA, _BOARD = "Score", "Predict and train", "Data", "Leaderboard"

COMMANDS = {
    "score": LazyCommand("benchmark.score:app", "Score a prediction file, print the table, write reports.", _SCORE),
    "explain": LazyCommand("benchmark.reports.explain:app", "Why the listener heard a caption as it did.", _SCORE),
    "compare": LazyCommand("benchmark.compare:app", "Which differences between systems are real?", _SCORE),
    "published": LazyCommand(
        "benchmark.reports.published:app", "What other projects' published differences are worth.", _SCORE
    ),
    "convert": LazyCommand("benchmark.convert:app", "Turn another benchmark's files into ours.", _SCORE),
    "validate-metrics": LazyCommand(
        "benchmark.validate_metrics:app", "Do the metrics notice what they should?", _SCORE
    ),
    "judge": LazyCommand("benchmark.judge.__main__:app", "A multimodal model judges captions of regions.", _SCORE),
    "judge-benchmark": LazyCommand(
        "benchmark.judge.benchmark:app", "Ask a judge the questions of DLC-Bench, GAR-Bench and others.", _SCORE
    ),
    "judge-calibrate": LazyCommand(
        "benchmark.judge.calibrate:app", "How often is a judge wrong where the truth is known?", _SCORE
    ),
    "judge-agreement": LazyCommand(
        "benchmark.judge.agreement:app", "Which scores agree with a judge, or with people?", _SCORE
    ),
    "judge-disagreements": LazyCommand(
        "benchmark.judge.disagreements:app", "Captions that listener and judge take differently.", _SCORE
    ),
    "judge-simulation": LazyCommand(
        "benchmark.judge.simulation:app", "Are the intervals of corrected rates right?", _SCORE
    ),
    "calibrate": LazyCommand("benchmark.calibrate:app", "Thresholds of uniqueness from a validation split.", _SCORE),
    "predict": LazyCommand(
        "baselines.predict:app", "Caption every region of a split with a captioner.", _MODELS, extra="models"
    ),
    "caption": LazyCommand("baselines.caption:app", "Caption regions of your own images.", _MODELS, extra="models"),
    "harness": LazyCommand("baselines.harness.command:app", "Write the benchmark as tasks of lmms-eval.", _MODELS),
    "train": LazyCommand("baselines.train:app", "Train a URECA model.", _MODELS, extra="train"),
    "draw": LazyCommand(
        "baselines.training.draw:app", "Draw scenes, or render rooms, straight into training shards.", _MODELS
    ),
    "shards": LazyCommand("baselines.training.convert:app", "Write any config as training shards.", _MODELS),
    "evaluate": LazyCommand(
        "baselines.training.evaluate:app",
        "Caption shards with a trained model, as the listener hears them.",
        _MODELS,
        extra="train",
    ),
    "sweep": LazyCommand(
        "baselines.training.sweep:app", "Train variations on equal terms and compare them.", _MODELS, extra="train"
    ),
    "show": LazyCommand("dataset.__main__:app", "Draw images with their regions.", _DATA, inside="show"),
    "stats": LazyCommand("dataset.__main__:app", "Count regions and captions of a split.", _DATA, inside="stats"),
    "export": LazyCommand("dataset.__main__:app", "Write the Hub-shaped folder.", _DATA, inside="export"),
    "guide": LazyCommand("dataset.__main__:app", "Read the documentation of this version.", _DATA, inside="guide"),
    "enable": LazyCommand(
        "dataset.__main__:app", 'Let load_dataset("ureca") work without an import.', _DATA, inside="enable"
    ),
    "disable": LazyCommand("dataset.__main__:app", "Take back what enable did.", _DATA, inside="disable"),
    "curate": LazyCommand(
        "dataset.curation.__main__:app", "From masks to unique captions: run, demo.", _DATA, extra="curation"
    ),
    "calibrate-look-alikes": LazyCommand(
        "dataset.curation.calibrate:app", "Threshold of look-alikes of an image encoder.", _DATA, extra="curation"
    ),
    "board": LazyCommand(
        "leaderboard.__main__:app", "Serve, submit, score again, administer.", _BOARD, extra="leaderboard"
    ),
}
"""Name -> command, by heading of the help."""


class _Commands(LazyGroup):
    table = COMMANDS


app = CommandLine("Unique captions for regions of images.", cls=_Commands, add_completion=True)


def _show_version(version: bool) -> None:
    if version:
        output.print(f"ureca {__version__}", highlight=False)
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line."""
    app(prog_name="ureca")
