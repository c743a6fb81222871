"""Protects a run of a judge: faults cost one caption at most, a kill costs nothing, a budget is not overdrawn."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.inputs.verdicts import read_verdicts
from benchmark.judge.cost import Account, Prices
from benchmark.judge.panels import PanelOptions
from benchmark.judge.plan import CaptionToJudge, ImageToJudge
from benchmark.judge.run import JudgeProgress, JudgeRun
from benchmark.judge.server import JudgeServer, forecast
from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.prompting.describer import Answer, Failure
from dataset.prompting.prompts import Prompt
from tests.support.chat_server import ChatServer
from tests.support.judged_squares import caption_in, caption_of, reply, square_images

SMALL = PanelOptions(size=64)


class Judge:
    """Fits every caption to the panel that the test wants; counts what it is asked."""

    name = "judge"

    def __init__(self, *answers: str) -> None:
        self.asked: list[Prompt] = []
        self.seeds: list[int] = []
        self.answers = list(answers)
        self.broken_at: int | None = None
        self.tokens = 0

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:
        if len(self.asked) == self.broken_at:
            raise KeyboardInterrupt
        self.asked.append(prompt)
        self.seeds.append(seed)
        text = self.answers.pop(0) if self.answers else reply([1])
        if text.startswith("!"):
            return Answer(failure=Failure("status", text))
        return Answer(text, prompt_tokens=self.tokens)

    @asynccontextmanager
    async def open(self):
        yield self


def a_run(images: list[ImageToJudge], out: Path, options: PanelOptions = SMALL, **more: object) -> JudgeRun:
    return JudgeRun(images, out, options, "judge@here", {"data": "squares"}, **more)


def make(run: JudgeRun, judge: Judge, account: Account | None = None, **more: object) -> JudgeProgress:
    return run.make(judge.open, account or Account(Prices()), **{"concurrency": 1, **more})


def test_each_caption_has_one_verdict_in_order(tmp_path) -> None:
    images = square_images(tmp_path)
    out = tmp_path / "deep" / "v.jsonl"
    progress = make(a_run(images, out), Judge())
    assert progress.is_complete
    verdicts = read_verdicts(out)
    assert [verdict.region_id for verdict in verdicts] == [f"image-{i}/{k}" for i in range(3) for k in range(4)]
    assert all(verdict.judge == "judge@here" and verdict.system == "sys" for verdict in verdicts)
    assert sorted(path.name for path in out.parent.iterdir()) == ["v.jsonl"]


def test_a_panel_means_the_region_that_it_showed(tmp_path) -> None:
    """The first panel fits, whoever is in it."""
    out = tmp_path / "v.jsonl"
    run = a_run(square_images(tmp_path), out)
    make(run, Judge())
    for place, verdict in zip(run.questions.places(), read_verdicts(out), strict=True):
        (together,) = run.questions.regions_of(place)
        assert verdict.candidates == together
        assert verdict.fits == together[:1]


def many_squares(folder: Path) -> list[ImageToJudge]:
    """One image, one caption, and look-alikes for three rounds of four panels."""
    (image,) = square_images(folder, 1)
    regions = [image.regions[k % 4] for k in range(10)]
    copies = [
        type(region)(f"image-0/{k}", "image-0", region.captions, mask=region.mask, bbox=region.bbox, category="square")
        for k, region in enumerate(regions)
    ]
    return [ImageToJudge(image.path, copies, [CaptionToJudge("image-0/0", "the square")])]


def test_rounds_end_as_soon_as_the_caption_is_not_unique(tmp_path) -> None:
    images, options = many_squares(tmp_path), PanelOptions(size=64, panels=4)
    run = a_run(images, tmp_path / "v.jsonl", options)
    rounds = run.questions.regions_of((0, 0))
    assert len(rounds) == 3
    right = [reply([together.index("image-0/0") + 1]) for together in rounds]

    def verdict_of(*answers: str):
        judge = Judge(*answers)
        make(run, judge)
        return read_verdicts(tmp_path / "v.jsonl")[0], len(judge.asked)

    verdict, asked = verdict_of(*right)
    assert (verdict.is_unique, asked, len(verdict.candidates)) == (True, 3, 10)
    verdict, asked = verdict_of(right[0], reply([]), right[2])
    assert (verdict.is_true, verdict.fits, asked) == (False, (), 2)
    verdict, asked = verdict_of(right[0], reply([1, 2, 3, 4]), right[2])
    assert (verdict.is_unique, verdict.is_true, len(verdict.fits), asked) == (False, True, 4, 2)
    verdict, asked = verdict_of(json.dumps({**json.loads(right[0]), "elsewhere": True}))
    assert (verdict.is_unique, verdict.is_true, asked) == (False, True, 1)


def test_single_views_ask_about_each_region_alone(tmp_path) -> None:
    images = square_images(tmp_path, 1)
    run = a_run(
        [ImageToJudge(images[0].path, images[0].regions, images[0].captions[:1])],
        tmp_path / "v.jsonl",
        PanelOptions(size=64, view="single"),
    )
    regions = [region_id for (region_id,) in run.questions.regions_of((0, 0))]
    answers = [reply([1] if region_id == "image-0/0" else [], elsewhere=True) for region_id in regions]
    make(run, Judge(*answers))
    (verdict,) = read_verdicts(tmp_path / "v.jsonl")
    assert verdict.is_unique
    assert verdict.candidates == tuple(regions)


def test_an_empty_caption_costs_nothing_and_fits_nothing(tmp_path) -> None:
    (image,) = square_images(tmp_path, 1)
    judge = Judge()
    make(a_run([ImageToJudge(image.path, image.regions, [CaptionToJudge("image-0/0", "")])], tmp_path / "v"), judge)
    assert not judge.asked
    assert read_verdicts(tmp_path / "v")[0].fits == ()


def test_an_answer_that_is_no_answer_is_asked_for_again_with_another_seed(tmp_path) -> None:
    (image,) = square_images(tmp_path, 1)
    one = [ImageToJudge(image.path, image.regions, image.captions[:1])]
    judge = Judge("well, panel 2", "{", reply([2]))
    assert make(a_run(one, tmp_path / "v.jsonl"), judge).is_complete
    assert judge.seeds == [0, 1, 2]
    progress = make(a_run(one, tmp_path / "w.jsonl"), Judge("a", "b", "c"))
    assert list(progress.failures) == ["image-0/0 sys"]
    assert "not the JSON object" in progress.failures["image-0/0 sys"]


def test_a_run_broken_off_at_any_byte_of_its_journal_ends_the_same(tmp_path) -> None:
    images = square_images(tmp_path)
    whole = tmp_path / "whole.jsonl"
    make(a_run(images, whole), Judge())
    run = a_run(images, tmp_path / "broken.jsonl")
    judge = Judge()
    judge.broken_at = 7
    with pytest.raises(KeyboardInterrupt):
        make(run, judge)
    journal, answers = run.journal_path.read_bytes(), run.answers_path.read_bytes()
    assert not run.out.exists()
    assert journal.count(b"\n") == 1 + 7
    for length in range(0, len(journal) + 1, 97):
        for answers_length in (0, len(answers) // 2, len(answers)):
            run.journal_path.write_bytes(journal[:length])
            run.answers_path.write_bytes(answers[:answers_length])
            again = Judge()
            make(run, again)
            kept = max(journal[:length].count(b"\n") - 1, answers[:answers_length].count(b"\n"), 0)
            assert len(again.asked) == 12 - kept
            assert run.out.read_bytes() == whole.read_bytes()
            assert not run.journal_path.exists()
            assert not run.answers_path.exists()


def test_a_run_does_not_go_on_with_another_judge_or_damage(tmp_path) -> None:
    images = square_images(tmp_path)
    run = a_run(images, tmp_path / "v.jsonl")
    judge = Judge()
    judge.broken_at = 2
    with pytest.raises(KeyboardInterrupt):
        make(run, judge)
    with pytest.raises(InvalidInputError, match=r"then, .* now"):
        make(JudgeRun(images, run.out, SMALL, "other@here", {"data": "squares"}), Judge())
    first = run.journal_path.read_text().splitlines()[0]
    for record in ({"verdict": {"region_id": "image-0/0"}}, {"cost": "much"}, {"verdict": 3}, {}):
        run.journal_path.write_text(f"{first}\n{json.dumps(record)}\n")
        with pytest.raises(DataUnavailableError, match="line 2 is damaged"):
            make(run, Judge())


def test_a_budget_is_not_overdrawn_and_lasts_over_runs(tmp_path) -> None:
    images = square_images(tmp_path)
    run = a_run(images, tmp_path / "v.jsonl")
    judge = Judge()
    judge.tokens = 1_000_000  # one unit of money for each answer
    account = Account(Prices(prompt=1.0), budget=5.0)
    progress = make(run, judge, account)
    assert progress.is_over_budget
    assert account.spent == 5.0
    assert len(read_verdicts(run.out)) == 5
    again, account = Judge(), Account(Prices(prompt=1.0), budget=5.0)
    assert make(run, again, account).is_over_budget
    assert not again.asked
    judge, account = Judge(), Account(Prices(prompt=1.0), budget=50.0)
    judge.tokens = 1_000_000
    assert make(run, judge, account).is_complete
    assert account.spent == 12.0


def test_requests_under_way_are_reserved(tmp_path) -> None:
    """Many at once do not spend more than the estimate says there is."""
    images = square_images(tmp_path)
    run = a_run(images, tmp_path / "v.jsonl")
    prompt = run.questions.prompt((0, 0), run.questions.regions_of((0, 0))[0])
    from benchmark.judge.cost import estimated_usage

    prices = Prices(prompt=1e6, completion=0)
    each = prices.cost(estimated_usage(prompt))
    judge, account = Judge(), Account(prices, budget=4.5 * each)
    make(run, judge, account, concurrency=12)
    assert len(judge.asked) == 4
    with pytest.raises(InvalidInputError, match="no price"):
        Account(Prices(), budget=3.0)


def test_a_server_that_is_gone_ends_the_run_and_keeps_what_there_is(tmp_path) -> None:
    images = square_images(tmp_path, 6)
    run = a_run(images, tmp_path / "v.jsonl")
    with pytest.raises(DataUnavailableError, match=r"16 captions in a row got no verdict.*!503"):
        make(run, Judge(*[reply([1])] * 3, *["!503"] * 30))
    again = Judge()
    assert make(run, again).is_complete
    assert len(again.asked) == 24 - 3


@pytest.mark.parametrize("fault", ["!429", "!500", "!drop", "!half", "!nonsense", "!nothing", "!empty", "!hang"])
def test_faults_of_a_real_server_pass(chat_server: ChatServer, tmp_path, fault) -> None:
    """Every third request fails in some way; every caption gets its verdict, once."""
    chat_server.behave = lambda body, number: fault if number % 3 == 0 else reply([1])
    images = square_images(tmp_path, 1)
    run = a_run(images, tmp_path / "v.jsonl")
    server = JudgeServer(chat_server.url, "model-a", timeout=0.5 if fault == "!hang" else 20)
    progress = run.make(server.open, Account(Prices()))
    assert progress.is_complete
    assert len(read_verdicts(run.out)) == 4


@pytest.mark.parametrize("fault", ["!refusal", "!filter", "!length", "!400", "what a nice picture"])
def test_what_does_not_pass_is_named_and_the_others_go_on(chat_server: ChatServer, tmp_path, fault) -> None:
    chat_server.behave = lambda body, _: fault if caption_of(body) == "the white square" else reply([1])
    run = a_run(square_images(tmp_path, 1), tmp_path / "v.jsonl")
    server = JudgeServer(chat_server.url, "model-a", attempts=2)
    progress = run.make(server.open, Account(Prices()))
    assert list(progress.failures) == ["image-0/2 sys"]
    assert [verdict.region_id for verdict in read_verdicts(run.out)] == ["image-0/0", "image-0/1", "image-0/3"]
    chat_server.behave = lambda body, _: reply([1])
    before = len(chat_server.bodies)
    assert run.make(server.open, Account(Prices())).is_complete
    assert len(chat_server.bodies) == before + 1


def test_answers_can_stay_for_other_runs(chat_server: ChatServer, tmp_path) -> None:
    chat_server.behave = lambda body, _: reply([1])
    images, answers = square_images(tmp_path, 1), tmp_path / "answers.jsonl"
    server = JudgeServer(chat_server.url, "model-a")
    for name in ("a", "b"):
        assert a_run(images, tmp_path / name, answers=answers).make(server.open, Account(Prices())).is_complete
        assert len(chat_server.bodies) == 4
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_signature_is_of_all_that_decides(chat_server: ChatServer) -> None:
    options = PanelOptions()
    signatures = [
        JudgeServer("http://a:1", "m").signature(options),
        JudgeServer("http://b:1", "m").signature(options),
        JudgeServer("http://a:1", "n").signature(options),
        JudgeServer("http://a:1", "m", extra='{"top_p": 0.5}').signature(options),
        JudgeServer("http://a:1", "m").signature(PanelOptions(size=512)),
        JudgeServer("http://a:1", "m").signature(PanelOptions(view="single")),
    ]
    assert len(set(signatures)) == 6
    assert JudgeServer("http://a:9/v1", "m", concurrency=3).signature(options) == signatures[0]
    with pytest.raises(InvalidInputError, match="expected a JSON object"):
        JudgeServer("http://a:1", "m", extra="[1]")


def test_a_forecast_counts_before_anything_is_asked(tmp_path) -> None:
    run = a_run(many_squares(tmp_path), tmp_path / "v.jsonl", PanelOptions(size=64, panels=4))
    predicted = forecast(run.questions)
    assert (predicted.captions, predicted.least, predicted.most) == (1, 1, 3)
    assert predicted.usage.prompt_tokens > 4 * 6
    text = "\n".join(predicted.lines(Prices(prompt=1e6)))
    assert "1 captions, 1 to 3 questions" in text
    assert "in all" in text


def test_two_thousand_captions(tmp_path) -> None:
    """In one run with twenty under way: each judged once, in order, and a second part asks only for what is left."""
    images: list[ImageToJudge] = []
    (image,) = square_images(tmp_path, 1)
    for number in range(20):
        regions = [
            type(region)(f"image-{number}/{k}", f"image-{number}", region.captions, mask=region.mask)
            for k, region in enumerate(image.regions)
        ]
        captions = [CaptionToJudge(f"image-{number}/{k % 4}", f"the square {number}.{k}", "sys") for k in range(100)]
        images.append(ImageToJudge(image.path, regions, captions))
    run = a_run(images, tmp_path / "v.jsonl", PanelOptions(size=32, panels=2, rounds=1))
    judge = Judge()
    judge.broken_at = 1_200
    with pytest.raises(KeyboardInterrupt):
        make(run, judge, concurrency=20)
    again = Judge()
    progress = make(run, again, concurrency=20)
    assert progress.is_complete
    assert 800 <= len(again.asked) <= 840
    assert progress.earlier == 2_000 - len(again.asked)
    verdicts = read_verdicts(run.out)
    assert [(verdict.region_id, verdict.caption) for verdict in verdicts] == [
        (caption.region_id, caption.caption) for image in images for caption in image.captions
    ]
    assert max(Counter(caption_in(prompt.text) for prompt in again.asked).values()) == 1


def test_an_image_that_cannot_be_read_is_named(tmp_path) -> None:
    (image,) = square_images(tmp_path, 1)
    image.path.write_bytes(b"no picture")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        make(a_run([image], tmp_path / "v.jsonl"), Judge())
    Image.fromarray(np.zeros((5, 5, 3), np.uint8)).save(image.path)
    with pytest.raises(InvalidInputError, match="size"):
        make(a_run([image], tmp_path / "v.jsonl"), Judge())
