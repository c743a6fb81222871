"""Protects: links, anchors, paths and names on the pages lead somewhere; every page of docs/ is in the site's menu."""

import importlib
import posixpath
from pathlib import Path

import pytest

from tests.support.pages import PAGES, anchors, dotted_names, links, paths, text_of

LONGEST_GUIDE = 150
LISTS = {"docs/listener-vocabulary.md", "CHANGELOG.md"}
"""Pages that are no guides: one made from tables, one that grows with every version."""


@pytest.mark.parametrize("page", [page for page in PAGES if links(page)])
def test_every_link_and_anchor_resolves(page: str, repository: Path) -> None:
    broken = []
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target)) if target else page
        if not (repository / path).exists() or (anchor and path.endswith(".md") and anchor not in anchors(path)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", [page for page in PAGES if paths(page)])
def test_every_path_exists(page: str, repository: Path) -> None:
    assert [path for path in paths(page) if not (repository / path).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if dotted_names(page)])
def test_every_dotted_name_exists(page: str) -> None:
    assert [name for name in dotted_names(page) if not exists(name)] == []


def exists(name: str) -> bool:
    """Whether a dotted name is a module or a member of one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def test_wrong_names_and_anchors_are_noticed() -> None:
    assert exists("dataset.loading.regions.load_images")
    assert not exists("dataset.regions.load_images")
    assert "i-have-predictions" in anchors("docs/index.md")


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith("docs/results/") and page not in LISTS])
def test_guides_are_short(page: str) -> None:
    limit = 290 if page in ("DATASET_CARD.md", "CHANGELOG.md") else LONGEST_GUIDE
    assert len(text_of(page).splitlines()) <= limit


def test_every_page_is_in_the_menu_of_the_site(repository: Path) -> None:
    menu = (repository / "mkdocs.yml").read_text()
    guides = [page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")]
    assert [page for page in guides if page not in menu] == []
