"""Protects prompted captioners: the region that is meant is shown, and a missing answer is not a caption."""

from __future__ import annotations

import base64
import io
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from baselines import caption_regions, open_captioner
from baselines.prompted import PromptedCaptioner, PromptedOptions
from baselines.resumable import answers_path
from dataset.errors import CaptioningError, DataUnavailableError, InvalidInputError, UnknownNameError
from dataset.prompting.pointing import ASK, POINTINGS
from tests.support.chat_server import ChatServer

HEIGHT, WIDTH = 120, 160


def picture() -> Image.Image:
    """Blue, with a green square at the left and a yellow one at the right."""
    pixels = np.full((HEIGHT, WIDTH, 3), (0, 0, 200), np.uint8)
    pixels[40:80, 20:60] = (0, 200, 0)
    pixels[40:80, 100:140] = (220, 220, 0)
    return Image.fromarray(pixels)


def masks() -> list[np.ndarray]:
    both = np.zeros((2, HEIGHT, WIDTH), bool)
    both[0, 40:80, 20:60] = True
    both[1, 40:80, 100:140] = True
    return list(both)


def options(server: ChatServer, **changed: object) -> dict[str, object]:
    return {"url": server.url, "model": "model-a", "timeout": 5, "attempts": 1, **changed}


def pictures_of(server: ChatServer) -> list[tuple[np.ndarray, str]]:
    """(picture, words) of every request."""
    pictures = []
    for body in server.bodies:
        image, text = body["messages"][0]["content"]
        encoded = image["image_url"]["url"].partition(",")[2]
        pictures.append((np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded)))).astype(int), text["text"]))
    return pictures


def share(pixels: np.ndarray, color: tuple[int, int, int]) -> float:
    return float((np.abs(pixels - color).max(-1) < 60).mean())


def ask(server: ChatServer, **changed: object) -> list[str]:
    with open_captioner("prompted", options(server, **changed)) as captioner:
        return captioner.captioner.caption(picture(), masks())


def test_each_view_shows_the_region_in_its_own_way(chat_server: ChatServer) -> None:
    """Told apart by colours: green and yellow are the regions, red the contour, blue the rest."""
    seen: dict[str, list[tuple[np.ndarray, str]]] = {}
    for view in POINTINGS:
        chat_server.bodies.clear()
        ask(chat_server, view=view, view_size=320, concurrency=1)
        seen[view] = pictures_of(chat_server)
    green, yellow, red, blue = (0, 200, 0), (220, 220, 0), (255, 0, 0), (0, 0, 200)
    assert len(seen["none"]) == 1
    (whole, words), *_ = seen["none"]
    assert words == ASK
    assert share(whole, green) == pytest.approx(share(whole, yellow), abs=0.01)
    assert share(whole, red) == 0
    for view in ("crop", "contour", "blur"):
        assert len(seen[view]) == 2
        assert all(text == f"{POINTINGS[view].words}\n{ASK}" for _, text in seen[view])
    for (pixels, _), own, other in zip(seen["crop"], (green, yellow), (yellow, green), strict=True):
        assert share(pixels, own) > 0.6
        assert share(pixels, other) == 0
        assert share(pixels, blue) > 0.1
    for (pixels, _), own, other in zip(seen["blur"], (green, yellow), (yellow, green), strict=True):
        assert share(pixels, own) > 0.6
        assert share(pixels, other) == 0
    for (pixels, _), left in zip(seen["contour"], (True, False), strict=True):
        columns = np.flatnonzero((np.abs(pixels - red).max(-1) < 60).any(0)) / pixels.shape[1]
        assert share(pixels, red) > 0.005
        assert (columns < 0.5).all() if left else (columns > 0.5).all()
        assert share(pixels, yellow) > 0.05
        assert share(pixels, green) > 0.05


def test_a_server_of_a_mask_model_gets_image_and_mask_as_one_picture(chat_server: ChatServer) -> None:
    """Protects: Describe Anything's server reads RGBA PNGs, the mask as alpha, at /chat/completions."""
    where = f"{chat_server.url}/chat/completions"
    ask(chat_server, url=where, view="alpha", view_size=64, check=False, ask="Describe the masked region in detail.")
    assert all(head.startswith("POST /chat/completions ") for head in chat_server.headers)
    assert len(chat_server.bodies) == 2
    for body in chat_server.bodies:
        [message] = body["messages"]
        assert message["role"] == "user"
        assert [part["type"] for part in message["content"]] == ["image_url", "text"]
        assert message["content"][0]["image_url"]["url"].startswith("data:image/png;base64,")
    alphas = []
    for pixels, words in pictures_of(chat_server):
        assert words == "Describe the masked region in detail."
        np.testing.assert_array_equal(pixels[..., :3], np.asarray(picture()))
        alphas.append(pixels[..., 3] > 0)
    order = sorted(alphas, key=lambda alpha: alpha.argmax(1).max())
    np.testing.assert_array_equal(order, masks())


def test_captions_come_in_the_order_of_the_masks_and_are_cleaned(chat_server: ChatServer) -> None:
    def behave(body: dict, _number: int) -> str:
        pixels, _ = pictures_of(chat_server)[[other is body for other in chat_server.bodies].index(True)]
        return 'Sure! **"the green box"**' if share(pixels, (0, 200, 0)) > 0.5 else "<think>hm</think>the yellow box"

    chat_server.behave = behave
    chat_server.seconds = 0.02
    assert ask(chat_server, view="crop") == ["the green box", "the yellow box"]


def test_no_regions_need_no_request(chat_server: ChatServer) -> None:
    with open_captioner("prompted", options(chat_server)) as captioner:
        assert captioner.captioner.caption(picture(), []) == []
        with pytest.raises(InvalidInputError, match="mask 0: it is empty"):
            captioner.captioner.caption(picture(), [np.zeros((HEIGHT, WIDTH), bool)])
    assert chat_server.bodies == []


def test_the_request_carries_the_options_and_the_key_of_the_environment(
    chat_server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "secret-key")
    captioner_options = options(
        chat_server, api_key_variable="MY_KEY", temperature="0.5", max_tokens="17", extra='{"top_k": 3}', ask="What?"
    )
    with open_captioner("prompted", captioner_options, seed=9) as captioner:
        captioner.captioner.caption(picture(), masks()[:1])
        assert "secret-key" not in repr(captioner.identity) + repr(captioner)
    (body,) = chat_server.bodies
    expected = {"model": "model-a", "temperature": 0.5, "max_tokens": 17, "top_k": 3, "seed": 9}
    assert {name: body[name] for name in expected} == expected
    assert body["messages"][0]["content"][1]["text"].endswith("\nWhat?")
    assert all("authorization: bearer secret-key" in head.lower() for head in chat_server.headers)


def test_bad_options_are_named_before_anything_is_asked(chat_server: ChatServer, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'view'"):
        open_captioner("prompted", options(chat_server, veiw="crop"))
    with pytest.raises(UnknownNameError, match="unknown option of captioner 'prompted': 'api_key'"):
        open_captioner("prompted", options(chat_server, api_key="secret"))
    with pytest.raises(InvalidInputError) as caught:
        open_captioner("prompted", {"view": "lasso", "concurrency": "many", "extra": "[1]"})
    problems = caught.value.problems
    assert [problem.partition(":")[0] for problem in problems] == ["view", "url", "model", "extra", "concurrency"]
    with pytest.raises(InvalidInputError, match="url: expected an address"):
        open_captioner("prompted", {"url": "localhost", "model": "m"})
    with pytest.raises(UnknownNameError, match="Did you mean 'model-a'"):
        open_captioner("prompted", options(chat_server, model="modela"))
    answers = tmp_path / "p.jsonl.answers"
    with pytest.raises(DataUnavailableError, match="Is a chat server running there"):
        open_captioner("prompted", {"url": "http://127.0.0.1:9", "model": "m"}, answers=answers)
    assert not answers.exists()
    assert chat_server.bodies == []
    assert not [thread for thread in threading.enumerate() if thread.name == "prompted captioner"]


@pytest.mark.parametrize(
    "fault", ["!500", "!400", "!drop", "!half", "!nonsense", "!empty", "!refusal", "!length", '"."']
)
def test_a_fault_is_never_a_caption(fault: str, chat_server: ChatServer, images, tmp_path: Path) -> None:
    """Only the region whose answer was bad is named, and only it is asked again."""
    bad = {5}
    chat_server.behave = lambda body, number: fault if number in bad else f"caption {number}"
    out = tmp_path / "p.jsonl"

    def run() -> int:
        with open_captioner("prompted", options(chat_server), answers=answers_path(out)) as captioner:
            return caption_regions(captioner, images, out)

    with pytest.raises(CaptioningError) as caught:
        run()
    assert len(caught.value.failures) == 1
    assert next(iter(caught.value.failures)).startswith("image-")
    assert not out.exists()
    requests = len(chat_server.bodies)
    assert requests == 12
    assert run() == 12
    assert len(chat_server.bodies) == requests + 1
    assert '"caption 12"' in out.read_text()
    assert sorted(path.name for path in tmp_path.glob("p.*")) == ["p.jsonl"]


def test_what_passes_is_tried_again(chat_server: ChatServer) -> None:
    chat_server.behave = lambda body, number: "!503" if number < 2 else "the box"
    assert ask(chat_server, attempts=3) == ["the box", "the box"]
    assert len(chat_server.bodies) == 4


def test_a_server_that_is_gone_stops_the_run(chat_server: ChatServer, images, tmp_path: Path) -> None:
    """Not every one of a million regions is tried against a dead server."""
    chat_server.behave = lambda body, number: "!400"
    many = images * 10
    with (
        open_captioner("prompted", options(chat_server, concurrency=2, images_at_once=1)) as captioner,
        pytest.raises(DataUnavailableError, match=r"requests in a row have failed.*HTTP 400.*to resume"),
    ):
        caption_regions(captioner, many, tmp_path / "p.jsonl")
    assert 16 <= len(chat_server.bodies) < 30


def test_several_images_keep_the_server_busy(chat_server: ChatServer, images, tmp_path: Path) -> None:
    """Images of three regions each: eight requests at once need three images at once."""
    chat_server.seconds = 0.3
    captioner_options = options(chat_server, concurrency=8, images_at_once=4)
    with open_captioner("prompted", captioner_options) as captioner:
        caption_regions(captioner, images, tmp_path / "p.jsonl")
    assert chat_server.most_under_way == 8


def test_closing_breaks_off_what_is_under_way(chat_server: ChatServer) -> None:
    chat_server.behave = lambda body, number: "!hang"
    captioner = PromptedCaptioner(PromptedOptions(url=chat_server.url, model="model-a"))
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            captioner.caption(picture(), masks())
        except BaseException as error:  # noqa: BLE001 - whatever ends it
            ended.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not chat_server.bodies:
        time.sleep(0.01)
    captioner.close()
    waiting.join(5)
    assert len(ended) == 1
    captioner.close()
    with pytest.raises(DataUnavailableError, match="closed"):
        captioner.caption(picture(), masks())
