"""Drafts and their states. A file from before the count of versions may have them."""

from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make this version from the one before."""
    op.execute(
        """
        create table if not exists draft (
            id text primary key, saves integer not null, at integer not null, saved text not null
        ) strict
        """
    )
    op.execute(
        """
        create table if not exists state (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            primary key (draft, number)
        ) strict, without rowid
        """
    )
