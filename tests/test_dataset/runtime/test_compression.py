"""Protects compressed files: whole ones are read whole, cut ones are never read in part, bombs stay small."""

import gzip
import json
import sys
from typing import Any

import pytest

from dataset.errors import InvalidInputError, MissingDependencyError
from dataset.runtime.compression import decompress

TEXT = "\n".join(json.dumps({"region_id": f"i/{n}", "caption": f"car {n * n}"}) for n in range(5_000)).encode()


def packer(kind: str) -> Any:
    if kind == "gzip":
        return gzip.compress
    return pytest.importorskip("zstandard").ZstdCompressor().compress


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_file_of_one_part_or_two_is_read_whole(kind: str) -> None:
    packed = packer(kind)(TEXT)
    assert decompress(packed, "x") == TEXT
    assert decompress(packed + packer(kind)(b"more"), "x", len(TEXT) + 4) == TEXT + b"more"


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_file_that_is_cut_is_refused_and_not_read_in_part(kind: str) -> None:
    packed = packer(kind)(TEXT)
    for length in (4, 5, 100, len(packed) // 2, len(packed) - 1):
        with pytest.raises(InvalidInputError, match=rf"x: 1 problem\n  damaged {kind} file"):
            decompress(packed[:length], "x")
        with pytest.raises(InvalidInputError, match=f"damaged {kind} file"):
            decompress(packed + packed[:length], "x")


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_what_unpacks_to_too_much_is_refused(kind: str) -> None:
    packed = packer(kind)(bytes(50_000_000))
    with pytest.raises(InvalidInputError, match="larger than 1 MiB after decompression"):
        decompress(packed, "x", 2**20)


def test_without_zstandard_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'ureca\[zstd\]'"):
        decompress(b"\x28\xb5\x2f\xfd....", "x")


@pytest.mark.parametrize(
    ("start", "kind"), [(b"BZh9", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"PK\3\4", "zip"), (b"PAR1", "parquet")]
)
def test_other_kinds_of_file_are_called_by_their_names(start: bytes, kind: str) -> None:
    with pytest.raises(InvalidInputError, match=f"this is an? {kind}"):
        decompress(start + b"...", "x")
