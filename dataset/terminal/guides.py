"""The guides that come with the installation: what messages call ``docs/leaderboard.md`` can be read there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..errors import InvalidInputError, find_name
from .consoles import output, table_output

__all__ = ["guide_files", "print_guide", "print_guides"]

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_ROOT_PAGES: Final = ("README.md", "DATASET_CARD.md", "DATASHEET.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


def guide_files() -> dict[str, Path]:
    """Name -> Markdown file of every guide: "reporting", "extend/metric", "changelog", "dataset-card".

    They stand in the package where it is installed, and at its root in a checkout.

    Raises:
        InvalidInputError: they are missing from the installation.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        if (root / "docs" / "index.md").is_file():
            break
    else:
        raise InvalidInputError("the guides", ["they are missing from the installation"], "Reinstall ureca.")
    pages = {name.removesuffix(".md").lower().replace("_", "-"): root / name for name in _ROOT_PAGES}
    folder = root / "docs"
    return pages | {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.md"))}


def print_guides() -> None:
    """Print the names and titles of all guides, and the folder that they are in."""
    from rich.table import Table

    files = guide_files()
    table = Table("guide", "about", title=f"{files['index'].parent}", title_justify="left")
    for name, path in files.items():
        title = next((line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("# ")), "")
        table.add_row(name, title)
    table_output().print(table)


def print_guide(name: str) -> None:
    """Print a guide: set for reading in a terminal, as it is into a file or a pipe.

    Args:
        name: as `guide_files` has it; ``docs/reporting.md`` and ``README.md`` are understood too.

    Raises:
        UnknownNameError: there is no such guide.
    """
    from rich.markdown import Markdown

    files = guide_files()
    text = files[find_name("guide", name.removeprefix("docs/").removesuffix(".md"), files)].read_text("utf-8")
    if output.is_terminal:
        output.print(Markdown(text))
    else:
        table_output().print(text, markup=False, highlight=False, soft_wrap=True)
