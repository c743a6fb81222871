"""Another project's ``dataset`` or ``benchmark`` in the way of this one's: reported before anything else is imported.

`benchmark`, `baselines` and `leaderboard` run this file by its path (`runpy.run_path`): by its name it could not be
found when `dataset` is another project's. It imports nothing of the project and nothing of the namesake.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

__all__ = ["check_extra", "check_packages"]

_FOLDER = Path(__file__).resolve().parents[2]
_OWN_WORD = "lazy_names(__name__"  # in every package of the project


def check_packages(*names: str) -> None:
    """Make sure that names import the packages of this project.

    Args:
        names: top-level packages.

    Raises:
        ImportError: one is another project's; the message says which file it is and what to do.
        SystemExit: the same under ``python -m``: it ends with the message and exit code 2, without a traceback.
    """
    for name in names:
        place = _foreign_place(name)
        if place is not None:
            message = _message(name, place)
            if sys.argv[:1] == ["-m"]:  # python is still looking for the module that -m names
                sys.stderr.write(f"error: {message}\n")
                raise SystemExit(2)
            raise ImportError(message)


def check_extra(extra: str, *packages: str) -> None:
    """Under ``python -m``, make sure that packages of an extra are installed, before a module imports them.

    Args:
        extra: of this project's package.
        packages: some that it brings.

    Raises:
        SystemExit: one is not installed; the message names the extra, exit code 2.
    """
    absent = [package for package in packages if find_spec(package) is None]
    if absent and sys.argv[:1] == ["-m"]:
        words = sys.orig_argv
        module = words[words.index("-m") + 1]
        sys.stderr.write(
            f"error: python -m {module} needs {absent[0]}, which is not installed. "
            f"Install it with: pip install 'ureca[{extra}]'\n"
        )
        raise SystemExit(2)


def _foreign_place(name: str) -> str | None:
    """The file or folder that `name` imports, if it is not this project's."""
    spec = find_spec(name)
    if spec is None:
        return "nothing"
    own = _FOLDER / name / "__init__.py"
    if spec.origin is None:  # a folder without __init__.py, which never comes before a package that has one
        return ", ".join(spec.submodule_search_locations or ())
    origin = Path(spec.origin)
    same = origin.exists() and own.exists() and origin.samefile(own)
    return None if same and _OWN_WORD in origin.read_text(encoding="utf-8") else spec.origin


def _message(name: str, place: str) -> str:
    words = sys.orig_argv
    module = words[words.index("-m") + 1] if "-m" in words[:-1] else "MODULE"
    return (
        f"the name `{name}` imports {place}, which is not part of URECA\n"
        "  If that is in the folder you are in: start from another folder, or with the command `ureca`, or with "
        f"`python -P -m {module}`, which do not look there.\n"
        "  If another project was installed over URECA: "
        f"pip uninstall -y {name} && pip install --force-reinstall --no-deps ureca"
    )
