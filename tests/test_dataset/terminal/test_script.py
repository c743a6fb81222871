"""Protects `ureca`: the commands of `python -m` under one name, none imported before it is called."""

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from dataset import __version__
from dataset.terminal.script import COMMANDS, app
from tests.support.console_script import ureca

HEAVY = {
    "torch",
    "datasets",
    "numba",
    "pandas",
    "streamlit",
    "numpy",
    "pyarrow",
    "benchmark",
    "baselines",
    "leaderboard",
}


def test_the_entry_point_is_the_one_that_is_tested(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"ureca": "dataset.terminal.script:main"}


def test_the_help_lists_every_command_by_heading_and_imports_none(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from dataset.terminal.script import main\n"
        "try: main()\n"
        f"except SystemExit as end: print(end.code, sorted({HEAVY} & set(sys.modules)))"
    )
    done = ureca("--help", folder=tmp_path, code=code, COLUMNS="100")
    assert done.stdout.endswith("0 []\n"), done.stderr
    headings = ["Score", "Predict and train", "Data", "Leaderboard"]
    assert [line.split("─")[1].strip() for line in done.stdout.splitlines() if line.startswith("╭─")][1:] == headings
    for name, command in COMMANDS.items():
        assert command.panel in headings
        assert f"│ {name} " in done.stdout
        assert command.about in done.stdout, "one line, not folded"


def test_the_version(tmp_path: Path) -> None:
    assert ureca("--version", folder=tmp_path).stdout == f"ureca {__version__}\n"


def application_of(name: str) -> Any:
    """The command that ``python -m`` runs."""
    module, _, attribute = COMMANDS[name].home.partition(":")
    command: Any = get_command(getattr(import_module(module), attribute))
    inside = COMMANDS[name].inside
    return command if inside is None else command.commands[inside]


def options_of(command: Any) -> list[tuple[list[str], Any]]:
    return [(parameter.opts, parameter.default) for parameter in command.params]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_the_one_of_its_module(name: str) -> None:
    done = CliRunner().invoke(app, [name, "--help"], prog_name="ureca", env={"COLUMNS": "120"})
    assert done.exit_code == 0
    assert f"Usage: ureca {name} " in done.output
    own = application_of(name)
    assert all(word in done.output for names, _ in options_of(own) for word in names if word.startswith("--"))
    for inner, command in getattr(own, "commands", {}).items():
        below = CliRunner().invoke(app, [name, inner, "--help"], prog_name="ureca", env={"COLUMNS": "120"})
        assert below.exit_code == 0
        assert f"Usage: ureca {name} {inner} " in below.output
        assert all(word in below.output for names, _ in options_of(command) for word in names if word.startswith("--"))


def test_the_help_of_a_module_names_the_module(tmp_path: Path, repository: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(repository), "COLUMNS": "120"}
    words = [sys.executable, "-m", "benchmark.score", "--help"]
    module = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert "Usage: python -m benchmark.score [OPTIONS]" in module
    script = ureca("score", "--help", folder=tmp_path, COLUMNS="120").stdout
    assert script.split("\n")[2:] == module.split("\n")[2:], "all but the usage line"


@pytest.mark.parametrize(
    ("words", "nearest"),
    [(["scor"], "'score'"), (["board", "admin", "tokn"], "'token'"), (["curate", "dem"], "'demo'")],
)
def test_an_unknown_command_is_answered_with_the_nearest(words: list[str], nearest: str) -> None:
    done = CliRunner().invoke(app, words, prog_name="ureca")
    assert done.exit_code == 2
    assert f"Did you mean {nearest}?" in done.stderr


def test_a_missing_extra_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['sqlalchemy'] = None\nfrom dataset.terminal.script import main; main()"
    done = ureca("board", "seed", folder=tmp_path, code=code)
    assert done.returncode == 2
    assert done.stderr == (
        "error: board needs sqlalchemy, which is not installed. Install it with: pip install 'ureca[leaderboard]'\n"
    )


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("ureca val", ["validate-metrics"]),
        ("ureca c", ["compare", "convert", "calibrate", "caption", "curate", "calibrate-look-alikes"]),
        ("ureca score --allow", ["--allow-missing", "--allow-extra"]),
        ("ureca curate run --images", ["--images", "--images-at-once"]),
        ("ureca board admin to", ["token"]),
        ("ureca show --co", ["--config", "--columns"]),
    ],
)
def test_the_shell_completes_commands_and_their_options(typed: str, completed: list[str], tmp_path: Path) -> None:
    protocol = {"_URECA_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    assert ureca(folder=tmp_path, **protocol).stdout.split() == completed


def test_the_completion_of_a_shell_can_be_shown_and_installed(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "folder": tmp_path,
        "HOME": str(tmp_path),
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    script = ureca("--show-completion", "bash", **settings)
    assert "_URECA_COMPLETE=complete_bash" in script.stdout, script.stderr
    assert "complete -o default -F _ureca_completion ureca" in script.stdout
    installed = ureca("--install-completion", "bash", **settings)
    assert installed.returncode == 0, installed.stderr
    assert (tmp_path / ".bash_completions" / "ureca.sh").read_text().strip() == script.stdout.strip()
    assert "ureca.sh" in (tmp_path / ".bashrc").read_text()
