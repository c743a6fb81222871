"""``python -m leaderboard challenge``: hidden tests, from opening to publishing."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from dataset.errors import InvalidInputError, UrecaError
from dataset.runtime.cache import atomic_file
from dataset.runtime.fingerprint import content_hash
from dataset.terminal import CommandLine, output, terminal

from ..boards.challenge import (
    close_challenge,
    facts_of,
    list_challenges,
    open_challenge,
    package_of,
    publish_challenge,
    renew_challenge,
)
from ..boards.challenge_files import Facts, parse_secret, redraw
from ..storage.schema import Challenge
from ..storage.store import Store

__all__ = ["app"]

app = CommandLine("Hidden tests that can be renewed.")
Name = Annotated[str, typer.Argument(help="Name of the challenge.")]


@contextmanager
def _drawing(images: int | None) -> Iterator[Callable[[], None]]:
    with Progress(console=terminal, disable=not terminal.is_terminal) as progress:
        task = progress.add_task("drawing images", total=images)
        yield lambda: progress.advance(task)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits, hyphens; also the name of its board.")],
    title: Annotated[str, typer.Option(help="For people.")] = "",
    images: Annotated[int, typer.Option(help="How many.")] = 100,
    config: Annotated[str, typer.Option(help="What is drawn: scenes, or rooms (needs Blender's module).")] = "scenes",
    resolution: Annotated[
        int | None, typer.Option(help="Side of the images in pixels; 448 of scenes and 512 of rooms if not given.")
    ] = None,
    quota: Annotated[int, typer.Option(help="Submissions a day of one sender.")] = 3,
    secret_file: Annotated[
        Path | None, typer.Option(help="Hexadecimal secret of your own; without it a random one is made.")
    ] = None,
) -> None:
    """Draw images from a secret and take submissions for them."""
    with _drawing(images) as on_scene:
        secret = None if secret_file is None else parse_secret(_text_of(secret_file), str(secret_file))
        challenge = open_challenge(
            Store(),
            name,
            title=title,
            images=images,
            config=config,
            resolution=resolution,
            quota_per_day=quota,
            secret=secret,
            on_scene=on_scene,
        )
    _show_opened(challenge)


@app.command("list")
def show() -> None:
    """Every challenge with its state and commitment."""
    table = Table()
    for column in ("name", "title", "state", "images", "regions", "opened", "commitment"):
        table.add_column(column, overflow="fold")
    for row in list_challenges(Store()):
        opened = time.strftime("%Y-%m-%d", time.gmtime(row.created_at))
        regions = f"{row.details['regions']:,}"
        table.add_row(
            row.name, escape(row.title), row.state, f"{row.images:,}", regions, opened, row.details["commitment"]
        )
    output.print(table)


@app.command()
def export(name: Name, out: Annotated[Path, typer.Option(help="File to write.")]) -> None:
    """Write the package that participants get: images and masks."""
    path = package_of(Store(), name)
    with atomic_file(out) as temporary:
        shutil.copyfile(path, temporary)
    typer.echo(f"{out}: {out.stat().st_size / 2**20:.1f} MiB")


@app.command()
def close(name: Name) -> None:
    """Take no more submissions."""
    row = close_challenge(Store(), name)
    typer.echo(f"{name} is {row.state}")


@app.command()
def publish(
    name: Name,
    out: Annotated[Path | None, typer.Option(help="Also write secret and facts to a file, for `check`.")] = None,
) -> None:
    """Publish the secret and the references of a closed challenge; this cannot be undone."""
    row = publish_challenge(Store(), name)
    record = {**facts_of(row).to_dict(), "secret": row.details["secret"], "references_sha256": row.data_sha256}
    if out is not None:
        with atomic_file(out) as temporary:
            temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    typer.echo(f"{name} is published; its secret is {row.details['secret']}")


@app.command()
def renew(name: Name) -> None:
    """Close a challenge and open the next one, drawn from a fresh secret."""
    with _drawing(None) as on_scene:
        challenge = renew_challenge(Store(), name, on_scene)
    typer.echo(f"{name} is closed")
    _show_opened(challenge)


@app.command()
def check(
    published: Annotated[Path, typer.Argument(help="The file that `publish --out` wrote, or the API's answer.")],
) -> None:
    """Draw a published challenge again and compare with what was committed to when it opened. Needs no leaderboard."""
    try:
        record = json.loads(_text_of(published))
        facts = Facts(
            **{name: record[name] for name in Facts.__dataclass_fields__ if name != "config" or name in record}
        )
        secret = parse_secret(record["secret"], str(published))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, UrecaError):
            raise
        raise InvalidInputError(str(published), ["this is not a published challenge"]) from error
    with _drawing(facts.images) as on_scene:
        digest, committed = redraw(facts, secret, on_scene)
    same = committed == facts.commitment and digest == record.get("references_sha256", digest)
    typer.echo(f"references {digest}\ncommitment {committed}")
    if same:
        typer.echo("They are what was committed to.")
        return
    typer.echo("They differ from what was committed to.", err=True)
    if facts.generator != content_hash():
        typer.echo(f"This is another version of the software: install ureca {facts.version} and try again.", err=True)
    raise typer.Exit(1)


def _show_opened(row: Challenge) -> None:
    typer.echo(f"{row.name} is open: {row.images} images, {row.details['regions']:,} regions")
    typer.echo(f"commitment {row.details['commitment']}")


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(str(path), [f"cannot be read: {error}"]) from error
