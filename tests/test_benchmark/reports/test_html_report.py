"""Protects: the HTML page: complete, self-contained, bounded, safe against strangers' text, right about confusions."""

import dataclasses
import html.parser
import re

import numpy as np
import pytest
from PIL import Image

from benchmark import evaluate
from benchmark.metrics import METRICS, headline_scores
from benchmark.reports.html_examples import find_confusions, most_confused, worst
from benchmark.reports.html_pictures import MAX_BYTES, picture
from benchmark.reports.html_plots import PlotRow, forest_plot
from benchmark.reports.html_report import render_html, write_html
from benchmark.statistics.slices import slice_masks
from benchmark.text.corpus import Corpus
from dataset.listener import World
from dataset.masks.rle import encode_mask
from dataset.schema import Region

VOID = {"meta", "br", "image", "line", "circle", "rect"}


class Page(html.parser.HTMLParser):
    """Checks that elements close in order; keeps tags, attributes and text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def square(number, image, x, y, side=20, **fields):
    mask = np.zeros((90, 120), bool)
    mask[y : y + side, x : x + side] = True
    bbox = (float(x), float(y), float(side), float(side))
    fields = {"granularity": "object", "category": "box", "depth": 1, "area": side * side, **fields}
    return Region(f"{image}/{number}", image, mask=encode_mask(mask), bbox=bbox, **fields)


@pytest.fixture(scope="module")
def photo_page(tmp_path_factory):
    """Twenty noisy images with two regions each; the first half of the captions is swapped."""
    folder = tmp_path_factory.mktemp("images")
    generator = np.random.default_rng(0)
    regions, images, captions = [], {}, {}
    for number in range(20):
        image = f"img{number}"
        Image.fromarray(generator.integers(0, 255, (90, 120, 3), np.uint8)).save(folder / f"{image}.png")
        images[image] = folder / f"{image}.png"
        left = square("left", image, 10, 10, captions=("the left red box", "red box"))
        right = square("right", image, 70, 40, captions=("the right blue box", "blue box"))
        regions += [left, right]
        swapped = (right, left) if number < 10 else (left, right)
        captions |= {left.region_id: swapped[0].captions[1], right.region_id: swapped[1].captions[1]}
    return regions, images, captions


@pytest.fixture(scope="module")
def report(photo_page, word_tokenizer):
    regions, _, captions = photo_page
    metrics = ["bleu", "cider", "rouge_l", "duplicate_rate"]
    return evaluate(captions, regions, metrics=metrics, tokenizer=word_tokenizer, resamples=50)


def test_page_tells_everything_and_needs_nothing_else(photo_page, report, tmp_path):
    regions, images, captions = photo_page
    write_html(report, regions, captions, images, tmp_path / "new" / "page.html", command="python -m x --html y")
    text = (tmp_path / "new" / "page.html").read_text()
    page = Page(text)
    for score in report.metrics.values():
        assert f"{100 * score.value:.2f}" in page.text
        assert score.signature in page.text
    assert "python -m x --html y" in page.text
    assert report.data.sha256 in page.text
    assert all(f"{name} {version}" in page.text for name, version in report.versions.items())
    assert text.count("data:image/jpeg") == 12 + 10
    links = [value for name, value in page.attributes if name in ("src", "href", "srcset")]
    assert all(link.startswith("data:image/jpeg;base64,") for link in links)
    assert not re.search(r"https?:|<script|@import|url\(", text)
    assert "prefers-color-scheme: dark" in text


def test_every_slice_has_its_row_in_the_plots(photo_page, report):
    page = render_html(report, photo_page[0], photo_page[2])
    assert report.slices
    for name, part in report.slices.items():
        assert f'{name.replace("=", ": ")}</td><td class="number soft">{part.n}' in page


def test_page_stays_small_however_large_the_images(report, photo_page, tmp_path):
    regions, images, captions = photo_page
    noise = np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "large.png")
    mask = np.random.default_rng(2).random((600, 800)) < 0.3
    torn = [dataclasses.replace(region, mask=encode_mask(mask)) for region in regions[:2]]
    large = dict.fromkeys(images, tmp_path / "large.png")
    single = picture(torn[0], [torn[1]], [], large)
    assert len(single.split("base64,")[1].split('"')[0]) <= MAX_BYTES * 4 / 3 + 4
    page = render_html(report, [*torn, *regions[2:]], captions, large)
    assert len(page.encode()) < 3_000_000
    Page(page)


def test_strangers_text_is_shown_not_run(photo_page, report):
    regions, images, captions = photo_page
    evil = '<script>alert(1)</script> "quoted" {{ 7 * 7 }} \ud83d'
    bad = {**captions, regions[0].region_id: evil}
    named = dataclasses.replace(report, system={"name": evil, "<b>": [evil]}, notes=(evil,))
    spoiled = [dataclasses.replace(regions[0], captions=(evil,), category=evil), *regions[1:]]
    page = Page(render_html(named, spoiled, bad, images).encode(errors="replace").decode())
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "49" not in page.text.split("alert(1)")[1][:40]


def test_worst_and_most_confused_are_what_they_say(photo_page, report):
    regions, _, captions = photo_page
    confusions = find_confusions(Corpus(regions, captions))
    low = worst(report, regions, captions, 10)
    assert len({region.image_id for region in low}) == 10
    assert {int(region.image_id[3:]) for region in low} == set(range(10))
    confused = most_confused(regions, confusions, low, 30)
    assert len(confused) == 10
    assert not {region.region_id for region in low} & {region.region_id for region in confused}
    for region in confused:
        [other] = confusions[region.region_id].others
        assert other.image_id == region.image_id
        assert other.region_id != region.region_id
    assert confusions["img15/left"].excess < 0


def test_the_listener_decides_where_it_can():
    from dataset import listener

    def thing(name, category, x, **fields):
        return listener.WorldRegion(name, None, category, "object", x, 0.5, x - 0.1, 0.4, x + 0.1, 0.6, 0.04, **fields)

    world = World((thing("a", "ball", 0.2), thing("b", "lamp", 0.5), thing("c", "vase", 0.8)))
    regions = [square("a", "s", 10, 10, captions=("the ball",)), square("b", "s", 70, 40, captions=("the lamp",))]
    captions = {"s/a": "the lamp", "s/b": "the vase"}
    confusions = find_confusions(Corpus(regions, captions, worlds={"s": world}))
    assert [other.region_id for other in confusions["s/a"].others] == ["s/b"]
    assert confusions["s/a"].kind.startswith("heard as another region")
    assert confusions["s/b"].others == ()  # the vase is not a region of the data, but has a box
    assert confusions["s/b"].boxes == (pytest.approx((0.7, 0.4, 0.2, 0.2)),)
    assert picture(regions[1], (), confusions["s/b"].boxes, None).count("<path") == 4
    right = find_confusions(Corpus(regions, {"s/a": "the ball"}, worlds={"s": world}))["s/a"]
    assert (right.others, right.kind) == ((), "the listener finds the region")
    assert most_confused(regions, {"s/a": right}, [], 5) == []


def test_a_picture_needs_no_image_and_no_mask():
    boxed = Region("i/1", "i", ("a box",), bbox=(1.0, 2.0, 30.0, 40.0))
    assert picture(boxed, [], [], None) is None  # how large is the image?
    assert picture(Region("i/2", "i", ("a thing",)), [], [], None) is None
    empty = square("3", "i", 0, 0, side=0, captions=("nothing",))
    assert picture(empty, [], [], None) is None
    drawn = picture(square("4", "i", 100, 70, captions=("corner",)), [boxed], [], None)
    assert drawn.count("<path") == 4


def test_outline_follows_the_mask(tmp_path):
    region = square("x", "i", 30, 30, side=40, captions=("x",))
    Image.new("RGB", (120, 90)).save(tmp_path / "i.png")
    path = re.search(r'class="own" d="([^"]+)"', picture(region, [], [], {"i": tmp_path / "i.png"}))[1]
    numbers = np.array(re.findall(r"([\d.]+) ([\d.]+)", path), float)
    assert np.ptp(numbers, axis=0) == pytest.approx([40, 40], abs=1)


def test_plot_survives_missing_and_equal_values():
    rows = [PlotRow("", "all", 3, 50.0, 50.0, 50.0), PlotRow("depth", "<1>", 1, None, None, None)]
    plot = forest_plot("a & b", rows)
    Page(plot)
    assert "a &amp; b" in plot
    assert "&lt;1&gt;: no value" in plot
    assert plot.count("<circle") == 1
    Page(forest_plot("nothing", [PlotRow("", "all", 0, None, None, None)]))


def test_page_of_references_without_pictures_or_slices(word_tokenizer):
    regions = [Region(f"i/{n}", "i", (f"text {n}",)) for n in range(2)]
    report = evaluate({"i/0": "text 0"}, regions, metrics=["rouge_l"], tokenizer=word_tokenizer, allow_missing=True)
    page = Page(render_html(report, regions, {"i/0": "text 0"}))
    assert "By kind of region" not in page.text
    assert "the other 1 score 0" in page.text


def test_headlines_exist_and_fall_back():
    available = {score for metric in METRICS.values() for score in metric.score_names()}
    assert {"cider", "meteor", "listener_correct"} <= available & set(headline_scores(available))
    assert headline_scores(["bleu_4", "x", "cider"]) == ["cider", "bleu_4"]
    assert headline_scores(["x", "y"]) == ["x", "y"]


def test_slices_of_the_report_are_those_of_the_regions(photo_page, report):
    masks = slice_masks(photo_page[0])
    assert {name: part.n for name, part in report.slices.items()} == {name: mask.sum() for name, mask in masks.items()}


@pytest.mark.parametrize(("value", "ticks"), [(0.0, {"0", "1"}), (100.0, {"99", "100"})])
def test_the_axis_of_equal_values_shows_no_share_that_cannot_be(value, ticks):
    """Protects: a score that is 0 or 100 everywhere has no axis from below 0 or to above 100."""
    plot = str(forest_plot("all", [PlotRow("", name, 3, value, value, value) for name in "ab"]))
    labels = re.findall(r'class="tick"[^>]*>([^<]*)<', plot)
    assert ticks <= set(labels)
    assert all(0 <= float(label) <= 100 for label in labels)
