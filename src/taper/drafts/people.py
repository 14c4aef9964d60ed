"""Those who signed in: what they share, when they came and went, and what they opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from taper.drafts import access
from taper.drafts.access import MINE, Asking
from taper.drafts.database import Database
from taper.drafts.draft import SignedOut
from taper.drafts.tables import AUDIT, DRAFT, OPENED, PERSON, SHARE

_OWN: Final = select(DRAFT.c.id).where(DRAFT.c.id == bindparam("key"), MINE).with_for_update()


class NotShared(ValueError):
    """A plan is not shared, for a reason that its owner can mend."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone whom a plan is shared with."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What someone did, and when; `plan` tells plans apart, `whom` is who it was shared with."""

    at: str
    name: str
    email: str
    did: str
    plan: str
    whom: str


class People:
    """Those who signed in, as one of them asks; None for whoever runs Taper."""

    def __init__(self, database: Database, asking: Asking | None) -> None:
        self._database = database
        self._who = asking

    def arrive(self) -> None:
        """Write down who signed in. Raises `SignedOut` where that sign-in was ended since."""
        asking = self._asking()
        person = asking.person
        since = access.stamp(person.since)
        with self._database.transaction() as connection:
            there = connection.execute(
                select(PERSON.c.since, PERSON.c.ended)
                .where(PERSON.c.id == person.id)
                .with_for_update()
            ).first()
            if there and there.ended >= since:
                raise SignedOut
            if there and there.since >= since:
                return
            # An address leads to one person: who has it now, by the provider's word.
            connection.execute(
                update(PERSON)
                .where(PERSON.c.email == person.email, PERSON.c.id != person.id)
                .values(email="")
            )
            row = {"name": person.name, "email": person.email, "since": since}
            insertion = self._database.insert(PERSON)
            connection.execute(
                insertion.on_conflict_do_update(index_elements=[PERSON.c.id], set_=row),
                {"id": person.id, "ended": "", **row},
            )
            access.note(connection, asking, "signed in")

    def leave(self) -> None:
        """End this sign-in and all before it, in every window and for every copy of its cookie."""
        asking = self._asking()
        person = asking.person
        with self._open() as connection:
            connection.execute(
                update(PERSON)
                .where(PERSON.c.id == person.id)
                .values(ended=access.stamp(person.since))
            )
            access.note(connection, asking, "signed out")

    def any(self) -> bool:
        """Say whether anybody ever signed in: then plans have owners."""
        with self._database.transaction() as connection:
            return bool(connection.scalar(select(exists(select(PERSON.c.id)))))

    def shared(self, draft: str) -> list[Colleague]:
        """Return whom a draft is shared with, by name; nobody where it belongs to someone else."""
        with self._open() as connection:
            rows = connection.execute(
                select(PERSON.c.id, PERSON.c.name, PERSON.c.email)
                .join(SHARE, SHARE.c.person == PERSON.c.id)
                .join(DRAFT, DRAFT.c.id == SHARE.c.draft)
                .where(DRAFT.c.id == draft, MINE)
                .order_by(PERSON.c.name, PERSON.c.email),
                access.who(self._who),
            )
            return [Colleague(*row) for row in rows]

    def share(self, draft: str, email: str) -> None:
        """Let someone else who has signed in open and change a draft, and list it for them.

        Raises `NotShared` where nobody with that address has, or the draft is someone else's.
        """
        asking, wanted = self._asking(), address(email)
        with self._open() as connection:
            self._own(connection, draft)
            found = connection.scalar(
                select(PERSON.c.id).where(PERSON.c.email == wanted, PERSON.c.email != "")
            )
            if found is None:
                raise NotShared(
                    f"nobody with the address {wanted} has signed in here yet; they have to once"
                )
            if found == asking.person.id:
                raise NotShared("this is your own address")
            if connection.scalar(
                select(SHARE.c.draft).where(SHARE.c.draft == draft, SHARE.c.person == found)
            ):
                return
            connection.execute(insert(SHARE), {"draft": draft, "person": found})
            listed = {"browser": found, "draft": draft, "at": access.stamp(asking.now)}
            connection.execute(self._database.insert(OPENED).on_conflict_do_nothing(), listed)
            access.note(connection, asking, "shared", draft, whom=found)

    def end(self, draft: str, colleague: str) -> None:
        """End that a draft is shared with someone, and take it off their list."""
        with self._open() as connection:
            self._own(connection, draft)
            of_them = (SHARE.c.draft == draft, SHARE.c.person == colleague)
            if connection.execute(delete(SHARE).where(*of_them)).rowcount:
                listed = (OPENED.c.draft == draft, OPENED.c.browser == colleague)
                connection.execute(delete(OPENED).where(*listed))
                access.note(connection, self._who, "ended sharing", draft, whom=colleague)

    def audit(self, draft: str = "") -> list[Entry]:
        """Return who did what, the oldest first, of one draft or of all. Not for a page."""
        whom = PERSON.alias()
        wanted = select(
            AUDIT.c.at, PERSON.c.name, PERSON.c.email, AUDIT.c.did, AUDIT.c.plan, whom.c.email
        )
        wanted = wanted.join(PERSON, PERSON.c.id == AUDIT.c.person)
        wanted = wanted.join(whom, whom.c.id == AUDIT.c.whom, isouter=True)
        if draft:
            wanted = wanted.where(AUDIT.c.plan == access.tag(draft))
        with self._database.transaction() as connection:
            rows = connection.execute(wanted.order_by(AUDIT.c.at, AUDIT.c.id))
            return [Entry(*row[:-1], row[-1] or "") for row in rows]

    def _asking(self) -> Asking:
        if self._who is None:
            raise SignedOut
        return self._who

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with self._database.transaction() as connection:
            access.check(connection, self._asking())
            yield connection

    def _own(self, connection: Connection, draft: str) -> None:
        if connection.scalar(_OWN, access.who(self._who) | {"key": draft}) is None:
            raise NotShared("only who made a plan can share it")


def address(email: str) -> str:
    """Return an e-mail address as addresses are compared."""
    return email.strip().casefold()
