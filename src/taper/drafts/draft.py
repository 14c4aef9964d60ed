"""A saved plan as it is loaded, and what can stand between it and the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

DAMAGED: Final = "the file of saved plans is damaged"


class Unavailable(OSError):
    """The drafts cannot be read or written: full disk, no permission, no connection."""


class Damaged(Unavailable):
    """What is read is not what was saved."""

    def __init__(self, words: str = DAMAGED) -> None:
        super().__init__(words)


class SignedOut(Unavailable):
    """Who asks has signed out since."""

    def __init__(self) -> None:
        super().__init__("you signed out")


class Conflict(ValueError):
    """The draft was saved from elsewhere since it was loaded; nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A saved document; `saves` tells this save from any other of the same draft."""

    id: str
    saves: int
    document: dict[str, Any]
    saved: datetime
    can_undo: bool
    can_redo: bool
    confirmed: dict[str, Any] | None = None
    """The confirmation of exactly this save; none after any other save, undo or redo."""
    owner: str = ""
    """Who signed in and made it; "" where nobody did."""
