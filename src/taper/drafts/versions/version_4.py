"""What is kept beside a draft."""

from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Make this version from the one before."""
    op.execute(
        """
        create table beside (
            draft text not null references draft (id) on delete cascade,
            kind text not null,
            document text not null,
            primary key (draft, kind)
        ) strict, without rowid
        """
    )
