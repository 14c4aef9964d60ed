"""Confirmations are counted, for an order that not only SQLite keeps; deletions find openings."""

from alembic import op

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Make this version from the one before."""
    op.rename_table("confirmation", "uncounted")
    op.execute(
        """
        create table confirmation (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            saves integer not null,
            document text not null,
            at text not null,
            primary key (draft, number)
        ) strict, without rowid
        """
    )
    op.execute(
        "insert into confirmation"
        " select draft, row_number() over (partition by draft order by rowid), saves, document, at"
        " from uncounted"
    )
    op.drop_table("uncounted")
    op.create_index("openings", "opened", ["draft"])
