"""What a deployment needs, looked at one by one: settings, folder, database, log, workers. Nothing is changed.

How it looks from outside, through a proxy, is in `outside`.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import text

from dataset.errors import UrecaError

from ..boards.board import list_boards
from ..queue.health import queue_health
from ..scoring.judging import check_judge
from ..storage import audit
from ..storage.migrations import MIGRATIONS
from ..storage.store import Store
from .backup import stored_migrations
from .integrity import damaged_files

__all__ = ["Finding", "examine"]

State = Literal["ok", "warning", "problem"]

_ROOMY_MIB: Final = 1024
_NETWORK_FILES: Final = frozenset(("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph"))
_MOUNTS: Final = Path("/proc/self/mounts")
_CONTAINER_MARKS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))
_SECRETS: Final = ".streamlit/secrets.toml"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: such as ``database``.
        state: a problem keeps the leaderboard from working or its data from being safe.
        message: what was found and, unless all is well, what to do.
    """

    subject: str
    state: State
    message: str


def examine(store: Store, *, files: bool = False) -> Iterator[Finding]:
    """Look at a leaderboard on this machine.

    Args:
        store: it is neither made nor migrated.
        files: read every stored file and compare its digest.
    """
    yield from _user()
    yield from _addresses(store)
    yield from _logins(store)
    yield from _guarded("folder", lambda: _folder(store))
    current = False
    for finding in _guarded("database", lambda: _database(store)):
        current = current or finding.state == "ok"
        yield finding
    if not current:
        return
    yield from _guarded("boards", lambda: _boards(store))
    yield from _guarded("log", lambda: _log(store))
    if files:
        yield from _guarded("files", lambda: _files(store))
    yield from _guarded("workers", lambda: _workers(store))


def _guarded(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Findings of a look, and what kept it from its end."""
    try:
        yield from look()
    except (UrecaError, OSError) as error:
        yield Finding(subject, "problem", str(error))


def _user() -> Iterator[Finding]:
    if hasattr(os, "getuid") and os.getuid() == 0:
        yield Finding("user", "warning", "this runs as root; give the leaderboard a user of its own")
    else:
        yield Finding("user", "ok", "not root")


def _addresses(store: Store) -> Iterator[Finding]:
    settings = store.settings
    public = urlsplit(settings.public_url)
    if not settings.public_url:
        if _is_local(settings.host):
            yield Finding("address", "ok", f"{settings.url}, for this machine alone")
        else:
            yield Finding("address", "warning", f"links lead to {settings.url}: set URECA_LEADERBOARD_PUBLIC_URL")
    elif public.scheme not in ("http", "https") or not public.hostname:
        message = f"URECA_LEADERBOARD_PUBLIC_URL is {settings.public_url!r}; expected https://board.example.org"
        yield Finding("address", "problem", message)
    elif settings.path_prefix and public.path.rstrip("/") != settings.path_prefix:
        message = (
            f"URECA_LEADERBOARD_PUBLIC_URL ends in {public.path or '/'!r} and URECA_LEADERBOARD_PATH_PREFIX is "
            f"{settings.path_prefix!r}: links lead elsewhere; end the first with the second"
        )
        yield Finding("address", "problem", message)
    elif public.scheme == "http" and not _is_local(public.hostname):
        message = f"{settings.public_url} is not encrypted: tokens can be read on the way; use https"
        yield Finding("address", "warning", message)
    else:
        yield Finding("address", "ok", settings.url)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _logins(store: Store) -> Iterator[Finding]:
    """Who may upload, and whether logging in can work."""
    uploads = store.settings.page_uploads
    if uploads == "open":
        quota = store.settings.page_quota_per_day
        yield Finding("uploads", "ok", f"everybody may upload in the page, {quota} files a day together")
    elif uploads == "off":
        yield Finding("uploads", "ok", "by API tokens alone")
    elif find_spec("authlib") is None:
        yield Finding("uploads", "problem", 'logging in needs authlib: pip install "ureca[login]"')
    else:
        places = [Path.home() / _SECRETS, Path.cwd() / _SECRETS]
        problems = [_secret_problem(place) for place in places if place.is_file()]
        if None in problems:
            yield Finding("uploads", "ok", "by those who are logged in")
        else:
            message = next((problem for problem in problems if problem), "no secrets.toml with [auth] in ")
            message += " or ".join(map(str, places)) if not problems else ""
            yield Finding("uploads", "problem", f"{message}: nobody can log in; see docs/integrity.md")


def _secret_problem(path: Path) -> str | None:
    try:
        auth = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
    except (OSError, ValueError) as error:
        return f"{path} cannot be read ({error})"
    needed = ("redirect_uri", "cookie_secret")
    missing = [name for name in needed if not isinstance(auth, dict) or name not in auth]
    return f"{path} has no {' and no '.join(missing)} in [auth]" if missing else None


def _folder(store: Store) -> Iterator[Finding]:
    folder = store.folder
    if not folder.is_dir():
        message = f"{folder} does not exist; `ureca board serve` makes it, unless URECA_LEADERBOARD_DATA_DIR is wrong"
        yield Finding("folder", "warning", message)
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError as error:
        yield Finding("folder", "problem", f"cannot write to {folder} ({error}): give it to the leaderboard's user")
        return
    free, least = shutil.disk_usage(folder).free // 2**20, store.settings.free_mib
    kind, mount = _mount_of(folder)
    if free < least:
        message = f"{free:,} MiB are free in {folder}; below URECA_LEADERBOARD_FREE_MIB={least:,} nothing is accepted"
        yield Finding("folder", "problem", message)
    elif free < least + _ROOMY_MIB:
        yield Finding(
            "folder", "warning", f"only {free:,} MiB are free in {folder}; nothing is accepted below {least:,}"
        )
    elif store.is_sqlite and kind in _NETWORK_FILES:
        message = f"{folder} is on {kind}, where SQLite loses data: use a local disk, or PostgreSQL"
        yield Finding("folder", "problem", message)
    elif mount == "/" and any(mark.exists() for mark in _CONTAINER_MARKS):
        yield Finding("folder", "warning", f"{folder} goes away with this container: mount a volume there")
    else:
        yield Finding("folder", "ok", f"{folder}, {free:,} MiB free")


def _mount_of(folder: Path) -> tuple[str, str]:
    """Kind of file system and mount point of a folder; empty where the system does not say."""
    try:
        lines = [line.split() for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return "", ""
    place = folder.resolve()
    mounts = {words[1].replace("\\040", " "): words[2] for words in lines if len(words) > 2}
    point = next((str(parent) for parent in (place, *place.parents) if str(parent) in mounts), "")
    return mounts.get(point, ""), point


def _database(store: Store) -> Iterator[Finding]:
    version, newest = stored_migrations(store), len(MIGRATIONS)
    if not version:
        yield Finding("database", "warning", "there is no leaderboard yet; `ureca board serve` makes it")
        return
    if version < newest:
        message = f"of version {version}, the software's is {newest}: make a backup, then start it, which migrates"
        yield Finding("database", "warning", message)
        return
    with store.raw_connection() as connection:
        if store.is_sqlite:
            answer = str(connection.execute(text("pragma quick_check(1)")).scalar_one())
            name, problem = "SQLite", "" if answer == "ok" else f"{answer}: restore a backup"
        else:
            encoding = connection.execute(text("show server_encoding")).scalar_one()
            wrong = f"its encoding is {encoding}: make a database with encoding UTF8"
            name, problem = "PostgreSQL", "" if encoding == "UTF8" else wrong
    if problem:
        yield Finding("database", "problem", f"{name}: {problem}")
    else:
        yield Finding("database", "ok", f"{name}, version {version}")


def _boards(store: Store) -> Iterator[Finding]:
    boards = list_boards(store)
    check_judge(boards)
    yield Finding("boards", "ok", ", ".join(boards))


def _log(store: Store) -> Iterator[Finding]:
    state = audit.verify(store)
    for problem in state.problems:
        yield Finding("log", "problem", f"{problem}; see docs/durability.md")
    if not state.problems:
        yield Finding("log", "ok", f"{state.events:,} events, newest hash {state.head}")


def _files(store: Store) -> Iterator[Finding]:
    problems = damaged_files(store)
    for problem in problems:
        yield Finding("files", "problem", problem)
    if not problems:
        yield Finding("files", "ok", "every file of a submission or a run is what it was")


def _workers(store: Store) -> Iterator[Finding]:
    settings = store.settings
    with store.reading() as session:
        health = queue_health(session, settings, store.now(session))
    waiting = [worker.state for worker in health.workers if worker.state.startswith("waiting")]
    if waiting:
        yield Finding("workers", "problem", f"{len(waiting)} of them: {waiting[0]}")
    elif not health.alive:
        message = "none has reported: start `ureca board serve` or `ureca board worker`"
        yield Finding("workers", "problem" if health.queued else "warning", f"{health.queued} jobs wait, {message}")
    else:
        yield Finding("workers", "ok", f"{health.alive}, {health.queued} jobs wait")
    if health.failed:
        message = f"{health.failed} jobs failed in the last 24 hours; the pages of their systems say why"
        yield Finding("jobs", "warning", message)
    yield from _memory(max(1, health.alive), settings.score_memory_mib)


def _memory(workers: int, each_mib: int) -> Iterator[Finding]:
    """Whether all workers of this machine may use at once what each of them may."""
    limits = [_read_number(Path("/sys/fs/cgroup/memory.max"))]
    if hasattr(os, "sysconf"):
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    present = min((limit for limit in limits if limit), default=0) // 2**20
    if present and each_mib > present:
        message = (
            f"one scoring may use {each_mib:,} MiB, there are {present:,}: lower URECA_LEADERBOARD_SCORE_MEMORY_MIB"
        )
        yield Finding("memory", "warning", message)
    elif present and workers * each_mib > 2 * present:
        message = f"{workers} workers may use {each_mib:,} MiB each, there are {present:,} here: run some elsewhere"
        yield Finding("memory", "warning", message)


def _read_number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # no such file, or "max"
        return None
