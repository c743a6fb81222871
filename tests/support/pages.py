"""The pages of the documentation, and what can be read out of them: blocks of code, commands, links, headings."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_ROOT_PAGES = ("README.md", "DATASET_CARD.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = sorted([*_ROOT_PAGES, *(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "docs").rglob("*.md"))])
"""Paths of all pages, from the root of the checkout."""

OUR_PACKAGES = "dataset|benchmark|baselines|leaderboard|speed"

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"(?P<why><!-- not run: .+? -->\n)?^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(
    rf"(?:python3?(?: -P)? -m (?P<module>(?:{OUR_PACKAGES})(?:\.\w+)*)|(?:^ *|`)(?P<script>ureca)(?= ))"
    r"(?P<words>[^\n`#;&]*)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Command:
    """A ``python -m PROGRAM WORDS`` or ``ureca WORDS`` as it stands on a page."""

    program: str
    words: tuple[str, ...]


@cache
def text_of(page: str) -> str:
    return (REPOSITORY / page).read_text(encoding="utf-8")


def programs(page: str) -> list[str]:
    """The blocks of Python of a page that are to run, in order. A comment above a block may say why it does not."""
    return [match["code"] for match in _PYTHON.finditer(text_of(page)) if match["why"] is None]


def commands(page: str) -> list[Command]:
    """All commands of our own, in blocks and in sentences."""
    joined = re.sub(r"\\\n\s*", " ", text_of(page))
    matches = _COMMAND.finditer(joined)
    return [Command(match["module"] or match["script"], tuple(match["words"].split())) for match in matches]


def make_targets(page: str) -> list[str]:
    """Targets of ``make`` in blocks and in code within sentences."""
    code = "\n".join([match[2] for match in _FENCE.finditer(text_of(page))] + _spans(page))
    lines = re.findall(r"^make((?: [a-z][\w-]*)+)", code, re.MULTILINE)
    return [target for line in lines for target in line.split()]


def paths(page: str) -> list[str]:
    """Files and folders of this repository that a page names in code within sentences."""
    place = re.compile(rf"(?:{OUR_PACKAGES}|tests|docs)/[\w./-]*$")
    return [span for span in _spans(page) if place.match(span)]


def dotted_names(page: str) -> list[str]:
    """Modules and their members that a page names in code within sentences."""
    name = re.compile(rf"((?:{OUR_PACKAGES})(?:\.\w+)+)(?:\(.*)?$", re.DOTALL)
    return [match[1] for span in _spans(page) if (match := name.match(span))]


def links(page: str) -> list[str]:
    """Targets of links and pictures that are not on the web, as written."""
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", _FENCE.sub("", text_of(page)))


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _spans(page: str) -> list[str]:
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", _FENCE.sub("", text_of(page)))
