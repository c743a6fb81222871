"""What the API tells of challenges: facts, commitment and the package; the secret and the references when published."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.responses import FileResponse, JSONResponse, Response

from ..boards.challenge import facts_of, find_challenge, list_challenges, package_of
from ..storage.schema import Challenge
from ..storage.store import Store
from ..storage.tokens import Actor
from .api_reads import Path

__all__ = ["challenge", "challenges", "package"]


def challenges(store: Store, _: Actor | None, __: Path) -> Response:
    """``GET /challenges``: all of them, oldest first."""
    return JSONResponse({"challenges": [_record(row) for row in list_challenges(store)]})


def challenge(store: Store, _: Actor | None, path: Path) -> Response:
    """``GET /challenges/{challenge}``: one of them; what ``challenge check`` reads once it is published."""
    with store.reading() as session:
        return JSONResponse(_record(find_challenge(session, path["challenge"])))


def package(store: Store, _: Actor | None, path: Path) -> Response:
    """``GET /challenges/{challenge}/package.zip``: images and masks."""
    found = package_of(store, path["challenge"])
    return FileResponse(found, media_type="application/zip", filename=f"{path['challenge']}.zip")


def _record(row: Challenge) -> dict[str, Any]:
    """Named one by one: what is not listed here is not told."""
    known = {"title": row.title, "state": row.state, "renews": row.details["renews"], "opened_at": row.created_at}
    record = {**asdict(facts_of(row)), **known, "quota_per_day": row.details["quota_per_day"]}
    if row.state == "published":
        record |= {"secret": row.details["secret"], "references_sha256": row.data_sha256}
    return record
