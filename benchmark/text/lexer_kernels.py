"""Running the Stanford tokenizer's automaton, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

from .lexer_tables import LexerTables

__all__ = ["scan_captions"]

Int64s = npt.NDArray[np.int64]

# Columns of the table of rules.
_GIVEN_BACK, _READ_AGAIN, _FIRST_PART, _SECOND_PART, _IS_TRIMMED, _IS_ONE_UNIT, _SPLITS_TWO, _IS_NOTHING = range(8)

_START = 2
_TAB, _LINE_FEED, _RETURN, _SPACE, _NEXT_LINE = 9, 10, 13, 32, 133


@compiled(error_model="python")
def scan_captions(
    units: npt.NDArray[np.uint16],
    bounds: Int64s,
    tables: LexerTables,
    rules: Int64s,
) -> tuple[npt.NDArray[np.int32], Int64s]:
    """Cut captions into tokens, each caption as if alone.

    Args:
        units: UTF-16 units of all captions, one after the other.
        bounds: caption i is ``units[bounds[i]:bounds[i + 1]]``, (captions + 1,).
        tables: the automaton.
        rules: how each rule cuts its match, (rules, 8), as `benchmark.text.lexer` fills it.

    Returns:
        Start, end and rule of each token, int32 (3, tokens); where those of each caption start, (captions + 1,).
    """
    tokens = np.empty((3, units.size), np.int32)
    offsets = np.zeros(bounds.size, np.int64)
    head = np.zeros(units.size + 1, np.bool_)
    count = 0
    for caption in range(bounds.size - 1):
        place, stop = bounds[caption], bounds[caption + 1]
        while place < stop:
            end, number = _longest_match(units, place, stop, tables)
            end, following = _cut(units, place, end, tables, rules[number], head)
            if not rules[number, _IS_NOTHING]:
                tokens[0, count], tokens[1, count], tokens[2, count] = place, end, number
                count += 1
            place = following
        offsets[caption + 1] = count
    return tokens[:, :count].copy(), offsets


@compiled(error_model="python")
def _cut(
    units: npt.NDArray[np.uint16],
    start: int,
    end: int,
    tables: LexerTables,
    rule: Int64s,
    head: npt.NDArray[np.bool_],
) -> tuple[int, int]:
    """Where the token of a match ends, and where the next match begins."""
    if rule[_IS_ONE_UNIT]:
        return start + 1, start + 1
    if rule[_FIRST_PART] >= 0:
        end = _end_of_first_part(units, start, end, tables, rule[_FIRST_PART], rule[_SECOND_PART], head)
    if rule[_IS_TRIMMED]:
        while end > start and _is_blank(units[end - 1]):
            end -= 1
    if rule[_SPLITS_TWO] and end - start == 2:
        return start + 1, start + 1
    end -= rule[_GIVEN_BACK]
    return end, max(end - rule[_READ_AGAIN], start + 1)


@compiled(inline="always")
def _is_blank(unit: int) -> bool:
    return unit in (_SPACE, _TAB, _NEXT_LINE) or _LINE_FEED <= unit <= _RETURN


@compiled(error_model="python")
def _longest_match(units: npt.NDArray[np.uint16], start: int, stop: int, tables: LexerTables) -> tuple[int, int]:
    """Where the longest match ends, and its rule; a unit that no rule reads is a match of rule 1."""
    state, place = _START, start
    end, rule = start + 1, 1
    while place < stop:
        state = tables.transitions[tables.rows[state] + tables.classes[units[place]]]
        if state < 0:
            break
        place += 1
        if tables.ends[state]:
            end, rule = place, tables.rules[state]
    return end, rule


@compiled(error_model="python")
def _end_of_first_part(
    units: npt.NDArray[np.uint16],
    start: int,
    end: int,
    tables: LexerTables,
    forwards: int,
    backwards: int,
    head: npt.NDArray[np.bool_],
) -> int:
    """Of a match that consists of a token and what must follow it, the last place where the token may end.

    One automaton reads the token forwards, the other one reads what follows it backwards.
    """
    state, place = forwards, start
    while place < end and state >= 0:
        head[place] = tables.ends[state]
        state = tables.transitions[tables.rows[state] + tables.classes[units[place]]]
        place += 1
    if state >= 0:
        head[place] = tables.ends[state]
        place += 1
    head[place : end + 1] = False
    state, place = backwards, end
    while not (head[place] and tables.ends[state]):
        place -= 1
        state = tables.transitions[tables.rows[state] + tables.classes[units[place]]]
    return place
