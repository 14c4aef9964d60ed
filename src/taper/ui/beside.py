"""What is kept beside a plan and is no part of it; it goes with the plan when that is deleted."""

import json
from contextlib import suppress
from typing import Any, Final

from taper.ui import state, stored
from taper.ui.part import alive
from taper.ui.state import save, session

_COPIES: Final = "copies"
_WORDS: Final = "words"


def _kept(kind: str) -> dict[str, Any]:
    held = session()
    if kind not in held.beside:
        _look_again(kind)
    return held.beside[kind]


def _look_again(kind: str) -> dict[str, Any]:
    """Read what is kept anew: another window may have changed it."""
    held = session()
    state.save_waiting()  # it may be of what is kept here
    found: dict[str, Any] = {}
    if held.draft:
        with suppress(OSError):
            found = stored.store().beside(held.draft.id, kind)
    held.beside[kind] = found
    return found


def _apart(document: dict[str, Any]) -> dict[str, Any]:
    """Part a document from what is on screen and goes on changing."""
    parted: dict[str, Any] = json.loads(json.dumps(document))
    return parted


def _keep(kind: str, document: dict[str, Any]) -> None:
    held = session()
    held.beside[kind] = apart = _apart(document)
    if held.draft:
        draft = held.draft.id
        state.trying(lambda: stored.store().keep_beside(draft, kind, apart))


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
    _keep(_COPIES, _look_again(_COPIES) | {name: session().document})


def drop_copy(name: str) -> None:
    """Remove a copy."""
    kept = _look_again(_COPIES)
    _keep(_COPIES, {other: document for other, document in kept.items() if other != name})


def swap_copy(name: str) -> None:
    """Make a copy the plan; the plan as it stands becomes the copy of that name."""
    held, kept = session(), _look_again(_COPIES)
    if name not in kept:
        return
    swapped = _apart(kept | {name: held.document})
    held.document = alive(kept[name])
    save(beside={_COPIES: swapped})
    if not held.conflict:
        held.beside[_COPIES] = swapped
