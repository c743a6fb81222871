"""What a challenge consists of on disk: the secret and the references for the server, a package for participants.

``<data_dir>/challenges/<name>/``, readable by the operator's account alone::

    secret           hexadecimal; with it everything else can be made again
    references.jsonl regions with captions, as `benchmark.score --references` reads them
    worlds.jsonl     what the listener needs
    challenge.json   public facts, with the commitment
    package.zip      images, masks and challenge.json: what participants get

The commitment is a SHA-256 over the facts, the digest of the references and the secret. It is published when the
challenge opens; when the secret is published, anyone can compute it again, and draw the images again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dataset import __version__
from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.loading.regions import data_sha256
from dataset.runtime.cache import make_folder_once, whole_folder
from dataset.runtime.fingerprint import content_hash
from dataset.scenes.hidden import FEWEST_SECRET_BYTES, HiddenScene
from dataset.schema import Region

if TYPE_CHECKING:
    from benchmark.inputs.scoring_data import ScoringData

__all__ = [
    "PACKAGE",
    "ROOMS",
    "SCENES",
    "ZIP_DATE",
    "Facts",
    "challenge_data",
    "commitment",
    "make_files",
    "parse_secret",
    "redraw",
    "region_lines",
]

PACKAGE: Final = "package.zip"
SCENES, ROOMS = "scenes", "rooms"
"""What can be hidden."""
_SECRET, _REFERENCES, _WORLDS, _FACTS = "secret", "references.jsonl", "worlds.jsonl", "challenge.json"
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Of everything in packages: the same content gives the same file."""
_README: Final = """\
Hidden test {name}: {images} images, {regions:,} regions.

images/<image_id>.png     the pictures
regions.jsonl             one region a line: {{"region_id", "image_id", "mask": {{"size": [h, w], "counts": COCO RLE}}}}
challenge.json            how the test was committed to

Write one line for every region, {{"region_id": ..., "caption": ...}}, and submit the file to the board {name}.
Each caption should hold for its region and for no other region of the image.
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is public about a challenge while it is open.

    Attributes:
        challenge: its name.
        images: how many.
        resolution: side of the images in pixels.
        regions: how many regions have to be captioned.
        version: of this software that drew it; only the same `generator` draws the same images.
        generator: digest of the code that draws them.
        commitment: see `commitment`.
        config: what is drawn, "scenes" or "rooms".
    """

    challenge: str
    images: int
    resolution: int
    regions: int
    version: str
    generator: str
    commitment: str = ""
    config: str = SCENES

    def to_dict(self) -> dict[str, Any]:
        """As they are published; challenges of scenes say nothing of a config, as they never did."""
        facts = asdict(self)
        return facts if self.config != SCENES else {name: facts[name] for name in facts if name != "config"}


def commitment(facts: Facts, secret: bytes, references_sha256: str) -> str:
    """SHA-256 that fixes a challenge without revealing anything: the secret is too long to be guessed."""
    public = {name: value for name, value in facts.to_dict().items() if name != "commitment"}
    record = [public, references_sha256, secret.hex()]
    return hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def parse_secret(text: str, source: str) -> bytes:
    """Bytes from hexadecimal digits.

    Raises:
        InvalidInputError: it is something else, or too short. The message does not repeat it.
    """
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) < FEWEST_SECRET_BYTES:
        problem = f"expected at least {2 * FEWEST_SECRET_BYTES} hexadecimal digits"
        raise InvalidInputError(source, [problem], "`openssl rand -hex 32` makes good ones.")
    return secret


def make_files(
    folder: Path,
    name: str,
    secret: bytes,
    images: int,
    resolution: int,
    on_scene: Callable[[], None] = lambda: None,
    config: str = SCENES,
) -> tuple[Facts, str]:
    """Draw a challenge into a folder, which appears whole or not at all.

    Args:
        folder: must not exist.
        name: of the challenge.
        secret: see `dataset.scenes.hidden`.
        images: how many.
        resolution: side of the images in pixels.
        on_scene: called after each image.
        config: what is drawn.

    Returns:
        The facts, and the digest of the references.

    Raises:
        DataUnavailableError: it cannot be written.
        MissingDependencyError: rooms cannot be rendered here.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_folder(folder, mode=0o700, durable=True) as drawing:
            facts, digest = _draw(drawing, name, secret, images, resolution, on_scene, config)
    except OSError as error:
        raise DataUnavailableError(f"the challenge cannot be written to {folder.parent} ({error.strerror})") from error
    return facts, digest


def _images_of(config: str, secret: bytes, name: str, images: int, resolution: int) -> Iterator[HiddenScene]:
    """The images of a secret."""
    if config == SCENES:
        from dataset.scenes.hidden import draw_hidden_scenes

        return draw_hidden_scenes(secret, name, images, resolution)
    from dataset.rooms.hidden import draw_hidden_rooms

    return draw_hidden_rooms(secret, name, images, resolution)


def _draw(
    folder: Path, name: str, secret: bytes, images: int, resolution: int, on_scene: Callable[[], None], config: str
) -> tuple[Facts, str]:
    regions: list[Region] = []
    worlds: list[str] = []
    pictures: dict[str, bytes] = {}
    for scene in _images_of(config, secret, name, images, resolution):
        regions += scene.regions
        worlds.append(_line({"image_id": scene.image_id, "world": scene.world.to_dict()}))
        pictures[f"images/{scene.image_id}.png"] = _png(scene)
        on_scene()
    digest = data_sha256(regions)
    facts = Facts(name, images, resolution, len(regions), __version__, content_hash(), config=config)
    facts = replace(facts, commitment=commitment(facts, secret, digest))
    _write(folder / _SECRET, secret.hex().encode() + b"\n")
    _write(folder / _REFERENCES, b"".join(_line(asdict(region)).encode() for region in regions))
    _write(folder / _WORLDS, "".join(worlds).encode())
    public = json.dumps(facts.to_dict(), indent=2).encode() + b"\n"
    _write(folder / _FACTS, public)
    package = {"README.txt": _README.format(name=name, images=images, regions=len(regions)).encode(), _FACTS: public}
    _write(folder / PACKAGE, _zipped({**package, "regions.jsonl": region_lines(regions).encode(), **pictures}))
    return facts, digest


def region_lines(regions: Sequence[Region]) -> str:
    """Regions as participants get them: ids and masks, and nothing that says what is in them."""
    return "".join(
        _line({"region_id": region.region_id, "image_id": region.image_id, "mask": region.mask}) for region in regions
    )


def challenge_data(folder: Path) -> ScoringData:
    """Regions with references, worlds and images of a challenge.

    Raises:
        DataUnavailableError: the challenge's files are not on this machine.
    """
    from benchmark.inputs.scoring_data import ScoringData
    from dataset.listener import World

    def lines(file: str) -> list[dict[str, Any]]:
        try:
            return [json.loads(line) for line in (folder / file).read_text(encoding="utf-8").split("\n")[:-1]]
        except OSError as error:
            raise DataUnavailableError(f"the files of the challenge {folder.name} cannot be read here") from error

    def worlds() -> Mapping[str, World]:
        return {row["image_id"]: World.from_dict(row["world"]) for row in lines(_WORLDS)}

    regions = [Region.from_row(row) for row in lines(_REFERENCES)]
    return ScoringData(regions, folder.name, "test", worlds, lambda: _unpacked(folder))


def redraw(facts: Facts, secret: bytes, on_scene: Callable[[], None] = lambda: None) -> tuple[str, str]:
    """Draw a published challenge again.

    Returns:
        The digest of the references, and the commitment that follows.
    """
    regions: list[Region] = []
    for scene in _images_of(facts.config, secret, facts.challenge, facts.images, facts.resolution):
        regions += scene.regions
        on_scene()
    digest = data_sha256(regions)
    return digest, commitment(facts, secret, digest)


def _unpacked(folder: Path) -> Mapping[str, Path]:
    """image_id -> picture, taken out of the package on first use."""

    def unpack(temporary: Path) -> None:
        with zipfile.ZipFile(folder / PACKAGE) as package:
            for member in package.namelist():
                if member.startswith("images/"):
                    _write(temporary / Path(member).name, package.read(member))

    home = make_folder_once(folder / "images", unpack, mode=0o700)
    return {path.stem: path for path in sorted(home.glob("*.png"))}


def _png(scene: HiddenScene) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(scene.image).save(buffer, format="PNG")
    return buffer.getvalue()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file with nothing in it but names and content: no dates, no owners."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in files.items():
            how = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name, ZIP_DATE), content, compress_type=how)
    return buffer.getvalue()


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def _write(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
