"""Protects places that cannot be written: a sentence names URECA_CACHE, or a temporary folder of the user is taken."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from dataset.errors import DataUnavailableError
from dataset.runtime import cache
from dataset.runtime.cache import atomic_file, cache_root, make_folder_once


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home that is a file: nobody can write below it, root included."""
    home = tmp_path / "home"
    home.write_text("")
    monkeypatch.delenv("URECA_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    cache._home_cache.cache_clear()
    return home


def test_without_a_home_the_cache_is_a_temporary_folder_of_the_users_own(
    no_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = cache_root()
    assert folder == Path(tempfile.gettempdir()) / f"ureca-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "URECA_CACHE" in caplog.text
    with atomic_file(folder / "photos" / "a") as temporary:
        temporary.write_text("a")
    assert cache_root() == folder
    assert len(caplog.records) == 1


@pytest.mark.parametrize("kind", ["open to others", "link"])
def test_a_temporary_folder_that_others_can_write_is_not_used(kind: str, no_home: Path, tmp_path: Path) -> None:
    planted = Path(tempfile.gettempdir()) / f"ureca-{os.getuid()}"
    if kind == "link":
        (tmp_path / "elsewhere").mkdir()
        planted.symlink_to(tmp_path / "elsewhere")
    else:
        planted.mkdir()
        planted.chmod(0o777)
    assert cache_root() == no_home / ".cache" / "ureca"
    with pytest.raises(DataUnavailableError, match="URECA_CACHE"), atomic_file(cache_root() / "a"):
        pass


def test_what_cannot_be_written_names_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(DataUnavailableError, match="set URECA_CACHE to a writable folder"):
        make_folder_once(cache_root() / "a", lambda folder: None)
    with pytest.raises(DataUnavailableError, match="set URECA_CACHE to a writable folder"), atomic_file(cache_root()):
        pass
    with pytest.raises(FileExistsError), atomic_file(tmp_path / "file" / "own"):
        pass


@pytest.mark.parametrize(("durable", "places"), [(True, ["content", "name"]), (False, [])])
def test_a_durable_file_is_on_the_disk_before_its_name_is(
    durable: bool, places: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    target = tmp_path / "folder" / "a"
    monkeypatch.setattr(cache, "sync_to_disk", lambda path: synced.append((path.is_dir(), target.exists())))
    with atomic_file(target, durable=durable) as temporary:
        temporary.write_text("whole")
        assert temporary.parent == target.parent
    assert target.read_text() == "whole"
    assert [path.name for path in target.parent.iterdir()] == ["a"]
    expected = {"content": (False, False), "name": (True, True)}
    assert synced == [expected[place] for place in places]
