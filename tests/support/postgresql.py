"""A real PostgreSQL server on the loopback address, for benchmarks and tests; its data goes away with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

__all__ = ["PostgresqlServer", "find_programs", "free_port"]


def find_programs() -> Path | None:
    """Folder of `initdb` and the rest as Debian's `postgresql` installs them; None if it is not installed."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return programs[-1].parent if programs else None


def free_port() -> int:
    """A port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgresqlServer:
    """A server that is running, with a new data folder.

    Args:
        programs: what `find_programs` returned.
        durable: wait for the disk at every commit, as in production.
    """

    def __init__(self, programs: Path, durable: bool = False) -> None:
        self.programs = programs
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="ureca-postgresql-", dir="/tmp"))
        self.user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
        if self.user:
            shutil.chown(self.folder, self.user)
        self.port = free_port()
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "ureca", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        address = f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories="
        options = f"{address} -c fsync={'on' if self.durable else 'off'}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """At once, cutting every connection, as a crash would."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def new_database(self, like: str = "") -> str:
        """URL of a database: an empty one, or a copy of one whose URL is given and to which nobody is connected."""
        import psycopg

        name, template = f"t{uuid.uuid4().hex[:12]}", like.rpartition("/")[2] or "template1"
        place = {"host": "127.0.0.1", "port": self.port, "user": "ureca", "dbname": "postgres"}
        with psycopg.connect(**place, autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}")
        return f"postgresql+psycopg://ureca@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            user=self.user,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open in the server
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done}")
