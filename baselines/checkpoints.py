"""Trained checkpoints: those that come with the package, any folder, any model of the hub; checked before loading."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from dataset.errors import DataUnavailableError, InvalidInputError, MissingDependencyError

from .captioner import OpenCaptioner
from .memory import naming_memory_errors, need_memory
from .options import CaptionerOptions, read_options

__all__ = ["TrainedOptions", "bundled_checkpoints", "check_checkpoint", "find_checkpoint", "open_trained"]

BUNDLED: Final = Path(__file__).parent / "weights"
CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
HUB_ID: Final = re.compile(r"[\w.-]*\w[\w.-]*/[\w.-]+")
PARTS: Final = ("*.json", "*.safetensors", "*.txt", "*.jinja")
"""Files of a checkpoint; nothing else of a model of the hub is downloaded."""
BYTES_PER_WEIGHT: Final = 5
"""On a CPU: float32, and room to work."""
LONGEST_HEADER: Final = 100 * 2**20


class TrainedOptions(CaptionerOptions):
    """Options of trained captioners; what is not given is left to the model.

    Attributes:
        batch_size: regions decoded at once.
        max_new_tokens: of a caption.
    """

    batch_size: int | None = Field(default=None, ge=1)
    max_new_tokens: int | None = Field(default=None, ge=1)


def bundled_checkpoints() -> dict[str, Path]:
    """Name -> folder of the checkpoints that come with the package, sorted."""
    return {config.parent.name: config.parent for config in sorted(BUNDLED.glob(f"*/{CONFIG}"))}


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


def open_trained(name: str, folder: Path, given: Mapping[str, Any], *, device: str | None = None) -> OpenCaptioner:
    """Load a checkpoint. It is greedy, so a seed would change nothing.

    Args:
        name: what the user called it.
        folder: where it is.
        given: see `TrainedOptions`.
        device: "cpu", "cuda", "cuda:1" ...; None takes a GPU if there is one.

    Raises:
        DataUnavailableError: the checkpoint is missing or not whole.
        InvalidInputError: it is no checkpoint of URECA, or there is no such device.
        InsufficientMemoryError: it would not fit.
        MissingDependencyError: torch or transformers is not installed.
    """
    options = read_options(TrainedOptions, name, given).model_dump(exclude_none=True)
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
        from .ureca import UrecaCaptioner

        captioner = UrecaCaptioner.from_pretrained(folder, device=device, **options)
    identity = {"checkpoint": _sha256(folder), "device": device, **options}
    hint = "Lower --option batch_size, or reduce the image and its masks."
    return OpenCaptioner(name, captioner, identity, memory_hint=hint)


def check_checkpoint(folder: Path) -> int:
    """See that a checkpoint is whole, from the headers of its files; returns how many weights it has.

    Raises:
        DataUnavailableError: files are missing or cut off; all of them are named.
    """
    if not folder.is_dir():
        bundled = ", ".join(bundled_checkpoints()) or "none"
        raise DataUnavailableError(
            f"{folder}: there is no such checkpoint folder. With the package come: {bundled}. A model of the hub is "
            "called ORGANISATION/NAME."
        )
    problems = [] if (folder / CONFIG).is_file() else [f"no {CONFIG}"]
    weights = 0
    for path in _weight_files(folder, problems):
        counted = _count_weights(path)
        if isinstance(counted, str):
            problems.append(f"{path.name}: {counted}")
        else:
            weights += counted
    if problems:
        raise DataUnavailableError(
            f"{folder}: this is no whole checkpoint: {'; '.join(problems)}. Expected {CONFIG}, {WEIGHTS} (or {INDEX} "
            "and its parts) and a tokenizer, as save_pretrained writes them. Copy it again."
        )
    return weights


def _weight_files(folder: Path, problems: list[str]) -> list[Path]:
    index = folder / INDEX
    if not index.is_file():
        return [folder / WEIGHTS]
    try:
        return [folder / name for name in sorted(set(json.loads(index.read_text())["weight_map"].values()))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problems.append(f"{INDEX}: not an index of weights ({error})")
        return []


def _count_weights(path: Path) -> int | str:
    """The number of weights in a safetensors file, or what is wrong with it; only its header is read."""
    if not path.is_file():
        return "it is missing"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > LONGEST_HEADER:
            return "not a safetensors file"
        try:
            header = json.loads(file.read(length))
            tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
            end = max((tensor["data_offsets"][1] for tensor in tensors), default=0)
            weights = sum(math.prod(tensor["shape"]) for tensor in tensors)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return "not a safetensors file"
    expected, found = 8 + length + end, path.stat().st_size
    return weights if found == expected else f"it is cut off: expected {expected:,} bytes, found {found:,}"


def _check_device(device: str) -> None:
    import torch

    try:
        chosen = torch.device(device)
    except RuntimeError:
        raise InvalidInputError("--device", [f"expected cpu, cuda or cuda:1, found {device!r}"]) from None
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        problem = f"{device!r} is not there: torch sees {torch.cuda.device_count()} GPUs"
        raise InvalidInputError("--device", [problem], "Leave it out to take what there is.")


def _sha256(folder: Path) -> str:
    """Digest of the files' names and contents: another training under the same name is another checkpoint."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if any(path.match(part) for part in PARTS)):
        digest.update(f"{path.name}\n{path.stat().st_size}\n".encode())
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
