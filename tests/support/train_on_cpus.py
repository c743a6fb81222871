"""``baselines.train`` as several CPU processes; with ``--shared`` no process holds all weights (FSDP).

accelerate shards weights on accelerators only, though PyTorch can on CPUs: this patch lets it. The last
stage of `smoke` trains low-rank adapters, as the published presets do.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import Any

from accelerate import state
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin

from baselines import train
from baselines.training.presets import Lora, Preset, Rates, find_preset


def with_adapters(name: str) -> Preset:
    """The preset with low-rank adapters in its last stage."""
    preset = find_preset(name)
    last = dataclasses.replace(preset.stages[-1], rates=Rates(lora=1e-3), lora=Lora(rank=8, alpha=16, dropout=0.0))
    return dataclasses.replace(preset, stages=(*preset.stages[:-1], last))


def share_weights() -> None:
    """Let accelerate shard the weights over CPU processes."""
    os.environ.update(
        ACCELERATE_USE_FSDP="true",
        FSDP_VERSION="2",
        FSDP_AUTO_WRAP_POLICY="TRANSFORMER_BASED_WRAP",
        FSDP_TRANSFORMER_CLS_TO_WRAP="Qwen2DecoderLayer,InternVLVisionLayer",
        FSDP_STATE_DICT_TYPE="FULL_STATE_DICT",
        FSDP_CPU_RAM_EFFICIENT_LOADING="false",
    )
    begin = state.AcceleratorState.__init__

    def begin_sharded(self: Any, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **options)
        if self.distributed_type == DistributedType.MULTI_CPU:
            self.distributed_type = DistributedType.FSDP
            self.fsdp_plugin = FullyShardedDataParallelPlugin(fsdp_version=2)

    state.AcceleratorState.__init__ = begin_sharded


if __name__ == "__main__":
    if "--shared" in sys.argv:
        sys.argv.remove("--shared")
        share_weights()
    train.find_preset = with_adapters
    train.app()
