"""The curation on a few rendered scenes, where the listener measures what each stage adds."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rich.table import Table

from ..inspection.pictures import caption_font, outline
from ..listener import listen
from ..masks.rle import area_of, bbox_xywh_of, decode_mask, encode_mask
from ..runtime.cache import atomic_file
from ..scenes.options import ScenesOptions
from ..scenes.rows import draw
from .run_options import EMBEDDED, CurationOptions, RunSettings
from .runs.run import CurationRun
from .runs.services import WORLDS, read_worlds

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["demonstration_run", "draw_sheet", "outcome_table", "outcomes", "write_scenes"]

_STAGES: Final = {"short": "2 short", "detailed": "3 detailed", "unique": "4 unique"}
_PER_SHARD: Final = 4


def write_scenes(folder: Path, count: int, split: str = "test") -> None:
    """Write scenes as a user has images: PNG, and masks in the form of SA-1B; and what the listener knows of them.

    Args:
        folder: made if missing; scenes that are already there stay.
        count: how many.
        split: of the scenes.
    """
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    options = ScenesOptions()
    with (folder / WORLDS).open("a+", encoding="utf-8") as lines:
        lines.seek(0)
        image_ids = {json.loads(line)["image_id"] for line in lines if line.endswith("\n")}
        for index in range(count):
            image_id = options.image_id(split, index)
            if image_id in image_ids:
                continue
            pixels, world, masks = draw(options, split, index)
            annotations = []
            for region_id, mask in masks.items():
                rle = encode_mask(mask)
                annotations.append(
                    {"id": region_id, "segmentation": rle, "bbox": bbox_xywh_of(rle), "area": area_of(rle)}
                )
            with atomic_file(folder / f"{image_id}.json") as temporary:
                temporary.write_text(json.dumps({"annotations": annotations}), encoding="utf-8")
            with atomic_file(folder / f"{image_id}.png") as temporary:
                Image.fromarray(pixels).save(temporary, format="PNG")
            lines.write(json.dumps({"image_id": image_id, "world": world.to_dict()}, separators=(",", ":")) + "\n")


def demonstration_run(out: Path, encoder: str) -> CurationRun:
    """The run over the scenes of ``out/images`` into ``out/captions``, planned."""
    options = CurationOptions(model=EMBEDDED, encoder=encoder, smallest=0.0015, largest=0.95, levels=1)
    settings = RunSettings(images=str((out / "images").absolute()), server=EMBEDDED)
    return CurationRun(out / "captions", options, settings, _PER_SHARD)


def outcomes(out: Path) -> dict[str, Counter[str]]:
    """Stage -> what the listener makes of the captions after it -> how many.

    A region that a stage has no caption for counts as "none", a caption that is false as "wrong".
    """
    rows = _rows(out)
    worlds = read_worlds(out / "images", {row["image_id"] for row in rows})
    counts: dict[str, Counter[str]] = {stage: Counter() for stage in _STAGES}
    for row in rows:
        target = row["region_id"].rpartition("/")[2]
        captions = {record["stage"]: record["caption"] for record in row["provenance"]}
        for stage in _STAGES:
            caption = captions.get(stage)
            kind = "none" if caption is None else listen(caption, worlds[row["image_id"]], target).outcome
            counts[stage]["wrong" if kind == "false" else kind] += 1
    return counts


def outcome_table(out: Path) -> Table:
    """The share of the captions that denote their region alone, after each stage."""
    table = Table(title="What the listener makes of the captions", title_justify="left", padding=(0, 0, 0, 1))
    kinds = ("correct", "ambiguous", "wrong", "nothing", "unparsed", "none")
    for heading in ("after stage", "captions", "its region\nalone", *kinds[1:]):
        table.add_column(heading, justify="left" if heading == "after stage" else "right", no_wrap=True)
    for stage, counts in outcomes(out).items():
        total = counts.total()
        table.add_row(
            _STAGES[stage],
            f"{total:,}",
            *(f"{counts[kind] / max(total, 1):.1%}" for kind in kinds),
        )
    return table


def draw_sheet(out: Path, regions: int = 12) -> Path:
    """Draw a contact sheet of regions with their short, detailed and unique captions into ``out/captions.png``."""
    from PIL import Image as PillowImage

    by_image: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(out):
        by_image.setdefault(row["image_id"], []).append(row)
    panels: list[Image] = []
    per_image = max(2, regions // len(by_image))
    for image_id, rows in by_image.items():
        image = PillowImage.open(out / "images" / f"{image_id}.png").convert("RGB")
        panels += [_panel(image, row) for row in _look_alikes_first(rows)[: per_image if len(panels) < regions else 0]]
    columns = min(4, len(panels))
    width, height = panels[0].width, max(panel.height for panel in panels)
    lines = -(-len(panels) // columns)
    sheet = PillowImage.new("RGB", (columns * (width + 12) + 12, lines * (height + 12) + 12), "white")
    for number, panel in enumerate(panels):
        sheet.paste(panel, (12 + number % columns * (width + 12), 12 + number // columns * (height + 12)))
    path = out / "captions.png"
    sheet.save(path)
    return path


def _look_alikes_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in the order in which they are worth showing: two of each kind that share a short caption, large first."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: -row["area"]):
        captions = {record["stage"]: record["caption"] for record in row["provenance"]}
        kinds.setdefault(str(captions.get("short")), []).append(row)
    shared = [row for alike in kinds.values() if len(alike) > 1 for row in alike[:2]]
    return shared + [row for row in rows if row not in shared]


def _panel(image: Image, row: dict[str, Any], width: int = 336) -> Image:
    from PIL import Image as PillowImage
    from PIL import ImageDraw

    pixels = outline(np.asarray(image), decode_mask(row["mask"]), (230, 60, 30), dim=0.5)
    picture = PillowImage.fromarray(pixels).resize((width, width * image.height // image.width))
    captions = {record["stage"]: record["caption"] for record in row["provenance"]}
    lines: list[tuple[str, str]] = []
    for stage, color in (("short", "#777777"), ("detailed", "#2b5f8a"), ("unique", "#8a2b1d")):
        wrapped = textwrap.wrap(f"{stage}: {captions.get(stage) or 'none'}", 50)
        lines += [(line, color) for line in wrapped]
    panel = PillowImage.new("RGB", (width, picture.height + 8 + 17 * len(lines)), "white")
    panel.paste(picture, (0, 0))
    pen = ImageDraw.Draw(panel)
    font = caption_font(13)
    for number, (line, color) in enumerate(lines):
        pen.text((0, picture.height + 6 + 17 * number), line, fill=color, font=font)
    return panel


def _rows(out: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    columns = ["image_id", "region_id", "mask", "area", "provenance"]
    rows: list[dict[str, Any]] = []
    for path in sorted((out / "captions" / "data").glob("*.parquet")):
        rows += pq.read_table(path, columns=columns).to_pylist()
    return rows
