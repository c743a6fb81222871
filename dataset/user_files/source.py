"""Captioned regions joined with the user's own images, image by image: what all such configs share."""

from __future__ import annotations

import hashlib
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from ..errors import InvalidInputError, check_name
from ..runtime.cache import atomic_file, cache_root
from ..runtime.fingerprint import code_digest
from ..runtime.progress import progress_bar
from .data_options import UserDataOptions

__all__ = ["Joined", "UserDataSource", "count_kinds"]

logger = logging.getLogger(__name__)
_HINT = 'Complete the data, or leave these out with a warning: on_missing="skip".'
_KINDS = ("shard", "row", "image", "mask", "region", "result")
"""What a line about missing or unusable data starts with."""


class _Image(Protocol):
    @property
    def image_id(self) -> str: ...


Options = TypeVar("Options", bound=UserDataOptions)
Image = TypeVar("Image", bound=_Image)


class Joined(NamedTuple):
    """The images of a split whose files are there, and one line for each that is not, or whose shard is unreadable."""

    images: list[Any]
    problems: list[str]


def count_kinds(problems: list[str]) -> str:
    """How many images, regions and others some lines are about: "1 image, 2 regions"."""
    kinds = {kind: sum(problem.startswith(f"{kind} ") for problem in problems) for kind in _KINDS}
    return ", ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in kinds.items() if count)


class UserDataSource(ABC, Generic[Options, Image]):
    """A data set in the user's own files. A shard is one image.

    Without a data_dir every split has one shard that raises when it is read, so that splits can be listed without data.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.splits: tuple[str, ...] = options.splits

    @abstractmethod
    def join(self, split: str) -> Joined:
        """The images of a split, from annotations and folder."""

    @abstractmethod
    def read_image(self, image: Image) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of an image, without the image itself, and what is wrong with it."""

    @abstractmethod
    def file_of(self, image: Image) -> str:
        """Path of an image."""

    def stream_file_of(self, image: Image) -> str | dict[str, Any]:
        """Path of an image, or {"bytes", "path"} where a path would mean writing a file."""
        return self.file_of(image)

    @abstractmethod
    def annotations_state(self) -> str:
        """A text that changes with the annotations."""

    def content_key(self) -> str:
        """16 digits that change with the annotations or with the code that makes rows of them; empty without data."""
        if self.options.data_dir is None:
            return ""
        here = Path(__file__).parent
        code = code_digest([here, here.parent / "masks", here.parent / "schema.py"])
        return hashlib.sha256(f"{self.annotations_state()}{code}".encode()).hexdigest()[:16]

    def prepare(self, split: str) -> None:
        """Check the images and regions of the split, once.

        Raises:
            InvalidInputError: what is missing or cannot be used, all of it.
        """
        self._check_split(split)
        self._report(self.all_problems(split))

    def protocol(self, split: str) -> str:
        """Which test set and rules numbers of a split follow; empty where there is one alone."""
        return self.options.protocol(split)

    def all_problems(self, split: str) -> list[str]:
        """Everything wrong with a split; kept in the cache, as it takes reading all annotations."""

        def check() -> list[str]:
            images, problems = self.join(split)
            return [*problems, *self.problems_of_images(images)]

        return self.checked_once(f"{self.content_key()}:{split}", check)

    def left_out(self, split: str) -> list[str]:
        """What is not in the rows of a split, one line each; nothing where it would be an error."""
        return [] if self.options.data_dir is None or self.options.on_missing == "error" else self.all_problems(split)

    def left_out_of_stream(self, split: str) -> list[str]:
        """What a stream leaves out as far as annotations and folder show it; nothing where it would be an error.

        The images are opened as the stream reaches them: `stream_rows` logs what is left out then.
        """
        if self.options.data_dir is None or self.options.on_missing == "error":
            return []
        return self.join(split).problems

    def problems_of_images(self, images: Iterable[Image]) -> list[str]:
        """What is wrong with images whose files are there."""
        bar = progress_bar(images, title=f"Checking {self.options.config}", unit="image")
        return [problem for image in bar for problem in self.read_image(image)[1]]

    def checked_once(self, state: str, check: Callable[[], list[str]]) -> list[str]:
        """What a check of some state of the data finds; kept in the cache if the data can be used nevertheless."""
        name = hashlib.sha256(state.encode()).hexdigest()[:24]
        path = cache_root() / "user_data" / "checked" / f"{name}.json"
        if path.is_file():
            return list(json.loads(path.read_bytes()))
        problems = check()
        if not problems or self.options.on_missing == "skip":
            with atomic_file(path) as temporary:
                temporary.write_text(json.dumps(problems), encoding="utf-8")
        return problems

    def shards(self, split: str) -> list[Image | None]:
        """Every image of the split that is in the data; missing ones are named and counted.

        Raises:
            InvalidInputError: images or shards that are missing, all of them.
        """
        self._check_split(split)
        if self.options.data_dir is None:
            return [None]
        images, problems = self.join(split)
        self._report(problems)
        return list(images)

    def rows(self, shard: Image | None) -> Iterator[dict[str, Any]]:
        """Rows of one image, which is a file: the user's own, or a copy in the cache.

        Raises:
            InvalidInputError: no data_dir; or, unless skipping, an image or regions that cannot be used.
        """
        yield from self._rows(shard, self.file_of, logging.DEBUG)

    def stream_rows(self, shard: Image | None) -> Iterator[dict[str, Any]]:
        """The same rows; nothing is written, and what is left out is named here, as `prepare` did not run."""
        yield from self._rows(shard, self.stream_file_of, logging.WARNING)

    def _rows(self, shard: Image | None, file_of: Callable[[Image], Any], level: int) -> Iterator[dict[str, Any]]:
        if shard is None:
            _ = self.options.folder  # raises: no data_dir
            return
        rows, problems = self.read_image(shard)
        if problems and self.options.on_missing == "error":
            raise InvalidInputError(f"{self.options.data_dir} (image {shard.image_id})", problems, _HINT)
        for problem in problems:
            logger.log(level, "left out: %s", problem)
        image_file = file_of(shard) if rows else None
        for row in rows:
            yield {"image_file": image_file, **row}

    def _check_split(self, split: str) -> None:
        check_name(f"split of config {self.options.config!r}:", split, self.splits)

    def _report(self, problems: list[str]) -> None:
        if not problems:
            return
        source = f"{self.options.data_dir} ({count_kinds(problems)} missing or unusable)"
        error = InvalidInputError(source, problems, _HINT)
        if self.options.on_missing == "error":
            raise error
        logger.warning("left out: %s", str(error).rpartition("\n")[0])
