"""The SQLite file of saved plans: its versions, its transactions, and what is wrong with it.

Settings, transactions and codes of error that are SQLite's own stand here.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from taper.drafts.draft import Unavailable

_MIGRATIONS: Final = (
    (
        """create table if not exists draft (
            id text primary key, saves integer not null, at integer not null, saved text not null
        ) strict""",
        """create table if not exists state (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            primary key (draft, number)
        ) strict, without rowid""",
    ),
    (
        """create table confirmation (
            draft text not null references draft (id) on delete cascade,
            saves integer not null,
            document text not null,
            at text not null
        ) strict""",
        "create index confirmations on confirmation (draft, saves)",
        """create table opened (
            browser text not null,
            draft text not null references draft (id) on delete cascade,
            at text not null,
            primary key (browser, draft)
        ) strict, without rowid""",
        """create table kept (
            browser text not null, kind text not null, name text not null, document text not null,
            primary key (browser, kind, name)
        ) strict, without rowid""",
    ),
    (
        """create table record (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            at text not null,
            primary key (draft, number)
        ) strict, without rowid""",
    ),
    (
        """create table beside (
            draft text not null references draft (id) on delete cascade,
            kind text not null,
            document text not null,
            primary key (draft, kind)
        ) strict, without rowid""",
    ),
    (  # a visit that is not saved yet goes with its draft
        """insert into beside select name, 'visit ' || browser, document from kept
            where kind = 'visit' and name in (select id from draft)""",
        "delete from kept where kind = 'visit'",
    ),
)
"""What makes each version of the file from the one before; the file counts them itself."""
_PATIENCE_SECONDS: Final = 3
"""How long a save or a copy waits for another program that has the file locked."""
DAMAGED: Final = "the file of saved plans is damaged"
LOCKED: Final = "another program holds the file of saved plans"
_FULL: Final = "the disk is full"
_ROOM_BYTES: Final = 1_000_000
"""With less than this free, a failed write is told as a full disk."""
_WHY: Final = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: "the folder of saved plans cannot be written to",
    sqlite3.SQLITE_PERM: "the folder of saved plans cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the folder of saved plans cannot be written to",
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_IOERR: "the file of saved plans cannot be read or written",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_ERROR: DAMAGED,  # a table that is not there
}


def connected(path: Path, mode: str) -> sqlite3.Connection:
    """Open an SQLite file to read ("ro"), to write ("rw"), or to write and make it ("rwc")."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None,
    )  # fmt: skip


class File:
    """The file of saved plans, made or brought to the present version where that is needed.

    Each transaction opens it anew. Raises `Unavailable` where it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(_WHY[sqlite3.SQLITE_CANTOPEN]) from error
        self._made = False
        with self.transaction() as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise Unavailable("the file of saved plans was made by a newer Taper")
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"pragma user_version = {len(_MIGRATIONS)}")
        self._made = True

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, kept only where it ends without an error."""
        try:
            with closing(self._connected()) as connection:
                for setting in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
                    connection.execute(f"pragma {setting}")
                connection.execute("pragma foreign_keys = on")
                connection.execute("begin immediate")
                yield connection
                connection.execute("commit")
        except sqlite3.Error as error:
            raise Unavailable(self._why(error)) from error

    def wipe(self) -> None:
        """Take what was deleted out of the log beside the file, where nobody else is reading it."""
        with suppress(sqlite3.Error), closing(self._connected()) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")

    def _connected(self) -> sqlite3.Connection:
        # Once it was there, the file is never made anew: one that is gone is told, not replaced.
        return connected(self._path, "rw" if self._made else "rwc")

    def _why(self, error: sqlite3.Error) -> str:
        if self._made and not self._path.exists():
            return "the file of saved plans was moved or deleted"
        code = getattr(error, "sqlite_errorcode", None)
        kind = code & 0xFF if isinstance(code, int) else -1  # told by Python, not by SQLite
        if kind == sqlite3.SQLITE_IOERR and shutil.disk_usage(self._path.parent).free < _ROOM_BYTES:
            return _FULL
        return _WHY.get(kind, str(error))
