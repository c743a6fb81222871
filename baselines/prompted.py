"""Captions from any OpenAI-compatible server (vLLM, SGLang, LMDeploy, a hosted model), one request for each region."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import Field, Json

from dataset.errors import CaptioningError, DataUnavailableError
from dataset.prompting.describer import Failure
from dataset.prompting.pointing import MASK_POINTINGS
from dataset.prompting.prompts import Prompt, parse_caption
from dataset.prompting.response_cache import ResponseCache
from dataset.prompting.server import ServerDescriber, ServerOptions
from dataset.prompting.views import RegionViews
from dataset.runtime.arrays import BoolArray

from .captioner_options import ViewOptions
from .inputs import check_regions

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PromptedCaptioner", "PromptedOptions"]

Result = TypeVar("Result")

LEAST_FAILURES: Final = 16
"""Failures in a row after which the server is taken to be gone; more, if more requests are under way."""
SHOWN: Final = 80
"""Characters of an answer in an error."""


class PromptedOptions(ViewOptions):
    """Options of the captioner ``prompted``.

    The key of a server is never an option: it is read from the environment variable `api_key_variable`.

    Attributes:
        url: address of the server, with or without ``/v1``.
        model: the name the server knows the model by.
        temperature: 0 picks the likeliest answer.
        max_tokens: of an answer; one that is cut off there is a failure.
        extra: further fields of the request body, as JSON.
        concurrency: requests under way at once.
        images_at_once: images under way at once.
        timeout: seconds for one request.
        attempts: requests for one region before it fails.
        check: ask first whether the server has the model; for servers that cannot tell, false.
        api_key_variable: environment variable with the server's key.
    """

    url: str
    model: str
    temperature: float = 0.0
    max_tokens: int = 256
    extra: Json[dict[str, Any]] = Field(default_factory=dict)
    concurrency: int = 32
    images_at_once: int = Field(default=8, ge=1)
    timeout: float = 120.0
    attempts: int = 5
    check: bool = True
    api_key_variable: str = "OPENAI_API_KEY"

    def server(self) -> ServerOptions:
        """How to talk to the server, with the key.

        Raises:
            InvalidInputError: a value is out of its range.
        """
        return ServerOptions(
            url=self.url,
            model=self.model,
            api_key=os.environ.get(self.api_key_variable, ""),
            concurrency=self.concurrency,
            timeout=self.timeout,
            attempts=self.attempts,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            extra=self.extra,
        )

    def identity(self) -> dict[str, Any]:
        """What decides the captions: not where the server is, nor how fast it is asked."""
        return {**self.model_dump(include={"model", "temperature", "max_tokens", "extra"}), **self.shown()}


class PromptedCaptioner:
    """A captioner whose requests run in a thread of their own; `caption` may be called from several threads.

    A region whose request fails, or whose answer holds no caption, has none: `caption` raises, and what the others were
    answered stays in the cache. Failures are never kept, so the next call asks for them again.

    Args:
        options: which server, model and view.
        seed: of every request.
        answers: JSONL file of the answers so far, made if missing; None keeps none.

    Raises:
        InvalidInputError: an option is out of its range.
        DataUnavailableError: there is no server, or the file of answers cannot be used.
        UnknownNameError: the server has no such model.
    """

    def __init__(self, options: PromptedOptions, *, seed: int = 0, answers: Path | None = None) -> None:
        self.options, self.seed = options, seed
        self._describer = ServerDescriber(options.server())
        self._cache: ResponseCache | None = None
        self._last_failure = ""
        self._stack = AsyncExitStack()
        self._places = asyncio.Semaphore(2 * options.concurrency)  # of regions with their views drawn
        self._submitting, self._is_closed = threading.Lock(), False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="prompted captioner", daemon=True)
        self._thread.start()
        try:
            self._wait_for(self._open())
            self._cache = ResponseCache(answers) if answers is not None else None
        except BaseException:
            self.close()
            raise

    def caption(self, image: Image, masks: Sequence[BoolArray]) -> list[str]:
        """One caption for each mask of shape (height, width), in order.

        Raises:
            InvalidInputError: see `baselines.check_regions`.
            CaptioningError: regions without a caption, "mask 0" and so on, and why.
            DataUnavailableError: the server has failed too often in a row.
        """
        image, masks = check_regions(image, masks)
        if not masks:
            return []
        return self._wait_for(self._caption(RegionViews(image, size=self.options.view_size), masks))

    def close(self) -> None:
        """Cancel what is under way and close the connections."""
        with self._submitting:
            if self._is_closed:
                return
            self._is_closed = True
            future = asyncio.run_coroutine_threadsafe(self._stop(), self._loop)
        future.result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._cache is not None:
            self._cache.close()

    def _wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        with self._submitting:
            if self._is_closed:
                work.close()
                raise DataUnavailableError("the captioner was closed")
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result()

    async def _open(self) -> None:
        await self._stack.enter_async_context(self._describer)
        if self.options.check:
            await self._describer.check()

    async def _stop(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._stack.aclose()

    async def _caption(self, views: RegionViews, masks: Sequence[BoolArray]) -> list[str]:
        pointing = MASK_POINTINGS[self.options.view]
        pictures = 1 if pointing.same_for_all else len(masks)
        drawing = asyncio.Lock()  # the views of an image share what they are drawn from

        async def ask(number: int) -> str | Failure:
            async with self._places:
                async with drawing:
                    prompt = await asyncio.to_thread(
                        pointing.prompt, views, masks[number], f"mask {number}", self.options.ask
                    )
                return await self._answer(prompt)

        answers = await asyncio.gather(*(ask(number) for number in range(pictures)))
        if pointing.same_for_all:
            answers = answers * len(masks)
        failures = {
            f"mask {number}": str(answer) for number, answer in enumerate(answers) if isinstance(answer, Failure)
        }
        if failures:
            raise CaptioningError("image", failures, "Calling again asks for these regions alone.")
        return [answer for answer in answers if isinstance(answer, str)]

    async def _answer(self, prompt: Prompt) -> str | Failure:
        """The caption, or why there is none."""
        key = self._describer.request_hash(prompt, self.seed)
        caption = self._cache.get(key) if self._cache is not None else None
        if caption is not None:
            return caption
        self._give_up_if_gone()
        answer = await self._describer.answer(prompt, seed=self.seed)
        if answer.failure is not None:
            self._last_failure = str(answer.failure)
            return answer.failure
        caption = parse_caption(answer.text)
        if caption is None:
            return Failure("malformed", f"there is no caption in the answer {answer.text[:SHOWN]!r}")
        if self._cache is not None:
            self._cache.put(key, caption)
        return caption

    def _give_up_if_gone(self) -> None:
        failures = self._describer.failed_in_a_row
        if failures >= max(LEAST_FAILURES, self.options.concurrency):
            raise DataUnavailableError(
                f"{self.options.url}: {failures} requests in a row have failed, the last one with: "
                f"{self._last_failure}. When the server answers again, run the same command to resume."
            )
