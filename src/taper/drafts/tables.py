"""The tables of saved plans, the same in SQLite and in PostgreSQL."""

from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text

_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared by its bytes everywhere, whatever language the database was made for."""


def _key(name: str) -> "Column[str]":
    return Column(name, _TEXT, primary_key=True)


def _text(name: str) -> "Column[str]":
    return Column(name, _TEXT, nullable=False)


def _count(name: str, *, key: bool = False) -> "Column[int]":
    return Column(name, Integer, primary_key=key, autoincrement=False, nullable=False)


def _of_draft() -> "Column[str]":
    """Make the column by which a row goes with its draft."""
    return Column("draft", _TEXT, ForeignKey("draft.id", ondelete="cascade"), primary_key=True)


def _table(name: str, *columns: "Column[Any]", rowid: bool = False) -> Table:
    return Table(name, TABLES, *columns, sqlite_strict=True, sqlite_with_rowid=rowid)


TABLES: Final = MetaData()
DRAFT: Final = _table(
    "draft",
    *(_key("id"), _count("saves"), _count("at"), _text("saved")),
    Column("owner", _TEXT, nullable=False, server_default=""),
    rowid=True,
)
"""`at` is the number of the present state, `saved` the time of the last save in UTC, `owner` who
signed in and made it; "" without sign-in."""
STATE: Final = _table("state", _of_draft(), _count("number", key=True), _text("document"))
CONFIRMATION: Final = _table(
    "confirmation",
    *(_of_draft(), _count("number", key=True), _count("saves"), _text("document"), _text("at")),
)
"""`number` counts those of a draft, `saves` says which save was confirmed."""
RECORD: Final = _table(
    "record", _of_draft(), _count("number", key=True), _text("document"), _text("at")
)
BESIDE: Final = _table("beside", _of_draft(), _key("kind"), _text("document"))
OPENED: Final = _table("opened", _key("browser"), _of_draft(), _text("at"))
Index("openings", OPENED.c.draft)
KEPT: Final = _table("kept", _key("browser"), _key("kind"), _key("name"), _text("document"))
PERSON: Final = _table(
    "person", _key("id"), _text("name"), _text("email"), _text("since"), _text("ended")
)
"""Who ever signed in. `since` is the last sign-in, `ended` the last that was signed out."""
SHARE: Final = _table("share", _of_draft(), _key("person"))
AUDIT: Final = _table(
    "audit", *(_key("id"), _text("at"), _text("person"), _text("did"), _text("plan")), _text("whom")
)
"""Who opened what when. `plan` tells plans apart and opens none; nothing of a plan stands here."""
SEALED: Final = [table for table in TABLES.sorted_tables if "document" in table.c]
"""Those that hold documents."""
