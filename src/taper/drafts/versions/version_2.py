"""Confirmations, the list of each browser, and what is kept for it."""

from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Make this version from the one before."""
    op.execute(
        """
        create table confirmation (
            draft text not null references draft (id) on delete cascade,
            saves integer not null,
            document text not null,
            at text not null
        ) strict
        """
    )
    op.execute("create index confirmations on confirmation (draft, saves)")
    op.execute(
        """
        create table opened (
            browser text not null,
            draft text not null references draft (id) on delete cascade,
            at text not null,
            primary key (browser, draft)
        ) strict, without rowid
        """
    )
    op.execute(
        """
        create table kept (
            browser text not null, kind text not null, name text not null, document text not null,
            primary key (browser, kind, name)
        ) strict, without rowid
        """
    )
