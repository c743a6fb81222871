"""Which picture the annotations of an image are made for: the one that is stored, or the one that is shown.

A camera that was held upright stores its picture lying and notes in the EXIF data how to turn it. Some tools annotate
the stored picture, others the turned one. Rows and captioners of this package have the turned one, so masks of a stored
picture are turned with it. Which of the two is meant is read off the sizes in the annotations; where both pictures have
the same size (mirrored, turned by 180 degrees, or square), the user has to say it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from ..errors import InvalidInputError, check_name

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "FRAMES",
    "MOST_PIXELS",
    "Size",
    "StoredPicture",
    "check_depth",
    "check_frame",
    "opened_image",
    "picture_of",
    "read_picture",
    "turn_of",
]

Size = tuple[int, int]
"""Height and width, in pixels."""

FRAMES: Final = ("stored", "turned")
"""Annotations are made for the picture as it is stored in its file, or for the one that is turned as its EXIF says."""
MOST_PIXELS: Final = 100_000_000
_ORIENTATION: Final = 0x0112
_CHOICE: Final = 'frame="stored" if they are of the pixels as stored, frame="turned" if of the picture as shown'


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """What the header of an image file says.

    Attributes:
        size: (height, width) of the pixels as they are stored.
        orientation: EXIF's, 1 to 8; 1 where it is not given.
    """

    size: Size
    orientation: int = 1

    @property
    def upright_size(self) -> Size:
        """(height, width) of the picture as it is shown."""
        return self.size[::-1] if self.orientation > 4 else self.size


def check_frame(frame: str | None) -> None:
    """See that an option names a frame; None leaves it to the sizes.

    Raises:
        UnknownNameError: it does not.
    """
    if frame is not None:
        check_name("frame", frame, FRAMES)


def read_picture(source: Path | str | IO[bytes], name: str) -> StoredPicture:
    """Read the header of an image file; decompression bombs stay closed.

    Args:
        source: the file.
        name: what the error calls it.

    Raises:
        InvalidInputError: it is not an image, has too many pixels, or pixels that cannot be shown without a guess:
            several frames, or more than 8 bits.
    """
    with opened_image(source, name) as image:
        check_depth(image, name)
        return picture_of(image)


def check_depth(image: Image, name: str) -> None:
    """See that an open image has no more than 8 bits: Pillow and `datasets` would show most of the others white.

    Raises:
        InvalidInputError: it has more.
    """
    if image.mode.startswith("I") or image.mode == "F":
        raise InvalidInputError(name, [f"has pixels of more than 8 bits (mode {image.mode}): save it with 8"])


def picture_of(image: Image) -> StoredPicture:
    """What the header of an open image says."""
    orientation = image.getexif().get(_ORIENTATION, 1)
    turned = isinstance(orientation, int) and orientation in range(2, 9)  # other numbers mean nothing
    return StoredPicture((image.height, image.width), orientation if turned else 1)


@contextmanager
def opened_image(source: Path | str | IO[bytes], name: str, formats: tuple[str, ...] | None = None) -> Iterator[Image]:
    """An image that can be read without a guess; its pixels are not decoded yet.

    Raises:
        InvalidInputError: it is not an image, or has too many pixels or several frames; also what Pillow raises while
            the image is open.
    """
    from PIL import Image

    try:
        with Image.open(source, formats=formats) as image:
            problem = _problem_of(image)
            if problem:
                raise InvalidInputError(name, [problem])
            yield image
    except InvalidInputError:
        raise
    except FileNotFoundError:
        raise InvalidInputError(name, ["the image is not there"]) from None
    except Image.DecompressionBombError as error:
        raise InvalidInputError(name, [f"cannot be read as an image: not opened ({error})"]) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InvalidInputError(name, [f"cannot be read as an image ({error})"]) from error


def turn_of(
    picture: StoredPicture, sizes: set[Size], frame: str | None = None, what: str = "annotations are for"
) -> int:
    """The orientation by which annotations are to be turned to fit the picture as it is shown; 1 if they fit already.

    Args:
        picture: of the image file.
        sizes: every (height, width) that the annotations name: of the image, and of their masks.
        frame: one of `FRAMES`, None to read it off the sizes.
        what: are of these sizes, for messages.

    Raises:
        UnknownNameError: no such frame.
        InvalidInputError: the sizes are of another image, of two, or fit both frames and none is named.
    """
    check_frame(frame)
    stored, upright, orientation = picture.size, picture.upright_size, picture.orientation
    expected = {"stored": {stored}, "turned": {upright}}.get(str(frame), {stored, upright})
    strange = sorted(sizes - expected)
    if strange or len(sizes) > 1:
        turned = f", {list(upright)} when turned as its EXIF says" if orientation > 4 else ""
        named = "" if frame is None else f" and frame={frame!r}"
        others = " and ".join(str(list(size)) for size in strange or sorted(sizes))
        raise InvalidInputError("image", [f"is {list(stored)} (height, width){turned}, its {what} {others}{named}"])
    if orientation == 1 or frame == "turned":
        return 1
    if frame == "stored":
        return orientation
    if stored == upright or not sizes:
        raise InvalidInputError(
            "image",
            [
                f"is to be turned as its EXIF says (orientation {orientation}), and nothing shows whether its "
                f"annotations are turned already: give {_CHOICE}"
            ],
        )
    return orientation if sizes == {stored} else 1


def _problem_of(image: Image) -> str | None:
    """What keeps an image from being shown without a guess."""
    if image.width * image.height > MOST_PIXELS:
        return f"has {image.width * image.height:,} pixels ({image.width} x {image.height}), more than {MOST_PIXELS:,}"
    frames: Any = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # the second frame of a phone's MPO is a preview
        return f"has {frames} frames: save the one that is meant"
    return None
