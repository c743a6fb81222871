"""Trained checkpoints: those that come with the package, any folder, any model of the hub; checked before loading."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from dataset.errors import DataUnavailableError, InvalidInputError, MissingDependencyError
from dataset.runtime.checkpoint_files import CONFIG, INDEX, WEIGHTS, bundled_checkpoints, count_weights

from .captioner import Captioner, OpenCaptioner
from .captioner_options import CaptionerOptions, read_options
from .image_text import ImageTextCaptioner, ImageTextOptions
from .memory import naming_memory_errors, need_memory

__all__ = ["TrainedOptions", "check_checkpoint", "checkpoint_sha256", "find_checkpoint", "open_trained"]

HUB_ID: Final = re.compile(r"[\w.-]*\w[\w.-]*/[\w.-]+")
PARTS: Final = ("*.json", "*.safetensors", "*.txt", "*.jinja", "*.model")
"""Files of a checkpoint; nothing else of a model of the hub is downloaded."""
OWN_FAMILY: Final = "ureca"
BYTES_PER_WEIGHT: Final = 5
"""On a CPU: float32, and room to work."""


class TrainedOptions(CaptionerOptions):
    """Options of trained captioners; what is not given is left to the model.

    Attributes:
        batch_size: regions decoded at once.
        max_new_tokens: of a caption.
    """

    batch_size: int | None = Field(default=None, ge=1)
    max_new_tokens: int | None = Field(default=None, ge=1)


def find_checkpoint(name: str) -> Path | None:
    """The folder of a checkpoint: one of the package's, a folder, or a model of the hub, which is downloaded once.

    Args:
        name: as in `bundled_checkpoints`, a path, or ``ORGANISATION/NAME`` where there is no folder of this name.

    Returns:
        The folder, which may be missing or not whole (see `check_checkpoint`); None if the name is none of the three.

    Raises:
        DataUnavailableError: there is no such folder, and the hub has no such model or cannot be reached.
    """
    bundled = bundled_checkpoints()
    if name in bundled:
        return bundled[name]
    if not ("/" in name or "\\" in name or name in (".", "..") or Path(name, CONFIG).is_file()):
        return None
    return _download(name) if HUB_ID.fullmatch(name) and not Path(name).exists() else Path(name)


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(PARTS)))
    except (OSError, ValueError) as error:  # both of the hub's error families and all network errors
        reason = " ".join(str(error).split())
        raise DataUnavailableError(
            f"{name}: there is no such folder, and the hub does not give a model of this name ({reason}). "
            f"With the package come: {', '.join(bundled_checkpoints()) or 'none'}."
        ) from error


def open_trained(name: str, folder: Path, options: Mapping[str, Any], *, device: str | None = None) -> OpenCaptioner:
    """Load a checkpoint. It is greedy, so a seed would change nothing.

    Args:
        name: what the user called it.
        folder: where it is; a model of another family is asked through views (`baselines.image_text`).
        options: see `TrainedOptions`, of another family `ImageTextOptions`.
        device: "cpu", "cuda", "cuda:1" ...; None takes a GPU if there is one.

    Raises:
        DataUnavailableError: the checkpoint is missing or not whole.
        InvalidInputError: it is not a checkpoint of URECA, or there is no such device.
        InsufficientMemoryError: it would not fit.
        MissingDependencyError: torch or transformers is not installed.
    """
    foreign = read_options(ImageTextOptions, name, options) if _is_foreign(folder) else None
    settings = {} if foreign else read_options(TrainedOptions, name, options).model_dump(exclude_none=True)
    weights = check_checkpoint(folder)
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError as error:
        install = "pip install 'ureca[models]'"
        raise MissingDependencyError("torch with transformers", f"the checkpoint {name}", install) from error
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    _check_device(device)
    with naming_memory_errors(f"loading {folder}", "Take a smaller checkpoint, or --device cpu."):
        if device == "cpu":
            need_memory(BYTES_PER_WEIGHT * weights, f"{folder} ({weights:,} weights)", "Take a smaller checkpoint.")
        captioner: Captioner
        if foreign is not None:
            captioner = ImageTextCaptioner(folder, foreign, device=device)
            settings = {**foreign.model_dump(include={"batch_size", "max_new_tokens"}), **foreign.shown()}
        else:
            from .ureca import UrecaCaptioner

            captioner = UrecaCaptioner.from_pretrained(folder, device=device, **settings)
    identity = {"checkpoint": checkpoint_sha256(folder), "device": device, **settings}
    hint = "Lower --option batch_size, or reduce the image and its masks."
    return OpenCaptioner(name, captioner, identity, memory_hint=hint)


def _is_foreign(folder: Path) -> bool:
    """Whether a checkpoint says that it is of another family than URECA's."""
    try:
        family = json.loads((folder / CONFIG).read_text(encoding="utf-8")).get("model_type", OWN_FAMILY)
    except (OSError, ValueError, AttributeError):
        return False  # what is wrong with it is said when it is checked
    return bool(family != OWN_FAMILY)


def check_checkpoint(folder: Path) -> int:
    """Check that a checkpoint is whole, from the headers of its files; returns how many weights it has.

    Raises:
        DataUnavailableError: files are missing or cut off; all of them are named.
    """
    if not folder.is_dir():
        bundled = ", ".join(bundled_checkpoints()) or "none"
        raise DataUnavailableError(
            f"{folder}: there is no such checkpoint folder. With the package come: {bundled}. A model of the hub is "
            "called ORGANISATION/NAME."
        )
    weights, problems = count_weights(folder)
    if problems:
        raise DataUnavailableError(
            f"{folder}: this is not a whole checkpoint: {'; '.join(problems)}. Expected {CONFIG}, {WEIGHTS} (or "
            f"{INDEX} and its parts) and a tokenizer, as save_pretrained writes them. Copy it again."
        )
    return weights


def _check_device(device: str) -> None:
    import torch

    try:
        torch_device = torch.device(device)
    except RuntimeError:
        raise InvalidInputError("--device", [f"expected cpu, cuda or cuda:1, found {device!r}"]) from None
    if torch_device.type == "cuda" and (torch_device.index or 0) >= torch.cuda.device_count():
        problem = f"{device!r} is not there: torch sees {torch.cuda.device_count()} GPUs"
        raise InvalidInputError("--device", [problem], "Leave it out to take what there is.")


def checkpoint_sha256(folder: Path) -> str:
    """Digest of the files' names and contents: another training under the same name is another checkpoint."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if any(path.match(part) for part in PARTS)):
        digest.update(f"{path.name}\n{path.stat().st_size}\n".encode())
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
