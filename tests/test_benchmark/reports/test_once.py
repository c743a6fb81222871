"""Protects: a report and its page read every caption once: one pass of the tokenizer, one hearing of each caption."""

import dataset.listener
from benchmark import evaluate
from benchmark.reports.html_report import render_html
from dataset.listener import World
from dataset.schema import Region


class Counting:
    """Splits at spaces, and counts."""

    signature = "counting"

    def __init__(self):
        self.texts = []

    def tokenize(self, texts):
        self.texts += texts
        return [" ".join(text.split()) for text in texts]


def thing(number, x, color):
    box = [x, 0.5, x - 0.1, 0.4, x + 0.1, 0.6, 0.04]
    attributes = {"color": color}
    return {
        "id": number,
        "parent": None,
        "category": "car",
        "granularity": "object",
        "box": box,
        "attributes": attributes,
    }


WORLDS = {
    image: World.from_dict({"regions": [thing("1", 0.2, "red"), thing("2", 0.8, "blue")]}) for image in ("a", "b")
}
REGIONS = [Region(f"{image}/{n}", image, (f"car {n} of {image}",), category="car") for image in WORLDS for n in (1, 2)]
CAPTIONS = {"a/1": "the red car", "a/2": "the red car", "b/1": "the car", "b/2": "the blue car"}


def test_a_page_tokenises_and_hears_no_caption_again(monkeypatch):
    hearings = []
    listen = dataset.listener.listen

    def counted(caption, world, target):
        hearings.append(caption)
        return listen(caption, world, target)

    monkeypatch.setattr(dataset.listener, "listen", counted)
    tokenizer = Counting()
    metrics = ["bleu", "rouge_l", "cider", "uniqueness", "listener"]
    report = evaluate(CAPTIONS, REGIONS, metrics=metrics, tokenizer=tokenizer, worlds=WORLDS)
    page = render_html(report, REGIONS, CAPTIONS, worlds=WORLDS)
    assert "heard as another region" in page
    assert sorted(tokenizer.texts) == sorted({*CAPTIONS.values(), *(region.caption for region in REGIONS)})
    assert sorted(hearings) == sorted(CAPTIONS.values())


def test_a_page_of_other_captions_does_not_show_what_was_scored():
    tokenizer = Counting()
    report = evaluate(CAPTIONS, REGIONS, metrics=["listener"], tokenizer=tokenizer, worlds=WORLDS)
    swapped = {**CAPTIONS, "a/1": "the blue car", "a/2": "the blue car"}
    page = render_html(report, REGIONS, swapped, worlds=WORLDS)
    assert "the blue car" in tokenizer.texts
    assert page.count("heard as another region") >= 1
