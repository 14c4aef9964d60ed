"""Saved plans, as they were typed: every state of each, in a file or a database."""

from taper.drafts.access import Person
from taper.drafts.draft import Conflict, Draft, SignedOut, Unavailable
from taper.drafts.people import Colleague, Entry, NotShared, address
from taper.drafts.settings import default_path, keep_days, place
from taper.drafts.store import Drafts

__all__ = [
    "Colleague",
    "Conflict",
    "Draft",
    "Drafts",
    "Entry",
    "NotShared",
    "Person",
    "SignedOut",
    "Unavailable",
    "address",
    "default_path",
    "keep_days",
    "place",
]
