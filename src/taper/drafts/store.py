"""The store of saved plans: every state of each, as it was typed, found by an unguessable id.

Where people sign in, it shows and changes only what the person who asks may open (`access`).

A draft holds the document as it stands on the screen, which may be unfinished. Each save is a state
of its own, so undo and redo reach back to the first and outlive a refresh of the page.

What runs at every key is put together once, so that it costs little more than its SQL.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from taper.drafts import access
from taper.drafts.access import MAY_OPEN, MINE, NOBODY, Asking, Person, stamp
from taper.drafts.database import Database, database
from taper.drafts.draft import Conflict, Damaged, Draft
from taper.drafts.people import People
from taper.drafts.seal import opened, sealed
from taper.drafts.tables import BESIDE, CONFIRMATION, DRAFT, KEPT, OPENED, RECORD, STATE

_NUMBERS: Final = STATE.alias()
_WHOLE: Final = select(
    DRAFT,
    STATE.c.document,
    select(func.max(_NUMBERS.c.number))
    .where(_NUMBERS.c.draft == DRAFT.c.id)
    .scalar_subquery()
    .label("last"),
    select(CONFIRMATION.c.document)
    .where(CONFIRMATION.c.draft == DRAFT.c.id, CONFIRMATION.c.saves == DRAFT.c.saves)
    .order_by(CONFIRMATION.c.number.desc())
    .limit(1)
    .scalar_subquery()
    .label("confirmed"),
).join_from(
    DRAFT, STATE, (STATE.c.draft == DRAFT.c.id) & (STATE.c.number == DRAFT.c.at), isouter=True
)
"""Drafts with their present states, in one look: what another machine does meanwhile tears none."""
_IT: Final = (DRAFT.c.id == bindparam("key")) & MAY_OPEN
"""The draft that is asked for, where who asks may open it."""
_ONE: Final = _WHOLE.where(_IT)
_TAKE: Final = (
    update(DRAFT)
    .where(DRAFT.c.id == bindparam("key"), DRAFT.c.owner == NOBODY)
    .values(owner=bindparam("who"))
)
_LAST_SAVE: Final = select(DRAFT.c.saves, DRAFT.c.saved).where(_IT)
_HELD: Final = _LAST_SAVE.with_for_update(key_share=True)
"""A draft that nobody changes or deletes before this transaction ends."""
_CLAIM: Final = (
    update(DRAFT)
    .where(
        _IT,
        DRAFT.c.saves == bindparam("loaded"),
        DRAFT.c.saved == bindparam("loaded_saved"),
    )
    .values(
        saves=DRAFT.c.saves + 1,
        at=DRAFT.c.at + bindparam("by"),
        # A clock that was set back makes no draft look older than it was.
        saved=case((DRAFT.c.saved > bindparam("now"), DRAFT.c.saved), else_=bindparam("now")),
    )
    .returning(DRAFT.c.at)
)
_DROP_FROM: Final = delete(STATE).where(
    STATE.c.draft == bindparam("key"), STATE.c.number >= bindparam("since")
)
_ADD_STATE: Final = insert(STATE)


class Drafts:
    """The drafts in an SQLite file (a path) or in a PostgreSQL database (a URL, or one open).

    Safe to share between threads. Raises `Unavailable` where they cannot be read or written.
    """

    def __init__(self, where: Path | str | Database, asking: Asking | None = None) -> None:
        self._database = database(where) if isinstance(where, (Path, str)) else where
        self._asking = asking

    def of(self, person: Person | None, now: datetime) -> "Drafts":
        """Return the drafts as someone who signed in may open them now; None without sign-in.

        All that is kept for a browser is then kept for that person. Raises `SignedOut`, once they
        have signed out.
        """
        return Drafts(self._database, Asking(person, now) if person else None)

    @property
    def people(self) -> People:
        """Those who signed in, and what they share."""
        return People(self._database, self._asking)

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with self._database.transaction() as connection:
            if self._asking:
                access.check(connection, self._asking)
            yield connection

    def _key(self, draft: str) -> dict[str, Any]:
        """Return what finds a draft; PostgreSQL takes no NUL in a text, and no id has one."""
        return {"key": draft.replace("\0", "?"), **access.who(self._asking)}

    def _keeper(self, browser: str) -> str:
        """Return for whom something is kept: for the person who signed in, else for a browser."""
        return self._asking.person.id if self._asking else browser

    def create(self, document: dict[str, Any], now: datetime) -> Draft:
        """Save a document as a new draft, under an id of 128 random bits."""
        key = secrets.token_urlsafe(16)
        owner = self._keeper(NOBODY)
        with self._open() as connection:
            connection.execute(
                insert(DRAFT).values(id=key, saves=1, at=0, saved=stamp(now), owner=owner)
            )
            self._add_state(connection, key, 0, document)
            access.note(connection, self._asking, "made", key)
            return self._load(connection, key)

    def load(self, draft: str) -> Draft | None:
        """Return the draft with that id, None where there is none.

        One that was made before people signed in then belongs to the first who opens it.
        """
        with self._open() as connection:
            if self._asking:
                connection.execute(_TAKE, self._key(draft))
            row = connection.execute(_ONE, self._key(draft)).first()
            if row is None:
                return None
            access.note(connection, self._asking, "opened", row.id)
            return _draft(row)

    def last_save(self, draft: str) -> tuple[int, datetime] | None:
        """Return the count and the time of a draft's last save, None where it was deleted."""
        with self._open() as connection:
            row = connection.execute(_LAST_SAVE, self._key(draft)).first()
            return (row.saves, _time(row.saved)) if row else None

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
            connection.execute(_DROP_FROM, {"key": draft.id, "since": at})
            self._add_state(connection, draft.id, at, document)
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
            held = self._held(connection, draft.id)
            if held is None or held.saves != draft.saves:
                raise Conflict(draft.id)
            connection.execute(
                insert(CONFIRMATION).values(
                    draft=draft.id,
                    number=_grown(connection, CONFIRMATION, draft.id) + 1,
                    saves=draft.saves,
                    document=sealed(document),
                    at=stamp(now),
                )
            )
            return self._load(connection, draft.id)

    def confirmations(self, draft: str) -> list[dict[str, Any]]:
        """Return every confirmation that a draft ever had, the oldest first."""
        with self._open() as connection:
            rows = connection.scalars(
                _beside(CONFIRMATION, CONFIRMATION.c.document).order_by(CONFIRMATION.c.number),
                self._key(draft),
            )
            return [opened(document) for document in rows]

    def record(self, draft: str) -> tuple[int, dict[str, Any]] | None:
        """Return the taper's record that a draft has, and how often it grew; None where none."""
        with self._open() as connection:
            row = connection.execute(
                _beside(RECORD, RECORD.c.number, RECORD.c.document)
                .order_by(RECORD.c.number.desc())
                .limit(1),
                self._key(draft),
            ).first()
            return (row.number, opened(row.document)) if row else None

    def keep_record(self, draft: str, number: int, document: dict[str, Any], now: datetime) -> None:
        """Keep a record that grew for the `number`th time; those before stay as they were.

        Raises `Conflict` where it grew from elsewhere since, or the draft is gone.
        """
        with self._open() as connection:
            there = self._held(connection, draft)
            if not there or _grown(connection, RECORD, draft) != number - 1:
                raise Conflict(draft)
            connection.execute(
                insert(RECORD).values(
                    draft=draft, number=number, document=sealed(document), at=stamp(now)
                )
            )

    def delete(self, draft: str) -> None:
        """Delete a draft for good, with all its states and confirmations, where it is one's own."""
        with self._open() as connection:
            gone = connection.execute(
                delete(DRAFT).where(DRAFT.c.id == bindparam("key"), MINE), self._key(draft)
            ).rowcount
            if gone:
                access.note(connection, self._asking, "deleted", draft)
        self._database.wipe()

    def delete_unused(self, since: datetime) -> int:
        """Delete for good the drafts neither saved nor opened since then; returns how many."""
        then = stamp(since)
        unused = (DRAFT.c.saved < then) & ~exists().where(
            OPENED.c.draft == DRAFT.c.id, OPENED.c.at >= then
        )
        with self._open() as connection:
            # Held first, and then looked at again: one may have been opened while this waited.
            connection.execute(
                select(DRAFT.c.id).where(unused).order_by(DRAFT.c.id).with_for_update()
            )
            gone = connection.execute(delete(DRAFT).where(unused)).rowcount
        if gone:
            self._database.wipe()
        return gone

    def list_for(self, browser: str, draft: str, now: datetime) -> None:
        """Put a draft on the list of those that a browser opened."""
        with self._open() as connection:
            if self._held(connection, draft):
                keeper = self._keeper(browser)
                self._put(connection, OPENED, browser=keeper, draft=draft, at=stamp(now))

    def listed(self, browser: str) -> list[Draft]:
        """Return the drafts that a browser opened, the last saved first.

        For someone who signed in also those that it opened before anybody did.
        """
        here = OPENED.c.draft == DRAFT.c.id, OPENED.c.browser.in_({self._keeper(browser), browser})
        last = select(func.max(OPENED.c.at)).where(*here).scalar_subquery()
        with self._open() as connection:
            rows = connection.execute(
                _WHOLE.where(exists().where(*here), MAY_OPEN | (DRAFT.c.owner == NOBODY)).order_by(
                    DRAFT.c.saved.desc(), last.desc()
                ),
                access.who(self._asking),
            )
            return [_draft(row) for row in rows]

    def unlist(self, browser: str, draft: str) -> None:
        """Take a draft off a browser's list; the draft itself stays."""
        with self._open() as connection:
            connection.execute(
                delete(OPENED).where(
                    OPENED.c.browser.in_({self._keeper(browser), browser}), OPENED.c.draft == draft
                )
            )

    def keep(self, browser: str, kind: str, name: str, document: Any) -> None:
        """Keep a document for a browser under a name, in place of the one that has it."""
        with self._open() as connection:
            row = {"browser": self._keeper(browser), "kind": kind, "name": name}
            self._put(connection, KEPT, **row, document=sealed(document))

    def kept(self, browser: str, kind: str) -> dict[str, Any]:
        """Return what is kept for a browser, name to document, by name."""
        with self._open() as connection:
            rows = connection.execute(
                select(KEPT.c.name, KEPT.c.document)
                .where(KEPT.c.browser == self._keeper(browser), KEPT.c.kind == kind)
                .order_by(KEPT.c.name)
            )
            return {name: opened(document) for name, document in rows}

    def drop(self, browser: str, kind: str, name: str) -> None:
        """Forget what is kept for a browser under a name."""
        with self._open() as connection:
            connection.execute(
                delete(KEPT).where(
                    KEPT.c.browser == self._keeper(browser),
                    *(KEPT.c.kind == kind, KEPT.c.name == name),
                )
            )

    def beside(self, draft: str, kind: str) -> dict[str, Any]:
        """Return what is kept beside a draft, empty where nothing is; it goes with the draft."""
        with self._open() as connection:
            document = connection.scalar(
                _beside(BESIDE, BESIDE.c.document).where(BESIDE.c.kind == kind), self._key(draft)
            )
            return opened(document) if document else {}

    def keep_beside(self, draft: str, kind: str, document: dict[str, Any]) -> None:
        """Keep a document beside a draft, in place of the one of that kind; none if it is gone."""
        with self._open() as connection:
            if self._held(connection, draft):
                self._keep_beside(connection, draft, kind, document)

    def _keep_beside(
        self, connection: Connection, draft: str, kind: str, document: dict[str, Any]
    ) -> None:
        self._put(connection, BESIDE, draft=draft, kind=kind, document=sealed(document))

    def _put(self, connection: Connection, table: Table, **row: str) -> None:
        """Write a row, in place of the one that has its key."""
        made = self._database.insert(table)
        changed = {each.name: made.excluded[each.name] for each in table.c if not each.primary_key}
        if table is OPENED:  # a clock that was set back takes no opening back
            came, was = changed["at"], table.c.at
            changed["at"] = case((was > came, was), else_=came)
        connection.execute(
            made.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed), row
        )

    @staticmethod
    def _add_state(connection: Connection, key: str, number: int, document: dict[str, Any]) -> None:
        row = {"draft": key, "number": number, "document": sealed(document)}
        connection.execute(_ADD_STATE, row)

    def _go(self, draft: Draft, now: datetime, by: int) -> Draft:
        with self._open() as connection:
            self._claim(connection, draft, now, by)
            return self._load(connection, draft.id)

    def _claim(self, connection: Connection, draft: Draft, now: datetime, by: int) -> int:
        """Count a save; the row is changed only where nobody saved since the draft was loaded."""
        loaded = {"loaded": draft.saves, "loaded_saved": stamp(draft.saved)}
        changed = {"by": by, "now": stamp(now)}
        at = connection.scalar(_CLAIM, self._key(draft.id) | loaded | changed)
        if at is None:
            raise Conflict(draft.id)
        return int(at)

    def _load(self, connection: Connection, key: str) -> Draft:
        row = connection.execute(_ONE, self._key(key)).first()
        if row is None:
            raise Damaged
        return _draft(row)

    def _held(self, connection: Connection, key: str) -> Row[int, str] | None:
        """Hold a draft until this transaction ends; None where it is gone."""
        return connection.execute(_HELD, self._key(key)).first()


def _beside(table: Table, *columns: Any) -> Select[Any]:
    """Select what goes with a draft, where who asks may open that."""
    return select(*columns).join(DRAFT, DRAFT.c.id == table.c.draft).where(_IT)


def _grown(connection: Connection, table: Table, key: str) -> int:
    """Return how many of its kind a draft has."""
    number = func.coalesce(func.max(table.c.number), 0)
    return int(connection.execute(select(number).where(table.c.draft == key)).scalar_one())


def _draft(row: Row[Any]) -> Draft:
    if row.document is None:  # the draft is there, its present state is not
        raise Damaged
    confirmed = opened(row.confirmed) if row.confirmed else None
    return Draft(
        row.id, row.saves, opened(row.document), _time(row.saved),
        row.at > 0, row.at < row.last, confirmed, row.owner,
    )  # fmt: skip


def _time(stamp: str) -> datetime:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError as error:
        raise Damaged from error
