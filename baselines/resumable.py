"""Captions of many images that survive being killed: a journal beside the output, and the output when all is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from dataset.errors import CaptioningError, DataUnavailableError
from dataset.prompting.journal import Journal, begin_run
from dataset.runtime.cache import atomic_file
from dataset.schema import Region

from .captioner import OpenCaptioner

__all__ = ["answers_path", "caption_regions", "journal_path", "write_predictions"]

Images = Sequence[tuple[Path, Sequence[Region]]]


def journal_path(out: Path) -> Path:
    """Where the captions of an unfinished run are kept."""
    return out.with_name(f"{out.name}.partial")


def answers_path(out: Path) -> Path:
    """Where a prompted captioner keeps answers of images that are not complete yet."""
    return out.with_name(f"{out.name}.answers")


def caption_regions(
    captioner: OpenCaptioner,
    images: Images,
    out: Path,
    identity: Mapping[str, Any] | None = None,
    *,
    skip_failed: bool = False,
    on_image: Callable[[int], None] | None = None,
    protocol: str = "",
) -> int:
    """Caption all regions of some images and write ``{"region_id", "caption"}`` lines, in the order of the images.

    Killed at any point and called again, it resumes, and the file is the same to the byte (of a captioner whose
    captions depend on its identity alone). The file appears whole or not at all; until then, `journal_path` holds the
    images that are done.

    Args:
        captioner: open.
        images: (path, regions) each.
        out: the file to write.
        identity: what besides the captioner decides the captions, as JSON: which data. A run that was started
            with another identity is not resumed.
        skip_failed: write the file without the regions that have no caption. The journal stays, so that calling again
            tries them again.
        on_image: called with the number of regions of every image that is done, those done earlier first.
        protocol: which of several test sets the images are; every line names it, if there is one.

    Returns:
        How many captions were written.

    Raises:
        CaptioningError: some regions have no caption. All others are kept; calling again asks for these.
        InvalidInputError: the run was started with something else, or an image cannot be used.
        DataUnavailableError: the journal is damaged or in use.
    """
    run = {"captioner": captioner.name, **captioner.identity, **(identity or {})}
    failures: dict[str, str] = {}
    with Journal(journal_path(out), wait_seconds=1.0) as journal:
        captions = _start_or_resume(journal, run, images)
        report = on_image or _ignore
        for index in captions:
            report(len(images[index][1]))
        for index, outcome in _captioned(captioner, images, [k for k in range(len(images)) if k not in captions]):
            if isinstance(outcome, CaptioningError):
                failures |= outcome.failures
                continue
            journal.append({"image": index, "captions": outcome})
            captions[index] = outcome
            report(len(outcome))
        if failures and not skip_failed:
            hint = f"All others are kept in {journal_path(out)}: the same command asks for these regions again."
            raise CaptioningError(str(out), failures, hint)
        count = write_predictions(_predictions(images, captions, protocol), out)
    if not failures:
        _remove_unfinished(out)
    return count


def write_predictions(predictions: Iterable[Mapping[str, str]], out: Path) -> int:
    """Write ``{"region_id", "caption"}`` lines; the file appears whole or not at all. Returns their number."""
    count = 0
    with atomic_file(out) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for prediction in predictions:
            lines.write(json.dumps(dict(prediction), ensure_ascii=False) + "\n")
            count += 1
    return count


def _predictions(images: Images, captions: Mapping[int, list[str]], protocol: str) -> Iterator[dict[str, str]]:
    named = {"protocol": protocol} if protocol else {}
    for index in sorted(captions):
        for region, caption in zip(images[index][1], captions[index], strict=True):
            yield {"region_id": region.region_id, "caption": caption, **named}


def _start_or_resume(journal: Journal, run: dict[str, Any], images: Images) -> dict[int, list[str]]:
    """The captions that a journal holds, by the number of the image; starts it if it is new."""
    captions: dict[int, list[str]] = {}
    for number, record in enumerate(begin_run(journal, run), 2):
        try:
            index, image_captions = _read_record(record, images)
        except (KeyError, ValueError, TypeError, IndexError):
            problem = f"{journal.path}: line {number} is damaged. Delete it to ask for its image again."
            raise DataUnavailableError(problem) from None
        captions[index] = image_captions
    return captions


def _read_record(record: Mapping[str, Any], images: Images) -> tuple[int, list[str]]:
    """The number of an image and its captions; an error if they fit no image."""
    index, captions = int(record["image"]), list(record["captions"])
    if index < 0 or len(captions) != len(images[index][1]) or not all(isinstance(caption, str) for caption in captions):
        raise ValueError(index)
    return index, captions


def _ignore(_regions: int) -> None:
    pass


def _captioned(
    captioner: OpenCaptioner, images: Images, todo: Sequence[int]
) -> Iterator[tuple[int, list[str] | CaptioningError]]:
    """(number of the image, its captions or why some are missing), as they are done."""

    def caption(index: int) -> list[str] | CaptioningError:
        try:
            return captioner.caption_regions(*images[index])
        except CaptioningError as error:
            return error

    if captioner.images_at_once == 1:
        yield from ((index, caption(index)) for index in todo)
        return
    waiting = iter(todo)
    with ThreadPoolExecutor(captioner.images_at_once) as threads:
        under_way: dict[Future[list[str] | CaptioningError], int] = {}
        try:
            while True:
                while len(under_way) < captioner.images_at_once and (index := next(waiting, None)) is not None:
                    under_way[threads.submit(caption, index)] = index
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    yield under_way.pop(future), future.result()
        except BaseException:
            captioner.close()  # what is under way ends at once
            raise


def _remove_unfinished(out: Path) -> None:
    """What is not needed once the output is there."""
    journal = journal_path(out)
    for path in (journal, journal.with_name(f".{journal.name}.lock"), answers_path(out)):
        path.unlink(missing_ok=True)
