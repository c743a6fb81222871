"""Protects the client of model servers: what is sent, faults isolated to their prompt, the cache, the concurrency."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dataset.errors import DataUnavailableError, InvalidInputError, UnknownNameError
from dataset.prompting.chat import read_completion
from dataset.prompting.describer import FAILURES, Describer
from dataset.prompting.prompts import Context, Prompt
from dataset.prompting.response_cache import ResponseCache
from dataset.prompting.server import ServerDescriber, ServerOptions


def prompt(text: str = "what?", shade: int = 100) -> Prompt:
    image = np.full((16, 24, 3), (shade, 20, 200), np.uint8)
    return Prompt("short", text, (image,), Context("image", f"image/{text}"))


def options(server, **changed) -> ServerOptions:
    quick = {"url": server.url, "model": "model-a", "first_delay": 0.01, "longest_delay": 0.05, "timeout": 5.0}
    return ServerOptions(**{**quick, **changed})


def ask(described_by: ServerOptions, prompts, cache=None, seed=0):
    async def main():
        async with ServerDescriber(described_by, cache) as describer:
            return await asyncio.gather(*(describer.answer(each, seed=seed) for each in prompts))

    return asyncio.run(main())


def test_the_request_holds_the_picture_the_words_and_the_parameters(chat_server):
    """An array sent to the server must not become a blank picture."""
    rng = np.random.default_rng(0)
    pixels = np.asarray(Image.fromarray(rng.integers(0, 255, (6, 8, 3), dtype=np.uint8)).resize((80, 60)))
    asked = Prompt("short", "which?", (pixels, pixels[:, ::-1]), Context("i", "i/1"))
    ask(options(chat_server, api_key="secret", extra={"top_p": 0.5}), [asked], seed=7)
    (body,) = chat_server.bodies
    assert {key: body[key] for key in ("model", "temperature", "seed", "stream", "top_p")} == {
        "model": "model-a",
        "temperature": 0.0,
        "seed": 7,
        "stream": False,
        "top_p": 0.5,
    }
    first, second, words = body["messages"][0]["content"]
    assert words == {"type": "text", "text": "which?"}
    for part, sent in ((first, pixels), (second, pixels[:, ::-1])):
        kind, _, encoded = part["image_url"]["url"].partition(",")
        assert kind == "data:image/jpeg;base64"
        received = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))))
        assert np.abs(received.astype(int) - sent).mean() < 3
    assert any("authorization: bearer secret" in head.lower() for head in chat_server.headers)
    assert "secret" not in repr(options(chat_server, api_key="secret"))


FAULTS = {
    "!500": "status",
    "!429": "status",
    "!400": "rejected",
    "!401": "rejected",
    "!302": "rejected",
    "!drop": "connection",
    "!half": "connection",
    "!nonsense": "malformed",
    "!nothing": "malformed",
    "!stream": "malformed",
    "!huge": "malformed",
    "!empty": "empty",
    "!refusal": "refusal",
    "!filter": "refusal",
    "!length": "truncated",
    "!hang": "timeout",
}


def test_each_fault_is_the_failure_of_its_prompt_alone(chat_server):
    """A fault of any kind loses no other answer of the batch, and none is invented for it."""
    chat_server.behave = lambda body, _: body["messages"][0]["content"][-1]["text"]
    texts = [text for fault in FAULTS for text in (fault, f"fine {fault}")]
    answers = ask(options(chat_server, attempts=2, timeout=1.0), [prompt(text) for text in texts])
    for text, answer in zip(texts, answers, strict=True):
        if text in FAULTS:
            assert answer.failure is not None, text
            assert answer.failure.kind == FAULTS[text]
            assert answer.text == ""
            assert answer.failure.kind in str(answer.failure)
        else:
            assert (answer.text, answer.failure) == (text, None)
    asked = Counter(body["messages"][0]["content"][-1]["text"] for body in chat_server.bodies)
    for fault, kind in FAULTS.items():
        assert asked[fault] == (1 if kind in ("rejected", "refusal", "truncated") else 2), fault
    assert set(FAULTS.values()) | {"unknown_region"} == set(FAILURES)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["choices", "message", "content", "refusal", "text", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | ANYTHING.map(json.dumps).map(str.encode), ANYTHING, ANYTHING)
def test_whatever_comes_back_is_an_answer_or_a_failure(body, content, refusal):
    completion = {"choices": [{"message": {"content": content, "refusal": refusal}}]}
    for each in (body, json.dumps(completion).encode()):
        answer = read_completion(each)
        assert bool(answer.text) != (answer.failure is not None)
        (answer.text + str(answer.failure)).encode()  # can be written to a file
    lone = '{"choices": [{"message": {"content": "a \\ud800 car"}}]}'
    assert read_completion(lone.encode()).text == "a ? car"
    assert read_completion(lone.replace("content", "refusal").encode()).failure.detail == "a ? car"


def test_what_passes_is_tried_again(chat_server):
    faults = ["!500", "!drop", "!half", "!nonsense", "!nothing", "!503"]
    chat_server.behave = lambda _, number: faults[number] if number < len(faults) else "a car"
    (answer,) = ask(options(chat_server, attempts=7), [prompt()])
    assert (answer.text, answer.failure, len(chat_server.bodies)) == ("a car", None, 7)


def test_no_server_is_a_failure_and_not_a_crash():
    gone = ServerOptions("http://127.0.0.1:9", "model-a", attempts=2, first_delay=0.0)
    answers = ask(gone, [prompt(str(k)) for k in range(3)])
    assert [answer.failure.kind for answer in answers] == ["connection"] * 3
    assert answers[0].failure.attempts == 2


def test_failures_in_a_row_are_counted(chat_server):
    chat_server.behave = lambda body, _: "!400" if "bad" in body["messages"][0]["content"][-1]["text"] else "fine"

    async def main():
        async with ServerDescriber(options(chat_server)) as describer:
            counts = []
            for text in ("bad 1", "bad 2", "good", "bad 3"):
                await describer.answer(prompt(text))
                counts.append(describer.failed_in_a_row)
            return counts

    assert asyncio.run(main()) == [1, 2, 0, 1]


def test_the_wait_that_a_server_asks_for_is_kept(chat_server):
    chat_server.retry_after = "0.3"
    chat_server.behave = lambda _, number: "!429" if number == 0 else "a car"
    start = time.perf_counter()
    ask(options(chat_server, longest_delay=5.0), [prompt()])
    assert time.perf_counter() - start >= 0.3


def test_concurrency_is_bounded_and_used(chat_server):
    """The server answers only when 16 requests are under way: with fewer, all would wait until they time out."""
    chat_server.together = asyncio.Barrier(16)
    answers = ask(options(chat_server, concurrency=16), [prompt(str(k)) for k in range(96)])
    assert all(answer.failure is None for answer in answers)
    assert chat_server.most_under_way == 16


def test_answers_are_cached_by_content(chat_server, tmp_path):
    cache = tmp_path / "deep" / "answers.jsonl"
    first = ask(options(chat_server), [prompt("a"), prompt("b"), prompt("a", shade=101)], cache)
    again = ask(options(chat_server), [prompt("a", shade=101), prompt("b"), prompt("a")], cache)
    assert len(chat_server.bodies) == 3
    assert [answer.text for answer in again] == [first[k].text for k in (2, 1, 0)]
    assert all(answer.cached for answer in again)
    changes = ({"temperature": 0.5}, {"model": "model-b"}, {"max_tokens": 9}, {"extra": {"top_k": 1}})
    for number, changed in enumerate(changes, 1):
        ask(options(chat_server, **changed), [prompt("a")], cache)
        assert len(chat_server.bodies) == 3 + number, changed
    ask(options(chat_server), [prompt("a")], cache, seed=5)
    assert len(chat_server.bodies) == 4 + len(changes)
    ask(options(chat_server, concurrency=1, timeout=9.0, attempts=1), [prompt("a")], cache)
    assert len(chat_server.bodies) == 4 + len(changes)


def test_equal_prompts_at_once_cost_one_request(chat_server, tmp_path):
    chat_server.seconds = 0.05
    answers = ask(options(chat_server), [prompt("same") for _ in range(20)], tmp_path / "answers.jsonl")
    assert len(chat_server.bodies) == 1
    assert len({answer.text for answer in answers}) == 1


def test_failures_are_not_cached(chat_server, tmp_path):
    chat_server.behave = lambda _, number: "!400" if number == 0 else "a car"
    cache = tmp_path / "answers.jsonl"
    assert ask(options(chat_server), [prompt()], cache)[0].failure is not None
    assert ask(options(chat_server), [prompt()], cache)[0].text == "a car"


def test_a_cache_torn_at_any_byte_loses_at_most_its_last_answer(tmp_path):
    path = tmp_path / "answers.jsonl"
    with ResponseCache(path) as cache:
        for k in range(4):
            cache.put(f"key {k}", f"answer\n{k} ü")
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        with ResponseCache(path) as cache:
            kept = len(cache)
            assert kept >= whole[:length].count(b"\n")
            for k in range(4):
                assert cache.get(f"key {k}") in (None, f"answer\n{k} ü")
                cache.put(f"key {k}", f"answer\n{k} ü")
        with ResponseCache(path) as cache:
            assert [cache.get(f"key {k}") for k in range(4)] == [f"answer\n{k} ü" for k in range(4)]


def test_a_cache_with_foreign_lines_is_read_around_them(tmp_path, caplog):
    path = tmp_path / "answers.jsonl"
    path.write_bytes(
        b'{"key": "a", "text": "x"}\n\x00\x00\xff\n[1]\n{"key": 1, "text": "x"}\n{"key": "b", "text": "y"}'
    )
    with ResponseCache(path) as cache:
        assert (cache.get("a"), cache.get("b"), len(cache), cache.ignored) == ("x", "y", 2, 3)
    assert "3 torn or foreign lines" in caplog.text
    with pytest.raises(DataUnavailableError, match="cannot use"):
        ResponseCache(tmp_path)


WRITER = """
import sys
from pathlib import Path
from dataset.prompting.response_cache import ResponseCache
cache = ResponseCache(Path(sys.argv[1]))
for k in range(10**9):
    cache.put(f"key {k}", "x" * (k % 4000))
    if k % 100 == 0:
        print(k, flush=True)
"""


def test_a_killed_process_leaves_all_that_it_had_put(tmp_path, repository):
    path = tmp_path / "answers.jsonl"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=repository, stdout=subprocess.PIPE, text=True
    )
    said = [int(next(writer.stdout)) for _ in range(12)][-1]
    writer.kill()
    writer.wait()
    writer.stdout.close()
    with ResponseCache(path) as cache:
        assert all(cache.get(f"key {k}") == "x" * (k % 4000) for k in range(said + 1))


def test_check_names_the_models_that_are_served(chat_server):
    async def check(model: str, url: str = chat_server.url) -> None:
        async with ServerDescriber(ServerOptions(url, model)) as describer:
            assert isinstance(describer, Describer)
            await describer.check()

    asyncio.run(check("model-a"))
    asyncio.run(check("model-a", chat_server.url + "/v1/"))
    with pytest.raises(UnknownNameError, match="Did you mean 'model-b'"):
        asyncio.run(check("model-c-b"))
    with pytest.raises(DataUnavailableError, match="Is a chat server running"):
        asyncio.run(check("model-a", "http://127.0.0.1:9"))


def test_options_name_every_problem():
    with pytest.raises(InvalidInputError) as caught:
        ServerOptions("localhost:8000", "", concurrency=0, timeout=-1, attempts=0)
    assert len(caught.value.problems) == 5
    for url in ("http://[", "http://host:99999999", "ftp://host", "http://"):
        with pytest.raises(InvalidInputError, match="url"):
            ServerOptions(url, "m")
    assert json.dumps(ServerOptions("http://h/v1", "m").parameters(-3)["seed"])
