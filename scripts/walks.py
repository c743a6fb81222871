"""Three people's ways from the wheel to what they want, walked by the documentation's commands and timed.

python -m build --wheel
python scripts/walks.py dist/ureca-*.whl           # all three, printed; or numbers, board, training
python scripts/walks.py dist/ureca-*.whl --page    # and written into docs/results/walks.md

Each walk has a home folder and a virtual environment of its own, both new: no cache, nothing compiled. For each
command the table has its wall clock, which other work on the machine makes longer, and the processor seconds of the
command and all processes it waited for, which depend on it much less. The model server is a stand-in that answers
immediately, so that a walk with it takes the time of everything but the model.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from blocks import block_texts, fill

PAGE = Path(__file__).resolve().parents[1] / "docs" / "results" / "walks.md"

OWN_PHOTOGRAPHS = """
import json, pathlib
from PIL import Image
from dataset.loading.regions import load_images
folder = pathlib.Path("photos")
folder.mkdir()
for file, regions in load_images("photos", "test"):
    picture = Image.open(file).convert("RGB")
    masks = [{"id": number, "segmentation": dict(region.mask)} for number, region in enumerate(regions)]
    name = regions[0].image_id
    picture.save(folder / f"{name}.jpg")
    size = {"width": picture.width, "height": picture.height}
    (folder / f"{name}.json").write_text(json.dumps({"image": size, "annotations": masks}))
"""
"""A person's own photographs with masks, as SA-1B has them; made before the clock starts."""


@dataclass(frozen=True)
class Times:
    """What a command took: wall clock, and processor time of it and of the processes it waited for, in seconds."""

    command: str
    wall: float
    processor: float


@dataclass
class Walker:
    """Someone at a shell.

    Attributes:
        home: an empty folder, home and working folder.
        variables: of the shell, such as the address of the model server.
        times: of the commands so far.
    """

    home: Path
    variables: dict[str, str]
    times: list[Times] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's caches, settings of ours, or Python."""
        ours = ("XDG_", "URECA_", "HF_", "PYTHON", "VIRTUAL_ENV")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return (
            environment
            | self.variables
            | {"HOME": str(self.home), "PATH": f"{self.home}/venv/bin{os.pathsep}{os.environ['PATH']}"}
        )

    def run(self, command: str, label: str = "", *, timed: bool = True) -> str:
        """Run a line of shell and note its times; what it prints is returned.

        Args:
            command: the line.
            label: how the table has it, if not as it is.
            timed: whether it counts.

        Raises:
            RuntimeError: it failed.
        """
        sys.stderr.write(f"$ {label or command}\n")
        log = self.home / f"step-{len(self.times)}.log"
        start = time.monotonic()
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["bash", "-c", command], cwd=self.home, env=self.environment, stdout=file, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        printed = log.read_text(encoding="utf-8", errors="replace")
        if process.returncode:
            raise RuntimeError(f"{command}\nexit code {process.returncode}\n{printed[-4000:]}")
        if timed:
            self.times.append(Times(label or command, wall, usage.ru_utime + usage.ru_stime))
        return printed

    @contextmanager
    def beside(self, command: str, ready: Callable[[], bool]) -> Iterator[None]:
        """Run a server while the rest of the walk goes on; its processor time is noted when it ends."""
        start = time.monotonic()
        with (self.home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"], cwd=self.home, env=self.environment, stdout=log, stderr=log
            )
        try:
            while not ready():
                if process.poll() is not None or time.monotonic() - start > 600:
                    raise RuntimeError(f"{command}\n{(self.home / 'server.log').read_text()[-4000:]}")
                time.sleep(0.2)
            place = len(self.times)
            wall = time.monotonic() - start
            yield
        finally:
            process.terminate()
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        self.times.insert(place, Times(f"{command} &", wall, usage.ru_utime + usage.ru_stime))


class StandIn(BaseHTTPRequestHandler):
    """A chat server in OpenAI's protocol: a noun phrase that depends on the request, or True."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """``/v1/models``."""
        self._send({"data": [{"id": "stand-in"}]})

    def do_POST(self) -> None:
        """``/v1/chat/completions``."""
        body = self.rfile.read(int(self.headers["content-length"]))
        digits = sha256(body).digest()
        colors, things = ("red", "blue", "dark", "bright", "small", "large"), ("thing", "part", "side", "object")
        words = f"the {colors[digits[0] % 6]} {things[digits[1] % 4]} number {digits[2] % 50}"
        text = "True" if b"True or False" in body else words
        self._send({"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def _send(self, content: dict[str, Any]) -> None:
        answer = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def install(walker: Walker, wheel: Path, extras: str = "") -> None:
    """A new environment with the wheel."""
    walker.run(f"{sys.executable} -m venv venv", "python -m venv venv")
    walker.run(f"pip install -q '{wheel}{extras}'", f"pip install '{wheel.name}{extras}'")


def numbers(walker: Walker, wheel: Path) -> None:
    """Numbers with intervals, a comparison, and a table for a paper, on the 7,633 regions of scenes/test."""
    install(walker, wheel)
    walker.run("ureca predict category-color --out mine.jsonl")
    walker.run("ureca predict category --out theirs.jsonl")
    walker.run("ureca score mine.jsonl --html page.html")
    walker.run("ureca compare mine.jsonl theirs.jsonl --latex table.tex --latex-intervals")
    if "\\begin{tabular}" not in (walker.home / "table.tex").read_text():
        raise RuntimeError("no table")


def board(walker: Walker, wheel: Path) -> None:
    """A served model on the board of the photographs: captioned, submitted, scored, ranked."""
    install(walker, wheel, "[leaderboard]")
    walker.run(
        "ureca predict prompted --config photos --out served.jsonl --option url=$MODEL --option model=stand-in"
        " --option view=contour"
    )
    port = _free_port()
    secret = walker.run("ureca board admin token new Ana").split()[-1]
    walker.variables |= {"TOKEN": secret, "BOARD": f"http://127.0.0.1:{port}"}
    address = f"http://127.0.0.1:{port}/api/v1"
    with walker.beside(f"ureca board serve --port {port}", lambda: _answers(f"{address}/boards")):
        sent = walker.run("ureca board submit served.jsonl --system Served --url $BOARD --token $TOKEN")
        scored = f"{address}/submissions/{sent.partition(':')[0]}"
        walker.run(f"until curl -s {scored} | grep -q 'state\": *\"done'; do sleep 0.5; done", "until it is scored")


def training(walker: Walker, wheel: Path) -> None:
    """Own photographs with masks to captions, to shards, to a trained smoke model, and a caption by it."""
    install(walker, wheel, "[curation,train]")
    walker.run(f"python -c '{OWN_PHOTOGRAPHS}'", "the photographs", timed=False)
    walker.run(
        "ureca curate run --images photos --out captions --server $MODEL --model stand-in --levels 1 --smallest 0.002"
    )
    walker.run("ureca show 0 --config folder --split train --data-option data_dir=captions")
    walker.run("ureca shards --config folder --split train --data-option data_dir=captions --out shards")
    walker.run("ureca train --preset smoke --data shards --out runs/own")
    walker.run("ureca caption runs/own/ureca-finetune/checkpoint photos/coffee.jpg")


WALKS = {"numbers": numbers, "board": board, "training": training}
GOALS = {"numbers": 120, "board": 300, "training": 300}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _answers(address: str) -> bool:
    return not subprocess.run(["curl", "-sf", "-o", os.devnull, address], check=False).returncode


def table_of(times: Sequence[Times], goal: int) -> str:
    """The walk as a table, with its sum."""
    lines = ["| command | wall s | processor s |", "|---|---:|---:|"]
    lines += [f"| `{step.command}` | {step.wall:.1f} | {step.processor:.1f} |" for step in times]
    wall, processor = (sum(getattr(step, name) for step in times) for name in ("wall", "processor"))
    return "\n".join([*lines, f"| **all; the goal is {goal} s** | **{wall:.0f}** | **{processor:.0f}** |"])


def write(tables: dict[str, str]) -> None:
    """Put tables into the page; other tables and the words around them stay."""
    page = PAGE.read_text(encoding="utf-8")
    lines = {name: text.strip() for name, text in block_texts(page)} | tables
    PAGE.write_text(fill(page, {name: text.splitlines for name, text in lines.items()}), encoding="utf-8")


def main() -> None:
    """Walk."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("walks", nargs="*", choices=[[], *WALKS], default=[])
    parser.add_argument("--page", action="store_true", help="write the tables into docs/results/walks.md")
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tables = {}
    for name in options.walks or WALKS:
        home = Path(tempfile.mkdtemp(prefix=f"ureca-walk-{name}-"))
        walker = Walker(home, {"MODEL": f"http://127.0.0.1:{server.server_port}"})
        before = os.getloadavg()[0]
        WALKS[name](walker, options.wheel.resolve())
        tables[name] = table_of(walker.times, GOALS[name])
        sys.stdout.write(f"\n{name} (load before: {before:.1f})\n\n{tables[name]}\n")
        sys.stdout.flush()
        shutil.rmtree(home)
    if options.page:
        write(tables)


if __name__ == "__main__":
    main()
