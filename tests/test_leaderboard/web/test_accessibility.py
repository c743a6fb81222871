"""Protects readers who see little or use no mouse: axe-core finds nothing against WCAG 2.1 AA on any page."""

import sys
from pathlib import Path

import pytest

_AXE = Path(sys.prefix) / "axe.min.js"
_RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations']})"


@pytest.mark.parametrize(
    ("path", "selector", "theme"),
    [
        ("", ".board a.name", "dark"),
        ("explore?order=failures", ".cards article", "dark"),
        ("system?system=2", ".cards article", "light"),
        ("submit", "[data-testid=stCode]", "light"),
    ],
)
def test_axe_finds_nothing(site, path, selector, theme):
    if not _AXE.is_file():
        pytest.skip(f"axe-core is not installed ({_AXE}; `make test` fetches it by npm)")
    with site.page(path, theme=theme) as page:
        page.wait_for_selector(selector)
        page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
        page.evaluate(_AXE.read_text(encoding="utf-8"))
        found = page.evaluate(_RULES)["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
