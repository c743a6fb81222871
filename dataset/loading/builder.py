"""The `datasets` builder behind ``load_dataset("ureca", ...)``.

`datasets` prepares every split of a config before it hands out one. Drawing 1,000 training scenes for somebody who
asked for 200 test scenes is minutes lost, so each split is prepared by a builder of its own when first asked for.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import datasets

from .. import schema
from .._version import __version__
from ..errors import InvalidInputError, UnknownNameError
from ..user_files.sa1b.options import Sa1bOptions
from .sources import CONFIGS, DEFAULT_CONFIG, EMBEDDED, USER_DATA, Source, open_source

__all__ = ["PhotosConfig", "RefcocogConfig", "Sa1bConfig", "ScenesConfig", "Ureca", "VisualGenomeConfig"]

_CITATION = """\
@article{lim2025ureca,
  title   = {URECA: Unique Region Caption Anything},
  author  = {Lim, Sangbeom and Kim, Junwan and Yoon, Heeji and Jung, Jaewoo and Kim, Seungryong},
  journal = {arXiv preprint arXiv:2504.05305},
  year    = {2025}
}"""


@dataclass(eq=False)
class UrecaConfig(datasets.BuilderConfig):
    """Base of the configs; ``only_split`` is set by the builder itself."""

    version: str = __version__
    only_split: str | None = None

    def source(self) -> Source:
        """The data this config describes."""
        options = {name: getattr(self, name) for name in CONFIGS[self.name]}
        return open_source(self.name, options)


@dataclass(eq=False)
class ScenesConfig(UrecaConfig):
    """Config ``scenes``; see `dataset.scenes.options.ScenesOptions` for the options."""

    name: str = "scenes"
    description: str = "Rendered scenes with exact masks and captions proved to denote one region."
    seed: int = 0
    resolution: int = 448
    train: int = 1000
    validation: int = 100
    test: int = 200


@dataclass(eq=False)
class PhotosConfig(UrecaConfig):
    """Config ``photos``: no options."""

    name: str = "photos"
    description: str = "Eight real photographs, annotated by hand as mask trees with unique captions."


@dataclass(eq=False)
class UserDataConfig(UrecaConfig):
    """Base of the configs over the user's own files, of whose options ``data_dir`` is needed."""

    on_missing: str = "error"

    def create_config_id(self, config_kwargs: dict[str, Any], custom_features: Any = None) -> str:
        """The usual id and, once data is named, a key of its files and of the code: other files are other data."""
        usual = super().create_config_id(config_kwargs, custom_features)
        return str(usual) if self.data_dir is None else f"{usual}-{self.content_key()}"

    def content_key(self) -> str:
        """Digits that change with the annotations or with the code that makes rows of them."""
        from ..user_files.source import content_key

        options = {name: getattr(self, name) for name in CONFIGS[self.name]}
        return content_key(USER_DATA[self.name](**options))  # type: ignore[arg-type]


@dataclass(eq=False)
class Sa1bConfig(UserDataConfig):
    """Config ``sa1b``; see `dataset.user_files.sa1b.options.Sa1bOptions` for the options."""

    name: str = "sa1b"
    description: str = "The published captions of SA-1B regions, joined with your copy of SA-1B."
    captions: str | None = None

    def content_key(self) -> str:
        """Digits that change with the captions or with the code that makes rows of them."""
        from ..user_files.sa1b.source import content_key

        return content_key(Sa1bOptions(self.data_dir, self.captions, self.on_missing))


@dataclass(eq=False)
class RefcocogConfig(UserDataConfig):
    """Config ``refcocog``; see `dataset.user_files.options.RefcocogOptions` for the options."""

    name: str = "refcocog"
    description: str = "RefCOCOg: your copies of its expressions and of COCO's images and masks."
    refs: str = "umd"


@dataclass(eq=False)
class VisualGenomeConfig(UserDataConfig):
    """Config ``visual_genome``; see `dataset.user_files.options.VisualGenomeOptions` for the options."""

    name: str = "visual_genome"
    description: str = "Visual Genome's region descriptions from your copy; the masks are boxes."


class Ureca(datasets.GeneratorBasedBuilder):
    """Unique multi-granularity region captions: one row per region."""

    BUILDER_CONFIG_CLASS = UrecaConfig
    BUILDER_CONFIGS = [ScenesConfig(), PhotosConfig(), Sa1bConfig(), RefcocogConfig(), VisualGenomeConfig()]  # noqa: RUF012 - the name and type `datasets` asks for
    DEFAULT_CONFIG_NAME = DEFAULT_CONFIG
    DEFAULT_WRITER_BATCH_SIZE = 500

    def _create_builder_config(
        self, config_name: str | None = None, custom_features: Any = None, **options: Any
    ) -> tuple[datasets.BuilderConfig, str]:
        name = config_name or DEFAULT_CONFIG
        given = {key: value for key, value in options.items() if value is not None}
        known = {"only_split", "version", "config_id"}
        if name in EMBEDDED and (given.pop("data_dir", None) or given.pop("data_files", None)):
            raise InvalidInputError(f"config {name!r}", ["takes no data_dir or data_files: its data is embedded"])
        chosen = {key: value for key, value in given.items() if key not in known}
        open_source(name, chosen)
        if name in USER_DATA:  # the paths are part of the cache's key: the same file, the same key
            given |= {key: value for key, value in asdict(USER_DATA[name](**chosen)).items() if key in given}
        return super()._create_builder_config(config_name=name, custom_features=custom_features, **given)  # type: ignore[no-any-return]

    def _info(self) -> datasets.DatasetInfo:
        return datasets.DatasetInfo(
            description=self.config.description,
            features=schema.features(),
            homepage="https://arxiv.org/abs/2504.05305",
            citation=_CITATION,
            license="Apache-2.0 (scenes); see the dataset card for the others",
        )

    def _split_generators(self, dl_manager: Any) -> list[datasets.SplitGenerator]:
        source = self.config.source()
        wanted = [split for split in source.splits if self.config.only_split in (None, split)]
        if not dl_manager.is_streaming:
            for split in wanted:
                source.prepare(split)
        # num_proc splits lists among its processes, so the shards travel as one
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"shards": shards, "streaming": dl_manager.is_streaming})
            for split in wanted
            if (shards := source.shards(split))
        ]

    def _generate_examples(self, shards: list[Any], streaming: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
        source = self.config.source()
        rows_of = source.stream_rows if streaming else source.rows
        for shard in shards:
            for row in rows_of(shard):
                image_file = row.pop("image_file")
                yield row["region_id"], {"image": image_file, **row}

    def download_and_prepare(self, output_dir: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Prepare the one split of this builder, or remember how to prepare any split on demand.

        With an ``output_dir`` of the caller's, all splits are written there at once, as `datasets` does.
        """
        self._prepare_arguments = (args, kwargs)
        if self.config.only_split:
            self.config.source().prepare(self.config.only_split)  # rows point to images: they must be there
        if self.config.only_split or output_dir is not None:
            super().download_and_prepare(output_dir, *args, **kwargs)

    def as_dataset(self, split: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The dataset of a split, a slice or a sum of slices; a dictionary of all splits for None."""
        if self.config.only_split or self._output_dir != self._cache_dir:
            return super().as_dataset(split, *args, **kwargs)
        splits = self.config.source().splits
        if split is None:
            return datasets.DatasetDict({name: self.as_dataset(name, *args, **kwargs) for name in splits})
        if isinstance(split, list | tuple):
            return [self.as_dataset(part, *args, **kwargs) for part in split]
        if isinstance(split, dict):
            return datasets.DatasetDict({k: self.as_dataset(v, *args, **kwargs) for k, v in split.items()})
        parts = _parts_of(str(split), splits)
        loaded = [self._builder_of(name).as_dataset(text, *args, **kwargs) for name, text in parts]
        return loaded[0] if len(loaded) == 1 else datasets.concatenate_datasets(loaded)

    def as_streaming_dataset(self, split: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The split as a stream; scenes are drawn as they are reached."""
        if split is not None and str(split) not in self.config.source().splits:
            raise UnknownNameError("split", str(split), self.config.source().splits)
        return super().as_streaming_dataset(split, *args, **kwargs)

    def _builder_of(self, split: str) -> Ureca:
        options = {name: getattr(self.config, name) for name in CONFIGS[self.config.name]}
        defaults = type(self.config)()
        changed = {name: value for name, value in options.items() if value != getattr(defaults, name)}
        builder = type(self)(
            cache_dir=self._cache_dir_root,
            dataset_name=self.dataset_name,
            config_name=self.config.name,
            hash=self.hash,
            only_split=split,
            **changed,
        )
        args, kwargs = copy.copy(getattr(self, "_prepare_arguments", ((), {})))
        builder.download_and_prepare(None, *args, **kwargs)
        return builder


def _parts_of(text: str, splits: tuple[str, ...]) -> list[tuple[str, str]]:
    """Split ``train[:10%]+test`` into (split, instruction) pairs; a ReadInstruction prints in the same notation."""
    instruction = re.sub(r"^ReadInstruction\('(.*)'\)$", r"\1", text)
    parts = []
    for part in instruction.split("+"):
        name = re.split(r"[\[(]", part.strip(), maxsplit=1)[0]
        if name == "all":
            parts += [(each, each) for each in splits]
        elif name in splits:
            parts.append((name, part.strip()))
        else:
            raise UnknownNameError("split", name, splits)
    return parts
