"""How a document stands in a row: sealed, so that no other dose is read than was saved."""

import hashlib
import json
from typing import Any, Final

from taper.drafts.draft import Damaged, Unavailable

MOST_SIGNS: Final = 8_000_000
"""A document is no longer; the longest plan that the engine takes stays under it."""


def sealed(document: Any) -> str:
    """Write a document with a line below that says what it was."""
    text = json.dumps(document, ensure_ascii=False)
    if len(text) > MOST_SIGNS:
        raise Unavailable(f"it must be at most {MOST_SIGNS:,} characters, got {len(text):,}")
    return f"{text}\n{_seal(text)}"


def opened(sealed: str) -> Any:
    """Read a document back; what earlier versions wrote has no seal.

    Raises `Damaged` where it is not what was written.
    """
    text, _, seal = sealed.partition("\n")
    if seal and seal != _seal(text):
        raise Damaged
    try:
        return json.loads(text)
    except ValueError as error:
        raise Damaged from error


def _seal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
