"""``python -m leaderboard serve``: pages and API in one process, scoring workers in processes of their own."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import subprocess
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from dataset.errors import UrecaError
from dataset.runtime.interpreter import module_command, module_environment

from ..storage.store import Store
from .api import api_routes
from .first_view import FirstView, prepare_first_views
from .gate import Gate, PatientProtocol

__all__ = ["WorkerProcesses", "application", "run_application", "seeding", "stop_when_parent_ends", "streamlit_options"]

logger = logging.getLogger(__name__)
_SCRIPT = Path(__file__).with_name("app.py")
_CONFIG = _SCRIPT.with_name(".streamlit") / "config.toml"
_COMMAND = tuple(module_command("leaderboard", "worker", "--quiet"))
_SEED = tuple(module_command("leaderboard", "seed"))
_STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.5
_LONGEST_PAUSE = 30.0


class WorkerProcesses:
    """Scoring workers, started again when one dies.

    Args:
        count: how many.
        command: what starts one; it has to end when its input closes or on SIGTERM.
    """

    def __init__(self, count: int, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._keep, args=(place,), daemon=True) for place in range(count)]

    def start(self) -> None:
        """Start them all and watch over them."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask them to stop, which gives their jobs back; kill those that have not stopped in time."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin is not None:
                process.stdin.close()

    def _keep(self, place: int) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=module_environment())
            self._running[place] = process
            while process.poll() is None and not self._stopping.wait(_LOOK_SECONDS):
                pass
            if not self._stopping.is_set():
                logger.warning("a worker ended with code %s; another one starts in %.0f s", process.returncode, pause)
                self._stopping.wait(pause)
                pause = min(_LONGEST_PAUSE, 2 * pause)


def application(store: Store, workers: int) -> Any:
    """The ASGI application: Streamlit's pages, the API, and the workers for as long as it runs."""
    from starlette.middleware import Middleware
    from streamlit.starlette import App

    settings = store.settings
    gate = Middleware(Gate, prefix=settings.path_prefix, framed_by=settings.framed_by)
    routes = api_routes(store, settings.path_prefix)
    first_view = Middleware(FirstView, prefix=settings.path_prefix)
    return App(_SCRIPT, routes=routes, lifespan=_with_workers(workers), middleware=[gate, first_view])


def run_application(app: Any, store: Store) -> None:
    """Serve until stopped."""
    import uvicorn
    from streamlit.runtime.runtime_util import get_max_message_size_bytes
    from streamlit.web import bootstrap

    bootstrap.load_config_options(streamlit_options(store))
    uvicorn.run(
        app,
        host=store.settings.host,
        port=store.settings.port,
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=get_max_message_size_bytes(),
        limit_concurrency=store.settings.connections,
        server_header=False,
        access_log=False,
        log_level="warning",
    )


@contextmanager
def seeding() -> Iterator[None]:
    """While this lasts, a process adds what a new leaderboard starts with; pages are there from the first second."""
    process = subprocess.Popen(_SEED, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=module_environment())
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def streamlit_options(store: Store) -> dict[str, Any]:
    """Streamlit's settings: its config file in the package, and those that follow from the leaderboard's.

    The file is read here because Streamlit looks for one beside the program that was started, which may be any.
    """
    settings = store.settings
    return {
        **dict(_flat(tomllib.loads(_CONFIG.read_text(encoding="utf-8")))),
        "server.address": settings.host,
        "server.port": settings.port,
        "server.maxUploadSize": settings.upload_mib,
        "server.baseUrlPath": settings.path_prefix.strip("/"),
    }


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _with_workers(count: int) -> Callable[[Any], contextlib.AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
        processes = WorkerProcesses(count)
        processes.start()
        threading.Thread(target=_prepare_pages, daemon=True).start()
        try:
            yield {"workers": processes}
        finally:
            processes.stop()

    return lifespan


def _prepare_pages() -> None:
    """Load the pages, and read what the boards first show, before the first visitor comes."""
    from .views import about, annotate, board, compare, explore, submit, system, try_it  # noqa: F401

    importlib.import_module("pandas")  # Streamlit wants it with the first page

    try:
        prepare_first_views()
    except UrecaError as error:
        logger.warning("the boards could not be read ahead: %s", error)


def stop_when_parent_ends(stop: Callable[[], None]) -> None:
    """Call `stop` when the process that started this one ends, in whatever way: the pipe between them closes then."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        stop()

    threading.Thread(target=watch, daemon=True).start()
