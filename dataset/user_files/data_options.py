"""Options of the configs that read a user's own copy of a data set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..errors import InvalidInputError
from .frames import FRAMES
from .refcocog import refcocog_protocol
from .visual_genome import visual_genome_protocol

__all__ = [
    "EXPRESSIONS",
    "ON_MISSING",
    "PROTOCOL_KEY",
    "PUBLISHED_SPLITS",
    "REFS",
    "InstancesOptions",
    "RefcocogOptions",
    "RefoiOptions",
    "RegionListOptions",
    "Sa1bOptions",
    "UserDataOptions",
    "VisualGenomeOptions",
]

ON_MISSING = ("error", "skip")
REFS = ("umd", "google")
EXPRESSIONS = ("written", "spoken", "all")
PROTOCOL_KEY = "ureca.protocol"
"""In the metadata of a parquet file of rows: which test set and rules they follow."""
PUBLISHED_SPLITS = {"train": "train", "validation": "val", "test": "test"}
"""Our names of splits -> those in RefCOCOg's and DenseCap's files."""


@dataclass(frozen=True)
class UserDataOptions:
    """Options that every config over the user's own files has.

    Attributes:
        data_dir: folder of the annotation files, if there are any, with the images at any depth below it.
        on_missing: what to do about images and regions that are missing or cannot be used: "error" names and counts
            them all, "skip" leaves them out with a warning that names and counts them.
        frame: what the annotations of images with an EXIF orientation are made for: "stored" pixels, or the picture
            "turned" as EXIF says. None reads it off their sizes, and names the images where the sizes do not show it.

    Raises:
        InvalidInputError: values out of range and files that are not there, all of them at once.
    """

    data_dir: str | None = None
    on_missing: str = "error"
    frame: str | None = None

    config: ClassVar[str]
    source_address: ClassVar[str]
    why_needed: ClassVar[str] = "this data is not ours to give"

    def __post_init__(self) -> None:
        problems = []
        if self.on_missing not in ON_MISSING:
            problems.append(f"on_missing: expected one of {', '.join(ON_MISSING)}, found {self.on_missing!r}")
        if self.frame not in (None, *FRAMES):
            problems.append(f"frame: expected one of {', '.join(FRAMES)}, found {self.frame!r}")
        if self.data_dir is not None:
            folder = Path(self.data_dir).expanduser().absolute()
            if not folder.is_dir():
                problems.append(f"data_dir: {self.data_dir!r} is not a folder")
            else:
                missing = [name for name in self.needed_files if not (folder / name).is_file()]
                problems += [f"data_dir: no {name} in {folder}" for name in missing]
            object.__setattr__(self, "data_dir", str(folder))
        problems += self._problems()
        if problems:
            raise InvalidInputError(f'load_dataset("ureca", "{self.config}")', problems)

    def _problems(self) -> list[str]:
        return []

    @property
    def needed_files(self) -> tuple[str, ...]:
        """Names of the annotation files that must be in `data_dir`."""
        return ()

    @property
    def optional_files(self) -> tuple[str, ...]:
        """Names of the annotation files that are used if they are there."""
        return ()

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits of the files; all that there can be while no folder is named."""
        return "train", "validation", "test"

    def protocol(self, split: str) -> str:  # noqa: ARG002 - as its subclasses have it
        """Which test set and rules numbers of a split follow, as name: meaning; empty where there is one alone.

        The literature has several sets of one name. Reports print all of it, signatures its name.
        """
        return ""

    @property
    def where_to_get(self) -> str:
        """Where the data comes from, and which folder to name then."""
        files = ", ".join(self.needed_files)
        return f"Get it from {self.source_address} and name the folder that holds {files} and the images"

    @property
    def folder(self) -> Path:
        """The folder of the user's files.

        Raises:
            InvalidInputError: none was given.
        """
        if self.data_dir is None:
            raise InvalidInputError(
                f'load_dataset("ureca", "{self.config}")',
                [f"data_dir is needed: {self.why_needed}"],
                f'{self.where_to_get}: load_dataset("ureca", "{self.config}", data_dir="/data/{self.config}").',
            )
        return Path(self.data_dir)


@dataclass(frozen=True)
class RefcocogOptions(UserDataOptions):
    """Options of ``load_dataset("ureca", "refcocog", ...)``.

    Attributes:
        refs: whose splits: "umd" reads ``refs(umd).p`` (train, validation, test), "google" reads ``refs(google).p``
            (train, validation).
    """

    refs: str = "umd"

    config: ClassVar[str] = "refcocog"
    source_address: ClassVar[str] = "https://github.com/lichengunc/refer"

    def _problems(self) -> list[str]:
        return [] if self.refs in REFS else [f"refs: expected one of {', '.join(REFS)}, found {self.refs!r}"]

    @property
    def needed_files(self) -> tuple[str, ...]:
        """The refs file and COCO's annotations."""
        return f"refs({self.refs}).p", "instances.json"

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits of the refs file."""
        return ("train", "validation") if self.refs == "google" else ("train", "validation", "test")

    def protocol(self, split: str) -> str:
        """Whose partition it is of."""
        return refcocog_protocol(f"refs({self.refs}).p", PUBLISHED_SPLITS[split])


@dataclass(frozen=True)
class VisualGenomeOptions(UserDataOptions):
    """Options of ``load_dataset("ureca", "visual_genome", ...)``."""

    config: ClassVar[str] = "visual_genome"
    source_address: ClassVar[str] = "https://homes.cs.washington.edu/~ranjay/visualgenome/api.html"

    @property
    def needed_files(self) -> tuple[str, ...]:
        """The region descriptions."""
        return ("region_descriptions.json",)

    @property
    def optional_files(self) -> tuple[str, ...]:
        """Sizes of the images, and the splits of DenseCap."""
        return "image_data.json", "densecap_splits.json"

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits of DenseCap if their file is there, else all is train."""
        return ("train",) if self._is_whole else ("train", "validation", "test")

    def protocol(self, split: str) -> str:
        """DenseCap's list of images, or all of them."""
        splits = None if self._is_whole else "densecap_splits.json"
        return visual_genome_protocol("region_descriptions.json", splits, PUBLISHED_SPLITS[split])

    @property
    def _is_whole(self) -> bool:
        return self.data_dir is not None and not (self.folder / "densecap_splits.json").is_file()


@dataclass(frozen=True)
class InstancesOptions(UserDataOptions):
    """Options of ``load_dataset("ureca", "instances", ...)``.

    Attributes:
        annotations: an instance file of COCO's shape below `data_dir`: COCO's, LVIS's, PACO's or DLC-Bench's.
    """

    annotations: str = "instances_val2017.json"

    config: ClassVar[str] = "instances"
    source_address: ClassVar[str] = "https://cocodataset.org, https://lvisdataset.org or the benchmark's own page"

    @property
    def needed_files(self) -> tuple[str, ...]:
        """The instance file."""
        return (self.annotations,)

    @property
    def splits(self) -> tuple[str, ...]:
        """One file is one split."""
        return ("test",)

    def protocol(self, split: str) -> str:  # noqa: ARG002 - there is one
        """Which file, and what its references are."""
        return f"{self.config}, {Path(self.annotations).name}: what a region's category is called is its reference"


@dataclass(frozen=True)
class RegionListOptions(InstancesOptions):
    """Options of ``load_dataset("ureca", "region_lists", ...)``.

    Attributes:
        annotations: a list of masks below `data_dir`, of ParaDLC-Bench, GAR-Bench, MDVP-Bench or Ferret-Bench.
    """

    annotations: str = "annotations.json"

    config: ClassVar[str] = "region_lists"
    source_address: ClassVar[str] = "the benchmark's own page"

    @property
    def optional_files(self) -> tuple[str, ...]:
        """What regions are called, and what was answered, beside the list."""
        folder = Path(self.annotations).parent
        return str(folder / "class_names.json"), str(folder / "answer.jsonl")

    def protocol(self, split: str) -> str:  # noqa: ARG002 - there is one
        """Which file."""
        file = Path(self.annotations).name
        return f"region lists, {file}: its own masks and captions, none of its judge's numbers"


@dataclass(frozen=True)
class RefoiOptions(UserDataOptions):
    """Options of ``load_dataset("ureca", "refoi", ...)``.

    Attributes:
        expressions: which of people's expressions are the references: "written", "spoken" or "all". RefOI's own paper
            scores against the written ones.
    """

    expressions: str = "written"

    config: ClassVar[str] = "refoi"
    source_address: ClassVar[str] = "https://huggingface.co/datasets/Seed42Lab/RefOI"

    def _problems(self) -> list[str]:
        if self.expressions in EXPRESSIONS:
            return []
        return [f"expressions: expected one of {', '.join(EXPRESSIONS)}, found {self.expressions!r}"]

    @property
    def splits(self) -> tuple[str, ...]:
        """Objects alone of their kind in their image, and objects with look-alikes."""
        return "single_presence", "co_occurrence"

    def protocol(self, split: str) -> str:
        """Whose expressions the references are."""
        kinds = "written and spoken" if self.expressions == "all" else self.expressions
        return f"refoi, {kinds} expressions of {split}: people's own, all of an object"

    @property
    def where_to_get(self) -> str:
        """Where RefOI comes from, and which folder to name then."""
        return f"Get it from {self.source_address} and name the folder of its .parquet files"


@dataclass(frozen=True)
class Sa1bOptions(UserDataOptions):
    """Options of ``load_dataset("ureca", "sa1b", ...)``.

    Attributes:
        data_dir: folder of the user's SA-1B: ``sa_223750.jpg`` with ``sa_223750.json``, at any depth, or the shards
            ``sa_000000.tar`` as downloaded, or both.
        captions: JSONL file of the captions; None for those of the Hub repo ``SammyLim/URECA``.
        on_missing: what to do about captions whose image or mask is not in `data_dir` or cannot be read: "error" names
            and counts them all, "skip" leaves them out with a warning that names and counts them.

    Raises:
        InvalidInputError: values out of range, all of them at once.
    """

    captions: str | None = None

    config: ClassVar[str] = "sa1b"
    source_address: ClassVar[str] = "https://ai.meta.com/datasets/segment-anything/"
    why_needed: ClassVar[str] = "the captions are published, the images are not ours to give"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.captions is not None:
            object.__setattr__(self, "captions", str(Path(self.captions).expanduser().absolute()))

    def _problems(self) -> list[str]:
        if self.captions is None or Path(self.captions).expanduser().is_file():
            return []
        return [f"captions: {self.captions!r} is not a file"]

    @property
    def splits(self) -> tuple[str, ...]:
        """All captions are of one split."""
        return ("train",)

    @property
    def where_to_get(self) -> str:
        """Where SA-1B comes from, and which folder to name then."""
        return f"Get SA-1B at {self.source_address} and name the folder of its .tar or .jpg files"
