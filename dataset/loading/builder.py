"""The `datasets` builder behind ``load_dataset("ureca", ...)``.

`datasets` prepares every split of a config before it hands out one. Drawing 1,000 training scenes for a user of
200 test scenes takes minutes, so each split is prepared by its own builder on first use.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import datasets

from .. import schema
from .._version import __version__
from ..errors import DataUnavailableError, InvalidInputError, UrecaError
from .sources import CONFIGS, DEFAULT_CONFIG, EMBEDDED, Source, check_split, open_source

__all__ = ["Ureca", "UrecaBuilderConfig"]

_OF_BUILDER = {"only_split", "version", "config_id"}
"""What `datasets` and this builder add to the options of a config."""

_BEFORE = "before an image is opened (the log names what is left out later)"
"""When the rows were left out that the description of a stream lists."""

_CITATION = """\
@article{lim2025ureca,
  title   = {URECA: Unique Region Caption Anything},
  author  = {Lim, Sangbeom and Kim, Junwan and Yoon, Heeji and Jung, Jaewoo and Kim, Seungryong},
  journal = {arXiv preprint arXiv:2504.05305},
  year    = {2025}
}"""


@dataclass(eq=False)
class UrecaBuilderConfig(datasets.BuilderConfig):
    """A config of `CONFIGS` as `datasets` wants it, with its options as attributes; the builder sets ``only_split``."""

    version: str = __version__
    only_split: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, default in CONFIGS[self.name].defaults.items():
            self.__dict__.setdefault(name, default)

    @property
    def options(self) -> dict[str, Any]:
        """Every option of the config with its value."""
        return {name: getattr(self, name) for name in CONFIGS[self.name].defaults}

    def source(self) -> Source:
        """The data this config describes."""
        return open_source(self.name, self.options)

    def create_config_id(self, config_kwargs: dict[str, Any], custom_features: Any = None) -> str:
        """The usual id and, for the user's own files, their key: other files are other data."""
        parts = super().create_config_id(config_kwargs, custom_features), self.source().content_key()
        return "-".join(filter(None, parts))


class Ureca(datasets.GeneratorBasedBuilder):
    """Unique multi-granularity region captions: one row per region."""

    BUILDER_CONFIG_CLASS = UrecaBuilderConfig
    BUILDER_CONFIGS = [UrecaBuilderConfig(name, description=config.description) for name, config in CONFIGS.items()]  # noqa: RUF012 - the name and type `datasets` asks for
    DEFAULT_CONFIG_NAME = DEFAULT_CONFIG
    DEFAULT_WRITER_BATCH_SIZE = 500

    def __init__(self, cache_dir: str | None = None, *args: Any, **kwargs: Any) -> None:
        with _writing(Path(cache_dir or datasets.config.HF_DATASETS_CACHE)):
            super().__init__(cache_dir, *args, **kwargs)

    def _create_builder_config(
        self, config_name: str | None = None, custom_features: Any = None, **options: Any
    ) -> tuple[datasets.BuilderConfig, str]:
        name = config_name or DEFAULT_CONFIG
        settings = {key: value for key, value in options.items() if value is not None}
        if name in EMBEDDED and (settings.pop("data_dir", None) or settings.pop("data_files", None)):
            raise InvalidInputError(f"config {name!r}", ["takes no data_dir or data_files: its data is embedded"])
        of_source = {key: value for key, value in settings.items() if key not in _OF_BUILDER}
        open_source(name, of_source)
        if CONFIGS[name].needs_user_data:  # the paths are part of the cache's key: the same file, the same key
            values = asdict(CONFIGS[name].options(**of_source))
            settings |= {key: value for key, value in values.items() if key in settings}
        return super()._create_builder_config(config_name=name, custom_features=custom_features, **settings)  # type: ignore[no-any-return]

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
        splits = [split for split in source.splits if self.config.only_split in (None, split)]
        if not dl_manager.is_streaming:
            for split in splits:
                source.prepare(split)
        left_out = source.left_out_of_stream if dl_manager.is_streaming else source.left_out
        lines = [f"{split}: {line}" for split in splits for line in left_out(split)]
        if lines:
            when = f" {_BEFORE}" if dl_manager.is_streaming else ""
            self.info.description += f"\n\nLeft out{when}, {len(lines):,}:\n" + "\n".join(lines)
        # num_proc splits lists among its processes, so the shards travel as one
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"shards": shards, "streaming": dl_manager.is_streaming})
            for split in splits
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
            with _writing(Path(output_dir or self._cache_dir_root)):
                super().download_and_prepare(output_dir, *args, **kwargs)

    def as_dataset(self, split: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The dataset of a split, a slice or a sum of slices; a dictionary of all splits for None."""
        if self.config.only_split or self._output_dir != self._cache_dir:
            return super().as_dataset(split, *args, **kwargs)
        source = self.config.source()
        if split is None:
            return datasets.DatasetDict({name: self.as_dataset(name, *args, **kwargs) for name in source.splits})
        if isinstance(split, list | tuple):
            return [self.as_dataset(part, *args, **kwargs) for part in split]
        if isinstance(split, dict):
            return datasets.DatasetDict({k: self.as_dataset(v, *args, **kwargs) for k, v in split.items()})
        parts = _parts_of(str(split), source)
        loaded = [self._builder_of(name).as_dataset(text, *args, **kwargs) for name, text in parts]
        return loaded[0] if len(loaded) == 1 else datasets.concatenate_datasets(loaded)

    def as_streaming_dataset(self, split: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The split as a stream; scenes are drawn as they are reached."""
        if split is None or self.config.only_split:
            return super().as_streaming_dataset(split, *args, **kwargs)
        check_split(str(split), self.config.source())
        return self._unprepared_builder_of(str(split)).as_streaming_dataset(split, *args, **kwargs)

    def _builder_of(self, split: str) -> Ureca:
        """The builder of one split, prepared as the caller of `download_and_prepare` said."""
        builder = self._unprepared_builder_of(split)
        args, kwargs = copy.copy(getattr(self, "_prepare_arguments", ((), {})))
        builder.download_and_prepare(None, *args, **kwargs)
        return builder

    def _unprepared_builder_of(self, split: str) -> Ureca:
        defaults = CONFIGS[self.config.name].defaults
        changed = {name: value for name, value in self.config.options.items() if value != defaults[name]}
        return type(self)(
            cache_dir=self._cache_dir_root,
            dataset_name=self.dataset_name,
            config_name=self.config.name,
            hash=self.hash,
            only_split=split,
            **changed,
        )


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say what to set where the folder in which `datasets` keeps prepared data cannot be written.

    Raises:
        DataUnavailableError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        where = str(error.filename or "")
        blocked = where and (Path(where).is_relative_to(folder) or folder.is_relative_to(where))
        if isinstance(error, UrecaError) or not blocked:
            raise
        raise DataUnavailableError(
            f"cannot write {folder}, where `datasets` keeps prepared data ({error}). Set HF_HOME to a writable folder, "
            "or name one with cache_dir=."
        ) from error


def _parts_of(text: str, source: Source) -> list[tuple[str, str]]:
    """Split ``train[:10%]+test`` into (split, instruction) pairs; a ReadInstruction prints in the same notation."""
    instruction = re.sub(r"^ReadInstruction\('(.*)'\)$", r"\1", text)
    parts = []
    for part in instruction.split("+"):
        name = re.split(r"[\[(]", part.strip(), maxsplit=1)[0]
        if name == "all":
            parts += [(split, split) for split in source.splits]
        else:
            check_split(name, source)
            parts.append((name, part.strip()))
    return parts
