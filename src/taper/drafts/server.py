"""The PostgreSQL database of saved plans: its connections, its versions, and what is wrong with it.

Only loaded where `TAPER_DATABASE_URL` is set. No message holds the URL, which has a password in it,
nor the row that a statement was about.
"""

import re
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    create_engine,
    func,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from taper.drafts import versions
from taper.drafts.draft import Damaged, Unavailable
from taper.drafts.tables import TABLES

_PATIENCE_SECONDS: Final = 3
"""How long a call waits for a connection, or for a row that another program holds."""
_SETTINGS: Final = {
    "synchronous_commit": "on",  # a save that is told is on the disk
    "lock_timeout": f"{_PATIENCE_SECONDS}s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
}
_CONNECTING: Final[dict[str, str | int]] = {
    "connect_timeout": _PATIENCE_SECONDS,
    "application_name": "taper",
    # A server that is gone without a word is noticed before a clinician gives up.
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
_VERSION: Final = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)
"""As Alembic names it."""
_STARTING: Final = 8_378_371
"""The number of the lock that a program holds while it makes or changes the tables."""
_SILENT: Final[dict[URL, tuple[float, str]]] = {}
"""Until when nobody asks a server again, and why: else a page that asks six times waits six times
as long."""
_LIKE: Final = "TAPER_DATABASE_URL must be like postgresql://USER:PASSWORD@HOST/NAME"
_STARTING_SECONDS: Final = 60
"""How long one waits that starts while another does that."""
_DATABASE: Final = "the database of saved plans"
_REFUSED: Final = f"{_DATABASE} refuses this user or the password"
_UNREACHED: Final = f"{_DATABASE} cannot be reached"
_DAMAGED: Final = f"{_DATABASE} is damaged"
_BUSY: Final = f"{_DATABASE} takes too long to answer"
_CROWDED: Final = f"{_DATABASE} has no connection free"
_WHY: Final = {
    "08": _UNREACHED,
    "25006": f"{_DATABASE} cannot be written to",
    "28": _REFUSED,
    "3D": f"{_DATABASE} is not there: it has to be made first",
    "40": _BUSY,
    "42501": f"{_DATABASE} does not let this user read and write plans",
    "42P01": _DAMAGED,  # a table that is not there
    "42703": _DAMAGED,
    "53100": f"the disk of {_DATABASE} is full",
    "53300": _CROWDED,
    "53": f"{_DATABASE} is out of memory or room",
    "55P03": _BUSY,
    "57014": _BUSY,
    "57": _UNREACHED,
    "58": f"{_DATABASE} cannot be read or written",
    "XX": _DAMAGED,
}
"""By PostgreSQL's code of the error, else by its class, the first two signs."""
_WHY_NOT_CONNECTED: Final = {
    "authentication failed|no password|no pg_hba.conf entry|role .* does not exist": _REFUSED,
    "permission denied for database": _REFUSED,
    "database .* does not exist": _WHY["3D"],
    "too many (clients|connections)|remaining connection slots": _CROWDED,
}
"""Where no connection was made there is no code, only words; in another language, none of these."""


class Server:
    """A PostgreSQL database, with tables of the present version, by its URL.

    Keeps some connections open; one that was lost is made anew. Raises `Unavailable` where the
    database cannot be read or written.
    """

    insert = staticmethod(postgresql.insert)

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            parsed(url),
            pool_size=5,
            max_overflow=5,
            pool_timeout=_PATIENCE_SECONDS,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",  # who waited for a row sees what became of it
            use_native_hstore=False,  # saves a question at each connection
            hide_parameters=True,
            connect_args=_CONNECTING,
        )
        weakref.finalize(self, self._engine.dispose)  # its connections end with it
        with self.transaction() as connection:
            _bring_up(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Begin a transaction, kept only where it ends without an error."""
        try:
            with self._connected() as connection:
                yield connection
                connection.commit()
        except Damaged as error:
            raise Damaged(_DAMAGED) from error
        except NoConnectionFree as error:
            raise Unavailable(_CROWDED) from error
        except DBAPIError as error:
            raise Unavailable(_why(error)) from error

    def _connected(self) -> Connection:
        """Connect, unless the last who tried waited in vain, not longer ago than it took."""
        url, begun = self._engine.url, time.monotonic()
        until, why = _SILENT.get(url, (begun, ""))
        if begun < until:
            raise Unavailable(why)
        try:
            return self._engine.connect()
        except DBAPIError as error:
            why = _why(error)
            _SILENT[url] = 2 * time.monotonic() - begun, why
            raise Unavailable(why) from error

    def wipe(self) -> None:
        """Do nothing: PostgreSQL itself uses the room again, and keeps its log for its backups."""


def parsed(url: str) -> URL:
    """Read a URL. Raises `Unavailable`, without a word of the URL, where it is none."""
    try:
        there = make_url(url)
    except (ArgumentError, ValueError):
        raise Unavailable(_LIKE) from None
    if there.drivername not in {"postgresql", "postgresql+psycopg", "postgres"}:
        raise Unavailable(_LIKE)
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    given = there.query.get("options", "")
    return there.set(drivername="postgresql+psycopg").update_query_dict(
        {"options": f"{given} {settings}"}
    )


def _bring_up(connection: Connection) -> None:
    """Make the tables, or bring them to the present version; one program at a time."""
    connection.execute(text(f"set local lock_timeout = '{_STARTING_SECONDS}s'"))
    connection.execute(text("set local statement_timeout = 0"))
    connection.execute(select(func.pg_advisory_xact_lock(_STARTING)))
    if connection.scalar(select(func.to_regclass(_VERSION.name))) is None:
        TABLES.create_all(connection, checkfirst=False)
        _VERSION.create(connection, checkfirst=False)
        connection.execute(insert(_VERSION).values(version_num=str(versions.PRESENT)))
        return
    counted = connection.execute(select(_VERSION.c.version_num)).scalar_one()
    version = versions.checked(int(counted), "database")
    if version < versions.PRESENT:
        versions.bring_up(connection, version)
        connection.execute(update(_VERSION).values(version_num=str(versions.PRESENT)))


def _why(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlstate", None)
    if code is None and isinstance(error, DataError):
        return f"{_DATABASE} does not take one of the signs in it"
    if code is None:
        said = str(error.orig)
        found = (why for words, why in _WHY_NOT_CONNECTED.items() if re.search(words, said))
        return next(found, _UNREACHED)
    told = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return _WHY.get(code) or _WHY.get(code[:2]) or f"{_DATABASE} refuses: {told or code}"
