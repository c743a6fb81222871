"""Protects: every command, option and make target on a page exists."""

import importlib
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from dataset.terminal import script
from dataset.terminal.lazy_commands import imported
from dataset.terminal.script import COMMANDS
from tests.support.pages import PAGES, Command, commands, make_targets, text_of

LIST_OF_COMMANDS = "docs/commands.md"


@cache
def command_of(program: str) -> Any:
    """The command that ``ureca`` or ``python -m program`` runs; None if it is not one of typer."""
    if program == "ureca":
        return typer.main.get_command(script.app)
    module = program
    package = importlib.util.find_spec(module)
    if package is not None and package.submodule_search_locations is not None:
        module = f"{module}.__main__"
    app = getattr(importlib.import_module(module), "app", None)
    return typer.main.get_command(app) if isinstance(app, typer.Typer) else None


def problems(command: Command) -> list[str]:
    spec = importlib.util.find_spec("dataset" if command.program == "ureca" else command.program)
    if spec is None:
        return [f"there is no module {command.program}"]
    options = [word.partition("=")[0].rstrip(",.:)") for word in command.words if word.startswith("--")]
    current = command_of(command.program)
    if current is None:  # argparse: the options stand in the source
        source = Path(str(spec.origin)).read_text(encoding="utf-8")
        return [f"{command.program} has no {option}" for option in options if f'"{option}"' not in source]
    for word in command.words:
        group = getattr(current, "commands", None)  # typer may bring its own copy of click: no isinstance
        if group is None or not re.fullmatch(r"[a-z][\w-]*", word):
            break
        if word not in group:
            return [f"{command.program} has no command {word}"]
        table = getattr(current, "table", {})  # of commands that are imported when they are called
        current = imported(word, table[word]) if word in table else group[word]
    parameters = current.params
    names = {name for parameter in parameters for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    return [f"{command.program} {current.name} has no {option}" for option in options if option not in names]


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_every_command_exists_with_its_options(page: str) -> None:
    assert [problem for command in commands(page) for problem in problems(command)] == []


def test_a_wrong_command_is_noticed() -> None:
    assert problems(Command("benchmark.scores", ()))
    assert problems(Command("benchmark.score", ("--referenes", "x")))
    assert problems(Command("leaderboard", ("admin", "hidden")))
    assert problems(Command("speed.score_speed", ("--pears", "3")))
    assert problems(Command("ureca", ("scores", "x.json")))
    assert problems(Command("ureca", ("score", "x.json", "--referenes", "x")))
    assert problems(Command("ureca", ("board", "admin", "hidden")))
    assert problems(Command("ureca", ("--install",)))
    assert not problems(Command("leaderboard", ("admin", "hide", "ID", "--reason", "why")))
    assert not problems(Command("ureca", ("board", "admin", "hide", "ID", "--reason", "why")))


def test_commands_are_read_from_pages() -> None:
    readme = {command.program for command in commands("README.md")}
    assert readme == {"ureca"}
    words = [command.words[:1] for command in commands("docs/uniqueness.md") if command.program == "ureca"]
    assert ("score",) in words, "blocks that are indented count too"


def module_of(name: str) -> str:
    """What to type after ``python -m`` for a command of ``ureca``."""
    command = COMMANDS[name]
    return " ".join(filter(None, [command.home.partition(":")[0].removesuffix(".__main__"), command.inside]))


def test_the_list_of_commands_is_complete() -> None:
    rows = re.findall(
        r"^\| `ureca ([\w-]+)` \| .+ \| `python -m ([\w. ]+)` \|$", text_of(LIST_OF_COMMANDS), re.MULTILINE
    )
    assert rows == [(name, module_of(name)) for name in COMMANDS]


GUIDES = [page for page in PAGES if not page.startswith("docs/results/") and page != LIST_OF_COMMANDS]


@pytest.mark.parametrize("page", [page for page in GUIDES if commands(page)])
def test_guides_name_the_command_and_not_its_module(page: str) -> None:
    modules = {module_of(name) for name in COMMANDS} | {"dataset"}
    assert [command.program for command in commands(page) if command.program in modules] == []


def test_every_make_target_exists(repository: Path) -> None:
    targets = {target for page in PAGES for target in make_targets(page)}
    assert {"demo", "test", "check", "docs"} <= targets
    makefile = (repository / "Makefile").read_text()
    assert [target for target in sorted(targets) if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
