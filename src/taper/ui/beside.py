"""What is kept beside a plan and is no part of it; it goes with the plan when that is deleted."""

import json
import sqlite3
from contextlib import suppress
from typing import Any, Final, cast

from taper.document import loads
from taper.ui import state
from taper.ui.state import alive, save, session

_COPIES: Final = "copies"
_WORDS: Final = "words"


def _kept(kind: str) -> dict[str, Any]:
    held = session()
    if kind not in held.beside:
        held.beside[kind] = {}
        if held.draft:
            with suppress(sqlite3.Error, OSError):
                held.beside[kind] = state.store().kept(held.draft.id, kind).get("all", {})
    return held.beside[kind]


def _keep(kind: str, document: dict[str, Any]) -> None:
    """Keep a document, parted from what is on screen and goes on changing."""
    held = session()
    held.beside[kind] = apart = cast(dict[str, Any], loads(json.dumps(document)))
    if held.draft:
        draft = held.draft.id
        state.trying(lambda: state.store().keep(draft, kind, "all", apart))


def words() -> dict[str, str]:
    """Return the clinician's own words for the sheets of this plan; empty where none were typed."""
    return _kept(_WORDS)


def keep_words(typed: dict[str, str]) -> None:
    """Keep the words that were typed for the sheets."""
    _keep(_WORDS, typed)


def copies() -> dict[str, Any]:
    """Return the copies of the plan that are kept to compare it with: name to document."""
    return _kept(_COPIES)


def keep_copy(name: str) -> None:
    """Keep a copy of the plan as it stands."""
    _keep(_COPIES, copies() | {name: session().document})


def drop_copy(name: str) -> None:
    """Remove a copy."""
    _keep(_COPIES, {other: kept for other, kept in copies().items() if other != name})


def swap_copy(name: str) -> None:
    """Make a copy the plan; the plan as it stands becomes the copy of that name."""
    held, taken = session(), copies()[name]
    _keep(_COPIES, copies() | {name: held.document})
    held.document = alive(taken)
    save()
