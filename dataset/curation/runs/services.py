"""The describer and the encoder of a shard, opened from the settings on first use."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ...errors import DataUnavailableError, UrecaError
from ...prompting.describer import Describer
from ...prompting.server import ServerDescriber, ServerOptions
from ..look_alikes.search import Encoder, open_encoder
from ..rehearsal import REHEARSAL, open_rehearsal
from ..run_options import EMBEDDED, CurationOptions, RunSettings
from .plan import shard_name

if TYPE_CHECKING:
    from ...listener import World

__all__ = ["WORLDS", "Services", "read_worlds"]

WORLDS = "worlds.jsonl"
"""Beside the images of scenes: the world of each, one line per image."""


class Services:
    """An asynchronous context manager that holds what is opened for one shard.

    Args:
        out: the output folder; the response cache is in it.
        shard: whose cache it is.
        options: which model and which encoder.
        settings: where the server is.
        describer: used instead of the settings' server, if given.
        encoder: used instead of the options' encoder, if given.
        image_ids: the shard's images, whose worlds the embedded describer reads.
    """

    def __init__(
        self,
        out: Path,
        shard: int,
        options: CurationOptions,
        settings: RunSettings,
        describer: Describer | None,
        encoder: Encoder | None,
        image_ids: Collection[str],
    ) -> None:
        self.options, self.settings = options, settings
        self._out, self._shard, self._image_ids = out, shard, image_ids
        self._describer = describer
        self._stack = AsyncExitStack()
        self._encoder = encoder
        self._lock = threading.Lock()

    def encoder(self) -> Encoder | None:
        """The encoder of look-alikes, its weights read on first use; None if nothing is to look alike."""
        with self._lock:
            if self._encoder is None and self.options.encoder != "none":
                self._encoder = open_encoder(self.options.encoder)
        return self._encoder

    @property
    def describer(self) -> Describer:
        """Who answers; opened by entering the context."""
        if self._describer is None:
            raise RuntimeError("services are used inside `async with`")
        return self._describer

    async def is_alive(self) -> bool:
        """Whether the server answers a check; a describer that is not a server counts as not alive."""
        if not isinstance(self._describer, ServerDescriber):
            return False
        try:
            await self._describer.check()
        except UrecaError:
            return False
        return True

    async def __aenter__(self) -> Self:
        if self._describer is None and self.settings.server == EMBEDDED:
            from ..embedded import EmbeddedDescriber

            self._describer = EmbeddedDescriber(read_worlds(Path(self.settings.images), self._image_ids))
        elif self._describer is None and self.settings.server.startswith(REHEARSAL):
            self._describer = open_rehearsal(self.settings.server)
        elif self._describer is None:
            options = ServerOptions(
                url=self.settings.server,
                model=self.options.model,
                api_key=os.environ.get(self.settings.api_key_variable, ""),
                concurrency=self.settings.concurrency,
                timeout=self.settings.timeout,
                attempts=self.settings.attempts,
            )
            cache = self._out / "responses" / f"{shard_name(self._shard)}.jsonl"
            self._describer = await self._stack.enter_async_context(ServerDescriber(options, cache))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()


def read_worlds(folder: Path, image_ids: Collection[str]) -> dict[str, World]:
    """The worlds of scenes, from the file beside them.

    Raises:
        DataUnavailableError: the file is missing or damaged.
    """
    from ...listener import World

    path, worlds = folder / WORLDS, {}
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if record["image_id"] in image_ids:
                    worlds[record["image_id"]] = World.from_dict(record["world"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataUnavailableError(
            f"{path}: {error}. --server embedded captions rendered scenes, whose {WORLDS} says what is in them "
            "(python -m dataset.curation demo makes some); photographs need --server URL."
        ) from error
    return worlds
