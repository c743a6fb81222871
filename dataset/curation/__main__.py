"""``python -m dataset.curation``: run, demo."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ..errors import InvalidInputError, check_name
from ..terminal import CommandLine, output, terminal
from .run_options import STAGES, CurationOptions, RunSettings

if TYPE_CHECKING:
    from .runs.run import CurationRun
    from .runs.runners import RunReport

_STOPPED = "stopped; what is done is kept in {out}: run the same command to resume"

app = CommandLine("From masks to unique captions: mask tree, short, detailed and unique captions, verification.")


@app.command(stopped=_STOPPED)
def run(
    images: Annotated[Path, typer.Option(help="Folder of images, NAME.jpg with NAME.json beside it, as in SA-1B.")],
    out: Annotated[Path, typer.Option(help="Output folder; an interrupted run is resumed.")],
    server: Annotated[str, typer.Option(help="Address of an OpenAI-compatible server, embedded, or rehearsal.")],
    model: Annotated[str, typer.Option(help="The server's name of the model.")] = "",
    stage: Annotated[list[str] | None, typer.Option(help=f"Only this stage (repeat): {', '.join(STAGES)}.")] = None,
    encoder: Annotated[str, typer.Option(help="Of look-alikes: a name, a hub id, or none.")] = "efficientnet-lite0",
    threshold: Annotated[float | None, typer.Option(help="Least cosine of look-alikes [calibrated].")] = None,
    tree: Annotated[str, typer.Option(help="Mask tree: first_fit, smallest or given.")] = "first_fit",
    smallest: Annotated[float, typer.Option(help="Least share of the image of a region.")] = 0.007,
    largest: Annotated[float, typer.Option(help="Largest share of the image of a region.")] = 0.7,
    levels: Annotated[int, typer.Option(help="Least levels of a tree.")] = 4,
    view_size: Annotated[int, typer.Option(help="Longer side of the pictures a model sees.")] = 448,
    seed: Annotated[int, typer.Option(help="Seed of the requests.")] = 0,
    embed_images: Annotated[bool, typer.Option(help="Images' bytes in the parquet files, or paths.")] = True,
    frame: Annotated[str | None, typer.Option(help="Masks of images with EXIF orientation: stored or turned.")] = None,
    per_shard: Annotated[int, typer.Option(help="Images in a shard.")] = 1000,
    runner: Annotated[str, typer.Option(help="local, ray or here.")] = "local",
    workers: Annotated[int, typer.Option(min=1, help="Shards at once.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at once of each worker.")] = 32,
    images_at_once: Annotated[int, typer.Option(min=1, help="Images in the memory of each worker.")] = 16,
    timeout: Annotated[float, typer.Option(help="Seconds for a request.")] = 120.0,
    attempts: Annotated[int, typer.Option(min=1, help="Requests for one prompt.")] = 5,
    api_key_variable: Annotated[str, typer.Option(help="Environment variable of the server's key.")] = "OPENAI_API_KEY",
    retry: Annotated[bool, typer.Option(help="Do again what failed.")] = False,
) -> None:
    """Caption the regions of a folder of images; the same command resumes an interrupted run."""
    from .runs.run import CurationRun

    if server.startswith(("http://", "https://")) and not model:
        raise InvalidInputError("--model", ["a server needs the name of a model"])
    for name in stage or ():
        check_name("stage", name, STAGES)
    options = CurationOptions(
        model=model or server,
        encoder=encoder,
        threshold=threshold,
        tree=tree,
        smallest=smallest,
        largest=largest,
        levels=levels,
        view_size=view_size,
        seed=seed,
        embed_images=embed_images,
        frame=frame,
    )
    settings = RunSettings(
        images=str(images.absolute()),
        server=server,
        stages=tuple(name for name in STAGES if not stage or name in stage),
        concurrency=concurrency,
        images_at_once=images_at_once,
        timeout=timeout,
        attempts=attempts,
        api_key_variable=api_key_variable,
    )
    curation = CurationRun(out, options, settings, per_shard)
    curation.check_stages()
    curation.check_encoder()
    curation.check_server()
    if not make_with_progress(curation, runner=runner, workers=workers, retry=retry):
        raise typer.Exit(1)


def make_with_progress(curation: CurationRun, *, runner: str, workers: int, retry: bool) -> bool:
    """Make a run under a progress bar with rate and time left, and print its summary; returns whether all is made."""
    from .runs.plan import planned_images
    from .runs.summary import summary_lines, summary_table

    total = sum(len(planned_images(curation.out, shard)) for shard in curation.shards)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("images, {task.fields[answers]:,} answers, {task.fields[rate]:.1f}/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, disable=not terminal.is_terminal) as bar:
        task = bar.add_task("Captioning", total=total, answers=0, rate=0.0)

        lock = Lock()  # each worker's thread calls

        def advance(images: int, answers: int) -> None:
            with lock:
                progress = bar.tasks[0]
                count = progress.fields["answers"] + answers
                bar.update(task, advance=images, answers=count, rate=count / max(progress.elapsed or 0.0, 0.1))

        report = curation.make(runner=runner, workers=workers, attempts=3, retry=retry, on_progress=advance)
    for line in summary_lines(report, curation.not_planned):
        terminal.print(line, style="yellow", markup=False, highlight=False)
    output.print(summary_table(report))
    if not report.complete:
        terminal.print("Run the same command to resume; --retry does shards in quarantine again.", highlight=False)
    if report.complete and not report.regions:
        raise _without_regions(report, curation)
    return report.complete


def _without_regions(report: RunReport, curation: CurationRun) -> InvalidInputError:
    """The error of a run that has made all shards and no row."""
    shards = report.reports.values()
    left_out: Counter[str] = Counter()
    for shard in shards:
        left_out.update(shard.left_out)
    problems = [f"masks left out, {why}: {count:,}" for why, count in sorted(left_out.items())]
    unusable = sum(len(shard.problems) for shard in shards)
    problems += [f"{unusable:,} images with problems, the first of them above"] if unusable else []
    failures = sum(len(shard.failures) for shard in shards)
    problems += [f"{failures:,} answers failed, the first of them above: --retry asks again"] if failures else []
    options = curation.options
    advice = [
        (f"trees need {options.levels} levels: add --levels 1", any(why.startswith("in a tree") for why in left_out)),
        (f"masks below a share of {options.smallest} are left out: add --smallest 0", "too small" in left_out),
        (f"masks above a share of {options.largest} are left out: add --largest 1", "too large" in left_out),
        ("images that you have mended are read again with --retry", unusable > 0),
    ]
    hint = "Nothing was asked, so the same command can be run again with other options in the same folder"
    hint += "".join(f"; {text}" for text, fits in advice if fits)
    if failures:
        hint = "Mend what is named above and run the same command with --retry"
    return InvalidInputError(
        f"{curation.out}: no region has a caption", problems or ["no mask"], f"{hint}. report.json has every problem."
    )


@app.command(stopped=_STOPPED)
def demo(
    out: Annotated[Path, typer.Option(help="Folder to write; must be new, or an earlier demo's.")] = Path(
        "curation-demo"
    ),
    scenes: Annotated[int, typer.Option(min=1, max=1000, help="Rendered scenes to caption.")] = 6,
    encoder: Annotated[str, typer.Option(help="Of look-alikes: a name, a hub id, or none.")] = "efficientnet-lite0",
    workers: Annotated[int, typer.Option(min=1, help="Shards at once.")] = 1,
) -> None:
    """Masks in, unique captions out, on a few scenes: no model server is needed."""
    from .demonstration import demonstration_run, draw_sheet, outcome_table, write_scenes
    from .look_alikes.encoders import check_encoder

    check_encoder(encoder, None)  # before the scenes are drawn, which takes a while
    terminal.print(f"Drawing {scenes} scenes", highlight=False)
    write_scenes(out / "images", scenes)
    curation = demonstration_run(out, encoder)
    if not make_with_progress(curation, runner="local" if workers > 1 else "here", workers=workers, retry=False):
        raise typer.Exit(1)
    output.print(outcome_table(out))
    terminal.print(f"{draw_sheet(out)}: short, detailed and unique captions", highlight=False)
    terminal.print(f'datasets.load_dataset("{out / "captions"}") loads the rows.', highlight=False)


if __name__ == "__main__":
    app()
