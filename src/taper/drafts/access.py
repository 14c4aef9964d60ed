"""Who may open a draft: its owner, and those it is shared with.

Without sign-in nobody asks by name, and drafts have no owner: then their link opens them. Every
statement about a draft asks this within its transaction, so that no page can forget to.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, insert, select

from taper.drafts.draft import SignedOut
from taper.drafts.tables import AUDIT, DRAFT, PERSON, SHARE

NOBODY: Final = ""
"""The owner of a draft that was made without sign-in."""
_TAG_SIGNS: Final = 12
MINE: Final = DRAFT.c.owner == bindparam("who")
MAY_OPEN: Final = MINE | exists().where(
    SHARE.c.draft == DRAFT.c.id, SHARE.c.person == bindparam("who")
)
_SIGNED_IN: Final = select(PERSON.c.id).where(
    PERSON.c.id == bindparam("who"), PERSON.c.ended < bindparam("since")
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in. `since` says when, by the clock of the identity provider."""

    id: str
    name: str
    email: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Who signed in asks for something, at that time."""

    person: Person
    now: datetime


def who(asking: Asking | None) -> dict[str, str]:
    """Return what the statements above ask for."""
    return {"who": asking.person.id if asking else NOBODY}


def check(connection: Connection, asking: Asking) -> None:
    """Raise `SignedOut` unless that sign-in still holds."""
    since = {"since": stamp(asking.person.since)}
    if connection.scalar(_SIGNED_IN, who(asking) | since) is None:
        raise SignedOut


def note(
    connection: Connection, asking: Asking | None, did: str, draft: str = "", whom: str = ""
) -> None:
    """Write down what someone who signed in did; it is kept only with the deed itself."""
    if asking:
        row: dict[str, Any] = {
            "id": secrets.token_urlsafe(16),
            "at": asking.now.astimezone(UTC).isoformat(timespec="microseconds"),
            "person": asking.person.id,
            "did": did,
            "plan": tag(draft) if draft else "",
            "whom": whom,
        }
        connection.execute(insert(AUDIT), row)


def tag(draft: str) -> str:
    """Return what tells a plan from others where its id must not stand, since that opens it."""
    return sha256(draft.encode()).hexdigest()[:_TAG_SIGNS]


def stamp(now: datetime) -> str:
    """Write a moment as it stands in the tables: in UTC, so that the later one is the greater."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
