"""Owners of drafts, whom they are shared with, who signed in, and who opened what when."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Text

revision = "7"
down_revision = "6"
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make this version from the one before."""
    op.add_column("draft", Column("owner", _TEXT, nullable=False, server_default=""))
    _create("person", "id", others=("name", "email", "since", "ended"))
    _create("share", ForeignKey("draft.id", ondelete="cascade"), "person")
    _create("audit", "id", others=("at", "person", "did", "plan", "whom"))


def _create(name: str, *keys: str | ForeignKey, others: tuple[str, ...] = ()) -> None:
    columns = [
        Column(key, _TEXT, primary_key=True)
        if isinstance(key, str)
        else Column("draft", _TEXT, key, primary_key=True)
        for key in keys
    ]
    columns += [Column(other, _TEXT, nullable=False) for other in others]
    op.create_table(name, *columns, sqlite_strict=True, sqlite_with_rowid=False)
