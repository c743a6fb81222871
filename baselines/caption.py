"""Caption regions of your own images: ``python -m baselines.caption NAME image.jpg --mask mask.png``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer
from rich.progress import track

from dataset.curation.images import read_annotated_image
from dataset.errors import CaptioningError, InvalidInputError, UrecaError
from dataset.masks.rle import decode_mask
from dataset.terminal import CommandLine, read_pairs, terminal
from dataset.user_files.frames import check_frame

from .captioner import Captioner, OpenCaptioner
from .inputs import open_image, open_mask
from .memory import naming_memory_errors
from .registry import captioner_names, open_captioner

__all__ = ["caption_image"]

app = CommandLine()


def caption_image(
    captioner: OpenCaptioner, image: Path, masks: Sequence[Path] = (), frame: str | None = None
) -> dict[str, str]:
    """Captions of regions of an image that is in no data set.

    Args:
        captioner: open, and one that sees pixels.
        image: JPEG, PNG or another format that `baselines.open_image` reads.
        masks: files, see `baselines.open_mask`; none, to take those of the JSON file beside the image: of
            SA-1B, of SAM's ``amg.py``, or of COCO.
        frame: what the masks of the JSON file are made for if the image has an EXIF orientation: the "stored" pixels,
            or the picture as it is "turned"; None to read it off their sizes.

    Returns:
        Name of the mask's file, or id of the mask -> caption, in their order.

    Raises:
        InvalidInputError: the image or masks cannot be used, or the captioner reads annotations.
        CaptioningError: regions without a caption, by their names.
    """
    if not isinstance(captioner.captioner, Captioner):
        problem = f"{captioner.name} reads the annotations of a data set, which an image of your own does not have"
        raise InvalidInputError("captioner", [problem], "Take one that sees pixels: prompted, or a trained one.")
    regions = _read_masks(masks) if masks else _masks_beside(image, frame)
    with naming_memory_errors(f"{image}: captioning {len(regions)} regions", captioner.memory_hint):
        picture = open_image(image)
        try:
            captions = captioner.captioner.caption(picture, list(regions.values()))
        except (CaptioningError, InvalidInputError) as error:
            raise _named(error, str(image), list(regions)) from error
    return dict(zip(regions, captions, strict=True))


def _read_masks(paths: Sequence[Path]) -> dict[str, npt.NDArray[np.bool_]]:
    twice = sorted({str(path) for path in paths if list(paths).count(path) > 1})
    if twice:
        raise InvalidInputError("--mask", [f"{path} is given twice" for path in twice])
    return {str(path): open_mask(path) for path in paths}


def _masks_beside(image: Path, frame: str | None) -> dict[str, npt.NDArray[np.bool_]]:
    """The masks in the JSON file beside an image; one that cannot be used is an error, not left out silently."""
    beside = image.with_suffix(".json")
    try:
        annotated = read_annotated_image(image, frame)
    except InvalidInputError as error:
        if error.source != str(beside) or beside.is_file():
            raise
        problem = f"no region is named: there is no --mask, and no {beside.name} beside the image"
        others = f"nor a folder {image.stem} of amg.py, nor a COCO file in its folder that lists it"
        raise InvalidInputError(str(image), [f"{problem}, {others}"]) from None
    if annotated.problems:
        raise InvalidInputError(str(beside) if beside.is_file() else f"masks of {image}", annotated.problems)
    if not annotated.annotations:
        raise InvalidInputError(f"masks of {image}", ["its file lists none"], "Name a mask with --mask.")
    return {annotation["id"]: decode_mask(annotation["segmentation"]) for annotation in annotated.annotations}


def _named(
    error: CaptioningError | InvalidInputError, image: str, names: Sequence[str]
) -> CaptioningError | InvalidInputError:
    """The same error about files instead of positions."""
    names_of_masks = {f"mask {number}": name for number, name in enumerate(names)}
    if isinstance(error, CaptioningError):
        return CaptioningError(
            image, {names_of_masks.get(mask, mask): reason for mask, reason in error.failures.items()}, error.hint
        )
    problems = []
    for problem in error.problems:
        mask, colon, what = problem.partition(":")
        problems.append(f"{names_of_masks.get(mask, mask)}{colon}{what}")
    return InvalidInputError(image, problems)


@app.command()
def main(
    name: Annotated[str, typer.Argument(help=f"{', '.join(captioner_names())}, a folder, or a model of the hub.")],
    images: Annotated[
        list[Path] | None, typer.Argument(help="Image files; each with NAME.json beside it if there is no mask.")
    ] = None,
    mask: Annotated[list[Path] | None, typer.Option(help="Black-and-white image of one region (repeat).")] = None,
    option: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, of the captioner (repeat).")] = None,
    frame: Annotated[str | None, typer.Option(help="Masks of images with EXIF orientation: stored or turned.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the captioner's random choices.")] = 0,
    device: Annotated[str | None, typer.Option(help="Where a trained captioner runs: cpu, cuda, cuda:1 ...")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each region.")] = False,
    requests: Annotated[
        bool, typer.Option("--requests", help='Answer lines {"image", "mask"} of the input, one by one.')
    ] = False,
) -> None:
    """Print a caption for every region: the mask's name, a tab, the caption."""
    check_frame(frame)
    if requests == bool(images):
        expected = "no images beside --requests" if requests else "at least one image"
        raise InvalidInputError("images", [f"expected {expected}, found {len(images or [])}"])
    images = images or []
    if mask and len(images) > 1:
        raise InvalidInputError("--mask", [f"{len(images)} images are given: masks belong to one image"])
    with open_captioner(name, read_pairs(option or [], "--option"), seed=seed, device=device) as captioner:
        if requests:
            _answer(captioner, sys.stdin)
            return
        progress = track(images, "Captioning", console=terminal, disable=not terminal.is_terminal or len(images) < 2)
        for image in progress:
            for region, caption in caption_image(captioner, image, mask or (), frame).items():
                sys.stdout.write(_line(image, region, caption, as_json))
            sys.stdout.flush()


def _answer(captioner: OpenCaptioner, lines: Iterable[str]) -> None:
    """Answer each line as soon as it comes, with ``{"caption"}`` or ``{"error"}``; the model stays in memory."""
    for line in lines:
        try:
            request = json.loads(line)
            [caption] = caption_image(captioner, Path(request["image"]), [Path(request["mask"])]).values()
            answer = {"caption": caption}
        except (ValueError, TypeError, KeyError):
            answer = {"error": 'expected {"image": file, "mask": file}'}
        except UrecaError as error:
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _line(image: Path, region: str, caption: str, as_json: bool) -> str:
    record: Mapping[str, Any] = {"image": str(image), "mask": region, "caption": caption}
    return (json.dumps(record, ensure_ascii=False) if as_json else f"{region}\t{caption}") + "\n"


if __name__ == "__main__":
    app()
