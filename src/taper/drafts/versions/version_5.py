"""A visit that is not saved yet goes with its draft."""

from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Make this version from the one before."""
    op.execute(
        "insert into beside select name, 'visit ' || browser, document from kept"
        " where kind = 'visit' and name in (select id from draft)"
    )
    op.execute("delete from kept where kind = 'visit'")
