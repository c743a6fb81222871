"""What stands between the network and the pages: headers, limits for slow senders, paths that are not public."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Gate", "PatientProtocol"]

HEADER_SECONDS: Final = 15.0
"""For the head of a request, from its first byte or from the connection on."""
BODY_SECONDS: Final = 30.0
BYTES_PER_SECOND: Final = 16 * 1024
"""A body may take `BODY_SECONDS`, and longer if it comes at least so fast."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {}"
)


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes connections which do not finish the head of their request."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start waiting for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the time runs while a request has begun and its head is not complete."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._stop_watching()
        super().connection_lost(exc)

    @property
    def _is_waiting(self) -> bool:
        return self in self.connections and (self.cycle is None or self.cycle.response_complete)

    def _watch(self) -> None:
        if not self._is_waiting:
            self._stop_watching()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEADER_SECONDS, self._expire)

    def _stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        self._timer = None
        if self._is_waiting:
            self.transport.close()


class Gate:
    """ASGI middleware: security headers on every answer, no metrics for strangers, slow bodies cut off.

    Args:
        app: what it protects.
        prefix: path under which the app is served.
        framed_by: sites that may show the pages in a frame, separated by spaces; none if empty.
    """

    def __init__(self, app: Any, prefix: str = "", framed_by: str = "") -> None:
        self._app, self._prefix = app, prefix
        headers = {
            "content-security-policy": _POLICY.format(f"'self' {framed_by}" if framed_by else "'none'"),
            "x-content-type-options": "nosniff",
            "referrer-policy": "strict-origin-when-cross-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
        }
        if not framed_by:
            headers["x-frame-options"] = "DENY"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._prefix)
        body = _Body(receive)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in self._headers}
                rest = [pair for pair in message.get("headers", ()) if pair[0].lower() not in names]
                message["headers"] = [*rest, *self._headers]
                if body.expired:
                    message["status"] = 408
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        if path.rstrip("/") == "/_stcore/metrics":
            await answer({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await answer({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, body, answer)


class _Body:
    """The body of a request, which ends as if the sender had gone away when it comes too slowly."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._received, self._complete = 0, False
        self._began: float | None = None
        self.expired = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._began = now if self._began is None else self._began
        left = self._began + BODY_SECONDS + self._received / BYTES_PER_SECOND - now
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, left))
        except TimeoutError:
            self._complete = self.expired = True
            return {"type": "http.disconnect"}
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        return message
