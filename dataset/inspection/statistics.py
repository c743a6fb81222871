"""What a split holds: regions per image and granularity, caption lengths, and how ambiguous plain words would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from ..loading.regions import load_regions, load_worlds
from ..loading.sources import WITH_WORLDS
from ..schema import GRANULARITIES, Region

__all__ = ["ambiguity", "describe_split", "plain_ambiguity"]


def describe_split(config: str, split: str, **options: Any) -> list[Table]:
    """Tables of the split's statistics, for the terminal; `options` are those of the config."""
    regions = load_regions(config, split, **options)
    tables = [_sizes(regions, f"{config}/{split}"), _granularities(regions)]
    return [*tables, _ambiguity_table(config, split, regions, options)]


def _sizes(regions: Sequence[Region], title: str) -> Table:
    per_image = Counter(region.image_id for region in regions)
    references = [caption for region in regions for caption in region.captions]
    table = Table(title=title, show_header=False, title_justify="left")
    table.add_row("images", f"{len(per_image):,}")
    table.add_row("regions", f"{len(regions):,}")
    table.add_row("regions per image", _spread(per_image.values()))
    table.add_row("references per region", _spread(len(region.captions) for region in regions))
    table.add_row("words of the unique caption", _spread(len(region.caption.split()) for region in regions))
    table.add_row("words of a reference", _spread(len(caption.split()) for caption in references))
    table.add_row("distinct words", f"{len({word for caption in references for word in caption.split()}):,}")
    table.add_row("novel slice", f"{sum(region.slice == 'novel' for region in regions):,}")
    return table


def _spread(numbers: Iterable[int]) -> str:
    ordered = sorted(numbers)
    mean = sum(ordered) / len(ordered)
    return f"mean {mean:.1f}, median {ordered[len(ordered) // 2]}, {ordered[0]} to {ordered[-1]}"


def _granularities(regions: Sequence[Region]) -> Table:
    table = Table("granularity", "regions", "share", "words", "median area (px)", title_justify="left")
    for granularity in GRANULARITIES:
        members = [region for region in regions if region.granularity == granularity]
        if members:
            words = sum(len(region.caption.split()) for region in members) / len(members)
            areas = sorted(region.area or 0 for region in members)
            share = f"{len(members) / len(regions):.0%}"
            table.add_row(granularity, f"{len(members):,}", share, f"{words:.1f}", f"{areas[len(areas) // 2]:,}")
    return table


def ambiguity(targets: Iterable[tuple[str, Hashable]], everything: Iterable[tuple[str, Hashable]]) -> float:
    """Share of the targets whose description holds for more than one thing of their image.

    Args:
        targets: (image_id, description) of the regions of the data.
        everything: (image_id, description) of all that is visible, the targets among it.
    """
    holders = Counter(everything)
    pairs = list(targets)
    return sum(holders[target] > 1 for target in pairs) / len(pairs)


def _ambiguity_table(config: str, split: str, regions: Sequence[Region], options: Mapping[str, Any]) -> Table:
    table = Table("described by", "ambiguous", title="How often plain words fit several regions", title_justify="left")
    if config not in WITH_WORLDS:
        named = [(region.image_id, region.category) for region in regions if region.category is not None]
        table.add_row("category", f"{ambiguity(named, named):.0%}" if named else "no region has one")
        return table
    for title, share in plain_ambiguity(config, split, **options).items():
        table.add_row(title, f"{share:.0%}")
    return table


def plain_ambiguity(config: str, split: str, **options: Any) -> dict[str, float]:
    """Share of a split's regions that plain words fit together with another visible region, by kind of words."""
    regions, worlds = load_regions(config, split, **options), load_worlds(split, config, **options)
    shares = {}
    for title, words in _DESCRIPTIONS.items():
        described = {
            (image_id, region.id): words(region.plural if region.is_group else region.category, region.attributes)
            for image_id, world in worlds.items()
            for region in world.regions
        }
        everything = [(image_id, words) for (image_id, _), words in described.items()]
        targets = [
            (region.image_id, described[region.image_id, region.region_id.rpartition("/")[2]]) for region in regions
        ]
        shares[title] = ambiguity(targets, everything)
    return shares


_DESCRIPTIONS: dict[str, Callable[[str, Mapping[str, str]], Hashable]] = {
    "category": lambda noun, _: noun,
    "category + colour": lambda noun, attributes: (noun, attributes.get("color")),
    "category + all attributes": lambda noun, attributes: (noun, *sorted(attributes.items())),
}
