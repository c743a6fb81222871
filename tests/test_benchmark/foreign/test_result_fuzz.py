"""Protects: whatever is done to a result file or its annotations, it is read rightly or refused; never a traceback.

Every producer of docs/reading.md is tried under both policies. `python -m speed.result_fuzz` does the same for longer.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.convert import PROTOCOLS
from tests.support.result_files import SAMPLES, attempt, converted, write_sample


@pytest.mark.parametrize("producer", list(SAMPLES))
def test_the_whole_files_of_every_producer_are_read(producer: str, tmp_path: Path) -> None:
    sample = SAMPLES[producer]
    files, results = write_sample(tmp_path, sample)
    for left_out in (None, []):
        captions = converted(files, results, PROTOCOLS[sample.protocol], left_out)
        assert list(captions.values()) == ["one", "two"]
        assert not left_out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@settings(max_examples=2_000, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1).map(random.Random))
def test_changed_files_are_read_rightly_or_refused(folder: Path, generator: random.Random) -> None:
    assert attempt(folder, generator) in ("read", "refused")
