"""Captioners by name: the trivial ones, `prompted`, the checkpoints that come with the package, and any folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from dataset.errors import UnknownNameError
from dataset.runtime.checkpoint_files import bundled_checkpoints

from .captioner import OpenCaptioner
from .captioner_options import NoOptions, read_options
from .checkpoints import check_checkpoint, find_checkpoint, open_trained
from .trivial import TRIVIAL

__all__ = ["CAPTIONERS", "Opening", "captioner_names", "check_captioner", "open_captioner"]


@dataclass(frozen=True)
class Opening:
    """How a captioner is to be opened.

    Attributes:
        options: its own, NAME -> value, or text that is read as one.
        seed: of random choices.
        device: of trained ones; None takes a GPU if there is one.
        answers: file in which it may keep what must not be asked twice; None if nothing may be kept.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    device: str | None = None
    answers: Path | None = None


class CaptionerFactory(Protocol):
    """Opens one kind of captioner."""

    def __call__(self, opening: Opening, /) -> OpenCaptioner:
        """The captioner, ready; raises what its options, its server or its files have wrong with them."""


def _open_trivial(name: str, opening: Opening) -> OpenCaptioner:
    read_options(NoOptions, name, opening.options)
    return OpenCaptioner(name, TRIVIAL[name])


def _open_prompted(opening: Opening) -> OpenCaptioner:
    from .prompted import PromptedCaptioner, PromptedOptions

    options = read_options(PromptedOptions, "prompted", opening.options)
    captioner = PromptedCaptioner(options, seed=opening.seed, answers=opening.answers)
    identity = {**options.identity(), "seed": opening.seed}
    return OpenCaptioner("prompted", captioner, identity, images_at_once=options.images_at_once, close=captioner.close)


CAPTIONERS: Final[Mapping[str, CaptionerFactory]] = {
    **{name: partial(_open_trivial, name) for name in TRIVIAL},
    "prompted": _open_prompted,
}
"""Name -> factory. Checkpoints are found by the name of their folder."""


def captioner_names() -> list[str]:
    """Every name that `open_captioner` knows, besides folders."""
    return [*CAPTIONERS, *bundled_checkpoints()]


def check_captioner(name: str) -> None:
    """See that a captioner has this name, or a folder or the hub such a checkpoint, before anything is loaded.

    Raises:
        UnknownNameError: no captioner has this name.
        DataUnavailableError: the checkpoint is missing or not whole.
    """
    if name in CAPTIONERS:
        return
    check_checkpoint(_folder_of(name))


def _folder_of(name: str) -> Path:
    folder = find_checkpoint(name)
    if folder is None:
        raise UnknownNameError("captioner", name, captioner_names())
    return folder


def open_captioner(
    name: str,
    options: Mapping[str, Any] | None = None,
    *,
    seed: int = 0,
    device: str | None = None,
    answers: Path | None = None,
) -> OpenCaptioner:
    """Open a captioner.

    Args:
        name: one of `captioner_names`, the folder of a checkpoint, or a model of the hub.
        options: of the captioner, see its class.
        seed: of random choices.
        device: of trained captioners; None takes a GPU if there is one.
        answers: see `Opening`.

    Raises:
        UnknownNameError: no such captioner or option.
        InvalidInputError: options that cannot be used.
        DataUnavailableError: its server or its checkpoint is not there.
        InsufficientMemoryError: it would not fit into the memory.
        MissingDependencyError: it needs a package that is not installed.
    """
    options = dict(options or {})
    if name in CAPTIONERS:
        return CAPTIONERS[name](Opening(options, seed, device, answers))
    return open_trained(name, _folder_of(name), options, device=device)
