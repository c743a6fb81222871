"""Options of the command line that all commands which ask a judge have."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "Attempts",
    "Budget",
    "Check",
    "CompletionPrice",
    "Concurrency",
    "DryRun",
    "Extra",
    "KeyVariable",
    "MaxTokens",
    "Model",
    "PanelCount",
    "PictureSize",
    "PromptPrice",
    "RoundCount",
    "SampleSeed",
    "Timeout",
    "Url",
    "ViewName",
]

Url = Annotated[str | None, typer.Option(help="Address of an OpenAI-compatible server.")]
Model = Annotated[str | None, typer.Option(help="The name the server knows the model by.")]
Concurrency = Annotated[int, typer.Option(min=1, help="Captions under way at once.")]
Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds for one request.")]
Attempts = Annotated[int, typer.Option(min=1, help="Requests for one question before it fails.")]
MaxTokens = Annotated[int, typer.Option(min=1, help="Tokens of an answer.")]
Extra = Annotated[str, typer.Option(help="Further fields of the request body, as JSON.")]
Check = Annotated[bool, typer.Option(help="Ask first whether the server has the model.")]
KeyVariable = Annotated[str, typer.Option(help="Environment variable with the server's key.")]
PromptPrice = Annotated[float, typer.Option(min=0, help="Price of a million tokens read.")]
CompletionPrice = Annotated[float, typer.Option(min=0, help="Price of a million tokens written.")]
Budget = Annotated[float | None, typer.Option(min=0, help="The most that may be spent, in the prices' currency.")]
ViewName = Annotated[str, typer.Option(help="panels, numbered or single.")]
PictureSize = Annotated[int, typer.Option(help="Longer side of each picture in pixels.")]
PanelCount = Annotated[int, typer.Option(help="Regions in a question.")]
RoundCount = Annotated[int, typer.Option(help="Questions for one caption at most.")]
SampleSeed = Annotated[int, typer.Option(min=0, help="Of the sample and the order of panels.")]
DryRun = Annotated[bool, typer.Option(help="Say what would be asked and what it would cost; ask nothing.")]
