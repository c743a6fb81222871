"""``load_dataset("ureca")`` in programs that never import this package: opt-in, and taken back as easily.

A line in a ``.pth`` file runs whenever this Python starts, in spawned workers too. The one written here waits for the
import of `datasets` and registers the name ``ureca`` then. It imports nothing before, does nothing where the package
is not this one any more, and is gone with its file.
"""

from __future__ import annotations

import site
import sysconfig
from pathlib import Path

from ..errors import DataUnavailableError

__all__ = ["disable", "enable", "startup_file"]

_SOURCE = """\
import sys

class UrecaOnImport:
    def find_spec(name, path=None, target=None):
        if name != "datasets.load":
            return None
        from importlib.util import find_spec
        sys.meta_path.remove(UrecaOnImport)
        package = find_spec("dataset")
        if package is not None and package.origin == {origin!r}:
            import dataset
        specs = (finder.find_spec(name, path, target) for finder in list(sys.meta_path))
        return next(filter(None, specs), None)

sys.meta_path.insert(0, UrecaOnImport)
"""


def startup_file() -> Path:
    """The file, whether it is there or not: in the site-packages that this package or its Python is installed in."""
    beside = Path(__file__).resolve().parents[2]
    folders = [Path(sysconfig.get_path("purelib")), Path(site.getusersitepackages())]
    folder = next((folder for folder in folders if folder.resolve() == beside), folders[0])
    return folder / "ureca.pth"


def enable() -> Path:
    """Write the file; writing it again changes nothing.

    Raises:
        DataUnavailableError: the folder cannot be written.
    """
    path = startup_file()
    source = _SOURCE.format(origin=str(Path(__file__).resolve().parents[1] / "__init__.py"))
    try:
        path.write_text(f"import sys; exec({source!r}, {{}})\n", encoding="utf-8")
    except OSError as error:
        raise DataUnavailableError(
            f"cannot write {path} ({error}). Take a virtual environment, or `import dataset` in your program."
        ) from error
    return path


def disable() -> Path | None:
    """Remove the file; None if it was not there.

    Raises:
        DataUnavailableError: it cannot be removed.
    """
    path = startup_file()
    try:
        path.unlink()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataUnavailableError(f"cannot remove {path} ({error}). Remove it by hand.") from error
    return path
