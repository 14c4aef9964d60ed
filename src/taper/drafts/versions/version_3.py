"""The record of a taper."""

from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Make this version from the one before."""
    op.execute(
        """
        create table record (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            at text not null,
            primary key (draft, number)
        ) strict, without rowid
        """
    )
