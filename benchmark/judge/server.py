"""The server of a judge: how it is reached, what its signature is, and a run under a progress bar with its price."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from dataset.errors import InvalidInputError
from dataset.prompting.server import ServerDescriber, ServerOptions
from dataset.terminal import terminal

from .cost import Account, Prices, Usage, estimated_usage
from .panels import PanelOptions
from .plan import Questions
from .question import prompt_sha256
from .run import JudgeProgress, JudgeRun

__all__ = [
    "Forecast",
    "JudgeServer",
    "forecast",
    "make_with_progress",
    "server_of",
]

_SAMPLE: Final = 12
"""Questions that are drawn to forecast the price."""


@dataclass(frozen=True)
class JudgeServer:
    """A multimodal model behind an OpenAI-compatible server, at temperature 0.

    Attributes:
        url: address, with or without ``/v1``.
        model: the name the server knows the model by.
        concurrency: requests under way at once.
        timeout: seconds for one request.
        attempts: requests for one question before it fails.
        max_tokens: of an answer.
        extra: further fields of the request body.
        check: ask first whether the server has the model.
        api_key_variable: environment variable with the server's key.

    Raises:
        InvalidInputError: a value is out of its range.
    """

    url: str
    model: str
    concurrency: int = 8
    timeout: float = 180.0
    attempts: int = 5
    max_tokens: int = 1_024
    extra: str = "{}"
    check: bool = True
    api_key_variable: str = "OPENAI_API_KEY"

    def __post_init__(self) -> None:
        self.options()

    def options(self) -> ServerOptions:
        """How to talk to the server, with the key."""
        return ServerOptions(
            url=self.url,
            model=self.model,
            api_key=os.environ.get(self.api_key_variable, ""),
            concurrency=self.concurrency,
            timeout=self.timeout,
            attempts=self.attempts,
            max_tokens=self.max_tokens,
            extra=_json_object(self.extra),
        )

    def signature(self, panels: PanelOptions) -> str:
        """Model, server, prompt, view: what decides the verdicts. Two judges are the same if it is equal."""
        decisive = {"max_tokens": self.max_tokens, "extra": _json_object(self.extra)}
        options = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
        host = urlsplit(self.url).hostname
        words = prompt_sha256(panels.view)
        return f"{self.model}@{host},prompt={words[:8]},view={panels.sha256[:8]},options={options[:8]}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ServerDescriber]:
        """The describer that asks it.

        Raises:
            DataUnavailableError: there is no server.
            UnknownNameError: it has no such model.
        """
        async with ServerDescriber(self.options()) as describer:
            if self.check:
                await describer.check()
            yield describer


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run will take, before anything is asked.

    Attributes:
        captions: that are asked about.
        least, most: questions, if no caption needs a further round, and if every one needs all of its rounds.
        usage: tokens of a question and its answer, on average.
    """

    captions: int
    least: int
    most: int
    usage: Usage

    def lines(self, prices: Prices) -> list[str]:
        """For people."""
        read, written = self.usage.prompt_tokens, self.usage.completion_tokens
        lines = [
            f"{self.captions:,} captions, {self.least:,} to {self.most:,} questions",
            f"about {read:,.0f} tokens read and {written:,.0f} written for a question (an estimate: models differ)",
        ]
        if prices == Prices():
            return [*lines, "no prices: --prompt-price and --completion-price forecast the cost"]
        costs = [prices.cost(self.usage.times(questions)) for questions in (self.least, self.most)]
        return [*lines, f"about {costs[0]:,.2f} to {costs[1]:,.2f} in all"]


def forecast(questions: Questions) -> Forecast:
    """Count the questions of a run and estimate their tokens from a few that are drawn.

    Raises:
        InvalidInputError: an image cannot be used.
    """
    counts = {place: len(questions.regions_of(place)) for place in questions.places()}
    places = [place for place, count in counts.items() if count]
    single = questions.options.view == "single"
    usage = Usage()
    sample = places[:: max(len(places) // _SAMPLE, 1)][:_SAMPLE]
    for place in sample:
        usage += estimated_usage(questions.prompt(place, questions.regions_of(place)[0]))
    most = sum(counts.values())
    return Forecast(len(places), most if single else len(places), most, usage.times(1 / max(len(sample), 1)))


def make_with_progress(run: JudgeRun, server: JudgeServer, account: Account) -> JudgeProgress:
    """Make a run under a progress bar with rate, cost and time left, and say what is missing.

    Raises:
        InvalidInputError: see `JudgeRun.make`.
        DataUnavailableError: see `JudgeRun.make`.
    """
    with _bar(account) as advance:
        progress = run.make(server.open, account, concurrency=server.concurrency, on_progress=advance)
    for name, reason in list(progress.failures.items())[:10]:
        terminal.print(Text(f"no verdict: {name}: {reason}", "yellow"), soft_wrap=True)
    if len(progress.failures) > 10:
        terminal.print(f"... and {len(progress.failures) - 10:,} more", style="yellow")
    if progress.is_over_budget:
        terminal.print(f"the budget is spent: {account.spent:,.2f}", style="yellow", highlight=False)
    terminal.print(f"{progress.done:,} verdicts written to {run.out}", highlight=False)
    if not progress.is_complete:
        missing = progress.total - progress.done
        text = f"{missing:,} of {progress.total:,} captions have no verdict; the same command asks for them again"
        terminal.print(text, style="yellow", highlight=False)
    return progress


@contextmanager
def _bar(account: Account) -> Iterator[Callable[[JudgeProgress], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("captions, {task.fields[rate]:.2f}/s, {task.fields[failed]} failed, cost {task.fields[cost]:,.2f}"),
        TimeElapsedColumn(),
        TextColumn("left {task.fields[left]}"),
    )
    with Bar(*columns, console=terminal, disable=not terminal.is_terminal) as bar:
        task = bar.add_task("Judging", total=None, rate=0.0, failed=0, cost=0.0, left="?")

        def advance(progress: JudgeProgress) -> None:
            left = progress.seconds_left
            bar.update(
                task,
                total=progress.total,
                completed=progress.done,
                rate=progress.rate,
                failed=len(progress.failures),
                cost=account.spent,
                left="?" if left is None else _clock(left),
            )

        yield advance


def server_of(url: str | None, model: str | None, **options: Any) -> JudgeServer:
    """A server from a command's options.

    Raises:
        InvalidInputError: there is no address or no model, or a value is out of its range.
    """
    missing = [name for name, value in (("--url", url), ("--model", model)) if not value]
    if missing:
        hint = "A judge is a multimodal model behind an OpenAI-compatible server; --dry-run and --verdicts need none."
        raise InvalidInputError("judge", [f"{name} is missing" for name in missing], hint)
    return JudgeServer(str(url), str(model), **options)


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidInputError("--extra", [f"not JSON: {error}"]) from None
    if not isinstance(value, dict):
        raise InvalidInputError("--extra", [f"expected a JSON object, found {text[:80]}"])
    return value


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
