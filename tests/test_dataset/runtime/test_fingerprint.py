"""Protects: the identity of the data changes with what makes it and nothing else; published data keeps its own."""

import shutil
from pathlib import Path

from dataset.runtime import fingerprint
from dataset.runtime.fingerprint import code_digest, content_hash

PUBLISHED = "0a9a7209636b952f"
"""What version 0.2.0 draws. Caches, training shards and open challenges hold it."""


def test_the_data_is_still_the_published_data():
    """If this fails, the code of the scenes has changed.

    Where every pixel, mask and word stays as it was (draw a split before and after, compare the files), put the new
    digest into `fingerprint._SAME_DATA`. Where they do not, the data is new: raise its version, tell the changelog.
    """
    assert content_hash() == PUBLISHED


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_may_move_and_its_relative_imports_with_it(tmp_path: Path):
    before = [
        write(tmp_path, "flat/a.py", "import math\nfrom .b import (\n    one,\n    two,\n)\n\nX = one + two\n"),
        write(tmp_path, "flat/b.py", "one = 1\ntwo = 2\n"),
    ]
    after = [
        write(tmp_path, "deep/numbers/b.py", "one = 1\ntwo = 2\n"),
        write(tmp_path, "deep/sums/a.py", "import math\nfrom ..numbers.b import one, two\n\nX = one + two\n"),
    ]
    assert code_digest(before) == code_digest(after) == code_digest([tmp_path / "deep"])


def test_what_the_code_says_counts(tmp_path: Path):
    original = write(tmp_path, "one/a.py", "import math\nfrom .b import one\n\nX = one + 1\n")
    digests = {
        code_digest([original]),
        code_digest([write(tmp_path, "two/a.py", "import math\nfrom .b import one\n\nX = one + 2\n")]),
        code_digest([write(tmp_path, "three/a.py", "import cmath\nfrom .b import one\n\nX = one + 1\n")]),
        code_digest([original, write(tmp_path, "four/b.py", "one = 1\n")]),
    }
    assert len(digests) == 4


def test_data_files_count_with_their_names(tmp_path: Path):
    straight = [write(tmp_path, "s/cat.json", "{}"), write(tmp_path, "s/dog.json", "[]")]
    swapped = [write(tmp_path, "t/cat.json", "[]"), write(tmp_path, "t/dog.json", "{}")]
    assert code_digest(straight) != code_digest(swapped)


def test_the_scenes_may_move_as_a_whole(tmp_path: Path):
    package = Path(fingerprint.__file__).parents[1]
    places = [package / name for name in ("scenes", "listener", "photos")]
    for place in places:
        copy = shutil.copytree if place.is_dir() else shutil.copy
        copy(place, tmp_path / place.name)
    assert code_digest([tmp_path]) == code_digest(places)
