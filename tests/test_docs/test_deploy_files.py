"""Protects deploy/: what its files name exists, settings above all, and the units can be read by systemd."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from leaderboard.__main__ import app
from leaderboard.settings import Settings, get_settings
from tests.support.pages import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
SETTINGS = {f"URECA_LEADERBOARD_{name.upper()}" for name in Settings.model_fields}
UNITS = sorted((DEPLOY / "systemd").iterdir())


def values_of(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_and_commands_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"URECA_LEADERBOARD_[A-Z_]+", text)) <= SETTINGS
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert set(re.findall(r"(?:^ExecStart=\S+/ureca|`ureca) board (\w+)", text, re.MULTILINE)) <= commands


@pytest.mark.parametrize("name", ["Dockerfile", "huggingface/Dockerfile"])
def test_images_are_without_root_and_install_extras_that_exist(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.search(r"EXTRAS=(\S+)|ureca\[([\w,]+)\]", text)
    assert extras is not None
    assert set((extras[1] or extras[2]).split(",")) <= set(project["optional-dependencies"])
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["1000"]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    sources = {word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()}
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert sources == {line[1:] for line in ignored if line.startswith("!")}
    assert all((REPOSITORY / source).exists() for source in sources)
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["only-include"], *wheel["force-include"]} <= sources  # without one of them no wheel can be built


def test_the_example_of_settings_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in values_of((DEPLOY / "example.env").read_text(encoding="utf-8")).items():
        monkeypatch.setenv(name, value)
    assert get_settings().url == "https://board.example.org/ureca"


def test_compose_has_two_workers_a_database_and_one_public_port() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["worker"]["deploy"]["replicas"] == 2
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"board": ["127.0.0.1:8501:8501"]}, "a proxy with TLS stands before it"
    assert "@database/" in services["board"]["environment"]["URECA_LEADERBOARD_DATABASE_URL"]


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (apt-get install systemd)")
    copies = [tmp_path / path.name for path in UNITS]
    for path, copy in zip(UNITS, copies, strict=True):
        copy.write_text(path.read_text().replace("/opt/ureca/bin/ureca", "/bin/true"))  # it is not installed here
    answer = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
