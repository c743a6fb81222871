"""The HTTP interface under ``/api/v1``; docs/leaderboard-api.md describes it.

Errors are JSON: ``{"error": {"message": ..., "problems": [...], "hint": ...}}``. Only bearer tokens give rights, never
cookies, so that no other web site can act in a visitor's name.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dataset.errors import (
    DataUnavailableError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    UnknownNameError,
    UrecaError,
)

from ..boards.board import find_board
from ..intake.card import SystemCard, read_card
from ..intake.ownership import change_card, publish, withdraw
from ..intake.submissions import Receipt, check_space, submit
from ..storage.store import Store
from ..storage.tokens import Actor, bearer_actor
from . import api_reads
from .memory import release_memory

__all__ = ["api_routes"]

logger = logging.getLogger(__name__)
_VALIDATING_AT_ONCE = 2
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_SUFFIXES = (".jsonl.gz", ".ndjson.gz", ".json.gz", ".jsonl", ".ndjson", ".json", ".gz")
_OWN_FIELDS = ("board", "filename", "allow_missing", "dry_run", "private")
_LARGEST_CHANGE = 64 * 1024
_LONGEST_NUMBER = 9

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class _UploadQuery:
    """What the query of an upload says."""

    board: str
    card: SystemCard
    filename: str
    allow_missing: bool
    dry_run: bool
    private: bool


def api_routes(store: Store, prefix: str = "") -> list[BaseRoute]:
    """The routes of the API, for `streamlit.App` or any other ASGI application, below a prefix such as ``/ureca``."""
    limiter = CapacityLimiter(_VALIDATING_AT_ONCE)

    async def receive(request: Request) -> Response:
        return await _receive(request, store, limiter)

    def read(view: Callable[[Store, Actor | None, Mapping[str, str]], Response]) -> Handler:
        async def answer(request: Request) -> Response:
            actor = await _actor(request, store)
            if any("\0" in part for part in request.path_params.values()):  # PostgreSQL's text cannot contain it
                raise UnknownNameError("address", request.url.path, [])
            return await anyio.to_thread.run_sync(view, store, actor, request.path_params)

        return answer

    def change(act: Callable[..., bool], *parameters: str) -> Handler:
        async def answer(request: Request) -> Response:
            actor = await _sender(request, store, for_changes=True)
            identity = request.path_params["submission"]
            rest = [request.query_params.get(name, "") for name in parameters]
            changed = await anyio.to_thread.run_sync(act, store, identity, actor, *rest)
            return JSONResponse({"submission": identity, "changed": changed})

        return answer

    async def edit(request: Request) -> Response:
        return await _edit(request, store)

    table: list[tuple[str, str, Handler]] = [
        ("/submissions", "POST", receive),
        ("/submissions/{submission}", "GET", read(api_reads.submission)),
        ("/submissions/{submission}/publish", "POST", change(publish)),
        ("/submissions/{submission}/withdraw", "POST", change(withdraw, "reason")),
        ("/systems/{system}", "PATCH", edit),
        ("/submissions/{submission}/predictions", "GET", read(api_reads.predictions)),
        ("/runs/{run}/{file}", "GET", read(api_reads.run_file)),
        ("/boards", "GET", read(api_reads.boards)),
        ("/boards/{board}", "GET", read(api_reads.board)),
        ("/boards/{board}/package.zip", "GET", read(api_reads.board_images)),
        ("/challenges", "GET", read(api_reads.challenges)),
        ("/challenges/{challenge}", "GET", read(api_reads.challenge)),
        ("/challenges/{challenge}/package.zip", "GET", read(api_reads.package)),
        ("/health", "GET", read(api_reads.health)),
        ("/queue", "GET", read(api_reads.queue)),
        ("/log", "GET", read(api_reads.log)),
    ]
    routes = [Route(path, _guarded(handler), methods=[method]) for path, method, handler in table]
    nothing = _guarded(_nothing_here)
    # Whatever begins with /api is answered in JSON, and never with a page.
    below = [Mount("/v1", routes=[*routes, Route("/{rest:path}", nothing)]), Route("/{rest:path}", nothing)]
    return [Route(f"{prefix}/api", nothing), Mount(f"{prefix}/api", routes=below)]


async def _receive(request: Request, store: Store, limiter: CapacityLimiter) -> Response:
    """``POST /submissions``: the body is the file, the query describes it."""
    actor = await _sender(request, store)
    upload = _read_query(request, store)
    await anyio.to_thread.run_sync(check_space, store)
    path = store.uploads / f"{secrets.token_hex(16)}{_suffix(upload.filename)}"
    try:
        await _stream_to(path, request, store.settings.upload_bytes)
        receipt = await anyio.to_thread.run_sync(_submit, store, path, upload, actor, limiter=limiter)
    finally:
        path.unlink(missing_ok=True)
        await anyio.to_thread.run_sync(release_memory, limiter=limiter)
    status = f"/api/v1/submissions/{receipt.submission_id}"
    answer = {**asdict(receipt), "status": store.settings.url + status}
    return JSONResponse(answer, 201 if receipt.created and not receipt.dry_run else 200, headers={"Location": status})


async def _edit(request: Request, store: Store) -> Response:
    """``PATCH /systems/{system}``: the body is an object of fields of the card."""
    actor = await _sender(request, store, for_changes=True)
    if not request.path_params["system"].isdecimal() or len(request.path_params["system"]) > _LONGEST_NUMBER:
        raise UnknownNameError("system", request.path_params["system"][:60], [])
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_CHANGE:
            raise HTTPException(413, f"a change may have {_LARGEST_CHANGE // 1024} KiB at most")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise InvalidInputError("body", ["expected a JSON object of fields"], 'Example: {"paper": "https://..."}')
    card = await anyio.to_thread.run_sync(change_card, store, int(request.path_params["system"]), fields, actor)
    return JSONResponse({"system": card.model_dump(exclude={"note"})})


async def _stream_to(path: Path, request: Request, limit: int) -> None:
    """Write the body to a file piece by piece, and stop when there is too much of it."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    received = 0
    with path.open("wb") as file:
        async for piece in request.stream():
            received += len(piece)
            if received > limit:
                raise _too_large(limit)
            file.write(piece)
    if received == 0:
        raise InvalidInputError("body", ["it is empty"], "Send the file itself: curl --data-binary @predictions.json")


def _submit(store: Store, path: Path, upload: _UploadQuery, actor: Actor) -> Receipt:
    return submit(
        store,
        path,
        upload.board,
        upload.card,
        actor=actor,
        source="api",
        name=upload.filename,
        allow_missing=upload.allow_missing,
        dry_run=upload.dry_run,
        private=upload.private,
    )


def _read_query(request: Request, store: Store) -> _UploadQuery:
    """Board, system and options of a submission from the query, all of their problems at once."""
    query = request.query_params
    problems = [f"{name}: given more than once" for name in query if len(query.getlist(name)) > 1]
    flags = {name: query.get(name, "false").lower() for name in ("allow_missing", "dry_run", "private")}
    problems += [
        f"{name}: expected true or false, found {flag[:20]!r}" for name, flag in flags.items() if flag not in _FLAGS
    ]
    try:
        find_board(store, query.get("board", ""))
    except UnknownNameError as error:
        problems.append(str(error))
    fields = {("name" if name == "system" else name): value for name, value in query.items() if name not in _OWN_FIELDS}
    card = None
    try:
        card = read_card(fields, "query")
    except InvalidInputError as error:
        problems += error.problems
    if problems or card is None:
        raise InvalidInputError("query", problems, "Example: ?board=photos&system=My+captioner&parameters=8e9")
    filename = query.get("filename", "")[:100] or "predictions"
    options = {name: _FLAGS[flag] for name, flag in flags.items()}
    return _UploadQuery(query["board"], card, filename, **options)


async def _sender(request: Request, store: Store, *, for_changes: bool = False) -> Actor:
    actor = await _actor(request, store)
    if actor is None or (actor.claim and not for_changes):
        raise _unauthorized("a token is needed: send the header `Authorization: Bearer TOKEN`")
    return actor


async def _actor(request: Request, store: Store) -> Actor | None:
    """Who asks; None without a token. An invalid token is refused even where none is needed."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return await anyio.to_thread.run_sync(bearer_actor, store, token.strip())
    except NotAllowedError as error:
        raise _unauthorized(str(error)) from error


def _unauthorized(message: str) -> HTTPException:
    return HTTPException(401, message, headers={"WWW-Authenticate": "Bearer"})


def _guarded(handler: Handler) -> Handler:
    """The same handler, with every `UrecaError` as JSON; of other errors the server says only that they occurred."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except UrecaError as error:
            return _refusal(error)
        except ClientDisconnect:
            return _error(400, "the connection closed before the whole file was received")
        except HTTPException as error:
            return _error(error.status_code, error.detail, headers=error.headers)

    return guarded


async def _nothing_here(request: Request) -> Response:
    raise UnknownNameError("address", request.url.path, ["/api/v1/boards", "/api/v1/submissions", "/api/v1/queue"])


def _refusal(error: UrecaError) -> Response:
    if isinstance(error, InvalidInputError):
        return _error(422, str(error), error.problems, error.hint)
    if isinstance(error, LimitReachedError):
        return _error(429, str(error), headers={"Retry-After": str(max(1, round(error.retry_after)))})
    if isinstance(error, NotAllowedError):
        return _error(403, str(error))
    if isinstance(error, UnknownNameError):
        return _error(404, str(error))
    if isinstance(error, DataUnavailableError):
        logger.error("%s", error)
        return _error(503, "the leaderboard cannot do this just now; try again later", headers={"Retry-After": "60"})
    logger.error("%s", error)
    return _error(500, "something went wrong here; the operator can see what")


def _error(
    code: int, message: str, problems: list[str] | None = None, hint: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    body: dict[str, Any] = {"message": message, "problems": problems or [], "hint": hint}
    return JSONResponse({"error": body}, code, headers=headers)


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"the file is larger than {limit // 2**20} MiB, the most that is accepted; gzip it")


def _suffix(name: str) -> str:
    return next((suffix for suffix in _SUFFIXES if name.lower().endswith(suffix)), "")
