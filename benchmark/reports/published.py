"""``ureca published FOLDER ...``: what the differences are worth that other projects publish with judges' verdicts."""

from __future__ import annotations

import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from dataset.errors import InvalidInputError
from dataset.terminal import CommandLine, check_outputs, output, terminal
from dataset.user_files.files import walk_files

from ..inputs.judged import OWN_JUDGE, JudgedFile, is_judged, read_judged
from ..metrics.scores import percent
from ..report import markdown_row, replacing
from ..systems import Comparison, compare_judged
from .comparison_report import judge_markdown, pair_markdown

__all__ = ["PublishedFiles", "app", "published_page", "read_folder"]

RESAMPLES: Final = 4_000
"""Of the page, so that its intervals are those of its command."""

_ENDINGS: Final = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
_LARGEST: Final = 64 * 2**20

_OPENING: Final = """\
# What the published differences are worth

Projects publish what a judge, a language model, said of their captions, region by region, and print one number without
an interval. From these files: the number, its 95% interval, which systems tie, and how far the number moves with the
judge. {resamples:,} paired resamples of regions, or of images where the files name them, seed {seed}; a difference
counts if its p, corrected for all pairs of its table (Holm), is below 0.05. Values x 100. Equal rank: a tie with the
best of the group.

Fetch the projects at the commits below; one command makes this page of them:

```
{command} --page FILE
```

"{own}" is the judge that the benchmark prescribes, or the right letter; another one is named by its file."""

app = CommandLine()


@dataclass(frozen=True)
class PublishedFiles:
    """The files of verdicts of one fetched project.

    Attributes:
        name: of the project's folder.
        commit: of the project; empty if it cannot be told.
        files: with the path of each inside of the folder.
        unreadable: a line for each file that looks like verdicts and cannot be read.
    """

    name: str
    commit: str
    files: tuple[tuple[str, JudgedFile], ...]
    unreadable: tuple[str, ...] = ()


def read_folder(folder: Path) -> PublishedFiles:
    """Every file of verdicts below a folder.

    Raises:
        InvalidInputError: there is no such folder, or no verdict in it.
    """
    if not folder.is_dir():
        raise InvalidInputError(str(folder), ["expected a folder with the files of a project"])
    files, unreadable = [], []
    for path in walk_files(folder):
        if ".git" in path.parts or not path.name.endswith(_ENDINGS) or path.stat().st_size > _LARGEST:
            continue
        if is_judged(path):
            place = path.relative_to(folder).as_posix()
            try:
                files.append((place, read_judged(path)))
            except InvalidInputError as error:
                unreadable.append(f"{place}: {error.problems[0]}")
    if not files:
        signs = ".json with score_pos, eval_result, or choices and model_output; .jsonl with tuple"
        hint = f"Fetch the project whole: files of verdicts are {signs}."
        raise InvalidInputError(str(folder), unreadable or ["no file of a judge's verdicts below it"], hint)
    return PublishedFiles(folder.resolve().name, _commit(folder), tuple(files), tuple(unreadable))


def published_page(folders: Sequence[PublishedFiles], resamples: int = RESAMPLES, seed: int = 0) -> str:
    """The page: a section for each benchmark that at least two files judge.

    Args:
        folders: what `read_folder` read.
        resamples: bootstrap resamples of regions.
        seed: of the bootstrap.
    """
    groups: dict[tuple[str, frozenset[str]], list[JudgedFile]] = defaultdict(list)
    for file in _apart(folders):
        groups[file.layout, frozenset(file.keys)].append(file)
    compared = [
        compare_judged(files, resamples=resamples, seed=seed)
        for _, files in sorted(groups.items(), key=_order)
        if len(files) > 1
    ]
    single = [files[0] for files in groups.values() if len(files) == 1]
    command = f"ureca published {' '.join(folder.name for folder in folders)}"
    opening = _OPENING.format(resamples=resamples, seed=seed, command=command, own=OWN_JUDGE)
    lines = [
        *opening.splitlines(),
        "",
        *_summary(compared),
    ]
    for comparison in compared:
        lines += ["", *_section(comparison)]
    lines += ["", "## Files", "", markdown_row(["project", "commit", "file", "sha256"]), "|---|---|---|---|"]
    for folder in folders:
        lines += [
            markdown_row([folder.name, f"`{folder.commit[:12] or 'unknown'}`", f"`{place}`", f"`{file.sha256[:12]}`"])
            for place, file in folder.files
        ]
    rest = [f"{file.label} of {file.layout} has nothing to be compared with." for file in single]
    rest += [f"Not read: {folder.name}/{line}" for folder in folders for line in folder.unreadable]
    return "\n".join([*lines, *(["", *(f"- {line}" for line in rest)] if rest else [])]) + "\n"


@app.command()
def main(
    folders: Annotated[list[Path], typer.Argument(help="Folders of projects that publish judges' verdicts.")],
    page: Annotated[Path | None, typer.Option(help="Write the page here; printed if not given.")] = None,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples of regions.", min=100)] = RESAMPLES,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 0,
) -> None:
    """Compare what projects publish of their judges' verdicts: values, intervals, ties, effect of the judge."""
    check_outputs(page)
    text = published_page([read_folder(folder) for folder in folders], resamples, seed)
    if page is None:
        output.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    with replacing(page) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    terminal.print(f"written to {page}", highlight=False)


def _apart(folders: Sequence[PublishedFiles]) -> Iterator[JudgedFile]:
    """All files; those that share benchmark, system and judge are named by their place, equal copies are one."""
    files = [(f"{folder.name}/{place}", file) for folder in folders for place, file in folder.files]
    first = {file.sha256: place for place, file in reversed(files)}
    files = [(place, file) for place, file in files if first[file.sha256] == place]
    names = Counter((file.layout, file.label) for _, file in files)
    for place, file in files:
        yield file if names[file.layout, file.label] == 1 else replace(file, system=place)


def _order(group: tuple[tuple[str, frozenset[str]], list[JudgedFile]]) -> tuple[str, str]:
    (layout, keys), _ = group
    return layout, min(keys)


def _summary(compared: Sequence[Comparison]) -> list[str]:
    """How many differences of systems under one judge are real, and how far the judge moves them."""
    if not compared:
        return ["No benchmark has two files to compare."]
    pairs = [
        pair.adjusted is not None and pair.adjusted < comparison.alpha
        for comparison in compared
        for pair in comparison.scores[_first(comparison)].pairs
        if comparison.systems[pair.first]["judge"] == comparison.systems[pair.second]["judge"]
    ]
    lines = [
        f"**Of {len(pairs)} differences between systems under the same judge, {sum(pairs)} "
        f"{'is' if sum(pairs) == 1 else 'are'} larger than chance.**"
    ]
    for comparison in compared:
        for effect in comparison.judges:
            moved = percent(abs(effect.shift.value))
            low, high = (percent(end) if end is not None else "-" for end in (effect.shift.low, effect.shift.high))
            lines.append(
                f"On {comparison.data.config} the judge ({effect.first} for {effect.second}) moves the same captions "
                f"by {moved} [{low}, {high}]."
            )
    return lines


def _section(comparison: Comparison) -> Iterable[str]:
    name = _first(comparison)
    score = comparison.scores[name]
    yield f"## {comparison.data.config}: {comparison.data.regions:,} regions"
    yield ""
    others = [other for other in comparison.scores if other != name]
    yield markdown_row(["system", "judge", name, "95% interval", "rank", *others])
    yield "|---|---|---:|---:|---:|" + "---:|" * len(others)
    for place in score.ordered():
        low, high = score.intervals[place].tolist()
        cells = [percent(score.values[place]), f"[{percent(low)}, {percent(high)}]", str(score.rank(place))]
        rest = [percent(comparison.scores[other].values[place]) for other in others]
        yield markdown_row(
            [str(comparison.systems[place]["name"]), str(comparison.systems[place]["judge"]), *cells, *rest]
        )
    yield ""
    yield from pair_markdown(comparison, [name])
    if comparison.judges:
        yield ""
        yield from judge_markdown(comparison)


def _first(comparison: Comparison) -> str:
    return next(iter(comparison.scores))


def _commit(folder: Path) -> str:
    """The commit of a checkout; empty where git or its folder is missing."""
    try:
        process = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, check=False, timeout=20
        )
    except OSError:
        return ""
    return process.stdout.strip() if process.returncode == 0 else ""


if __name__ == "__main__":
    app()
