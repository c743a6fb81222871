"""Make ``load_dataset("ureca")`` find this package.

`datasets` has no plug-in interface, so the function that turns a dataset's name into a module is wrapped: the name
``ureca`` is answered here, every other name by the original. If `datasets` is not imported yet, the wrapping waits for
its import, so that ``import dataset`` stays cheap. This leans on a private function of `datasets` 4.x and 5.x; where it
is gone, `register` leaves `datasets` alone and `dataset.load_dataset` keeps working.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import logging
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

__all__ = ["NAME", "dataset_module", "register"]

NAME = "ureca"
_FACTORY = "dataset_module_factory"
_LOADER_MODULE = "datasets.load"
_HOLDERS = (_LOADER_MODULE, "datasets.inspect", "datasets.commands.test")

logger = logging.getLogger(__name__)


def register() -> None:
    """Teach `datasets` the name ``ureca``, now or as soon as it is imported; calling it again changes nothing."""
    if _LOADER_MODULE in sys.modules:
        _wrap_loaded_modules()
    elif not any(isinstance(finder, _AfterImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AfterImport())


def dataset_module() -> Any:
    """What `datasets` needs to build ``ureca``: the builder's module and the hash of all that makes the data."""
    from datasets.load import DatasetModule

    from ..runtime.fingerprint import content_hash

    package = __name__.rpartition(".")[0]
    return DatasetModule(f"{package}.builder", content_hash(), {"dataset_name": NAME})


def _wrap_loaded_modules() -> None:
    original = getattr(sys.modules[_LOADER_MODULE], _FACTORY, None)
    if original is None:
        logger.warning(
            "this version of `datasets` has no %s.%s: use dataset.load_dataset(...) instead of "
            'datasets.load_dataset("%s", ...), or load an exported folder (python -m dataset export).',
            _LOADER_MODULE,
            _FACTORY,
            NAME,
        )
        return
    wrapped = original if hasattr(original, "_ureca_original") else _with_our_name(original)
    for holder in _HOLDERS:
        if hasattr(sys.modules.get(holder), _FACTORY):
            setattr(sys.modules[holder], _FACTORY, wrapped)


def _with_our_name(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def factory(path: str, *args: Any, **kwargs: Any) -> Any:
        return dataset_module() if path == NAME else original(path, *args, **kwargs)

    factory._ureca_original = original  # type: ignore[attr-defined]
    return factory


class _AfterImport(importlib.abc.MetaPathFinder):
    """Wraps the factory right after `datasets.load` has been executed, then steps aside."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find `datasets.load` by the other finders and wrap the factory after its execution."""
        if fullname != _LOADER_MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            _run_after_exec(spec.loader, _wrap_loaded_modules)
        return spec


def _run_after_exec(loader: Any, action: Callable[[], None]) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        action()

    loader.exec_module = exec_module
