"""The record of this tab's taper, and the visit that is not saved yet."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from taper.document import InvalidDocument
from taper.drafts import Conflict
from taper.record import Record
from taper.ui.part import Part, alive
from taper.ui.state import begin, session
from taper.ui.stored import store, why

_NO_RECORD: Final = "the record of this taper cannot be read"


def record() -> Record | None:
    """Return the record of this tab's draft, read once; None where it has none."""
    held = session()
    if held.grown is None and held.draft:
        try:
            found = store().record(held.draft.id)
            held.record = Record.from_document(found[1]) if found else None
            held.grown = found[0] if found else 0
        except InvalidDocument:
            held.record_trouble = _NO_RECORD
        except OSError as error:
            held.record_trouble = why(error)
    return held.record


def grow(grown: Record) -> bool:
    """Keep a record that grew; says whether it was kept."""
    held = session()
    if held.draft is None or held.grown is None:
        return False
    try:
        store().keep_record(held.draft.id, held.grown + 1, grown.to_document(), datetime.now(UTC))
    except Conflict:
        held.record, held.grown = None, None
        record()
        held.record_trouble = "the record grew in another window; it stands here as it is now"
        return False
    except OSError as error:
        held.record_trouble = why(error)
        return False
    held.record, held.grown, held.record_trouble = grown, held.grown + 1, ""
    return True


def begin_recorded(document: Part, known: Record) -> None:
    """Go on with a record that came as a file, and its last plan, as a new draft."""
    begin(document)
    session().grown = 0
    grow(known)


def coming() -> Part:
    """Return the visit that is not saved yet, as it was typed in this browser."""
    held = session()
    if held.coming is None:
        kept: dict[str, Any] = {}
        if held.draft:
            with suppress(OSError):
                kept = store().beside(held.draft.id, _visit())
        held.coming = alive({"visit": kept.get("visit", {}), "next": kept.get("next", {})})
    return held.coming


def _visit() -> str:
    """Return under what the unsaved visit is kept: two who share a plan each have their own."""
    held = session()
    return f"visit {held.person or held.browser}"


def keep_coming() -> None:
    """Keep the unsaved visit for this browser; a refresh then loses nothing."""
    held = session()
    if held.draft is None:
        return
    try:
        store().keep_beside(held.draft.id, _visit(), coming())
    except OSError as error:
        held.record_trouble = why(error)


def note_down(part: Part, key: str, value: Any, typing: bool = False) -> None:
    """Set a key of the unsaved visit, or take it out where the value is blank."""
    if value in (None, "", []):
        part.pop(key, None)
    else:
        part[key] = value
    keep_coming()
