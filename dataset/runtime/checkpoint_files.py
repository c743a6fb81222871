"""Checkpoints as files: which come with the package, and how many weights they hold. Nothing is loaded or imported."""

from __future__ import annotations

import json
import math
from importlib.util import find_spec
from pathlib import Path
from typing import Final

__all__ = ["CONFIG", "INDEX", "WEIGHTS", "bundled_checkpoints", "bundled_folder", "count_weights"]

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
"""Names the safetensors files of a checkpoint that is in several."""

_HEAD: Final = "lm_head.weight"
_LONGEST_HEADER: Final = 100 * 2**20


def bundled_folder() -> Path | None:
    """Where the package keeps its checkpoints; None if `baselines` is not installed. It is not imported."""
    package = find_spec("baselines")
    places = [] if package is None else list(package.submodule_search_locations or ())
    return Path(places[0]) / "weights" if places else None


def bundled_checkpoints() -> dict[str, Path]:
    """Name -> folder of the checkpoints that come with the package, the largest first."""
    folder = bundled_folder()
    folders = [] if folder is None else sorted(config.parent for config in folder.glob(f"*/{CONFIG}"))
    folders.sort(key=lambda each: -sum(path.stat().st_size for path in each.glob("*.safetensors")))
    return {each.name: each for each in folders}


def count_weights(folder: Path) -> tuple[int, list[str]]:
    """How many weights a checkpoint has, from the headers of its safetensors files, and what is wrong with it.

    Args:
        folder: as ``save_pretrained`` writes it: one safetensors file, or several with an index.

    Returns:
        The weights of all files that are whole, and a phrase for everything that is missing, cut off or damaged. A head
        that shares the weights of the embeddings is not counted, though files may hold it a second time.
    """
    paths, problems = _weight_files(folder)
    if not (folder / CONFIG).is_file():
        problems.insert(0, f"no {CONFIG}")
    weights, left_out = 0, _HEAD if _shares_embeddings(folder / CONFIG) else ""
    for path in paths:
        count = _count(path, left_out)
        if isinstance(count, str):
            problems.append(f"{path.name}: {count}")
        else:
            weights += count
    return weights, problems


def _weight_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The safetensors files of a checkpoint, and what is wrong with its index."""
    index = folder / INDEX
    if not index.is_file():
        return [folder / WEIGHTS], []
    try:
        return [folder / name for name in sorted(set(json.loads(index.read_text())["weight_map"].values()))], []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [], [f"{INDEX}: not an index of weights ({error})"]


def _shares_embeddings(config: Path) -> bool:
    """Whether the output layer of a language model is its table of embeddings."""
    try:
        return bool(json.loads(config.read_text(encoding="utf-8")).get("tie_word_embeddings"))
    except (OSError, ValueError, AttributeError):
        return False


def _count(path: Path, left_out: str) -> int | str:
    """The number of weights in a safetensors file but for one tensor, or what is wrong with it; its header is read."""
    if not path.is_file():
        return "it is missing"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _LONGEST_HEADER:
            return "not a safetensors file"
        try:
            header = json.loads(file.read(length))
            tensors = {name: tensor for name, tensor in header.items() if name != "__metadata__"}
            end = max((tensor["data_offsets"][1] for tensor in tensors.values()), default=0)
            weights = sum(math.prod(tensor["shape"]) for name, tensor in tensors.items() if name != left_out)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return "not a safetensors file"
    expected, size = 8 + length + end, path.stat().st_size
    return weights if size == expected else f"it is cut off: expected {expected:,} bytes, found {size:,}"
