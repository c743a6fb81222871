"""``python -m dataset``: show, stats, export, guide, enable, disable."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from .errors import InvalidInputError
from .terminal import CommandLine, DataConfig, DataPairs, DataSplit, config_options, output, terminal

app = CommandLine("Look at the data, count it, and export it.")


@app.command()
def show(
    which: Annotated[list[str], typer.Argument(help="Image numbers (0 is the first) or image ids.")],
    config: DataConfig = "scenes",
    split: DataSplit = "test",
    data_option: DataPairs = None,
    captions: Annotated[bool, typer.Option(help="Write the reference captions under the regions.")] = True,
    out: Annotated[Path, typer.Option(help="PNG to write.")] = Path("picture.png"),
    columns: Annotated[int, typer.Option(min=1, help="Panels side by side.")] = 4,
    regions: Annotated[int, typer.Option(min=1, help="Regions of each image in a contact sheet.")] = 2,
) -> None:
    """Draw one image with its regions outlined and captioned, or a contact sheet of several."""
    from PIL import Image, ImageOps

    from .inspection.pictures import contact_sheet, picture_of_image
    from .loading.regions import load_images

    images = list(load_images(config, split, **config_options(data_option)))
    names = {image_regions[0].image_id: index for index, (_, image_regions) in enumerate(images)}
    indices = [_index_of(text, names, len(images)) for text in which]
    pictures = [(ImageOps.exif_transpose(Image.open(images[index][0])), images[index][1]) for index in indices]
    if len(pictures) == 1:
        picture = picture_of_image(*pictures[0], title=pictures[0][1][0].image_id, columns=columns, captions=captions)
    else:
        picture = contact_sheet(pictures, columns=columns, regions_each=regions, captions=captions)
    picture.save(out)
    terminal.print(f"{out}: {picture.width} x {picture.height} pixels", highlight=False)


def _index_of(text: str, names: dict[str, int], count: int) -> int:
    from .loading.sources import CONFIGS

    if text in names:
        return names[text]
    if text.isdecimal() and int(text) < count:
        return int(text)
    hint = f"Numbers go from 0 to {count - 1}; ids look like {next(iter(names))}."
    if text in (*CONFIGS, "train", "validation", "test"):
        hint = f"The data are named by --config and --split: ureca show 0 --config photos --split test. {hint}"
    raise InvalidInputError("show", [f"no image {text!r}"], hint)


@app.command()
def stats(
    config: DataConfig = "scenes",
    split: DataSplit = "test",
    data_option: DataPairs = None,
) -> None:
    """Count regions, captions, and how ambiguous plain descriptions would be."""
    from .inspection.statistics import describe_split

    for table in describe_split(config, split, **config_options(data_option)):
        output.print(table)


@app.command()
def export(
    out: Annotated[Path | None, typer.Option(help="Folder to write; --archive and --push need none.")] = None,
    config: Annotated[list[str] | None, typer.Option(help="Only this config (may be repeated).")] = None,
    split: Annotated[list[str] | None, typer.Option(help="Only this split (may be repeated).")] = None,
    data_option: DataPairs = None,
    archive: Annotated[Path | None, typer.Option(help="Also pack everything into this .zip, for a DOI.")] = None,
    push: Annotated[str | None, typer.Option(help="Also upload it to the Hub, as ORGANISATION/NAME.")] = None,
    coco: Annotated[
        Path | None, typer.Option(help="Instead: images and COCO annotations of one split, as DLC-Bench has them.")
    ] = None,
) -> None:
    """Write the Hub-shaped folder: parquet, card, Croissant, checksums, loadable by path without this package."""
    if coco is not None:
        _export_coco(coco, config or [], split or [], data_option, [out, archive, push])
        return
    from .loading.publishing.archive import check_archive_name, write_archive
    from .loading.publishing.folder import export_folder
    from .loading.publishing.hub import check_repository, push_folder
    from .loading.sources import CONFIGS

    if out is None and archive is None and push is None:
        raise InvalidInputError("export", ["nothing to write to"], "Give --out FOLDER, --archive FILE.zip or --push.")
    foreign = [name for name in config or () if name in CONFIGS and CONFIGS[name].needs_user_data]
    if foreign and (archive is not None or push is not None):
        problems = [f"{name}: its images are not ours to publish" for name in foreign]
        raise InvalidInputError("export", problems, "Write a folder for yourself with --out.")
    if archive is not None:
        check_archive_name(archive)
    if push is not None:
        check_repository(push)
    with TemporaryDirectory(prefix="ureca-export-") as temporary:
        folder = out or Path(temporary)
        for path in export_folder(folder, config, split, config_options(data_option)):
            terminal.print(str(path if out else path.relative_to(folder)), highlight=False, soft_wrap=True)
        if archive is not None:
            terminal.print(str(write_archive(folder, archive)), highlight=False, soft_wrap=True)
        if push is not None:
            terminal.print(push_folder(folder, push), highlight=False, soft_wrap=True)


def _export_coco(
    folder: Path, configs: list[str], splits: list[str], data_option: list[str] | None, others: list[object]
) -> None:
    from .loading.publishing.coco import write_coco

    if len(configs) != 1 or len(splits) > 1 or any(other is not None for other in others):
        expected = "expected one --config, at most one --split, and neither --out, --archive nor --push"
        raise InvalidInputError("--coco", [expected], "One folder holds one split.")
    images, regions = write_coco(folder, configs[0], splits[0] if splits else "test", config_options(data_option))
    terminal.print(f"{folder}: {images:,} images, {regions:,} regions", highlight=False, soft_wrap=True)


@app.command()
def guide(
    name: Annotated[
        str | None, typer.Argument(help="Such as reporting or docs/leaderboard.md; none lists all.")
    ] = None,
) -> None:
    """Read a guide of the documentation, as it was when this version was made."""
    from .terminal.guides import print_guide, print_guides

    if name is None:
        print_guides()
    else:
        print_guide(name)


@app.command()
def enable() -> None:
    """Make load_dataset("ureca") work in programs that do not import this package, such as evaluation harnesses."""
    from .loading.startup import enable

    terminal.print(f'{enable()}: datasets.load_dataset("ureca") works in every program of this Python', highlight=False)


@app.command()
def disable() -> None:
    """Take back what enable did."""
    from .loading.startup import disable, startup_file

    path = disable()
    text = f"{startup_file()} was not there: nothing to remove" if path is None else f"removed {path}"
    terminal.print(text, highlight=False)


if __name__ == "__main__":
    app()
