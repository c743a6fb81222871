"""Protects decoding in fixed shapes: the answers of the shrinking batch, whatever the batch was filled up with."""

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils._python_dispatch import TorchDispatchMode

from baselines.ureca import UrecaCaptioner, layers
from baselines.ureca.captioner import _Prefix
from baselines.ureca.decoding import decode
from baselines.ureca.recordings import FixedAnswers, Recordings

from .test_model import make


@torch.inference_mode()
@pytest.mark.parametrize("before", [0, 7, 64, 70])
def test_fixed_shapes_answer_as_a_shrinking_batch(before: int) -> None:
    """Rows, prompts and prefixes of many lengths through the same recordings, used again for others."""
    model = make()[0]
    width, draw = model.config.text_config.hidden_size, torch.Generator().manual_seed(before)
    model.lm_head.weight = torch.nn.Parameter(torch.randn(40, width, generator=draw))
    recordings = Recordings(model, record=False)
    prefix = (
        layers.prefill(model.model.language_model, torch.randn(1, before, width, generator=draw)) if before else None
    )
    for rows, length, new in [(5, 3, 9), (1, 8, 9), (8, 5, 9), (5, 3, 1), (6, 9, 9), (5, 3, 9)]:
        prompts = torch.randn(rows, length, width, generator=draw)
        padding = torch.arange(rows) % length
        options: dict[str, Any] = {"max_new_tokens": new, "prefix": prefix}
        endless = decode(model, prompts, padding, end=-1, **options)
        assert decode(model, prompts, padding, end=-1, recordings=recordings, **options) == endless
        end = endless[0][min(3, new - 1)]
        cut = decode(model, prompts, padding, end=end, **options)
        assert decode(model, prompts, padding, end=end, recordings=recordings, **options) == cut
    assert recordings.problem is None


@pytest.mark.parametrize("conditioning", ["ureca-close-up", "box_text", "crop"])
def test_a_captioner_of_fixed_shapes_gives_the_same_captions(
    conditioning: str,
    image: Image.Image,
    masks: list[np.ndarray],
) -> None:
    model, processor = make(conditioning)
    captioner = UrecaCaptioner(model, processor, max_new_tokens=6)
    captions = captioner.caption(image, masks)
    captioner.recordings = Recordings(model, record=False)
    assert captioner.caption(image, masks) == captions
    assert captioner.caption(image, masks[1:2]) == captions[1:2]


@torch.inference_mode()
def test_mask_tokens_of_all_tiles_at_once_are_those_tile_by_tile(
    image: Image.Image,
    masks: list[np.ndarray],
) -> None:
    """As on a GPU."""
    captioner = UrecaCaptioner(*make("ureca-close-up"))
    prefix, values = _Prefix(captioner, image), captioner.region_inputs(masks)[0]
    by_region = values.view(len(masks), -1, *values.shape[1:])
    at_once = prefix._encoded(by_region, by_region.flatten(2).amax(-1) > 0, 0)
    assert torch.allclose(at_once.flatten(0, 1), prefix.mask_tokens(values, len(masks)), atol=1e-5)


@torch.inference_mode()
def test_what_cannot_be_recorded_is_decoded_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("CUDA error: operation not permitted when stream is capturing")

    monkeypatch.setattr(FixedAnswers, "record", fail)
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", lambda: (0, 1))
    monkeypatch.setattr(torch.cuda, "Stream", lambda *_: None)
    model = make()[0]
    recordings = Recordings(model)
    prompts, padding = torch.randn(3, 4, model.config.text_config.hidden_size), torch.zeros(3, dtype=torch.long)
    options: dict[str, Any] = {"end": -1, "max_new_tokens": 5}
    expected = decode(model, prompts, padding, **options)
    assert decode(model, prompts, padding, recordings=recordings, **options) == expected
    assert recordings.problem is not None
    assert "capturing" in recordings.problem


@torch.inference_mode()
def test_recordings_that_were_not_used_for_long_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make()[0]
    recordings = Recordings(model, record=False)

    def answers(rows: int) -> FixedAnswers:
        prompts = torch.randn(rows, 4, model.config.text_config.hidden_size)
        return recordings.answers(prompts, torch.zeros(rows, dtype=torch.long), None, -1, 5)

    one, two = answers(1), answers(2)
    monkeypatch.setattr("baselines.ureca.recordings.MOST_BYTES", 6 * one.nbytes)
    assert answers(1) is one
    assert answers(3).nbytes == 4 * one.nbytes
    assert answers(4).nbytes == 4 * one.nbytes
    assert answers(1) is one
    assert answers(2) is not two


class Operations(TorchDispatchMode):
    """Names of what is run, as "aten.add"."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        del types
        self.names.append(str(func.overloadpacket))
        return func(*args, **(kwargs or {}))


@torch.inference_mode()
@pytest.mark.parametrize("text", ["qwen2", "llama"])
@pytest.mark.parametrize("before", [0, 9])
def test_what_is_recorded_neither_waits_for_the_device_nor_brings_numbers_to_it(
    text: str, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either would end a recording of CUDA; with the attention of a GPU."""
    monkeypatch.setattr(layers, "_softmax_average", layers._softmax_average_of_scores)
    model = make(text=text)[0].to(torch.bfloat16)
    width = model.config.text_config.hidden_size
    like = torch.randn(3, 5, width, dtype=torch.bfloat16)
    prefix = layers.prefill(model.model.language_model, like[:1, :1].expand(1, before, width)) if before else None
    recordings = Recordings(model, record=False)
    answers = recordings.answers(like, torch.tensor([0, 2, 1]), prefix, 7, 4)
    places = [part.data_ptr() for part in vars(answers).values() if isinstance(part, torch.Tensor)]
    with Operations() as operations:
        answers.begin()
        answers.go_on()
    waits = {"aten._local_scalar_dense", "aten.nonzero", "aten.masked_select", "aten.equal", "aten.lift_fresh"}
    assert len(operations.names) > 50
    assert not waits & set(operations.names)
    assert [part.data_ptr() for part in vars(answers).values() if isinstance(part, torch.Tensor)] == places
