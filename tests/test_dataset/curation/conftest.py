from pathlib import Path

import pytest

from tests.support.planned_shards import Planned


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    """Four images, two in each shard."""
    return Planned(tmp_path)
