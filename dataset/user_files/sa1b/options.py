"""What a user says about their copy of SA-1B."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...errors import InvalidInputError

__all__ = ["ON_MISSING", "Sa1bOptions"]

ON_MISSING = ("error", "skip")


@dataclass(frozen=True)
class Sa1bOptions:
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

    data_dir: str | None = None
    captions: str | None = None
    on_missing: str = "error"

    def __post_init__(self) -> None:
        problems = []
        if self.on_missing not in ON_MISSING:
            problems.append(f"on_missing: expected one of {', '.join(ON_MISSING)}, found {self.on_missing!r}")
        if self.data_dir is not None and not Path(self.data_dir).expanduser().is_dir():
            problems.append(f"data_dir: {self.data_dir!r} is not a folder")
        if self.captions is not None and not Path(self.captions).expanduser().is_file():
            problems.append(f"captions: {self.captions!r} is not a file")
        if problems:
            raise InvalidInputError('load_dataset("ureca", "sa1b")', problems)
        for name in ("data_dir", "captions"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, str(Path(given).expanduser().absolute()))

    @property
    def folder(self) -> Path:
        """The folder of the user's SA-1B.

        Raises:
            InvalidInputError: none was given.
        """
        if self.data_dir is None:
            raise InvalidInputError(
                'load_dataset("ureca", "sa1b")',
                ["data_dir is needed: the captions are published, the images are not ours to give"],
                "Get SA-1B at https://ai.meta.com/datasets/segment-anything/ and name the folder of its .tar or .jpg "
                'files: load_dataset("ureca", "sa1b", data_dir="/data/sa1b").',
            )
        return Path(self.data_dir)
