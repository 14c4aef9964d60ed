"""Owners of drafts, whom they are shared with, who signed in, and who opened what when."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Text

revision = "7"
down_revision = "6"
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make this version from the one before."""
    op.add_column("draft", Column("owner", _TEXT, nullable=False, server_default=""))
    _create("person", _key("id"), *_texts("name", "email", "since", "ended"))
    draft = ForeignKey("draft.id", ondelete="cascade")
    _create("share", Column("draft", _TEXT, draft, primary_key=True), _key("person"))
    _create("audit", _key("id"), *_texts("at", "person", "did", "plan", "whom"))


def _create(name: str, *columns: "Column[str]") -> None:
    op.create_table(name, *columns, sqlite_strict=True, sqlite_with_rowid=False)


def _key(name: str) -> "Column[str]":
    return Column(name, _TEXT, primary_key=True)


def _texts(*names: str) -> "list[Column[str]]":
    return [Column(name, _TEXT, nullable=False) for name in names]
