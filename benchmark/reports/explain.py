"""``ureca explain predictions.jsonl REGION``: what the listener understood of a caption, and why it decided so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataset.errors import InvalidInputError, UnknownNameError
from dataset.listener import World, explain
from dataset.schema import Region
from dataset.terminal import CommandLine, config_options, table_output

from ..inputs.flags import ConfigName, DataOptions, SplitName
from ..inputs.predictions import PredictionFile, read_predictions
from ..inputs.scoring_data import find_data

__all__ = ["app", "explanation"]

app = CommandLine()


@app.command()
def main(
    predictions: Annotated[Path, typer.Argument(help="JSON or JSON Lines, also as .gz or .zst.")],
    region: Annotated[str, typer.Argument(help="Id of a region of scenes or rooms, such as scenes-test-00000/5.")],
    config: ConfigName = None,
    split: SplitName = None,
    option: DataOptions = None,
) -> None:
    """Print what the listener read of a caption, which regions remain, and what excluded the region it is for."""
    file = read_predictions(predictions)
    data = find_data(file, config, split, config_options(option), None)
    worlds = data.worlds()
    if worlds is None:
        problem = f"the listener hears captions of scenes and rooms only, and these are of {data.name}"
        raise InvalidInputError(str(predictions), [problem], "Score them, or ask a judge: ureca judge.")
    image_id, _, target = region.rpartition("/")
    if image_id not in worlds or target not in worlds[image_id].by_id:
        raise UnknownNameError("region", region, [each.region_id for each in data.regions])
    text = explanation(_caption(file, region), worlds[image_id], region, data.regions)
    table_output().print(text, markup=False, highlight=False, soft_wrap=True)


def explanation(caption: str, world: World, region_id: str, regions: list[Region]) -> str:
    """The listener's reasons, and what each region is that the caption may denote.

    Args:
        caption: any text.
        world: of the region's image.
        region_id: of the region that the caption is for.
        regions: those of the data; what is seen and not among them is called by its category.

    Raises:
        KeyError: the world has no region of that id.
    """
    image_id, _, target = region_id.rpartition("/")
    captions = {region.region_id: region.caption for region in regions if region.image_id == image_id}

    def named(own_id: str) -> str:
        full = f"{image_id}/{own_id}"
        return f"{full}: {captions.get(full) or world.by_id[own_id].category}"

    reasons = explain(caption, world, target)
    lines = [f"caption   {caption}", f"region    {named(target)}", str(reasons)]
    remaining = [
        f"  {named(own_id)}{'  <- the region' if own_id == target else ''}" for own_id in reasons.hearing.denoted
    ]
    return "\n".join([*lines, f"{len(remaining)} of {len(world.regions)} regions remain", *remaining])


def _caption(file: PredictionFile, region_id: str) -> str:
    if region_id not in file.captions:
        raise UnknownNameError("region", region_id, file.captions)
    return file.captions[region_id]


if __name__ == "__main__":
    app()
