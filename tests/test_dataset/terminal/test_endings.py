"""Protects how a command ends: 2 with a message, 130 with a line, a traceback for a bug; no command ends otherwise."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from dataset.errors import InvalidInputError
from dataset.terminal import CommandLine
from dataset.terminal.command_line import Command, Group
from dataset.terminal.lazy_commands import imported
from dataset.terminal.script import COMMANDS

PROBLEM = "line 3: found [bold]x[/bold] and [1, 2]" + 30 * " long"

PROGRAM = """
import sys, time
from dataset.terminal import CommandLine

app = CommandLine()

@app.command(stopped="stopped; what is done is kept in {out}")
def main(out: str) -> None:
    if out == "bug":
        raise ZeroDivisionError("a bug")
    print("running", flush=True)
    time.sleep(60)

app()
"""


@pytest.fixture
def app() -> CommandLine:
    """Commands that go wrong, one of them in a group of its own."""
    app, inner = CommandLine("Outer."), CommandLine("Inner.")
    app.add_typer(inner, name="inner")

    @app.command()
    @inner.command()
    def refuse() -> None:
        raise InvalidInputError("preds.json", [PROBLEM])

    @app.command(stopped="stopped; {done} is kept")
    def stop(done: Annotated[str, typer.Argument()] = "half") -> None:
        raise KeyboardInterrupt

    @inner.command("stop")
    def stop_without_a_word() -> None:
        raise KeyboardInterrupt

    return app


@pytest.mark.parametrize("words", [["refuse"], ["inner", "refuse"]])
def test_an_error_is_its_words_and_code_2(app: CommandLine, words: list[str]) -> None:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert done.stderr == f"error: preds.json: 1 problem\n  {PROBLEM}\n"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "line"),
    [(["stop"], "stopped; half is kept"), (["stop", "[it]"], "stopped; [it] is kept"), (["inner", "stop"], "stopped")],
)
def test_an_interrupt_is_one_line_and_code_130(app: CommandLine, words: list[str], line: str) -> None:
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", line + "\n")


def test_a_caller_in_the_same_process_gets_the_error(app: CommandLine) -> None:
    with pytest.raises(InvalidInputError):
        app(["inner", "refuse"], standalone_mode=False)


def start(program: Path, word: str, repository: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(program), word],
        env={**os.environ, "PYTHONPATH": str(repository)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_real_process_ends_so(tmp_path: Path, repository: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    with start(program, "shards", repository) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "stopped; what is done is kept in shards\n")

    with start(program, "bug", repository) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("Traceback (most recent call last)")
    assert said.endswith("ZeroDivisionError: a bug\n")


def commands_below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands_below(inner, f"{path} {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_project_ends_so(name: str) -> None:
    command = imported(name, COMMANDS[name])
    others = [path for path, each in commands_below(command, name) if not isinstance(each, Command | Group)]
    assert others == []


def test_every_command_line_is_in_the_script(repository: Path) -> None:
    homes = {command.home.removesuffix(":app") for command in COMMANDS.values()}
    applications = set()
    for name in ("dataset", "benchmark", "baselines", "leaderboard"):
        for path in (repository / name).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            module = ".".join(path.relative_to(repository).with_suffix("").parts)
            assert not re.search(r"typer\.(Typer|run)\(", text), f"{module} has endings of its own"
            if "\n    app()\n" in text:
                applications.add(module)
    assert applications == homes
