"""What the store asks of a database, and which one there is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from taper.drafts.file import File


class Database(Protocol):
    """The tables of saved plans, at the present version."""

    @property
    def insert(self) -> Callable[[Table], Any]:
        """Its own insert, which can change the row that is there instead."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """Begin a transaction, kept only where it ends without an error.

        Raises `Unavailable` where the database cannot be read or written.
        """

    def wipe(self) -> None:
        """Take what was deleted out of the files, as far as that is ours to do."""


def database(where: Path | str) -> Database:
    """Open the SQLite file at a path, or the PostgreSQL database at a URL."""
    if isinstance(where, Path):
        return File(where)
    from taper.drafts.server import Server

    return Server(where)
