"""Protects NAME=VALUE: what is a pair, numbers for configs, and every problem at once."""

import pytest

from dataset.errors import InvalidInputError
from dataset.terminal import config_options, read_pairs


def test_pairs_keep_their_order_and_all_but_the_first_equals_sign() -> None:
    pairs = read_pairs(["url=http://x/?a=b", "seed=3", "key="], "--option")
    assert list(pairs.items()) == [("url", "http://x/?a=b"), ("seed", "3"), ("key", "")]
    assert read_pairs([], "--option") == {}


def test_whole_numbers_of_a_config_are_numbers() -> None:
    found = config_options(["test=20", "data_dir=20/x", "seed=-1", "share=0.5"])
    assert found == {"test": 20, "data_dir": "20/x", "seed": "-1", "share": "0.5"}


def test_every_problem_is_named_with_the_option() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_pairs(["seed", "=3", "a=1", "a=2", "b=1"], "--steps", "STAGE=N")
    assert caught.value.source == "--steps"
    assert caught.value.problems == [
        "expected STAGE=N, found 'seed'",
        "expected STAGE=N, found '=3'",
        "a is given twice: '1' and '2'",
    ]
    with pytest.raises(InvalidInputError, match=r"--data-option: 1 problem\n  expected NAME=VALUE, found 'seed'"):
        config_options(["seed"])
