"""What a curation run is: the choices that shape its captions, and those that only shape its speed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, get_args

from ..errors import DataUnavailableError, InvalidInputError, check_name
from ..prompting.prompts import Stage
from ..runtime.cache import atomic_file
from ..user_files.frames import check_frame

__all__ = ["EMBEDDED", "STAGES", "CurationOptions", "RunSettings", "read_options", "start_run"]

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""In their order: short, detailed, unique, verification."""
EMBEDDED: Final = "embedded"
TREES: Final = ("first_fit", "smallest", "given")


@dataclass(frozen=True)
class CurationOptions:
    """All that the captions depend on. It is fixed when the output folder is created.

    Attributes:
        model: the name the server knows the model by; names are compared as a whole.
        encoder: of the look-alikes, see `dataset.curation.look_alikes.search.open_encoder`; "none" for no look-alikes.
        threshold: least cosine of look-alikes; None takes the one calibrated for the encoder.
        tree: rule of the mask tree: first_fit, smallest, or given (``parent_id`` of the annotations).
        containment: least share of a mask that its parent contains.
        smallest: masks of a smaller share of the image are left out.
        largest: masks of a larger share of the image are left out.
        levels: trees with fewer levels below the image are left out.
        view_size: longer side in pixels of the pictures that the model sees.
        seed: of the requests.
        embed_images: whether the parquet files hold the images' bytes, or their paths.
        frame: what the masks of images with an EXIF orientation are made for: the "stored" pixels, or the picture as it
            is "turned"; None to read it off their sizes.
    """

    model: str
    encoder: str = "efficientnet-lite0"
    threshold: float | None = None
    tree: str = "first_fit"
    containment: float = 0.8
    smallest: float = 0.007
    largest: float = 0.7
    levels: int = 4
    view_size: int = 448
    seed: int = 0
    embed_images: bool = True
    frame: str | None = None

    def __post_init__(self) -> None:
        check_name("tree", self.tree, TREES)
        check_frame(self.frame)
        problems = [
            f"{name}: expected {expected}, found {getattr(self, name)!r}"
            for name, good, expected in (
                ("model", bool(self.model), "a name"),
                ("threshold", self.threshold is None or -1 <= self.threshold <= 1, "a cosine in [-1, 1]"),
                ("containment", 0 < self.containment <= 1, "a share in (0, 1]"),
                ("smallest", 0 <= self.smallest <= self.largest, "a share in [0, largest]"),
                ("largest", 0 < self.largest <= 1, "a share in (0, 1]"),
                ("levels", self.levels >= 1, "1 or more"),
                ("view_size", 32 <= self.view_size <= 4096, "32 to 4096 pixels"),
                ("seed", 0 <= self.seed < 2**63, "0 to 2^63 - 1"),
            )
            if not good
        ]
        if problems:
            raise InvalidInputError("curation options", problems)


@dataclass(frozen=True)
class RunSettings:
    """How a run is carried out; other settings give the same captions.

    Attributes:
        images: folder of the images.
        server: address of an OpenAI-compatible server, or "embedded".
        stages: which stages to run, of those in `STAGES`.
        concurrency: requests under way at once, for each worker.
        images_at_once: images under way at once, for each worker; what bounds its memory.
        timeout: seconds for one request.
        attempts: requests for one prompt.
        api_key_variable: environment variable that holds the server's key, if it wants one.
    """

    images: str
    server: str
    stages: tuple[Stage, ...] = STAGES
    concurrency: int = 32
    images_at_once: int = 16
    timeout: float = 120.0
    attempts: int = 5
    api_key_variable: str = "OPENAI_API_KEY"

    def __post_init__(self) -> None:
        for stage in self.stages:
            check_name("stage", stage, STAGES)
        if self.concurrency < 1 or self.images_at_once < 1 or self.attempts < 1 or self.timeout <= 0:
            raise InvalidInputError("run settings", ["concurrency, images at once, attempts and timeout start at 1"])

    def to_json(self) -> str:
        """For a worker's command line; see `from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> RunSettings:
        """Read what `to_json` wrote."""
        record = json.loads(text)
        return cls(**{**record, "stages": tuple(record["stages"])})


def start_run(out: Path, options: CurationOptions) -> None:
    """Start a run in an output folder, or resume one that was started with the same options.

    Raises:
        InvalidInputError: it was started with other options, all of which are named.
    """
    path = out / "run.json"
    if not path.exists():
        with atomic_file(path) as temporary:
            temporary.write_text(json.dumps(asdict(options), indent=1) + "\n", encoding="utf-8")
        return
    original = read_options(out)
    changed = [
        f"{option.name}: {getattr(original, option.name)!r} then, {getattr(options, option.name)!r} now"
        for option in fields(options)
        if getattr(original, option.name) != getattr(options, option.name)
    ]
    if changed:
        raise InvalidInputError(str(path), changed, "The run was started with other options: name a new folder.")


def read_options(out: Path) -> CurationOptions:
    """The options of the run in an output folder.

    Raises:
        DataUnavailableError: it has no run, or its run.json is damaged.
    """
    path = out / "run.json"
    try:
        return CurationOptions(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DataUnavailableError(f"{path}: not the record of a curation run ({error})") from error
