"""Pack rendered rooms into the package: ``python scripts/pack_rooms.py --validation FOLDER --test FOLDER``.

The folders hold negatives (``ureca draw rooms``). Of each, the first rooms are taken that ``rooms_left_out.json`` does
not name. Captions are made anew. Nothing is written if one of them is not heard as exactly its region, if an image is
missing or is not of the benchmark's size, or if all together is larger than a limit. Then: ``python -m
benchmark.calibrate --config rooms`` and ``python scripts/croissant.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, count, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dataset import __version__  # noqa: E402 - the checkout is not installed
from dataset.errors import InvalidInputError  # noqa: E402
from dataset.listener import World, listen  # noqa: E402
from dataset.rooms.facts.captions import tell, words_hash  # noqa: E402
from dataset.rooms.negatives import read_negative  # noqa: E402
from dataset.rooms.options import RoomsDataOptions, RoomsOptions  # noqa: E402
from dataset.rooms.shipped import MANIFEST, PICTURES, SHIPPED_SPLITS, table_name  # noqa: E402
from dataset.rooms.tables import GROUP, RoomRecord, group_sizes, write_tables  # noqa: E402
from dataset.runtime.cache import whole_folder  # noqa: E402
from dataset.runtime.fingerprint import content_hash  # noqa: E402
from dataset.schema import Region  # noqa: E402

LEFT_OUT = Path(__file__).with_name("rooms_left_out.json")
"""Split -> index -> what is wrong with the picture."""
LARGEST = 25_000_000
"""Bytes of all files together."""


@dataclass(frozen=True)
class Room:
    """One room as it is packed: its table entries, what the manifest says, and what is wrong with it."""

    record: RoomRecord
    facts: dict[str, Any]
    problems: list[str]


def indices_of(left_out: Mapping[str, str], images: int) -> list[int]:
    """Indices of the first so many rooms that are not left out."""
    return list(islice((index for index in count() if str(index) not in left_out), images))


def develop(path: Path) -> Room:
    """The room of a negative."""
    negative = read_negative(path)
    words = tell(negative)
    image = path.with_suffix(".jpg")
    facts = {
        "sha256": sha256_of(image),
        "kind": negative.kind,
        "look_alikes": bool(negative.look_alikes),
        "models": sorted(set(negative.models.values())),
        "left_out_regions": words.left_out,
    }
    problems = [*problems_of_image(image), *problems_of_captions(words.world, words.regions)]
    return Room(RoomRecord(image.name, words.regions, words.world), facts, problems)


def problems_of_image(path: Path) -> Iterator[str]:
    """Whether it is a JPEG of the benchmark's size."""
    from PIL import Image

    side = RoomsOptions().resolution
    with Image.open(path) as picture:
        if (picture.format, picture.size) != ("JPEG", (side, side)):
            yield f"{path.name}: expected a JPEG of {side} x {side} pixels, found {picture.format} of {picture.size}"


def problems_of_captions(world: World, regions: Sequence[Region]) -> Iterator[str]:
    """References that are not heard as exactly their region; the first of a region is the canonical one."""
    for region in regions:
        own_id = region.region_id.rpartition("/")[2]
        for caption in region.captions:
            outcome = listen(caption, world, own_id).outcome
            if outcome != "correct":
                yield f"{region.region_id}: {caption!r} is heard as {outcome}"


def pack(folders: Mapping[str, Path], images: Mapping[str, int], workers: int, out: Path = PICTURES) -> dict[str, Any]:
    """Write the folder of shipped rooms anew.

    Args:
        folders: split -> its negatives.
        images: split -> how many.
        workers: number of processes.
        out: the folder that is replaced.

    Returns:
        The manifest.

    Raises:
        InvalidInputError: rooms are missing, captions are not heard as their region, or all is too large.
    """
    left_out = json.loads(LEFT_OUT.read_text(encoding="utf-8"))
    indices = {split: indices_of(left_out.get(split, {}), images[split]) for split in SHIPPED_SPLITS}
    negatives = {
        split: [folders[split] / f"{RoomsOptions().image_id(split, index)}.npz" for index in indices[split]]
        for split in SHIPPED_SPLITS
    }
    missing = [str(path) for path in chain(*negatives.values()) if not path.is_file()]
    if missing:
        raise InvalidInputError("negatives", [f"{path} is missing" for path in missing], "Render them first.")
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        rooms = {split: list(pool.map(develop, paths, chunksize=2)) for split, paths in negatives.items()}
    problems = [problem for room in chain(*rooms.values()) for problem in room.problems]
    if problems:
        raise InvalidInputError("rooms", problems, "Nothing is packed.")
    passed_over = {
        split: {index: reason for index, reason in left_out.get(split, {}).items() if int(index) < last}
        for split in SHIPPED_SPLITS
        for last in [max(indices[split], default=0)]
    }
    new = out.with_name(f"{out.name}.new")
    with whole_folder(new) as folder:
        manifest = _write(folder, folders, rooms, passed_over)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        if size > LARGEST:
            raise InvalidInputError("rooms", [f"expected at most {LARGEST:,} bytes, found {size:,}"])
    shutil.rmtree(out, ignore_errors=True)
    new.rename(out)
    return manifest


def _write(
    folder: Path, folders: Mapping[str, Path], rooms: Mapping[str, list[Room]], left_out: Mapping[str, Any]
) -> dict[str, Any]:
    for split, packed in rooms.items():
        (folder / split).mkdir()
        for room in packed:
            name = room.record.image_file
            shutil.copyfile(folders[split] / name, folder / split / name)
        for group in range(len(group_sizes(len(packed)))):
            records = [room.record for room in packed[GROUP * group : GROUP * (group + 1)]]
            write_tables(folder, table_name(split, group), records)
    manifest = {
        "made_with": {"version": __version__, "scenes": content_hash(), "words": words_hash()},
        "left_out": left_out,
        "files": {path.name: sha256_of(path) for path in sorted(folder.glob("*.parquet"))},
        "images": {split: {room.record.image_file: room.facts for room in packed} for split, packed in rooms.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def sha256_of(path: Path) -> str:
    """Digest of a file's content, hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Pack, and say what was packed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = RoomsDataOptions()
    for split in SHIPPED_SPLITS:
        parser.add_argument(f"--{split}", type=Path, required=True, help="folder of its negatives")
        parser.add_argument(f"--{split}-images", type=int, default=defaults.count(split))
    parser.add_argument("--workers", type=int, default=2)
    arguments = vars(parser.parse_args())
    images = {split: arguments[f"{split}_images"] for split in SHIPPED_SPLITS}
    try:
        manifest = pack({split: arguments[split] for split in SHIPPED_SPLITS}, images, arguments["workers"])
    except InvalidInputError as error:
        sys.exit(str(error))
    size = sum(path.stat().st_size for path in PICTURES.rglob("*") if path.is_file())
    for split, facts in manifest["images"].items():
        alike = sum(room["look_alikes"] for room in facts.values()) / max(len(facts), 1)
        sys.stdout.write(
            f"{split}: {len(facts)} images, {alike:.0%} with look-alikes, {len(manifest['left_out'][split])} left out\n"
        )
    sys.stdout.write(f"{size / 1e6:.1f} MB in {PICTURES}\n")


if __name__ == "__main__":
    main()
