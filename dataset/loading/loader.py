"""A loader that needs no registration: for versions of `datasets` that cannot learn the name ``ureca``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .registration import NAME, dataset_module

__all__ = ["load_dataset"]


def load_dataset(
    config: str = "scenes",
    split: str | None = None,
    *,
    streaming: bool = False,
    cache_dir: str | None = None,
    **options: Any,
) -> Any:
    """Same as ``datasets.load_dataset("ureca", config, split=split, ...)``.

    Args:
        config: "scenes", "rooms", "photos", "sa1b", "refcocog" or "visual_genome".
        split: a split, a slice such as "test[:10]", or None for all splits.
        streaming: yield rows as they are made.
        cache_dir: where `datasets` keeps prepared data.
        **options: options of the config, such as ``seed`` and ``resolution``, or ``data_dir``.

    Raises:
        UnknownNameError: no such config, split or option.
    """
    module = dataset_module()
    builder_class = import_module(module.module_path).Ureca
    builder = builder_class(cache_dir=cache_dir, dataset_name=NAME, config_name=config, hash=module.hash, **options)
    if streaming:
        return builder.as_streaming_dataset(split=split)
    builder.download_and_prepare()
    return builder.as_dataset(split=split)
