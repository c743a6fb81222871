"""Submitting to a leaderboard on another machine, as the command line does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmark.inputs.predictions import read_predictions
from dataset.errors import DataUnavailableError, InvalidInputError, MissingDependencyError, NotAllowedError
from dataset.loading.regions import identify

from .card import SystemCard
from .submissions import Receipt

__all__ = ["ask", "board_of", "submit_to", "workers_of"]

_SECONDS = 300.0
_RECEIPT = ("submission_id", "board", "system", "created", "dry_run", "captions", "missing", "predictions_sha256")


def board_of(path: Path) -> str:
    """The board whose ids a file has.

    Raises:
        InvalidInputError: the file cannot be read, or its ids belong to no board.
    """
    file = read_predictions(path)
    looks = [config for config, split, _ in identify(file.captions) if split == "test"]
    if not looks:
        raise InvalidInputError(
            file.source, [*file.problems, "the ids belong to no board"], "Name the board with --board.", limit=100
        )
    return looks[0]


def submit_to(
    url: str,
    token: str,
    path: Path,
    board: str,
    card: SystemCard,
    *,
    allow_missing: bool,
    dry_run: bool,
    private: bool = False,
) -> Receipt:
    """Send a file to ``POST /api/v1/submissions``.

    Raises:
        InvalidInputError: the file was refused, with every problem.
        NotAllowedError: the token was refused.
        DataUnavailableError: no leaderboard answers at that address.
    """
    fields = card.stated()
    query = {"system": fields.pop("name"), **fields, "board": board, "filename": path.name}
    query |= {"allow_missing": str(allow_missing).lower(), "dry_run": str(dry_run).lower()}
    query |= {"private": "true"} if private else {}
    try:
        with path.open("rb") as file:
            values = ask(url, token, "POST", "submissions", str(path), params=query, content=file)
    except FileNotFoundError as error:
        raise InvalidInputError(str(path), ["no such file"], f"The current folder is {Path.cwd()}.") from error
    return Receipt(**{name: values[name] for name in _RECEIPT})


def ask(url: str, token: str, method: str, path: str, source: str, **options: Any) -> dict[str, Any]:
    """The answer of a leaderboard elsewhere to one request below ``/api/v1``.

    Args:
        url: of the leaderboard.
        token: or claim code; "" for none.
        method: such as ``POST``.
        path: of the API.
        source: what the problems of a refusal are about.
        options: of the request, for httpx.

    Raises:
        InvalidInputError: what was sent is refused, with every problem.
        NotAllowedError: the token is refused.
        DataUnavailableError: no leaderboard answers at that address.
    """
    try:
        import httpx
    except ImportError as error:
        raise MissingDependencyError("httpx", "--url", 'pip install "ureca[leaderboard]"') from error
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = httpx.request(method, f"{url.rstrip('/')}/api/v1/{path}", headers=headers, timeout=_SECONDS, **options)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DataUnavailableError(f"{url} does not answer as a leaderboard ({error})") from error
    if answer.is_success:
        return dict(answer.json())
    if answer.status_code == 401 and not token:
        raise NotAllowedError(
            f"{url} wants a token: give yours with --token or in URECA_LEADERBOARD_TOKEN. Who runs the board makes one "
            "with `ureca board admin token new NAME`; the claim code of an entry changes that entry."
        )
    raise _refusal(answer.status_code, answer.text, source)


def workers_of(url: str) -> int | None:
    """How many scoring workers of a leaderboard take jobs; None if it does not say."""
    import httpx

    try:
        return int(httpx.get(f"{url.rstrip('/')}/api/v1/queue", timeout=_SECONDS).json()["workers_alive"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None


def _refusal(code: int, text: str, source: str) -> Exception:
    try:
        error = json.loads(text)["error"]
        message, problems, hint = str(error["message"]), [str(problem) for problem in error["problems"]], error["hint"]
    except (ValueError, KeyError, TypeError):
        return DataUnavailableError(f"the leaderboard answered with status {code} and nothing that can be read")
    if problems:
        return InvalidInputError(source, problems, str(hint), limit=100)
    return NotAllowedError(message) if code in (401, 403, 413, 429) else DataUnavailableError(message)
