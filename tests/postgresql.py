"""The PostgreSQL that tests of saved plans use: found, or installed. `make test` runs this file."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg

import programs
from serving import HERE, free_port

DEBIANS = Path("/usr/lib/postgresql")
USER, PASSWORD = "postgres", "canary-1f7b"
START_SECONDS = 60


def find() -> str:
    """Return the folder of PostgreSQL's programs: of those on `PATH`, or Debian's newest."""
    if path := shutil.which("initdb"):
        return str(Path(path).resolve().parent)
    if found := sorted(DEBIANS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])):
        return str(found[-1].parent)
    raise programs.NoProgram("no PostgreSQL found")


class Cluster:
    """A PostgreSQL server of its own, on a port of this machine; `sync` as in earnest."""

    def __init__(self, folder: Path, *, sync: bool) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        self.programs = find()
        self._sync = sync
        # PostgreSQL refuses to run as root; Debian's package makes this user for it.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self.port = free_port()
        self._numbers = count(1)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        subprocess.run(
            [
                *(f"{self.programs}/initdb", "--pgdata", self._data, "--username", USER),
                *("--auth", "scram-sha-256", "--pwfile", folder / "password"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            check=True, user=self._user, cwd=folder, capture_output=True,
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        end = time.monotonic() + START_SECONDS
        self.process = self._started()
        while time.monotonic() < end:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres")).close()
                return
            # Where a program of one that was killed is still alive, a new one does not start.
            if self.process.poll() is not None:
                self.process = self._started()
            time.sleep(0.02)
        raise RuntimeError(self._log.read_text(errors="replace"))

    def _started(self) -> "subprocess.Popen[bytes]":
        sync = "on" if self._sync else "off"
        settings = {
            "listen_addresses": HERE, "unix_socket_directories": "", "max_connections": "60",
            "fsync": sync, "full_page_writes": sync, "shared_buffers": "32MB",
        }  # fmt: skip
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [f"{self.programs}/postgres", "-D", str(self._data), "-p", str(self.port), *given],
                user=self._user, cwd=self._data, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def kill(self) -> None:
        """Take it away as a power cut would take away its programs: all at once."""
        said = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        children = map(int, said.stdout.split())
        for process in (self.process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop it for a while; whoever is connected is cut off."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        try:
            yield
        finally:
            self.start()

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://{user}:{password}@{HERE}:{self.port}/{database}"

    def new(self) -> str:
        """Return the URL of an empty schema: to a program a database, and made in no time."""
        name = f"plans_{next(self._numbers)}"
        tell(self.url("postgres"), f"create schema {name}")
        return self.url(f"postgres?options=-csearch_path%3D{name}")


def tell(url: str, *statements: str) -> None:
    """Run statements, all or none, as another program would."""
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def cluster(*, sync: bool = False) -> Iterator[Cluster]:
    """Start a server with databases of its own."""
    with tempfile.TemporaryDirectory(
        prefix="taper-postgresql-", ignore_cleanup_errors=True
    ) as folder:
        made = Cluster(Path(folder), sync=sync)
        try:
            yield made
        finally:
            made.kill()  # at once: nobody asks for it again


def main() -> int:
    """Say where PostgreSQL is, after installing it where it is not."""
    return programs.ready(
        "PostgreSQL",
        find,
        programs.by_apt("postgresql"),
        "The tests of saved plans need PostgreSQL's server: install it.",
    )


if __name__ == "__main__":
    sys.exit(main())
