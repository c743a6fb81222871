"""How a leaderboard looks from outside: whether the proxy before it passes on what pages and API need."""

from __future__ import annotations

import base64
import os
import socket
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx

from dataset.errors import InvalidInputError

from .doctor import Finding

__all__ = ["examine_address"]

_SECONDS: Final = 15.0
_HEADERS: Final = ("content-security-policy", "x-content-type-options", "referrer-policy")
_MOST_OF_A_HEAD: Final = 65_536


def examine_address(url: str, upload_bytes: int) -> Iterator[Finding]:
    """Ask a running leaderboard, as a visitor's browser and a program with a large file do.

    Args:
        url: of the pages, with the path prefix.
        upload_bytes: size of a file that must pass.

    Raises:
        InvalidInputError: it is no address.
    """
    url = url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInputError("--url", [f"expected an address such as https://board.example.org, found {url!r}"])
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
            health = list(_health(client, url))
            yield from health
            if any(finding.state == "problem" for finding in health):
                return
            yield from _page(client, url)
            yield from _unknown_path(client, url)
            yield from _metrics(client, url)
        yield from _web_socket(url)
        yield from _upload(url, upload_bytes)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        yield Finding("server", "problem", f"{url} does not answer ({error}): is it started, and is the proxy?")


def _health(client: httpx.Client, url: str) -> Iterator[Finding]:
    answer = client.get(f"{url}/api/v1/health")
    try:
        state, workers = answer.json()["status"], answer.json()["workers_alive"]
    except (ValueError, KeyError, TypeError):
        message = (
            f"{url}/api/v1/health answers {answer.status_code} and not as a leaderboard does. Under a path, "
            "URECA_LEADERBOARD_PATH_PREFIX has to be that path, and the proxy must not take it off"
        )
        yield Finding("server", "problem", message)
        return
    if answer.status_code != httpx.codes.OK or state != "ok":
        yield Finding("server", "problem", f"{url}/api/v1/health answers {answer.status_code}, {state}")
    else:
        yield Finding("server", "ok", f"{url} answers, with {workers} workers")


def _page(client: httpx.Client, url: str) -> Iterator[Finding]:
    answer = client.get(f"{url}/")
    missing = [name for name in _HEADERS if name not in answer.headers]
    if answer.status_code != httpx.codes.OK or "text/html" not in answer.headers.get("content-type", ""):
        yield Finding("pages", "problem", f"{url}/ answers {answer.status_code} and no page")
    elif missing:
        message = f"{', '.join(missing)} missing: the proxy removes them, or an older version answers"
        yield Finding("pages", "warning", message)
    else:
        yield Finding("pages", "ok", "with security headers")


def _unknown_path(client: httpx.Client, url: str) -> Iterator[Finding]:
    answer = client.get(f"{url}/api/v1/no-such-path")
    if answer.status_code == httpx.codes.NOT_FOUND and "json" in answer.headers.get("content-type", ""):
        yield Finding("API", "ok", "answers in JSON")
    else:
        message = (
            f"an unknown path is answered with {answer.status_code} and no JSON: the proxy has error pages of its own"
        )
        yield Finding("API", "warning", message)


def _metrics(client: httpx.Client, url: str) -> Iterator[Finding]:
    if client.get(f"{url}/_stcore/metrics").status_code == httpx.codes.OK:
        yield Finding("metrics", "problem", f"{url}/_stcore/metrics is public: close it in the proxy")


def _web_socket(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: streamlit",
        f"Sec-WebSocket-Key: {key}",
        f"Origin: {parts.scheme}://{parts.netloc}",
    ]
    status = _status(url, "GET", "/_stcore/stream", lines)
    if status == httpx.codes.SWITCHING_PROTOCOLS:
        yield Finding("web socket", "ok", "passes")
    else:
        message = (
            f"refused with {status}: pages stay empty. The proxy has to speak HTTP/1.1 and pass on the headers "
            "Upgrade, Connection and Host"
        )
        yield Finding("web socket", "problem", message)


def _upload(url: str, upload_bytes: int) -> Iterator[Finding]:
    """Announce a file of the largest size, and send none of it."""
    lines = [f"Content-Length: {upload_bytes}", "Expect: 100-continue", "Content-Type: application/octet-stream"]
    status = _status(url, "POST", "/api/v1/submissions?board=-&system=-&dry_run=true", lines)
    mebibytes = upload_bytes // 2**20
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        message = f"files of {mebibytes} MiB are refused by the proxy (nginx: client_max_body_size {mebibytes + 1}m)"
        yield Finding("large files", "problem", message)
    else:
        yield Finding("large files", "ok", f"{mebibytes} MiB pass")


def _status(url: str, method: str, path: str, lines: list[str]) -> int:
    """Status that a request is answered with before any body of it is sent.

    Raises:
        OSError: there is no answer in the language of HTTP.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    head = [f"{method} {parts.path}{path} HTTP/1.1", f"Host: {parts.netloc}", *lines, "", ""]
    with socket.create_connection((host, parts.port or (443 if secure else 80)), _SECONDS) as plain:
        connection = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        connection.sendall("\r\n".join(head).encode())
        answer = b""
        while b"\r\n" not in answer and len(answer) < _MOST_OF_A_HEAD:
            part = connection.recv(4096)
            if not part:
                break
            answer += part
    words = answer.split(b"\r\n")[0].split()
    if len(words) < 2 or not words[1].isdigit():
        raise OSError(f"no answer to {method} {path}")
    return int(words[1])
