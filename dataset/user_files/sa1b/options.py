"""Options of the config ``sa1b``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..options import UserDataOptions

__all__ = ["Sa1bOptions"]


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
