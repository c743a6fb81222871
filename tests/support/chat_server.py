"""A small chat server for the tests: real HTTP on loopback, with every fault a server may have."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterator

import pytest

Behaviour = Callable[[dict, int], str]


class ChatServer:
    """Answers chat completions in a thread of its own.

    `behave(body, number)` gives the text of an answer, or a fault: "!500" (any status), "!drop" (the connection is
    closed), "!half" (in the middle of the body), "!nonsense" (HTML), "!nothing" (an empty body), "!empty" (an answer
    without text), "!refusal", "!filter", "!length", "!stream" (half an event stream), "!hang", "!huge".
    """

    def __init__(self) -> None:
        self.behave: Behaviour = lambda body, number: f"answer {fingerprint(body)}"
        self.seconds = 0.0
        self.bodies: list[dict] = []
        self.headers: list[str] = []
        self.retry_after = ""
        self.under_way = self.most_under_way = 0
        self.together: asyncio.Barrier | None = None  # holds every answer until so many requests are under way
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (
                        int(line.split(":")[1])
                        for line in head.splitlines()
                        if line.lower().startswith("content-length")
                    ),
                    0,
                )
                body = await reader.readexactly(length)
                self.headers.append(head)
                if not await self._answer(head, body, writer):
                    break
        writer.close()

    async def _answer(self, head: str, body: bytes, writer: asyncio.StreamWriter) -> bool:
        if head.startswith("GET"):
            await self._send(writer, 200, json.dumps({"data": [{"id": "model-a"}, {"id": "model-b"}]}).encode())
            return True
        request = json.loads(body)
        self.bodies.append(request)
        number = len(self.bodies) - 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.together is not None:
                await self.together.wait()
            await asyncio.sleep(self.seconds)
            return await self._reply(self.behave(request, number), writer)
        finally:
            self.under_way -= 1

    async def _reply(self, reply: str, writer: asyncio.StreamWriter) -> bool:
        message: dict = {"role": "assistant", "content": reply}
        reason = "stop"
        if reply[:1] == "!" and reply[1:].isdigit():
            await self._send(writer, int(reply[1:]), b'{"error": "busy"}')
            return True
        if reply == "!drop":
            return False
        if reply == "!hang":
            await asyncio.sleep(60)
        raw = {
            "!nonsense": b"<html>bad gateway</html>",
            "!nothing": b"",
            "!stream": b'data: {"choices": [{"delta": {"cont',
            "!huge": b" " * 5_000_000,
        }.get(reply)
        if raw is not None:
            await self._send(writer, 200, raw)
            return True
        if reply == "!empty":
            message["content"] = None
        elif reply == "!refusal":
            message["content"] = "I'm sorry, but I can't help with that."
        elif reply in ("!length", "!filter"):
            reason = {"!length": "length", "!filter": "content_filter"}[reply]
        full = json.dumps({"choices": [{"message": message, "finish_reason": reason}]}).encode()
        await self._send(writer, 200, full, cut=reply == "!half")
        return reply != "!half"

    async def _send(self, writer: asyncio.StreamWriter, status: int, body: bytes, *, cut: bool = False) -> None:
        extra = f"retry-after: {self.retry_after}\r\n" if self.retry_after else ""
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{extra}content-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + (body[: len(body) // 2] if cut else body))
        await writer.drain()


def fingerprint(body: dict) -> str:
    """The same words for the same request."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    server = ChatServer()
    yield server
    server.close()
