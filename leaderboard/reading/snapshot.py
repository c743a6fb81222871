"""``python -m leaderboard snapshot --out DIR``: a static copy, HTML and parquet, that any web server can host."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from benchmark.statistics.slices import slice_label
from dataset.errors import InvalidInputError
from dataset.runtime.cache import whole_folder

from ..boards.board import list_boards
from ..storage.audit import read_log
from ..storage.store import Store
from .entries import Entry, distinct_names
from .explore import captions_of, open_gallery
from .exports import Column, Table, script_json, to_parquet
from .image_record import first_region, image_record
from .items import rank_regions
from .labels import format_interval, format_number, format_score, heading_of, label_of, meanings
from .published import read_published
from .standings import Standings, read_standings
from .systems import read_run, read_system, reproduce_command
from .tables import published_headings, standings_table

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["write_snapshot"]

IMAGES = 12
"""Images of each board that get a page: those where systems disagree most."""

_SYSTEMS = 6
_PARTS = 6
_EVENTS = 100

_AS_PUBLISHED = "As published; not computed here, and not comparable with the boards."


def write_snapshot(
    store: Store, out: Path, images: int = IMAGES, progress: Callable[[str], None] = lambda _: None
) -> int:
    """Write everything that is public; boards with hidden references show their scores and nothing else.

    Args:
        store: of the leaderboard.
        out: a folder that does not exist yet, or is empty; it appears whole or not at all.
        images: how many images of each board get a page.
        progress: called with what is written next.

    Returns:
        How many files were written.

    Raises:
        InvalidInputError: the folder is not empty or cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidInputError("--out", [f"{out} is there already and not an empty folder"])
    try:
        with whole_folder(out) as temporary:
            _Snapshot(store, temporary, images, progress).write()
    except OSError as error:
        raise InvalidInputError("--out", [f"{out} cannot be written: {error}"]) from error
    return sum(path.is_file() for path in out.rglob("*"))


class _Snapshot:
    """Writes one copy."""

    def __init__(self, store: Store, out: Path, images: int, progress: Callable[[str], None]) -> None:
        self._store, self._out, self._images, self._progress = store, out, images, progress
        self._templates = _environment()
        self._boards = [board for name in list_boards(store) if (board := read_standings(store, name)).entries]
        events = read_log(store, _EVENTS)
        self._common = {
            "boards": [
                {
                    "file": f"board-{standings.board.name}.html",
                    "title": standings.board.title,
                    "summary": _summary(standings),
                }
                for standings in self._boards
            ],
            "made": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "log_head": events[0].hash if events else "",
        }
        self._events = [[event.sequence, event.actor, event.action, event.subject, event.hash[:16]] for event in events]

    def write(self) -> None:
        """Every file."""
        for folder in ("systems", "images", "data"):
            (self._out / folder).mkdir()
        leaderboard = files(__package__.rpartition(".")[0])
        widgets = leaderboard / "web" / "views" / "widgets"
        style = [
            (leaderboard / "reading" / "templates" / "style.css").read_text("utf-8"),
            *((widgets / file).read_text("utf-8") for file in ("reading.css", "explorer.css")),
        ]
        (self._out / "style.css").write_text("\n".join(style), encoding="utf-8")
        # Inside the pages, since browsers load no module from a page that was opened as a file.
        script = "".join((widgets / file).read_text("utf-8") for file in ("elements.js", "explorer.js"))
        script = script.replace("export default function", "const draw = function")
        self._script = Markup(script)  # noqa: S704 - this package's own script
        self._page("index.html", "index", "URECA leaderboard", **self._index())
        systems: dict[int, None] = {}
        for standings in self._boards:
            self._progress(standings.board.title)
            self._board(standings)
            systems.update(dict.fromkeys(entry.system_id for entry in standings.entries))
        for system_id in systems:
            self._system(system_id)

    def _page(self, name: str, template: str, title: str, **values: Any) -> None:
        root = "../" * name.count("/")
        text = self._templates.get_template(f"{template}.html.j2").render(
            **self._common, title=title, root=root, **values
        )
        (self._out / name).write_text(text, encoding="utf-8")

    def _index(self) -> dict[str, Any]:
        published = [
            {
                "title": table.title,
                "caption": f"{table.source.rstrip('.')}. {_AS_PUBLISHED}",
                "heads": published_headings(table),
                "rows": [
                    [name, *(format_score(values.get(column)) for column in table.columns)]
                    for name, values in table.rows.items()
                ],
            }
            for table in read_published(self._store)
        ]
        return {"published": published, "meanings": meanings(), "events": self._events}

    def _board(self, standings: Standings) -> None:
        name = standings.board.name
        data = {f"data/{name}-board.parquet": standings_table(standings, standings.entries, standings.columns())}
        data[f"data/{name}-scores.parquet"] = self._scores(standings)
        pages: list[dict[str, str]] = []
        if not standings.board.hidden:
            data[f"data/{name}-captions.parquet"] = self._captions(standings)
            pages = self._image_pages(standings)
        for file, table in data.items():
            (self._out / file).write_bytes(to_parquet(table))
        slices = list(standings.parts)[:_PARTS]
        parts = [self._table(read_standings(self._store, name, standings.score, part)) for part in slices]
        whole = self._table(standings)
        self._page(
            f"board-{name}.html",
            "board",
            standings.board.title,
            summary=_summary(standings),
            data=list(data),
            images=pages,
            parts=parts,
            caption=whole["caption"],
            heads=whole["heads"],
            rows=whole["rows"],
        )

    def _table(self, standings: Standings) -> dict[str, Any]:
        columns = [standings.score, *(score for score in standings.columns() if score != standings.score)]
        rows = [
            [
                str(entry.rank) if entry.rank else "–",
                {"href": f"systems/{entry.system_id}.html", "text": entry.label},
                *(_number(entry, score) for score in columns),
                f"{entry.scored:,} of {entry.regions:,}",
                ", ".join([entry.standing, *(flag.badge for flag in entry.flags)]),
            ]
            for entry in standings.entries
        ]
        heads = ["Rank", "System", *map(heading_of, columns)]
        title = slice_label(standings.part)
        caption = f"{title}: {standings.part_regions:,} regions, ranked by {label_of(standings.score)}"
        return {"title": title, "caption": caption, "heads": [*heads, "Captioned", "Standing"], "rows": rows}

    def _scores(self, standings: Standings) -> Table:
        """Every score of every entry on every slice."""
        heads = [Column(name) for name in ("run", "system", "slice")]
        heads += [Column("regions", "count"), Column("score"), Column("value", "score"), Column("signature")]
        rows = []
        for entry in standings.entries:
            run = read_run(self._store, entry.run_id)
            for part, (count, numbers) in run.parts.items():
                rows += [
                    (
                        entry.run_id,
                        entry.name,
                        part,
                        count,
                        name,
                        (number.value, number.low, number.high),
                        run.signatures[name],
                    )
                    for name, number in numbers.items()
                ]
        return Table("Scores", tuple(heads), tuple(rows))

    def _captions(self, standings: Standings) -> Table:
        rows = [
            (region_id, entry.run_id, entry.name, caption)
            for entry in standings.entries
            for region_id, caption in captions_of(self._store, entry.submission_id).items()
        ]
        return Table("Captions", tuple(map(Column, ("region_id", "run", "system", "caption"))), tuple(rows))

    def _image_pages(self, standings: Standings) -> list[dict[str, str]]:
        gallery = open_gallery(self._store, standings.board.name)
        entries = standings.entries[:_SYSTEMS]
        ranked = rank_regions(self._store, entries, standings.score, "disagreement", limit=100_000)
        first = [region.region_id.rpartition("/")[0] for region in ranked]
        image_ids = list(dict.fromkeys([*first, *gallery.regions]))[: self._images]
        mapped = next((entry.run_id for entry in reversed(entries)), "")
        names = list(distinct_names(entries).values())
        pages = []
        for number, image_id in enumerate(sorted(image_ids)):
            record = image_record(self._store, gallery, image_id, entries, mapped)
            record |= {"region": first_region(gallery, image_id), "pick": 0}
            file = f"images/{standings.board.name}-{number}.html"
            rows = [
                [region["id"], " | ".join(region["references"]), *(answer["caption"] for answer in region["said"])]
                for region in record["regions"]
            ]
            self._page(
                file,
                "image",
                image_id,
                script=self._script,
                record=script_json(record),
                heads=["Region", "References", *names],
                rows=rows,
                caption=f"Captions of {image_id}",
            )
            pages.append({"file": file, "image_id": image_id})
        return pages

    def _system(self, system_id: int) -> None:
        system = read_system(self._store, system_id)
        submissions = []
        for record in system.submissions:
            if not record.run_ids:
                continue
            run = read_run(self._store, record.run_ids[0])
            rows = [
                [
                    heading_of(name),
                    format_score(number.value),
                    format_interval(number.low, number.high, 2),
                    run.signatures[name],
                    reproduce_command(record, name),
                ]
                for name, number in run.numbers.items()
            ]
            submissions.append(
                {
                    "title": " · ".join(filter(None, (record.board_title, record.note))),
                    "caption": f"{record.captions:,} captions, {record.missing:,} missing; values × 100; {run.run_id}",
                    "flags": [message for _, flagged, message in record.probes if flagged],
                    "rows": rows,
                }
            )
        card = system.card
        facts = [system.kind, f"{card.parameters:,.0f} parameters" if card.parameters else "", card.hardware]
        self._page(
            f"systems/{system_id}.html",
            "system",
            system.name,
            card=card,
            submissions=submissions,
            facts=" · ".join(filter(None, facts)),
        )


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _summary(standings: Standings) -> str:
    board = standings.board
    return (
        f"{len(standings.entries):,} entries on {board.config}/{board.split}: {standings.regions:,} regions of "
        f"{standings.images:,} images. Values × 100 with 95% intervals over images; entries of equal rank are a tie."
    )


def _number(entry: Entry, name: str) -> str:
    number = entry.numbers.get(name)
    is_stale = number is not None and number.value is not None and not number.current
    return format_number(number) + (" (computed differently)" if is_stale else "")
