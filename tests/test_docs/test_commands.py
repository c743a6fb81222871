"""Protects: every command, option and make target on a page exists."""

import importlib
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.support.pages import PAGES, Command, commands, make_targets


@cache
def command_of(module: str) -> Any:
    """The command that ``python -m module`` runs; None if it is not one of typer."""
    package = importlib.util.find_spec(module)
    if package is not None and package.submodule_search_locations is not None:
        module = f"{module}.__main__"
    app = getattr(importlib.import_module(module), "app", None)
    return typer.main.get_command(app) if isinstance(app, typer.Typer) else None


def problems(command: Command) -> list[str]:
    spec = importlib.util.find_spec(command.module)
    if spec is None:
        return [f"there is no module {command.module}"]
    options = [word.partition("=")[0].rstrip(",.:)") for word in command.words if word.startswith("--")]
    current = command_of(command.module)
    if current is None:  # argparse: the options stand in the source
        source = Path(str(spec.origin)).read_text(encoding="utf-8")
        return [f"{command.module} has no {option}" for option in options if f'"{option}"' not in source]
    for word in command.words:
        group = getattr(current, "commands", None)  # typer may bring its own copy of click: no isinstance
        if group is None or not re.fullmatch(r"[a-z][\w-]*", word):
            break
        if word not in group:
            return [f"{command.module} has no command {word}"]
        current = group[word]
    names = {name for each in current.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    return [f"{command.module} {current.name} has no {option}" for option in options if option not in names]


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_every_command_exists_with_its_options(page: str) -> None:
    assert [problem for command in commands(page) for problem in problems(command)] == []


def test_a_wrong_command_is_noticed() -> None:
    assert problems(Command("benchmark.scores", ()))
    assert problems(Command("benchmark.score", ("--referenes", "x")))
    assert problems(Command("leaderboard", ("admin", "hidden")))
    assert problems(Command("speed.score_speed", ("--pears", "3")))
    assert not problems(Command("leaderboard", ("admin", "hide", "ID", "--reason", "why")))


def test_every_make_target_exists(repository: Path) -> None:
    targets = {target for page in PAGES for target in make_targets(page)}
    assert {"demo", "test", "check", "docs"} <= targets
    makefile = (repository / "Makefile").read_text()
    assert [target for target in sorted(targets) if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
