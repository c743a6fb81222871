"""Protects docs/integrity.md: its commands exist, its table of probes is complete, its secrets file can be read."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leaderboard.__main__ import app
from leaderboard.boards.challenge import QUOTA_PER_DAY
from leaderboard.checks import blindness, probes, resubmission
from leaderboard.checks.probes import PROBES


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "integrity.md").read_text(encoding="utf-8")


def test_every_command_exists_with_its_options(page: str) -> None:
    lines = [line.strip() for line in page.splitlines() if line.startswith("    ureca board ")]
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line, comments=True)[2:]
        help_page = CliRunner().invoke(app, [*words[:2], "--help"], env={"COLUMNS": "200"})
        assert help_page.exit_code == 0, line
        assert all(word in help_page.output for word in words if word.startswith("--")), line


def test_the_table_names_every_probe_with_its_threshold(page: str) -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| ([^|]+) \|$", page, re.MULTILINE))
    assert list(rows) == [*PROBES, resubmission.NAME]
    expected = {
        "constant": probes.CONSTANT_FROM,
        "duplicate": probes.DUPLICATE_FROM,
        "index-appended": probes.INDEX_FROM,
        "length-padded": probes.PADDED_FROM,
        "reference-copy": probes.COPY_FROM,
        "image-blind": probes.BLIND_BELOW,
        "resubmission": resubmission.RESUBMITTED_FROM,
    }
    assert all(f"{100 * share:g}%" in rows[name] for name, share in expected.items())
    assert f"{100 * probes.COPY_FROM_GRAMMAR:g}%" in rows["reference-copy"]
    assert blindness.NEAREST > blindness.STRANGERS


def test_the_secrets_file_is_what_streamlit_reads(page: str) -> None:
    [text] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    auth = tomllib.loads(text)["auth"]
    assert set(auth) == {"redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"}
    assert auth["redirect_uri"].endswith("/oauth2callback")


def test_the_number_of_tries_is_right(page: str) -> None:
    assert QUOTA_PER_DAY == 3
    assert "three submissions a day" in page
