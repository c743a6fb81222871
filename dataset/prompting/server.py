"""Captions from any OpenAI-compatible chat server: vLLM, SGLang, LMDeploy and the like."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from ..errors import DataUnavailableError, InvalidInputError, MissingDependencyError, check_name
from ..scenes.rng import SplitMix64
from .chat import chat_messages, read_completion, status_failure
from .describer import Answer, Failure, FailureKind
from .prompts import Prompt
from .response_cache import ResponseCache

if TYPE_CHECKING:
    import httpx

__all__ = ["ServerDescriber", "ServerOptions"]

RETRIED: Final[frozenset[FailureKind]] = frozenset({"connection", "timeout", "status", "malformed", "empty"})
LARGEST_ANSWER: Final = 4 * 2**20
"""Bytes of a response; of a larger one nothing is read."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ServerOptions:
    """How to reach a server and what to ask it.

    Attributes:
        url: base address, with or without ``/v1``; or the whole one of a server that has no ``/v1``, ending in
            ``/chat/completions``.
        model: the name the server knows the model by.
        api_key: sent as a bearer token if not empty.
        concurrency: requests under way at once.
        timeout: seconds for one request, from its start to its last byte.
        attempts: requests for one prompt before it fails.
        first_delay: seconds before the first retry; each further one doubles it, with jitter.
        longest_delay: seconds at most between two attempts.
        temperature: 0 picks the likeliest answer.
        max_tokens: tokens of an answer.
        extra: further fields of the request body, such as ``{"chat_template_kwargs": {"enable_thinking": False}}``.

    Raises:
        InvalidInputError: a value is out of its range.
    """

    url: str
    model: str
    api_key: str = field(default="", repr=False)
    concurrency: int = 32
    timeout: float = 120.0
    attempts: int = 5
    first_delay: float = 0.5
    longest_delay: float = 30.0
    temperature: float = 0.0
    max_tokens: int = 256
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = [
            f"{name}: expected {expected}, found {getattr(self, name)!r}"
            for name, expected, fits in (
                ("url", "an address such as http://localhost:8000", _is_address(self.url)),
                ("model", "a name", self.model),
                ("concurrency", "at least 1", self.concurrency >= 1),
                ("timeout", "a positive number of seconds", self.timeout > 0),
                ("attempts", "at least 1", self.attempts >= 1),
                ("first_delay", "0 or more", self.first_delay >= 0),
                ("longest_delay", "0 or more", self.longest_delay >= 0),
                ("temperature", "0 or more", self.temperature >= 0),
                ("max_tokens", "at least 1", self.max_tokens >= 1),
            )
            if not fits
        ]
        if not self.api_key.isascii():
            problems.append("api_key: expected ASCII characters")
        if problems:
            raise InvalidInputError("server options", problems)

    def endpoint(self, path: str) -> str:
        """The address of a path: below ``/v1``, or beside the ``chat/completions`` that the address names."""
        whole = self.url.rstrip("/")
        base = whole.removesuffix("/chat/completions")
        return f"{base}/{path}" if base != whole else f"{whole.removesuffix('/v1')}/v1/{path}"

    def parameters(self, seed: int) -> dict[str, Any]:
        """The request body without its messages."""
        return {
            "model": self.model,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "seed": seed % 2**63,
            "stream": False,
            **self.extra,
        }


class ServerDescriber:
    """Asks a chat server; an asynchronous context manager.

    At most `concurrency` requests are under way, each with a time limit. What may pass is tried again with a back-off
    whose jitter depends on the request alone. Equal prompts at the same time cost one request. Failures are not
    cached: the next run asks again.

    Args:
        options: where and how.
        cache: JSONL file of answers by content hash; read at the start, appended to, made if missing. None: no cache.

    Attributes:
        failed_in_a_row: prompts that failed since the last that did not: a caller may stop when the server is gone.
    """

    def __init__(self, options: ServerOptions, cache: Path | None = None) -> None:
        self.options = options
        self.failed_in_a_row = 0
        self._cache_path = cache
        self._cache: ResponseCache | None = None
        self._clients: list[httpx.AsyncClient] = []
        self._free: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()  # the last used, the likeliest alive
        self._places = asyncio.Semaphore(2 * options.concurrency)  # of prompts with their pictures encoded
        self._under_way: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def name(self) -> str:
        """The model's name."""
        return self.options.model

    async def __aenter__(self) -> Self:
        # One client for each request under way: a pool looks at all of its connections whenever one changes.
        self._clients = _open_clients(self.options)
        for client in self._clients:
            self._free.put_nowait(client)
        if self._cache_path is not None:
            self._cache = ResponseCache(self._cache_path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._cache is not None:
            self._cache.close()
        for client in self._clients:
            await client.aclose()
        self._clients, self._free, self._cache = [], asyncio.LifoQueue(), None

    async def check(self) -> None:
        """See that the server answers and has the model.

        Raises:
            DataUnavailableError: no server there, or it does not speak the protocol.
            UnknownNameError: it serves other models.
        """
        where = self.options.endpoint("models")
        status, _, body = await self._request("GET", where, None)
        if isinstance(status, Failure) or status != 200:
            problem = status if isinstance(status, Failure) else status_failure(status, body) or f"HTTP {status}"
            raise DataUnavailableError(f"{where}: {problem}. Is a chat server running there?")
        try:
            served = [str(model["id"]) for model in json.loads(body)["data"]]
        except (ValueError, KeyError, TypeError) as error:
            raise DataUnavailableError(f"{where}: expected a list of models, found {body[:200]!r}") from error
        check_name("model", self.options.model, served)

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:
        """Answer from the cache or the server; see `Describer`.

        Raises:
            DataUnavailableError: the cache cannot be written.
        """
        key = self.request_hash(prompt, seed)
        lock = self._under_way.setdefault(key, asyncio.Lock())
        async with lock:
            text = self._cache.get(key) if self._cache is not None else None
            if text is not None:
                return Answer(text, cached=True)
            answer = await self._ask(prompt, seed, SplitMix64(int(key[:16], 16)))
            if answer.failure is None and self._cache is not None:
                self._cache.put(key, answer.text)
        self.failed_in_a_row = 0 if answer.failure is None else self.failed_in_a_row + 1
        return answer

    def request_hash(self, prompt: Prompt, seed: int = 0) -> str:
        """SHA-256 (hex) of all that decides an answer: pictures and words, model, parameters, seed."""
        decisive = {"prompt": prompt.content_hash, "parameters": self.options.parameters(seed)}
        return hashlib.sha256(json.dumps(decisive, sort_keys=True, default=str).encode()).hexdigest()

    async def _ask(self, prompt: Prompt, seed: int, rng: SplitMix64) -> Answer:
        """Ask until there is an answer, a failure that will not pass, or no attempt left."""
        for attempt in range(1, self.options.attempts + 1):
            async with self._places:
                body = await asyncio.to_thread(_encoded, prompt, self.options.parameters(seed))
                answer, wait = await self._attempt(body)
            if answer.failure is None:
                return answer
            if answer.failure.kind not in RETRIED or attempt == self.options.attempts:
                return Answer(failure=replace(answer.failure, attempts=attempt))
            delay = self.options.first_delay * 2 ** (attempt - 1) * rng.uniform(0.5, 1.0)
            await asyncio.sleep(min(max(delay, wait), self.options.longest_delay))
        raise AssertionError("unreachable: the last attempt returns")

    async def _attempt(self, body: bytes) -> tuple[Answer, float]:
        """One request: its answer, and how many seconds the server wants until the next."""
        status, wait, content = await self._request("POST", self.options.endpoint("chat/completions"), body)
        if isinstance(status, Failure):
            return Answer(failure=status), 0.0
        failure = status_failure(status, content)
        return (Answer(failure=failure) if failure else read_completion(content)), wait

    async def _request(self, method: str, url: str, body: bytes | None) -> tuple[int | Failure, float, bytes]:
        """(status or failure, seconds to wait, content) of one request."""
        import httpx

        if not self._clients:
            raise RuntimeError("use `async with ServerDescriber(...) as describer`")
        client = await self._free.get()
        try:
            async with (
                asyncio.timeout(self.options.timeout),
                client.stream(method, url, content=body) as response,
            ):
                content = bytearray()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > LARGEST_ANSWER:
                        return Failure("malformed", f"more than {LARGEST_ANSWER:,} bytes"), 0.0, b""
                return response.status_code, _seconds(response.headers.get("retry-after")), bytes(content)
        except (TimeoutError, httpx.TimeoutException):
            return Failure("timeout", f"no whole answer within {self.options.timeout:g} s"), 0.0, b""
        except httpx.HTTPError as error:
            return Failure("connection", f"{type(error).__name__}: {error}"[:200]), 0.0, b""
        finally:
            self._free.put_nowait(client)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        return False


def _open_clients(options: ServerOptions) -> list[httpx.AsyncClient]:
    """As many clients as requests may be under way, of one connection each."""
    try:
        import httpx
    except ImportError as error:
        raise MissingDependencyError("httpx", "asking a chat server", "pip install 'ureca[client]'") from error
    headers = {"Content-Type": "application/json"}
    if options.api_key:
        headers["Authorization"] = f"Bearer {options.api_key}"
    trusted = httpx.create_ssl_context()
    return [
        httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(options.timeout, connect=min(options.timeout, 10.0)),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            verify=trusted,
            trust_env=urlsplit(options.url).hostname not in LOOPBACK,  # a proxy cannot reach this machine
        )
        for _ in range(options.concurrency)
    ]


def _encoded(prompt: Prompt, parameters: Mapping[str, Any]) -> bytes:
    return json.dumps({**parameters, "messages": chat_messages(prompt)}).encode()


def _seconds(retry_after: str | None) -> float:
    """The header's seconds; a date counts as nothing."""
    try:
        seconds = float(retry_after or 0)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < math.inf else 0.0
