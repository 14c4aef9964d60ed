"""The store of saved plans: every state of each, as it was typed, found by an unguessable id.

A draft holds the document as it stands on the screen, which may be unfinished. Each save is a state
of its own, so undo and redo reach back to the first and outlive a refresh of the page.
"""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from taper.drafts.draft import Conflict, Draft, Unavailable
from taper.drafts.file import DAMAGED, File
from taper.drafts.seal import opened, sealed


class Drafts:
    """The drafts in one SQLite file. Safe to share between threads: each call opens it anew.

    Raises `Unavailable` where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._file = File(path)
        self._open = self._file.transaction

    def create(self, document: dict[str, Any], now: datetime) -> Draft:
        """Save a document as a new draft, under an id of 128 random bits."""
        draft = secrets.token_urlsafe(16)
        with self._open() as connection:
            connection.execute("insert into draft values (?, 1, 0, ?)", (draft, _stamp(now)))
            connection.execute("insert into state values (?, 0, ?)", (draft, sealed(document)))
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
            return (row[0], _time(row[1])) if row else None

    def save(
        self,
        draft: Draft,
        document: dict[str, Any],
        now: datetime,
        *,
        instead: bool = False,
        beside: Mapping[str, dict[str, Any]] | None = None,
    ) -> Draft:
        """Save the next state of a draft, or with `instead` another in place of the present one.

        What was undone before is dropped. Both or neither: what is kept `beside` it, by kind.
        """
        with self._open() as connection:
            at = self._claim(connection, draft, now, 0 if instead else 1)
            connection.execute("delete from state where draft = ? and number >= ?", (draft.id, at))
            connection.execute(
                "insert into state values (?, ?, ?)", (draft.id, at, sealed(document))
            )
            for kind, kept in (beside or {}).items():
                self._keep_beside(connection, draft.id, kind, kept)
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
                (sealed(document), _stamp(now), draft.id, draft.saves),
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
            return [opened(document) for (document,) in rows]

    def record(self, draft: str) -> tuple[int, dict[str, Any]] | None:
        """Return the taper's record that a draft has, and how often it grew; None where none."""
        with self._open() as connection:
            row = connection.execute(
                "select number, document from record where draft = ? order by number desc limit 1",
                (draft,),
            ).fetchone()
            return (row[0], opened(row[1])) if row else None

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
                (draft, number, sealed(document), _stamp(now)),
            )

    def delete(self, draft: str) -> None:
        """Delete a draft for good, with all its states and confirmations."""
        with self._open() as connection:
            connection.execute("delete from draft where id = ?", (draft,))
        self._file.wipe()

    def delete_unused(self, since: datetime) -> int:
        """Delete for good the drafts neither saved nor opened since then; returns how many."""
        with self._open() as connection:
            gone = connection.execute(
                "delete from draft where saved < ?1 and not exists"
                " (select 1 from opened where draft = id and opened.at >= ?1)",
                (_stamp(since),),
            ).rowcount
        if gone:
            self._file.wipe()
        return int(gone)

    def list_for(self, browser: str, draft: str, now: datetime) -> None:
        """Put a draft on the list of those that a browser opened."""
        with self._open() as connection:
            connection.execute(
                "insert into opened select ?, id, ? from draft where id = ?"
                " on conflict do update set at = max(at, excluded.at)",
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
                (browser, kind, name, sealed(document)),
            )

    def kept(self, browser: str, kind: str) -> dict[str, Any]:
        """Return what is kept for a browser, name to document, by name."""
        with self._open() as connection:
            rows = connection.execute(
                "select name, document from kept where browser = ? and kind = ? order by name",
                (browser, kind),
            )
            return {name: opened(document) for name, document in rows}

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
            return opened(row[0]) if row else {}

    def keep_beside(self, draft: str, kind: str, document: dict[str, Any]) -> None:
        """Keep a document beside a draft, in place of the one of that kind; none if it is gone."""
        with self._open() as connection:
            self._keep_beside(connection, draft, kind, document)

    @staticmethod
    def _keep_beside(
        connection: sqlite3.Connection, draft: str, kind: str, document: dict[str, Any]
    ) -> None:
        connection.execute(
            "insert or replace into beside select id, ?, ? from draft where id = ?",
            (kind, sealed(document), draft),
        )

    def _go(self, draft: Draft, now: datetime, by: int) -> Draft:
        with self._open() as connection:
            self._claim(connection, draft, now, by)
            return self._load(connection, draft.id)

    def _claim(self, connection: sqlite3.Connection, draft: Draft, now: datetime, by: int) -> int:
        """Count a save; the row is changed only where nobody saved since the draft was loaded."""
        row = connection.execute(
            # A clock that was set back makes no draft look older than it was.
            "update draft set saves = saves + 1, at = at + ?, saved = max(saved, ?)"
            " where id = ? and saves = ? and saved = ? returning at",
            (by, _stamp(now), draft.id, draft.saves, _stamp(draft.saved)),
        ).fetchone()
        if row is None:
            raise Conflict(draft.id)
        return int(row[0])

    def _load(self, connection: sqlite3.Connection, draft: str) -> Draft:
        row = connection.execute(
            "select saves, saved, at, document, (select max(number) from state where draft = id),"
            " (select c.document from confirmation c where c.draft = id and c.saves = draft.saves"
            " order by c.rowid desc limit 1)"
            " from draft join state on draft = id and number = at where id = ?",
            (draft,),
        ).fetchone()
        if row is None:
            raise Unavailable(DAMAGED)
        saves, saved, at, document, last, confirmed = row
        return Draft(
            draft, saves, opened(document), _time(saved), at > 0, at < last,
            opened(confirmed) if confirmed else None,
        )  # fmt: skip


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _time(stamp: str) -> datetime:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError as error:
        raise Unavailable(DAMAGED) from error
