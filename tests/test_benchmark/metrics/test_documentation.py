"""Protects: the example of a metric is short and works on any regions; docs/metrics.md names every metric and score."""

from benchmark import METRICS, evaluate
from dataset.schema import Region
from tests.support.pages import programs


def test_the_example_adds_a_metric(word_tokenizer):
    code = programs("docs/extend/metric.md")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    before = dict(METRICS)
    try:
        exec(code, {})
        regions = [Region("a/1", "a", ("one car",)), Region("b/1", "b", ("a car",))]
        report = evaluate(
            {"a/1": "one", "b/1": "two words here"},
            regions,
            metrics=["word_count", "rouge_l"],
            tokenizer=word_tokenizer,
        )
    finally:
        METRICS.clear()
        METRICS.update(before)
    assert report.metrics["word_count"].value == 2


def test_every_metric_is_documented(repository):
    text = (repository / "docs/metrics.md").read_text()
    for name, metric in METRICS.items():
        [row] = [line for line in text.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
        if "uniqueness.md" in row:  # its scores are documented there
            continue
        for score in metric.score_names():
            assert f"`{score}`" in row or f"`_{score.removeprefix(name + '_')}`" in row, score
