"""The pictures of a question: panels of one image, each with one region outlined, small ones also enlarged.

Nothing is faded or blurred, so that every colour stays what it is. An outline runs outside of its region, in the colour
that contrasts best with what is around it, with a thin dark or light rim.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.schema import Region

from .candidates import PANELS, ROUNDS

if TYPE_CHECKING:
    from PIL.Image import Image

    from dataset.masks.windows import Mask

__all__ = ["VIEWS", "PanelOptions", "PanelPainter", "Pixels", "contact_sheet"]

Pixels = npt.NDArray[np.uint8]
View = Literal["panels", "numbered", "single"]

VIEWS: Final[tuple[View, ...]] = ("panels", "numbered", "single")
_VERSION: Final = 1
"""Part of the hash of the view: to be raised when the same options draw another picture."""
_MARGIN: Final = 1.0
"""Context around an enlarged region, as a share of its longer side."""
_STRIP: Final = 26
"""Height in pixels of the strip with a panel's number."""
_GAP: Final = 6
_REMEMBERED: Final = 128
"""Pictures of one image's regions that are remembered: candidates come again for other captions."""


@dataclass(frozen=True)
class PanelOptions:
    """What a judge sees.

    Attributes:
        view: ``panels``: a picture for each region, outlined; ``numbered``: one picture with numbered outlines;
            ``single``: one panel at a time, each a question of its own.
        size: longer side in pixels of each picture; enlarged details come on top.
        panels: regions in a question.
        rounds: questions for one caption at most.
        enlarge_below: regions whose longer side is below this share of the image's are also shown enlarged.
        seed: of the order of the panels.

    Raises:
        InvalidInputError: a value is out of its range.
    """

    view: View = "panels"
    size: int = 640
    panels: int = PANELS
    rounds: int = ROUNDS
    enlarge_below: float = 0.25
    seed: int = 0

    def __post_init__(self) -> None:
        problems = [
            f"{name}: expected {expected}, found {getattr(self, name)!r}"
            for name, expected, fits in (
                ("view", f"one of {', '.join(VIEWS)}", self.view in VIEWS),
                ("size", "32 to 4,096 pixels", 32 <= self.size <= 4096),
                ("panels", "2 to 16", 2 <= self.panels <= 16),
                ("rounds", "1 to 64", 1 <= self.rounds <= 64),
                ("enlarge_below", "0 to 1", 0 <= self.enlarge_below <= 1),
            )
            if not fits
        ]
        if problems:
            raise InvalidInputError("panels", problems)

    @property
    def sha256(self) -> str:
        """Digest of all that decides which pictures are shown."""
        return hashlib.sha256(json.dumps([_VERSION, asdict(self)], sort_keys=True).encode()).hexdigest()


class PanelPainter:
    """Draws the questions about one image.

    Args:
        image: a file, or RGB.
        regions: the regions that may be shown, by their ids.
        options: what is shown.
    """

    def __init__(self, image: Image | Path, regions: Mapping[str, Region], options: PanelOptions) -> None:
        self._regions, self._options = regions, options
        from dataset.prompting.views import RegionViews  # the survey's commands draw nothing, and need not wait

        self._views = RegionViews(_opened(image), size=options.size, margin=_MARGIN)
        self._shown: OrderedDict[str, Pixels] = OrderedDict()

    def pictures(self, region_ids: Sequence[str]) -> tuple[Pixels, ...]:
        """The pictures of one question, panel 1 first; RGB arrays (height, width, 3), uint8.

        Raises:
            InvalidInputError: a region has no mask, or one that does not fit the image.
        """
        if self._options.view == "numbered":
            return (self._views.numbered([self._mask(region_id) for region_id in region_ids]),)
        return tuple(_with_number(self._outlined(region_id), number) for number, region_id in enumerate(region_ids, 1))

    def _outlined(self, region_id: str) -> Pixels:
        """The image with one region outlined, and beside it the region enlarged if it is small."""
        if region_id in self._shown:
            self._shown.move_to_end(region_id)
            return self._shown[region_id]
        mask = self._mask(region_id)
        picture = self._views.contour(mask, contrast=True)
        if self._is_small(self._regions[region_id]):
            picture = _beside(picture, self._views.close_up(mask))
        self._shown[region_id] = picture
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        return picture

    def _is_small(self, region: Region) -> bool:
        if region.bbox is None:
            return False
        longer = max(self._views.image.size)
        return max(region.bbox[2], region.bbox[3]) < self._options.enlarge_below * longer

    def _mask(self, region_id: str) -> Mask:
        mask = self._regions[region_id].mask
        if mask is None:
            raise InvalidInputError(region_id, ["it has no mask: it cannot be shown"])
        return mask


def contact_sheet(pictures: Sequence[Pixels], columns: int = 4) -> Pixels:
    """Pictures in rows on white, for people: (height, width, 3), uint8."""
    rows = [pictures[start : start + columns] for start in range(0, len(pictures), columns)]
    widths = [max(picture.shape[1] for picture in pictures[column::columns]) for column in range(len(rows[0]))]
    heights = [max(picture.shape[0] for picture in row) for row in rows]
    sheet = np.full((sum(heights) + _GAP * len(rows), sum(widths) + _GAP * len(widths), 3), 255, np.uint8)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for picture, width in zip(row, widths, strict=False):
            sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
            left += width + _GAP
        top += height + _GAP
    return sheet


def _opened(image: Image | Path) -> Image:
    if not isinstance(image, Path):
        return image
    from PIL import Image as PillowImage

    try:
        with PillowImage.open(image) as file:
            return file.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInputError(str(image), [f"the image cannot be read: {error}"]) from error


def _beside(one: Pixels, other: Pixels) -> Pixels:
    """Two pictures side by side on white, their tops in line."""
    height = max(one.shape[0], other.shape[0])
    sheet = np.full((height, one.shape[1] + _GAP + other.shape[1], 3), 255, np.uint8)
    sheet[: one.shape[0], : one.shape[1]] = one
    sheet[: other.shape[0], one.shape[1] + _GAP :] = other
    return sheet


def _with_number(picture: Pixels, number: int) -> Pixels:
    """The picture below a white strip that says which panel it is."""
    from PIL import Image, ImageDraw

    from dataset.prompting.contours import default_font

    strip = Image.new("RGB", (picture.shape[1], _STRIP), "white")
    ImageDraw.Draw(strip).text((6, 3), f"Panel {number}", fill="black", font=default_font(18))
    return np.concatenate([np.asarray(strip), picture])
