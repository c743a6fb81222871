"""Protects training: what is learned, by which parameters, in which order, and that a stopped run resumes the same."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from transformers import InternVLConfig, InternVLForConditionalGeneration

from baselines.train import train
from baselines.training.base import build_model, load_base, save_checkpoint
from baselines.training.logs import read_log
from baselines.training.optimizer import add_lora, build_optimizer, freeze, part_of, rate_factor
from baselines.training.presets import PRESETS, Architecture, Lora, Preset, Rates, Stage, find_preset
from baselines.training.shards import Scenes
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import UrecaCaptioner, UrecaForConditionalGeneration
from dataset.errors import InvalidInputError, UnknownNameError
from tests.support.batches import batch_of


def made(boxes: Scenes, conditioning: str, preset: Preset):
    tokenizer = train_tokenizer(caption_texts(boxes.texts()), 600)
    return build_model(preset, tokenizer, conditioning, seed=0)


STAGES = {
    "mask encoder": (Rates(mask_encoder=1e-3), None, {"mask_encoder"}),
    "text": (Rates(text=1e-3), None, {"text"}),
    "all": (Rates(1e-3, 1e-3, 1e-3, 1e-3), None, {"vision", "projector", "text", "mask_encoder"}),
    "lora": (Rates(lora=1e-3), Lora(4, 8, 0.0), {"lora"}),
    "lora and mask encoder": (Rates(lora=1e-3, mask_encoder=1e-4), Lora(4, 8, 0.0), {"lora", "mask_encoder"}),
}


@pytest.mark.parametrize(("rates", "lora", "parts"), STAGES.values(), ids=STAGES)
def test_only_parts_with_a_rate_are_trained(
    rates: Rates, lora: Lora | None, parts: set[str], boxes: Scenes, smoke: Preset
) -> None:
    """A step changes every tensor of these parts, and no other bit."""
    model, processor = made(boxes, "ureca", smoke)
    stage = Stage("one", rates, 2, 4, steps=1, lora=lora, weight_decay=0.1)
    model = add_lora(model, stage)
    trained = freeze(model, rates)
    assert set(trained) == parts
    if lora is not None:
        adapted = {name.split(".lora_")[0].rsplit(".", 1)[1] for name in trained["lora"]}
        assert adapted == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
        assert all("language_model" in name for name in trained["lora"])
    optimizer = build_optimizer(model, stage)
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    batch = batch_of(boxes, [(0, range(4)), (1, range(4))], processor, "ureca")
    for _ in range(2):  # the first step of LoRA moves B alone, since A's gradient is 0 while B is
        model(**batch, answer_logits=True).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    changed = {part_of(name) for name, value in model.named_parameters() if not torch.equal(value, before[name])}
    assert changed == parts
    decay = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    assert all(decay[id(p)] == 0 for p in model.parameters() if p.requires_grad and p.ndim < 2)


def test_merged_adapters_say_the_same(boxes: Scenes, smoke: Preset) -> None:
    model, processor = made(boxes, "ureca", smoke)
    wrapped = add_lora(model, Stage("one", Rates(lora=1e-2), 2, 4, steps=1, lora=Lora(4, 8, 0.0)))
    with torch.no_grad():
        for name, parameter in wrapped.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.1)
    wrapped.eval()
    batch = batch_of(boxes, [(0, [0, 1])], processor, "ureca")
    with torch.no_grad():
        before = wrapped(**batch).logits
        after = wrapped.merge_and_unload()(**batch).logits
    torch.testing.assert_close(before, after, atol=1e-5, rtol=1e-4)


def test_two_masks_of_one_image_are_learned_by_heart(boxes: Scenes, smoke: Preset) -> None:
    """The whole path works: mask tokens alone tell the two captions apart."""
    model, processor = made(boxes, "ureca-moments", smoke)
    stage = Stage("one", Rates(3e-3, 3e-3, 3e-3, 3e-3), 1, 2, steps=60)
    freeze(model, stage.rates)
    optimizer = build_optimizer(model, stage)
    batch = batch_of(boxes, [(0, [0, 1])], processor, "ureca-moments")
    for _ in range(stage.steps):
        model(**batch, answer_logits=True).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    captioner = UrecaCaptioner(model.eval(), processor, max_new_tokens=16)
    assert captioner.caption(Image.fromarray(boxes[0].image), list(boxes[0].masks[:2])) == [
        boxes[0].regions[0].caption,
        boxes[0].regions[1].caption,
    ]


def test_the_rate_rises_and_falls_to_nothing() -> None:
    assert rate_factor(0.015, 0.03) == pytest.approx(0.5)
    assert rate_factor(0.03, 0.03) == pytest.approx(1.0)
    assert rate_factor(0.515, 0.03) == pytest.approx(0.5)
    assert rate_factor(1.0, 0.03) == pytest.approx(0.0)


def test_presets_are_the_papers_stages_and_refuse_what_cannot_be() -> None:
    for name in ("internvl3-1b", "internvl3-2b", "internvl3-8b"):
        first, second = PRESETS[name].stages
        assert first.rates == Rates(mask_encoder=2e-4)
        assert second.rates == Rates(lora=4e-5)
        assert second.lora == Lora(128, 256, 0.05)
        assert (first.warmup, first.weight_decay, PRESETS[name].num_mask_tokens, PRESETS[name].max_tiles) == (
            0.03,
            0.01,
            16,
            6,
        )
    smoke = find_preset("smoke")
    with_masks = smoke.stages_for("flat", with_base=False)
    without = smoke.stages_for("none", with_base=False)
    assert sum(stage.steps for stage in with_masks) == sum(stage.steps for stage in without)  # equal budgets
    with pytest.raises(UnknownNameError, match="Did you mean 'nano'"):
        find_preset("nanoo")
    with pytest.raises(InvalidInputError, match="multiple of 28"):
        Architecture(100, 14, 32, 1, 2, 48, 1, 4, 2, 600)
    with pytest.raises(InvalidInputError, match="either steps or epochs"):
        Stage("one", Rates(text=1), 2, 4)


def test_stages_follow_one_another_and_are_validated(boxes: Scenes, smoke: Preset, tmp_path: Path) -> None:
    quick = dataclasses.replace(
        smoke,
        stages=tuple(dataclasses.replace(stage, steps=4) for stage in smoke.stages),
        validate_every=2,
        save_every=2,
    )
    checkpoint = train(quick, boxes, tmp_path, conditioning="ureca-moments", validation=boxes)
    assert checkpoint == tmp_path / "ureca-moments-finetune" / "checkpoint"
    base, _ = load_base(
        tmp_path / "base" / "checkpoint", "ureca-moments", num_mask_tokens=4, max_tiles=1, dtype=torch.float32, seed=0
    )
    masks, _ = load_base(
        tmp_path / "ureca-moments-mask-encoder" / "checkpoint",
        "ureca-moments",
        num_mask_tokens=4,
        max_tiles=1,
        dtype=torch.float32,
        seed=0,
    )
    for name, value in base.named_parameters():
        same = torch.equal(value, dict(masks.named_parameters())[name])
        assert same == ("mask_encoder" not in name), name
    lines = read_log(tmp_path / "ureca-moments-finetune" / "log.jsonl")
    kinds = [(line["kind"], line["step"]) for line in lines]
    assert kinds == [
        ("train", 1),
        ("train", 2),
        ("validation", 2),
        ("train", 3),
        ("train", 4),
        ("held_out", 4),
        ("validation", 4),
    ]
    assert {"rouge_l", "cider", "bleu_4"} <= lines[-1].keys()
    assert (tmp_path / "ureca-moments-finetune" / "samples-000004.png").stat().st_size > 10_000
    assert list((tmp_path / "base" / "tensorboard").iterdir())
    record = json.loads((tmp_path / "base" / "run.json").read_text())
    assert record["identity"]["conditioning"] == "box_text"
    assert record["versions"]["torch"] == torch.__version__
    assert not (tmp_path / "base" / "state").exists()


def test_a_checkpoint_for_other_mask_tokens_is_refused(boxes: Scenes, smoke: Preset, tmp_path: Path) -> None:
    """It names both numbers; a mask encoder of another kind is new, whatever shape the old one had."""
    save_checkpoint(*made(boxes, "ureca-moments", smoke), tmp_path / "base", torch.float32)
    options = {"num_mask_tokens": 4, "max_tiles": 1, "dtype": torch.float32, "seed": 0}
    with pytest.raises(InvalidInputError, match=r"makes 4 mask tokens a tile, this run 6(.|\n)*--mask-tokens 4"):
        load_base(tmp_path / "base", "ureca-moments", **{**options, "num_mask_tokens": 6})
    model, _ = load_base(tmp_path / "base", "ureca-close-up", **options)
    assert model.model.mask_encoder.tokens == 1


def test_the_papers_stages_run_over_a_native_internvl_checkpoint(boxes: Scenes, smoke: Preset, tmp_path: Path) -> None:
    """Mask encoder, then LoRA with the mask encoder frozen; bfloat16, recomputed activations, accumulated gradients."""
    model, processor = made(boxes, "none", smoke)
    own = {"mask_encoder", "num_mask_tokens", "mask_token_id", "mask_tile_size", "conditioning", "model_type"}
    config = InternVLConfig(**{name: value for name, value in model.config.to_dict().items() if name not in own})
    native = InternVLForConditionalGeneration(config)
    for part in (native, processor.tokenizer, processor.image_processor):
        part.save_pretrained(tmp_path / "native")
    first, second = find_preset("internvl3-1b").stages
    preset = Preset(
        "tiny",
        str(tmp_path / "native"),
        (
            dataclasses.replace(
                first, images_per_step=4, regions_per_image=4, accumulate=2, rates=Rates(mask_encoder=1e-2)
            ),
            dataclasses.replace(
                second, images_per_step=4, regions_per_image=4, rates=Rates(lora=1e-2), lora=Lora(4, 8)
            ),
        ),
        max_tiles=2,
        num_mask_tokens=4,
        checkpointing=True,
        validate_every=10**9,
        save_every=10**9,
        log_every=1,
    )
    train(preset, boxes, tmp_path, conditioning="ureca", precision="bf16")
    for folder in ("ureca-mask-encoder", "ureca-finetune"):
        steps = [line["step"] for line in read_log(tmp_path / folder / "log.jsonl")]
        assert steps == [1, 2, 3]  # one epoch: 48 regions, 16 in a step
    weights = [dict(native.to(torch.bfloat16).named_parameters())]
    for folder in ("ureca-mask-encoder", "ureca-finetune"):
        trained = UrecaForConditionalGeneration.from_pretrained(tmp_path / folder / "checkpoint", dtype=torch.bfloat16)
        weights.append(dict(trained.named_parameters()))
    base, masks, tuned = weights
    assert all(torch.equal(base[name], masks[name]) for name in base)
    changed = {name for name in masks if not torch.equal(masks[name], tuned[name])}
    assert changed
    assert all("language_model.layers" in name and "_proj.weight" in name for name in changed)


def test_recomputed_activations_change_no_gradient(boxes: Scenes, smoke: Preset) -> None:
    gradients = []
    for recomputes in (False, True):
        model, processor = made(boxes, "ureca", smoke)
        freeze(model, STAGES["all"][0])
        if recomputes:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.train()(**batch_of(boxes, [(0, [0, 1, 2])], processor, "ureca")).loss.backward()
        gradients.append({name: value.grad for name, value in model.named_parameters()})
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name], msg=name)
