"""Image encoders for look-alikes: the embedded one, DINOv2 by hub id, and their calibrated thresholds."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

import numpy as np

from ...errors import DataUnavailableError, MissingDependencyError, UnknownNameError, look_up
from ...runtime.arrays import ByteArray, Float32Array

if TYPE_CHECKING:
    import torch

__all__ = ["EMBEDDED", "Encoder", "calibrated_threshold", "calibrations", "check_encoder", "open_encoder"]


EMBEDDED: Final = "efficientnet-lite0"
BATCH: Final = 32
THRESHOLDS: Final = Path(__file__).with_name("thresholds.json")


@runtime_checkable
class Encoder(Protocol):
    """Turns crops into features whose cosine says how alike they look."""

    @property
    def name(self) -> str:
        """Key of its calibrated threshold."""

    @property
    def input_size(self) -> int:
        """Side of the square crops it reads, in pixels."""

    def encode(self, crops: Sequence[ByteArray]) -> Float32Array:
        """Unit vectors of shape (n, width) for n square RGB crops (size, size, 3), in order."""


def open_encoder(name: str = EMBEDDED, device: str = "cpu") -> Encoder:
    """An encoder by name; each is loaded once.

    Args:
        name: "efficientnet-lite0" (embedded, offline), or a hub id such as "facebook/dinov2-base".
        device: of torch.

    Raises:
        UnknownNameError: neither the embedded encoder nor a hub id.
        MissingDependencyError: torch, transformers or the weights' package is not installed.
        DataUnavailableError: the hub has no such model, or cannot be reached.
    """
    if name != EMBEDDED and "/" not in name:
        raise UnknownNameError("encoder", name, [EMBEDDED, "facebook/dinov2-base", "any hub id of a DINOv2"])
    return _loaded(name, device)


def check_encoder(name: str, threshold: float | None) -> None:
    """See, without loading anything, that an encoder can be opened and has a threshold; "none" is fine.

    Raises:
        MissingDependencyError: what it needs is not installed.
        UnknownNameError: no such encoder, or it has no threshold and none is given.
    """
    if name == "none":
        return
    if threshold is None:
        calibrated_threshold(name)
    if find_spec("torch") is None:
        open_encoder(name)  # says what to install


@functools.lru_cache(maxsize=2)
def _loaded(name: str, device: str) -> Encoder:
    try:
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError("torch", "an image encoder", "pip install 'ureca[curation]'") from error
    return _EfficientNet(device) if name == EMBEDDED else _DinoV2(name, device)


class _EfficientNet:
    """ImageNet features of EfficientNet-Lite0, 1280 wide."""

    name = EMBEDDED
    input_size = 224

    def __init__(self, device: str) -> None:
        from .efficientnet import load_efficientnet_lite0

        self._network = load_efficientnet_lite0().to(device)
        self._device = device

    def encode(self, crops: Sequence[ByteArray]) -> Float32Array:
        import torch

        batches = []
        with torch.inference_mode():
            for batch in _batches(crops):
                pixels = (torch.from_numpy(batch).to(self._device).permute(0, 3, 1, 2).float() - 127) / 128
                batches.append(self._network(pixels))
        return _unit_rows(batches, 1280)


class _DinoV2:
    """The class token of a DINOv2 (Oquab et al., 2023), normalised."""

    input_size = 224
    mean = (0.485, 0.456, 0.406)
    deviation = (0.229, 0.224, 0.225)

    def __init__(self, name: str, device: str) -> None:
        import torch

        try:
            from transformers import AutoModel
        except ImportError as error:
            raise MissingDependencyError("transformers", "DINOv2", "pip install 'ureca[curation]'") from error
        self.name = name
        try:
            self._network = AutoModel.from_pretrained(name).eval().to(device)
        except (OSError, ValueError) as error:
            raise DataUnavailableError(
                f"cannot load {name!r} from the Hugging Face hub: {error}. The encoder {EMBEDDED!r} needs no network."
            ) from error
        self._device = device
        self._mean = torch.tensor(self.mean, device=device).view(1, 3, 1, 1)
        self._deviation = torch.tensor(self.deviation, device=device).view(1, 3, 1, 1)

    def encode(self, crops: Sequence[ByteArray]) -> Float32Array:
        import torch

        batches = []
        with torch.inference_mode():
            for batch in _batches(crops):
                pixels = torch.from_numpy(batch).to(self._device).permute(0, 3, 1, 2).float() / 255
                hidden = self._network(pixel_values=(pixels - self._mean) / self._deviation).last_hidden_state
                batches.append(hidden[:, 0])
        return _unit_rows(batches, int(self._network.config.hidden_size))


def _batches(crops: Sequence[ByteArray]) -> list[ByteArray]:
    return [np.stack(crops[start : start + BATCH]) for start in range(0, len(crops), BATCH)]


def _unit_rows(batches: Sequence[torch.Tensor], width: int) -> Float32Array:
    if not batches:
        return np.zeros((0, width), np.float32)
    rows = np.concatenate([batch.float().cpu().numpy() for batch in batches])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Float32Array = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def calibrations() -> Mapping[str, Mapping[str, Any]]:
    """Encoder -> its threshold and where it comes from; written by ``python -m dataset.curation.calibrate``."""
    records: dict[str, dict[str, Any]] = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
    return records


def calibrated_threshold(name: str) -> float:
    """Least cosine of look-alikes for an encoder.

    Raises:
        UnknownNameError: the encoder was never calibrated.
    """
    return float(look_up("calibrated encoder", name, calibrations())["threshold"])
