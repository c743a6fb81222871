"""Protects: the example of a metric is short and works on any regions; docs/metrics.md names every metric and score."""

import re

from benchmark import METRICS, compare_systems, evaluate
from benchmark.metrics.scores import screenful
from benchmark.reports.comparison_report import as_markdown
from benchmark.reports.html_report import render_html
from dataset.schema import Region
from tests.support.own_metric import documented_metric

CAPTIONS = {"a": "one car", "b": "a car"}


REGIONS = [Region(f"{image}/1", image, (caption,), granularity="object") for image, caption in CAPTIONS.items()]


def test_the_example_adds_a_metric(repository, word_tokenizer):
    predictions = {"a/1": "one", "b/1": "two words here"}
    with documented_metric() as code:
        assert len([line for line in code.splitlines() if line.strip()]) <= 10
        report = evaluate(predictions, REGIONS, metrics=["word_count", "rouge_l"], tokenizer=word_tokenizer)
        other = evaluate(predictions, REGIONS, metrics=["word_count", "cider"], tokenizer=word_tokenizer)
    assert report.metrics["word_count"].value == 2
    assert report.to_dict()["slices"]["granularity=object"]["metrics"]["word_count"]["value"] == 2
    assert "| word_count ↑ | 200.00 |" in report.markdown()
    assert "Values x 100;" in report.markdown()
    assert "Values x 100 (CIDEr: 0 to 1000);" in other.markdown()


def test_the_example_is_on_the_page_and_in_comparisons(repository, word_tokenizer):
    systems = {"short": {"a/1": "one", "b/1": "car"}, "long": {"a/1": "one car", "b/1": "two words here"}}
    metrics = ["word_count", "rouge_l"]
    with documented_metric():
        report = evaluate(systems["long"], REGIONS, metrics=metrics, tokenizer=word_tokenizer)
        comparison = compare_systems(systems, REGIONS, metrics=metrics, tokenizer=word_tokenizer)
        page = render_html(report, REGIONS, systems["long"])
    table = page[page.index("<table") : page.index("</table>")]
    assert re.findall(r"<tr><td>(\w+) <span class=\"arrow\">(.)", table) == [("rouge_l", "↑"), ("word_count", "↑")]
    assert "<figcaption>word_count</figcaption>" in page
    assert "<span>word_count <b>200.0</b></span>" in page
    assert "| word_count ↑ | 100.00 (" in as_markdown(comparison)
    assert screenful(comparison.described.values()) == ["rouge_l", "word_count"]


def test_every_metric_is_documented(repository):
    text = (repository / "docs/metrics.md").read_text()
    for name, metric in METRICS.items():
        [row] = [line for line in text.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
        if "uniqueness.md" in row:  # its scores are documented there
            continue
        for score in metric.score_names():
            assert f"`{score}`" in row or f"`_{score.removeprefix(name + '_')}`" in row, score
