"""The steps of ``deploy/Dockerfile`` without Docker: ``python scripts/image_rehearsal.py``.

Every COPY, RUN and ENV line is carried out in a scratch folder that stands for the image's root, by a user who is not
root; then its command is started and its health check asked until it answers. What Docker itself does is not tried:
layers, the base image, the volume. The packages come from the index that pip is set up for.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_ROOTS = ("/opt", "/source", "/data")
_USER = 1000
_SECONDS = 600.0


def steps(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Instruction and the rest of each line, lines that continue joined."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.strip():
            instruction, _, rest = line.strip().partition(" ")
            yield instruction, rest


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Rehearsal:
    """An image's root in a folder, and what was said of it."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.stage = root, root, ""
        self.variables = {"PATH": f"{root}/base/bin:{os.environ['PATH']}", "HOME": str(root / "home")}
        self.command: dict[str, list[str]] = {}
        self.user = _USER if os.getuid() == 0 else None

    def prepare(self) -> None:
        """Make what the base image brings: folders, ``python`` and ``pip``."""
        for place in ("home", "opt", "base"):
            self._make(self.root / place)
        interpreter = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
        closed = [place for place in interpreter.resolve().parents if not place.stat().st_mode & 0o001]
        if self.user is not None and closed:
            sys.exit(
                f"user {self.user} cannot reach {interpreter}: {closed[0]} is closed to others. Start this script with "
                "an interpreter that everybody may run, such as /usr/bin/python3."
            )
        self._run([str(interpreter), "-m", "venv", str(self.root / "base")])

    def inside(self, text: str) -> str:
        """A line with its folders moved below the root."""
        for name, value in self.variables.items():
            text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
        return re.sub(rf"(?<![\w/.-])({'|'.join(_ROOTS)})(?=[/\s\":]|$)", rf"{self.root}\1", text)

    def do(self, instruction: str, rest: str) -> None:
        """Carry out one line."""
        if instruction == "FROM":
            self.stage = rest.partition(" AS ")[2]
        elif instruction == "ARG":
            name, _, value = rest.partition("=")
            self.variables[name] = value
        elif instruction == "ENV":
            self.variables |= dict(word.split("=", 1) for word in shlex.split(self.inside(rest)))
        elif instruction == "WORKDIR":
            self.folder = Path(self.inside(rest))
            self._make(self.folder)
        elif instruction == "COPY" and not rest.startswith("--from"):
            *sources, target = shlex.split(rest)
            self._copy(sources, self.folder / self.inside(target))
        elif instruction == "RUN" and rest.startswith("useradd"):
            self._make(self.root / "data")
        elif instruction == "RUN":
            self._run(["sh", "-c", self.inside(rest)])
        elif instruction in ("ENTRYPOINT", "CMD"):
            self.command[instruction] = json.loads(rest)
        elif instruction == "HEALTHCHECK":
            self.command[instruction] = json.loads(self.inside(rest.partition(" CMD ")[2]))

    def serve(self) -> float:
        """Start the command and wait for the health check; returns the seconds until then."""
        began = time.monotonic()
        words = self.command["ENTRYPOINT"] + self.command["CMD"] + ["--no-seed"]
        process = subprocess.Popen(self._found(words), **self._options())
        try:
            while True:
                check = subprocess.run(self._found(self.command["HEALTHCHECK"]), check=False, **self._options())
                if check.returncode == 0:
                    return time.monotonic() - began
                if process.poll() is not None or time.monotonic() - began > _SECONDS:
                    sys.exit(f"the server ended with {process.returncode}, or did not answer in {_SECONDS:.0f} s")
                time.sleep(1.0)
        finally:
            process.terminate()
            process.wait()

    def _found(self, words: list[str]) -> list[str]:
        return [shutil.which(words[0], path=self.variables["PATH"]) or words[0], *words[1:]]

    def _options(self) -> dict[str, object]:
        outer = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name == "LANG"}
        environment = {**outer, **self.variables}
        who = {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}
        return {"cwd": self.folder, "env": environment, "stdin": subprocess.DEVNULL, **who}

    def _run(self, command: list[str]) -> None:
        began = time.monotonic()
        done = subprocess.run(command, check=False, **self._options())  # type: ignore[call-overload]
        if done.returncode:
            sys.exit(f"{shlex.join(command)} ended with {done.returncode}")
        say(f"{time.monotonic() - began:6.1f} s  {command[-1].replace(str(self.root), '')}")

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self.user is not None:
            os.chown(folder, self.user, self.user)

    def _copy(self, sources: list[str], target: Path) -> None:
        for source in sources:
            path = ROOT / source
            place = target / path.name if len(sources) > 1 else target
            if path.is_dir():
                shutil.copytree(path, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
            if self.user is not None:
                for owned in (place, *place.rglob("*")):
                    os.chown(owned, self.user, self.user)


def main() -> None:
    """Go through the file."""
    with tempfile.TemporaryDirectory(prefix="ureca-image-") as scratch:
        root = Path(scratch)
        root.chmod(0o755)
        rehearsal = Rehearsal(root)
        rehearsal.prepare()
        for instruction, rest in steps((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")):
            rehearsal.do(instruction, rest)
        size = sum(path.lstat().st_size for path in (root / "opt").rglob("*"))
        say(f"{size / 2**20:6.0f} MiB in /opt/ureca")
        say(f"{rehearsal.serve():6.1f} s  until the health check answers, caches empty")


if __name__ == "__main__":
    main()
