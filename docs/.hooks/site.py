"""Pages of the site that lie outside docs/: README, card, changelog and the like, under one copy.

On GitHub a page of docs/ links to ``../README.md`` and to source files; the README links to ``docs/metrics.md``. Here the
files of the root become pages of the site and their links are rewritten; a link to a source file becomes its text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT_PAGES = ("README.md", "DATASET_CARD.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"```[a-z]*\n.*?```", re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the root's pages, without the front matter that is meant for the hub."""
    root = Path(config.docs_dir).parent
    for name in ROOT_PAGES:
        text = _FRONT_MATTER.sub("", (root / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Rewrite links between the root and docs/; code is left alone."""
    source = page.file.src_uri
    position = source if source in ROOT_PAGES else f"docs/{source}"

    def rewrite(match: re.Match[str]) -> str:
        bang, text, target, anchor = match.groups()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(position), target))
        uri = path if path in ROOT_PAGES else path.removeprefix("docs/")
        if path not in ROOT_PAGES and not path.startswith("docs/"):
            return text
        if files.get_file_from_path(uri) is None:
            return match.group()  # mkdocs reports it
        return f"{bang}[{text}]({posixpath.relpath(uri, posixpath.dirname(source) or '.')}{anchor or ''})"

    parts = re.split(f"({_CODE.pattern})", markdown, flags=re.DOTALL)
    return "".join(part if part.startswith("```") else _LINK.sub(rewrite, part) for part in parts)
