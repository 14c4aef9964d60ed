"""The versions of the tables: one module each, with what makes it from the one before.

A database that has no tables yet gets those of `taper.drafts.tables` at once. PostgreSQL came with
version 6, so the modules before that are SQLite's alone.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from taper.drafts.draft import Unavailable

PRESENT: Final = 7
_SCRIPTS: Final = Path(__file__).parent


def checked(version: int, of: str) -> int:
    """Return a version that this Taper knows; raises `Unavailable` for a later one."""
    if version > PRESENT:
        raise Unavailable(f"the {of} of saved plans was made by a newer Taper")
    return version


def bring_up(connection: Connection, since: int) -> None:
    """Bring the tables of an earlier version to the present one, in this transaction."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(_SCRIPTS), version_locations=[str(_SCRIPTS)])
    steps = list(scripts.walk_revisions(str(since) if since else "base", "head"))
    with Operations.context(MigrationContext.configure(connection)):
        for step in reversed(steps):
            if step.revision != str(since):
                step.module.upgrade()
