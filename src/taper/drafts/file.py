"""The SQLite file of saved plans: its versions, its transactions, and what is wrong with it.

Settings, transactions and codes of error that are SQLite's own stand here.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from taper.drafts import versions
from taper.drafts.draft import DAMAGED, Unavailable
from taper.drafts.tables import TABLES

_PATIENCE_SECONDS: Final = 3
"""How long a save or a copy waits for another program that has the file locked."""
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

    insert = staticmethod(sqlite.insert)

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(_WHY[sqlite3.SQLITE_CANTOPEN]) from error
        self._made = False
        self._engine = create_engine(
            "sqlite://", creator=self._set, poolclass=NullPool, pool_reset_on_return=None,
            hide_parameters=True,
        )  # fmt: skip
        with self.transaction() as connection:
            self._bring_up(connection)
        self._made = True

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open the file for one transaction, kept only where it ends without an error."""
        try:
            with self._engine.connect() as connection:
                # Past SQLAlchemy, whose own way costs more time: this runs at every key.
                connection.connection.cursor().execute("begin immediate")
                yield connection
                connection.commit()
        except (DBAPIError, sqlite3.Error) as error:
            raise Unavailable(self._why(getattr(error, "orig", error))) from error

    def wipe(self) -> None:
        """Take what was deleted out of the log beside the file, where nobody else is reading it."""
        with suppress(sqlite3.Error), closing(self._opened()) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")

    def _bring_up(self, connection: Connection) -> None:
        """Make the tables, or bring them to the present version; the file counts its versions."""
        counted = connection.exec_driver_sql("pragma user_version").scalar_one()
        version = versions.checked(counted, "file")
        if version == versions.PRESENT:
            return
        if connection.exec_driver_sql("select 1 from sqlite_schema limit 1").first():
            versions.bring_up(connection, version)
        else:
            TABLES.create_all(connection, checkfirst=False)
        connection.exec_driver_sql(f"pragma user_version = {versions.PRESENT}")

    def _set(self) -> sqlite3.Connection:
        """Open the file with our settings."""
        connection = self._opened()
        try:
            for setting in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
                connection.execute(f"pragma {setting}")
            connection.execute("pragma foreign_keys = on")
        except BaseException:
            connection.close()
            raise
        return connection

    def _opened(self) -> sqlite3.Connection:
        # Once it was there, the file is never made anew: one that is gone is told, not replaced.
        return connected(self._path, "rw" if self._made else "rwc")

    def _why(self, error: object) -> str:
        if self._made and not self._path.exists():
            return "the file of saved plans was moved or deleted"
        code = getattr(error, "sqlite_errorcode", None)
        kind = code & 0xFF if isinstance(code, int) else -1  # told by Python, not by SQLite
        if kind == sqlite3.SQLITE_IOERR and shutil.disk_usage(self._path.parent).free < _ROOM_BYTES:
            return _FULL
        return _WHY.get(kind, str(error))
