"""All saved plans written into one file, and put back from it.

Both ways go through SQLite's own copying, so either may run while the app reads and writes.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import func, select

from taper.drafts.draft import DAMAGED, Damaged, Unavailable
from taper.drafts.file import LOCKED, File, connected
from taper.drafts.seal import opened
from taper.drafts.tables import DRAFT, KEPT, SEALED

_OWN: Final = ("", "-wal", "-shm", "-journal")
"""What the names of the files end in that SQLite keeps for one."""
_RESTORING: Final = "restore-"
_RESTORE_SECONDS: Final = 3600
_HEADER: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Restored:
    """How many plans came back, and where a damaged file was put that was in their place."""

    plans: int
    aside: Path | None


def backup(live: Path, file: Path) -> int:
    """Write all saved plans into a new file, as they are at one moment; returns how many.

    Raises `FileExistsError` where the file is there, `Unavailable` where the plans cannot be read
    whole or the file cannot be written; what was begun is taken away.
    """
    if not live.exists():
        raise Unavailable(f"no saved plans at {live}: TAPER_DATA_DIR must be as it is for the app")
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise FileExistsError(f"{file} is there already: name a file that is not") from error
    try:
        _copy(live, file, "rw")
        plans, _ = _held(File(file))
        with closing(sqlite3.connect(file)) as connection:
            # One file without a log beside it, so that it can be carried off and read anywhere.
            connection.execute("pragma journal_mode = delete")
        with file.open("rb+") as written:
            os.fsync(written.fileno())
    except BaseException as error:
        for each in _own(file):
            each.unlink(missing_ok=True)
        if isinstance(error, Unavailable):
            raise Unavailable(f"{file} is not written: {error}") from error
        raise
    return plans


def restore(file: Path, live: Path, *, replace: bool = False) -> Restored:
    """Put a backup in the place of the saved plans; an app that runs goes on with it.

    A damaged file of saved plans is put aside. Raises `FileExistsError` where there are plans and
    `replace` is not set, `Unavailable` where the backup is none or a file cannot be written.
    """
    with copied(file, live) as (copy, plans):
        aside = _make_room(live, replace=replace)
        _copy(copy, live, "ro")
    File(live).wipe()
    return Restored(plans, aside)


@contextmanager
def copied(file: Path, live: Path) -> Iterator[tuple[Path, int]]:
    """Copy a backup beside the saved plans, brought to the present version; with how many it holds.

    Raises `Unavailable` where it is none, or damaged.
    """
    with file.open("rb") as read:
        start = read.read(len(_HEADER) + 2)
    if not start.startswith(_HEADER):
        raise _refused(file, "it is no backup")
    page_bytes = int.from_bytes(start[len(_HEADER) :], "big")
    # SQLite reads the part of a page that is not there as zeros, and finds nothing wrong.
    if file.stat().st_size % max(page_bytes, 1):
        raise _refused(file, "its end is missing")
    live.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=live.parent, prefix=_RESTORING) as folder:
        sweep(live, Path(folder).stat().st_mtime)
        copy = Path(folder, "copy")
        try:
            _copy(file, copy, "ro")
            # An app that runs expects the present version, so the copy is brought to it here.
            plans = _ours(copy, Path(folder, "new"))
        except Unavailable as error:
            raise _refused(file, str(error)) from error
        yield copy, plans


def sweep(live: Path, now: float) -> None:
    """Take away what a restore left that was killed: plans stand in it that may be deleted since.

    `now` is in seconds as the file system has it. One that still runs takes less than an hour.
    """
    for folder in live.parent.glob(f"{_RESTORING}*"):
        if now - folder.stat().st_mtime > _RESTORE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _refused(file: Path, why: str) -> Unavailable:
    return Unavailable(
        f"{file} is not restored: {why} (what can be restored is a whole file"
        ' that "taper backup" wrote, by this version or an earlier one)'
    )


def _copy(source: Path, target: Path, mode: str) -> None:
    """Copy all of a file as it is at one moment, in one transaction of the target."""

    def told(status: int, _left: int, _all: int) -> None:
        # Python would try again for ever.
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Unavailable(LOCKED)

    try:
        with (
            closing(connected(source, mode)) as read,
            closing(connected(target, "rwc")) as written,
        ):
            read.backup(written, progress=told)
    except sqlite3.Error as error:
        raise Unavailable(str(error)) from error


def _held(file: File) -> tuple[int, int]:
    """Return how many plans a file holds, and how many of a browser's details and templates.

    Raises `Unavailable` where anything in the file is damaged, a document under its seal too.
    """
    with file.transaction() as connection:
        if connection.exec_driver_sql("pragma integrity_check").all() != [("ok",)]:
            raise Damaged
        for table in SEALED:
            for document in connection.scalars(select(table.c.document)):
                opened(document)
        plans, kept = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (DRAFT, KEPT)
        )
        return plans, kept


def _ours(copy: Path, new: Path) -> int:
    """Return how many plans a copied backup holds; it has to have the tables of a new file."""
    with closing(sqlite3.connect(copy)) as connection:
        try:
            connection.execute("select 1 from draft, state limit 0")
        except sqlite3.Error as error:
            raise Unavailable(f"it holds no saved plans ({error})") from error
    file = File(copy)
    plans, _ = _held(file)
    if _columns(file) != _columns(File(new)):
        raise Unavailable("its tables are not those of saved plans")
    return plans


def _columns(file: File) -> set[tuple[str, str]]:
    with file.transaction() as connection:
        rows = connection.exec_driver_sql(
            "select m.name, c.name from sqlite_schema m, pragma_table_info(m.name) c"
            " where m.type = 'table'"
        )
        return {(table, column) for table, column in rows}


def _make_room(live: Path, *, replace: bool) -> Path | None:
    """Make sure that what is at `live` may be written over; returns where a damaged file is now."""
    aside = None
    try:
        plans, kept = _held(File(live))
    except Unavailable as error:
        if str(error) != DAMAGED:
            raise
        aside = next(free for n in count(1) if not (free := Path(f"{live}.damaged-{n}")).exists())
        for damaged, free in zip(_own(live), _own(aside), strict=True):
            if damaged.exists():
                damaged.rename(free)
        plans, kept = _held(File(live))
    if (plans or kept) and not replace:
        raise FileExistsError(
            f"{live} holds {plans} saved plans and {kept} details and templates:"
            " take a backup of them, then restore with --replace to give them up"
        )
    return aside


def _own(file: Path) -> list[Path]:
    return [Path(f"{file}{end}") for end in _OWN]
