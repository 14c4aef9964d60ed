"""All saved plans of a backup put into PostgreSQL, for a clinic that begins to use it."""

from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select, text

from taper.drafts.backup import copied
from taper.drafts.file import File
from taper.drafts.server import Server
from taper.drafts.settings import default_path
from taper.drafts.tables import DRAFT, KEPT, PERSON, TABLES

_ROWS: Final = 100
"""So many go over at once: a document may have millions of characters."""


def move(file: Path, url: str) -> int:
    """Put all that a backup holds into an empty database, all or nothing; returns how many plans.

    Raises `FileExistsError` where the database holds plans, details, templates or people,
    `Unavailable` where the backup is none or the database cannot be written.
    """
    with (
        copied(file, default_path()) as (copy, plans),
        File(copy).transaction() as here,
        Server(url).transaction() as there,
    ):
        there.execute(text("lock table draft, kept, person in exclusive mode"))
        for table in (DRAFT, KEPT, PERSON):
            if there.scalar(select(func.count()).select_from(table)):
                raise FileExistsError(
                    "the database holds plans, details, templates or people already:"
                    " move into one that is empty"
                )
        for table in TABLES.sorted_tables:
            for rows in here.execute(select(table)).mappings().partitions(_ROWS):
                there.execute(insert(table), [dict(row) for row in rows])
    return plans
