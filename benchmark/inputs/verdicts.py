"""Reading the verdicts of a judge or of people, and a judge's calibration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from dataset.errors import InvalidInputError

from ..verdicts.calibration import Calibration
from ..verdicts.verdict import Verdict, read_verdict
from .json_rows import JsonRows, kind_of
from .reading import ProblemLimitError, Problems, read_source

__all__ = ["read_calibration", "read_verdicts"]

_HINT: Final = (
    'Expected per line {"region_id": text, "caption": text, "candidates": [region_id, ...], "fits": [...], '
    '"elsewhere": true or false}, and optionally "system", "sure", "closest", "statements" and "judge".'
)
_CALIBRATION_HINT: Final = "Expected a file that ureca judge-calibrate wrote."


def read_verdicts(path: str | Path) -> list[Verdict]:
    """All verdicts of a file, in its order; JSON Lines or a JSON list, also gzipped.

    Raises:
        InvalidInputError: with every problem of the file.
    """
    source = read_source(path)
    problems = Problems()
    verdicts: list[Verdict] = []
    places: dict[tuple[str, str, str], str] = {}
    try:
        for place, row in JsonRows(source, problems, list_name="verdicts"):
            if not isinstance(row, dict):
                problems.add(place, f"expected an object, found {kind_of(row)}")
                continue
            try:
                verdict = read_verdict(row)
            except ValueError as error:
                problems.add(place, str(error))
                continue
            before = places.setdefault((verdict.region_id, verdict.system, verdict.caption), place)
            if before != place:
                problems.add(place, f"the same caption of {verdict.region_id!r} again, first at {before}")
            verdicts.append(verdict)
        if not verdicts and not problems.lines:
            problems.add("", "there are no verdicts in it")
    except ProblemLimitError:
        pass
    if problems.lines:
        raise InvalidInputError(source.name, problems.lines, _HINT, limit=100)
    return verdicts


def read_calibration(path: str | Path) -> Calibration:
    """Read what `Calibration.write` wrote.

    Raises:
        InvalidInputError: it is not such a file.
    """
    source = read_source(path)
    try:
        return Calibration.from_dict(json.loads(source.text))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(source.name, [f"not a calibration: {error!r}"], _CALIBRATION_HINT) from error
