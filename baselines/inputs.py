"""Images and masks as captioners take them: whatever a user has, read correctly or refused with the reason.

Every captioner calls `check_regions` before anything else, so that all of them refuse and accept the same. Nothing is
guessed: what could be read in two ways (a mask of shades, a picture of several frames) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.runtime.arrays import BoolArray

from .memory import need_memory

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MOST_PIXELS", "as_rgb", "check_regions", "open_image", "open_mask"]


MOST_PIXELS: Final = 20_000 * 20_000
"""Of an image; of a larger one nothing is read."""
ORIENTATION: Final = 0x0112
"""The EXIF tag that says how a picture is to be turned before it is shown."""
BYTES_PER_PIXEL: Final = 12
"""While an image is opened: Pillow's four bytes twice over (as stored, and as RGB), and an array of it."""
_PILLOW_LIMIT: Final = Lock()
"""Held while Pillow's own limit is lifted; it is one for the whole process, and two threads would leave it lifted."""


def check_regions(image: Image, masks: Sequence[BoolArray]) -> tuple[Image, list[BoolArray]]:
    """The image as upright RGB and its masks as boolean arrays, or every problem with them at once.

    Having no masks is fine: the list is empty, and so are the captions. Masks of one pixel and of the whole image are
    regions like any other. Integer masks are taken if they hold 0 and 1 alone, or 0 and 255 alone.

    Args:
        image: a Pillow image of any mode that `as_rgb` knows.
        masks: arrays of shape (height, width), or one array of shape (n, height, width).

    Returns:
        The image in mode "RGB", and one C-contiguous bool array of shape (height, width) for each mask.

    Raises:
        InvalidInputError: the image cannot be read or has still to be turned; a mask is empty, of another size, or not
            a mask.
    """
    from PIL.Image import Image as PillowImage

    if not isinstance(image, PillowImage):
        problem = f"expected a Pillow image, found {type(image).__name__}"
        raise InvalidInputError("image", [problem], "PIL.Image.fromarray(...) makes one.")
    if image.getexif().get(ORIENTATION, 1) in range(2, 9):
        raise InvalidInputError(
            "image",
            ["its EXIF data say that it is still to be turned, so its masks could be meant either way"],
            "Open it with baselines.open_image or turn it with PIL.ImageOps.exif_transpose; masks are of the result.",
        )
    if isinstance(masks, np.ndarray) and masks.ndim == 2:
        raise InvalidInputError("masks", ["expected a list of masks, found one mask"], "Write [mask].")
    rgb = as_rgb(image)
    problems: list[str] = []
    checked = [
        _checked(mask, f"mask {number}", (image.height, image.width), problems) for number, mask in enumerate(masks)
    ]
    if problems:
        raise InvalidInputError("regions", problems, "Masks are counted from 0.")
    return rgb, [mask for mask in checked if mask is not None]


def open_image(path: Path | str) -> Image:
    """Read an image file whole, as upright RGB: turned as its EXIF data say, transparent parts over white.

    Raises:
        InvalidInputError: the file is missing, is not a whole image, or has several frames or too many pixels.
        InsufficientMemoryError: it would not fit into the memory that is free.
    """
    from PIL import ImageOps

    with _opened(path) as image:
        upright = ImageOps.exif_transpose(image)
        return as_rgb(upright, str(path))


def open_mask(path: Path | str) -> BoolArray:
    """Read a mask from an image file of two colours, one of them black, or from a ``.npy`` file.

    Black is outside. A file of one colour is an empty mask or a whole image.

    Returns:
        Boolean array of shape (height, width) of the upright picture.

    Raises:
        InvalidInputError: the file is missing, is not an image, or has more than two colours, as soft edges do.
    """
    from PIL import ImageOps

    problems: list[str] = []
    if Path(path).suffix.lower() == ".npy":
        mask = _checked(_loaded(path), "mask", None, problems)
    else:
        with _opened(path) as image:
            mask = _two_colors(ImageOps.exif_transpose(image), problems)
    if problems or mask is None:
        raise InvalidInputError(str(path), problems, "A mask has two colours: black outside, another inside.")
    return mask


def as_rgb(image: Image, source: str = "image") -> Image:
    """The image in mode "RGB"; transparent parts show white, 16-bit grey keeps its high byte.

    Args:
        image: gray, palette, RGB, CMYK and others, with or without transparency; 16-bit grey.
        source: what the error calls it.

    Raises:
        InvalidInputError: it cannot be decoded, has no pixels, or its numbers have no known range.
    """
    from PIL import Image as PillowImage

    with _refusing(source):
        image.load()
        if image.width * image.height == 0:
            raise InvalidInputError(source, [f"it has no pixels: {image.width} x {image.height}"])
        if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG"):
            return PillowImage.fromarray((np.asarray(image) // 256).astype(np.uint8)).convert("RGB")
        if image.mode in ("I", "F"):
            problem = f"its pixels are numbers without a known range (mode {image.mode})"
            raise InvalidInputError(source, [problem], "Save it with 8 bits.")
        if image.has_transparency_data:
            layer = image.convert("RGBA")
            white = PillowImage.new("RGBA", image.size, (255, 255, 255, 255))
            return PillowImage.alpha_composite(white, layer).convert("RGB")
        return image if image.mode == "RGB" else image.convert("RGB")


def _checked(mask: Any, name: str, size: tuple[int, int] | None, problems: list[str]) -> BoolArray | None:
    """The mask as a boolean array; None after a problem was added."""
    array = np.asarray(mask)
    problem = _problem_of(array, size)
    if problem is None and array.dtype != np.bool_:
        values = set(np.unique(array).tolist())
        problem = None if values <= {0, 1} or values <= {0, 255} else f"expected booleans, found {_some(values)}"
        array = array.astype(np.bool_)
    if problem is None and size is not None and not array.any():
        problem = "it is empty: no pixel belongs to it, so there is nothing to caption"
    if problem is not None:
        problems.append(f"{name}: {problem}")
        return None
    return np.ascontiguousarray(array)


def _problem_of(array: npt.NDArray[Any], size: tuple[int, int] | None) -> str | None:
    if array.ndim != 2:
        return f"expected shape (height, width), found {array.shape}"
    if array.dtype.kind not in "bui":
        return f"expected a boolean array, found {array.dtype}; compare it with a threshold first"
    if size is None or array.shape == size:
        return None
    hint = ": width and height are swapped, or the image was turned" if array.shape == size[::-1] else ""
    return f"expected the image's size (height, width) {size}, found {array.shape}{hint}"


def _some(values: set[Any]) -> str:
    examples = ", ".join(str(value) for value in sorted(values)[:5])
    return f"the values {examples}{' ...' if len(values) > 5 else ''}"


def _two_colors(image: Image, problems: list[str]) -> BoolArray | None:
    """Which pixels are not black, if there are no more than two colours."""
    if image.mode in ("RGBA", "LA", "PA") and image.getchannel("A").getextrema() != (255, 255):
        problems.append("it has transparent parts, so that inside could be what is opaque or what is bright")
        return None
    if image.mode.startswith("I") or image.mode == "F":
        pixels = np.asarray(image)[..., None]
    else:
        pixels = np.asarray(image.convert("RGB"))
    inside = np.asarray(pixels.any(axis=-1))
    foreground = pixels[inside]
    if len(foreground) and (foreground != foreground[0]).any():
        problems.append("expected two colours, found more: soft edges, several regions, or the noise of JPEG")
        return None
    return inside


def _loaded(path: Path | str) -> npt.NDArray[Any]:
    try:
        loaded: npt.NDArray[Any] = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise InvalidInputError(str(path), ["the file is not there"]) from None
    except (OSError, ValueError, EOFError) as error:
        raise InvalidInputError(str(path), [f"not an array file: {error}"]) from error
    return loaded


@contextmanager
def _opened(path: Path | str) -> Iterator[Image]:
    """The image of a file, its size and frames checked before anything is decoded."""
    from PIL import Image as PillowImage

    with _refusing(str(path)):
        # Pillow refuses what it takes for a bomb, far below what is useful here; the size is checked below.
        with _PILLOW_LIMIT:
            limit, PillowImage.MAX_IMAGE_PIXELS = PillowImage.MAX_IMAGE_PIXELS, None
            try:
                image = PillowImage.open(path)
            finally:
                PillowImage.MAX_IMAGE_PIXELS = limit
        with image:
            pixels = image.width * image.height
            if pixels > MOST_PIXELS:
                problem = f"{image.width:,} x {image.height:,} pixels: more than {MOST_PIXELS:,} are not read"
                raise InvalidInputError(str(path), [problem], "Reduce it, and its masks with it.")
            frames = getattr(image, "n_frames", 1)
            if frames > 1 and image.format != "MPO":  # the second frame of a phone's MPO is a preview
                raise InvalidInputError(str(path), [f"it has {frames} frames"], "Save the one that is meant.")
            need_memory(BYTES_PER_PIXEL * pixels, f"{path} ({image.width:,} x {image.height:,} pixels)", "Reduce it.")
            yield image


@contextmanager
def _refusing(source: str) -> Iterator[None]:
    """Whatever Pillow raises about a bad file, as an error that names the file."""
    try:
        yield
    except InvalidInputError:
        raise
    except FileNotFoundError:
        raise InvalidInputError(source, ["the file is not there"]) from None
    except IsADirectoryError:
        raise InvalidInputError(source, ["this is a folder, expected an image file"]) from None
    except MemoryError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InvalidInputError(source, [f"not a whole image that can be read: {error}"]) from error
