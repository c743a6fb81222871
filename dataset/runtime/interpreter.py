"""Processes of this project's modules: the same interpreter, the same packages, wherever it was started.

The folder a command is started in may hold another project's ``dataset.py``; ``python -m`` would put that folder
first on the path, so that it comes before this project's packages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["PACKAGES", "module_command", "module_environment", "module_path", "typed_command"]

PACKAGES: Final = str(Path(__file__).resolve().parents[2])
"""Folder of this project's packages."""


def module_command(module: str, *arguments: str) -> list[str]:
    """What starts a module of this project in a process of its own; it needs `module_environment` too."""
    flags = ["-P", "-S"] if sys.flags.no_site else ["-P"]  # -P: the working folder is not on the path
    return [sys.executable, *flags, "-m", module, *arguments]


def module_environment(**changes: str) -> dict[str, str]:
    """This process's environment, in which a module of this project finds the packages that are running here.

    Args:
        changes: variables with other values.
    """
    return {**os.environ, "PYTHONPATH": module_path(os.environ), **changes}


def module_path(environment: Mapping[str, str]) -> str:
    """``PYTHONPATH`` with the folder of this project's packages in front."""
    return os.pathsep.join(filter(None, [PACKAGES, environment.get("PYTHONPATH")]))


def typed_command() -> list[str]:
    """The words that started this process, as they can be typed again: ``python -m MODULE ...`` or ``ureca ...``."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is None:
        return [Path(sys.argv[0]).name, *sys.argv[1:]]
    return ["python", "-m", spec.name.removesuffix(".__main__"), *sys.argv[1:]]
