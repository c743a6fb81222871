"""Captions from any OpenAI-compatible chat server: vLLM, SGLang, LMDeploy and the like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from .describer import Answer
from .prompts import Prompt

__all__ = ["ServerDescriber", "ServerOptions"]


@dataclass(frozen=True)
class ServerOptions:
    """How to talk to a server.

    Attributes:
        url: base address, with or without ``/v1``.
        model: the name the server knows the model by.
        api_key: sent as a bearer token if not empty.
        concurrency: requests under way at once.
        timeout: seconds for one request, from its start to its last byte.
        attempts: requests for one prompt before it fails.
        first_delay: seconds before the first retry; each further one doubles it, with jitter.
        longest_delay: seconds at most between two attempts.
        temperature: 0 picks the likeliest answer.
        max_tokens: tokens of an answer.
    """

    url: str
    model: str
    api_key: str = ""
    concurrency: int = 32
    timeout: float = 120.0
    attempts: int = 5
    first_delay: float = 0.5
    longest_delay: float = 30.0
    temperature: float = 0.0
    max_tokens: int = 256


class ServerDescriber:
    """Asks a chat server; an asynchronous context manager.

    Args:
        options: where and how.
        cache: JSONL file of answers by content hash; read at the start, appended to, made if missing. None: no cache.
    """

    def __init__(self, options: ServerOptions, cache: Path | None = None) -> None:
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The model's name."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:
        """Answer from the cache or the server; see `Describer`."""
        raise NotImplementedError
