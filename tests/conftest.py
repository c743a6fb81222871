"""Every run gets a home and caches of its own; the network is off."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.support.chat_server import chat_server
from tests.support.fake_hub import hub

__all__ = ["chat_server", "hub"]

_ROOT = "URECA_TESTS_ROOT"
_LONGEST = (
    "test_main_job",
    "test_browser",
    "test_score_command",
    "test_security_pages",
    "test_stream",
    "test_answers",
    "test_history",
    "test_kills",
    "test_java",
    "test_worker",
    "test_code",
    "test_serve",
    "test_wheel",
    "test_runners",
    "test_accessibility",
    "test_builder",
    "test_namesakes",
    "test_judge_command",
    "test_hub",
)
"""The longest files of tests: they come first, so that no process waits while another is busy with the last one."""


def pytest_configure(config: pytest.Config) -> None:
    if _ROOT not in os.environ:  # the first process; xdist's workers inherit what it sets
        os.environ[_ROOT] = tempfile.mkdtemp(prefix="ureca-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(_ROOT), ignore_errors=True))
    root = Path(os.environ[_ROOT])
    (root / "home").mkdir(exist_ok=True)
    os.environ.update(
        HOME=str(root / "home"),
        XDG_CACHE_HOME=str(root / "home" / ".cache"),
        URECA_CACHE=str(root / "ureca"),
        HF_HOME=str(root / "huggingface"),
        MPLCONFIGDIR=str(root / "matplotlib"),
        HF_HUB_OFFLINE="1",
        HF_DATASETS_DISABLE_PROGRESS_BARS="1",
        TOKENIZERS_PARALLELISM="false",
        OMP_NUM_THREADS="1",  # the workers share the cores; more threads than cores only wait for one another
    )
    os.environ.pop("HF_DATASETS_CACHE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort files by `_LONGEST`; xdist hands them out in this order (`--no-loadscope-reorder`)."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]
