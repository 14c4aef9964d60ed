"""The SQLite file of saved plans: its versions, its transactions, and what is wrong with it.

All that is SQLite's own stands here: the statements of the store are plain SQL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
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
)
"""What makes each version of the file from the one before; the file counts them itself."""
_PATIENCE_SECONDS: Final = 3
"""How long a save waits for another program that has the file locked."""


_WHY: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the folder of saved plans cannot be written to",
    sqlite3.SQLITE_PERM: "the folder of saved plans cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the folder of saved plans cannot be written to",
    sqlite3.SQLITE_BUSY: "another program holds the file of saved plans",
    sqlite3.SQLITE_LOCKED: "another program holds the file of saved plans",
    sqlite3.SQLITE_CORRUPT: "the file of saved plans is damaged",
    sqlite3.SQLITE_NOTADB: "the file of saved plans is damaged",
}


def _why(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    return _WHY.get(code & 0xFF, str(error)) if isinstance(code, int) else str(error)


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
        with self.transaction() as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise Unavailable("the file of saved plans was made by a newer Taper")
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"pragma user_version = {len(_MIGRATIONS)}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, kept only where it ends without an error."""
        try:
            connection = sqlite3.connect(
                self._path, timeout=_PATIENCE_SECONDS, isolation_level=None
            )
            try:
                for setting in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
                    connection.execute(f"pragma {setting}")
                connection.execute("pragma foreign_keys = on")
                connection.execute("begin immediate")
                yield connection
                connection.execute("commit")
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise Unavailable(_why(error)) from error
