"""Protects look-ups by name: the value where there is one, else an error that names the nearest and all others."""

import pytest

from dataset.errors import UnknownNameError, check_name, look_up

TABLE = {"train": 1, "test": 2}


def test_a_name_that_is_there_gives_its_value() -> None:
    assert look_up("split", "test", TABLE) == 2
    check_name("split", "test", tuple(TABLE))


def test_a_name_that_is_not_there_is_named_with_the_others() -> None:
    message = "unknown split 'tets'. Did you mean 'test'? Available: train, test."
    for attempt in (lambda: look_up("split", "tets", TABLE), lambda: check_name("split", "tets", list(TABLE))):
        with pytest.raises(UnknownNameError) as caught:
            attempt()
        assert str(caught.value) == message
        assert caught.value.available == ["train", "test"]


def test_another_word_for_the_same_is_answered_with_the_one_that_is_used() -> None:
    for name in ("on_error", "on-error"):
        with pytest.raises(UnknownNameError, match="Did you mean 'on_missing'"):
            check_name("option", name, ("data_dir", "on_missing", "frame"))
