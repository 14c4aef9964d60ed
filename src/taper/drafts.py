"""Saved plans, as they were typed: every state of each, found by an unguessable id.

A draft holds the document as it stands on the screen, which may be unfinished. Each save is a state
of its own, so undo and redo reach back to the first and outlive a refresh of the page.
"""

import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path

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


class Unavailable(OSError):
    """The drafts cannot be read or written: full disk, no permission, damaged file."""


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


class Conflict(ValueError):
    """The draft was saved from elsewhere since it was loaded; nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A saved document; `saves` tells this save from any other of the same draft."""

    id: str
    saves: int
    document: dict[str, Any]
    saved: datetime
    can_undo: bool
    can_redo: bool
    confirmed: dict[str, Any] | None = None
    """The confirmation of exactly this save; none after any other save, undo or redo."""


def default_path() -> Path:
    """Return where drafts are kept: `TAPER_DATA_DIR`, or the user's data folder."""
    folder = os.environ.get("TAPER_DATA_DIR")
    return (Path(folder) if folder else user_data_path("taper")) / "drafts.sqlite3"


def keep_days() -> int | None:
    """Return for how many days an unused draft is kept: `TAPER_KEEP_DAYS`; None for ever.

    Raises `ValueError` where that is set to anything but a whole number from 1.
    """
    text = os.environ.get("TAPER_KEEP_DAYS", "")
    if not text:
        return None
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise ValueError(f"TAPER_KEEP_DAYS must be a whole number of days from 1, got {text!r}")
    return int(text)


class Drafts:
    """The drafts in one SQLite file. Safe to share between threads: each call opens it anew.

    Raises `Unavailable` where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(_WHY[sqlite3.SQLITE_CANTOPEN]) from error
        with self._open() as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise Unavailable("the file of saved plans was made by a newer Taper")
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"pragma user_version = {len(_MIGRATIONS)}")

    def create(self, document: dict[str, Any], now: datetime) -> Draft:
        """Save a document as a new draft, under an id of 128 random bits."""
        draft = secrets.token_urlsafe(16)
        with self._open() as connection:
            connection.execute("insert into draft values (?, 1, 0, ?)", (draft, _stamp(now)))
            connection.execute("insert into state values (?, 0, ?)", (draft, _text(document)))
            return self._load(connection, draft)

    def load(self, draft: str) -> Draft | None:
        """Return the draft with that id, None where there is none."""
        with self._open() as connection:
            known = connection.execute("select 1 from draft where id = ?", (draft,)).fetchone()
            return self._load(connection, draft) if known else None

    def last_save(self, draft: str) -> tuple[int, datetime] | None:
        """Return the count and the time of a draft's last save, None where it was deleted."""
        with self._open() as connection:
            row = connection.execute(
                "select saves, saved from draft where id = ?", (draft,)
            ).fetchone()
            return (row[0], datetime.fromisoformat(row[1])) if row else None

    def save(
        self, draft: Draft, document: dict[str, Any], now: datetime, *, instead: bool = False
    ) -> Draft:
        """Save the next state of a draft, or with `instead` another in place of the present one.

        What was undone before is dropped.
        """
        with self._open() as connection:
            at = self._claim(connection, draft, now, 0 if instead else 1)
            connection.execute("delete from state where draft = ? and number >= ?", (draft.id, at))
            connection.execute(
                "insert into state values (?, ?, ?)", (draft.id, at, _text(document))
            )
            return self._load(connection, draft.id)

    def undo(self, draft: Draft, now: datetime) -> Draft:
        """Go back to the state before; the draft must have one."""
        return self._go(draft, now, -1)

    def redo(self, draft: Draft, now: datetime) -> Draft:
        """Go on to the state that was undone; the draft must have one."""
        return self._go(draft, now, 1)

    def confirm(self, draft: Draft, document: dict[str, Any], now: datetime) -> Draft:
        """Keep a clinician's confirmation of a draft as it is at this save.

        Raises `Conflict` where the draft was saved from elsewhere since it was loaded.
        """
        with self._open() as connection:
            row = connection.execute(
                "insert into confirmation select id, saves, ?, ? from draft"
                " where id = ? and saves = ? returning 1",
                (_text(document), _stamp(now), draft.id, draft.saves),
            ).fetchone()
            if row is None:
                raise Conflict(draft.id)
            return self._load(connection, draft.id)

    def confirmations(self, draft: str) -> list[dict[str, Any]]:
        """Return every confirmation that a draft ever had, the oldest first."""
        with self._open() as connection:
            rows = connection.execute(
                "select document from confirmation where draft = ? order by rowid", (draft,)
            )
            return [json.loads(document) for (document,) in rows]

    def record(self, draft: str) -> tuple[int, dict[str, Any]] | None:
        """Return the taper's record that a draft has, and how often it grew; None where none."""
        with self._open() as connection:
            row = connection.execute(
                "select number, document from record where draft = ? order by number desc limit 1",
                (draft,),
            ).fetchone()
            return (row[0], json.loads(row[1])) if row else None

    def keep_record(self, draft: str, number: int, document: dict[str, Any], now: datetime) -> None:
        """Keep a record that grew for the `number`th time; those before stay as they were.

        Raises `Conflict` where it grew from elsewhere since, or the draft is gone.
        """
        with self._open() as connection:
            (known,) = connection.execute(
                "select coalesce(max(number), 0) from record where draft = ?", (draft,)
            ).fetchone()
            there = connection.execute("select 1 from draft where id = ?", (draft,)).fetchone()
            if known != number - 1 or not there:
                raise Conflict(draft)
            connection.execute(
                "insert into record values (?, ?, ?, ?)",
                (draft, number, _text(document), _stamp(now)),
            )

    def delete(self, draft: str) -> None:
        """Delete a draft for good, with all its states and confirmations."""
        with self._open() as connection:
            connection.execute("delete from draft where id = ?", (draft,))
            connection.execute("delete from kept where kind = 'visit' and name = ?", (draft,))

    def delete_unused(self, since: datetime) -> int:
        """Delete for good the drafts neither saved nor opened since then; returns how many."""
        with self._open() as connection:
            gone = connection.execute(
                "delete from draft where saved < ?1 and not exists"
                " (select 1 from opened where draft = id and opened.at >= ?1)",
                (_stamp(since),),
            ).rowcount
            connection.execute(
                "delete from kept where kind = 'visit' and name not in (select id from draft)"
            )
            return gone

    def list_for(self, browser: str, draft: str, now: datetime) -> None:
        """Put a draft on the list of those that a browser opened."""
        with self._open() as connection:
            connection.execute(
                "insert into opened select ?, id, ? from draft where id = ?"
                " on conflict do update set at = excluded.at",
                (browser, _stamp(now), draft),
            )

    def listed(self, browser: str) -> list[Draft]:
        """Return the drafts that a browser opened, the last saved first."""
        with self._open() as connection:
            rows = connection.execute(
                "select draft from opened join draft on id = draft where browser = ?"
                " order by saved desc, opened.at desc",
                (browser,),
            ).fetchall()
            return [self._load(connection, draft) for (draft,) in rows]

    def unlist(self, browser: str, draft: str) -> None:
        """Take a draft off a browser's list; the draft itself stays."""
        with self._open() as connection:
            connection.execute(
                "delete from opened where browser = ? and draft = ?", (browser, draft)
            )

    def keep(self, browser: str, kind: str, name: str, document: Any) -> None:
        """Keep a document for a browser under a name, in place of the one that has it."""
        with self._open() as connection:
            connection.execute(
                "insert or replace into kept values (?, ?, ?, ?)",
                (browser, kind, name, _text(document)),
            )

    def kept(self, browser: str, kind: str) -> dict[str, Any]:
        """Return what is kept for a browser, name to document, by name."""
        with self._open() as connection:
            rows = connection.execute(
                "select name, document from kept where browser = ? and kind = ? order by name",
                (browser, kind),
            )
            return {name: json.loads(document) for name, document in rows}

    def drop(self, browser: str, kind: str, name: str) -> None:
        """Forget what is kept for a browser under a name."""
        with self._open() as connection:
            connection.execute(
                "delete from kept where browser = ? and kind = ? and name = ?",
                (browser, kind, name),
            )

    def beside(self, draft: str, kind: str) -> dict[str, Any]:
        """Return what is kept beside a draft, empty where nothing is; it goes with the draft."""
        with self._open() as connection:
            row = connection.execute(
                "select document from beside where draft = ? and kind = ?", (draft, kind)
            ).fetchone()
            return json.loads(row[0]) if row else {}

    def keep_beside(self, draft: str, kind: str, document: dict[str, Any]) -> None:
        """Keep a document beside a draft, in place of the one of that kind; none if it is gone."""
        with self._open() as connection:
            connection.execute(
                "insert or replace into beside select id, ?, ? from draft where id = ?",
                (kind, _text(document), draft),
            )

    def _go(self, draft: Draft, now: datetime, by: int) -> Draft:
        with self._open() as connection:
            self._claim(connection, draft, now, by)
            return self._load(connection, draft.id)

    def _claim(self, connection: sqlite3.Connection, draft: Draft, now: datetime, by: int) -> int:
        """Count a save; the row is changed only where nobody saved since the draft was loaded."""
        row = connection.execute(
            "update draft set saves = saves + 1, at = at + ?, saved = ?"
            " where id = ? and saves = ? returning at",
            (by, _stamp(now), draft.id, draft.saves),
        ).fetchone()
        if row is None:
            raise Conflict(draft.id)
        return int(row[0])

    def _load(self, connection: sqlite3.Connection, draft: str) -> Draft:
        saves, saved, at, document, last, confirmed = connection.execute(
            "select saves, saved, at, document, (select max(number) from state where draft = id),"
            " (select c.document from confirmation c where c.draft = id and c.saves = draft.saves"
            " order by c.rowid desc limit 1)"
            " from draft join state on draft = id and number = at where id = ?",
            (draft,),
        ).fetchone()
        return Draft(
            draft, saves, json.loads(document), datetime.fromisoformat(saved), at > 0, at < last,
            json.loads(confirmed) if confirmed else None,
        )  # fmt: skip

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
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


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
