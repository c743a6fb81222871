"""Pages of the site that lie outside docs/: README, dataset card, changelog and the like, without a second copy.

On GitHub a page of docs/ links to ``../README.md`` and to source files, and the README links to ``docs/metrics.md``.
Here the files of the root become pages of the site and links are rewritten; a link to a source file becomes its text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT_PAGES = {
    "README.md": "overview.md",  # mkdocs would take README.md for the front page
    "DATASET_CARD.md": "dataset-card.md",
    "DATASHEET.md": "datasheet.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""File of the root -> page of the site."""

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the root's pages, without the front matter that is meant for the hub."""
    root = Path(config.docs_dir).parent
    for name, page in ROOT_PAGES.items():
        text = _FRONT_MATTER.sub("", (root / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: MkDocsConfig, files: Files) -> str:
    """Rewrite links between the root and docs/; code is left alone. mkdocs reports those that lead nowhere."""
    root = Path(config.docs_dir).parent
    here = page.file.src_uri
    source = {place: name for name, place in ROOT_PAGES.items()}.get(here, f"docs/{here}")

    def rewrite(match: re.Match[str]) -> str:
        bang, text, target, anchor = match.groups()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        place = ROOT_PAGES.get(path, path.removeprefix("docs/"))
        if files.get_file_from_path(place) is None:
            return text if (root / path).exists() else match.group()
        return f"{bang}[{text}]({posixpath.relpath(place, posixpath.dirname(here) or '.')}{anchor or ''})"

    return "".join(part if part.startswith("```") else _LINK.sub(rewrite, part) for part in _CODE.split(markdown))
