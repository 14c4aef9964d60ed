"""Saved plans, as they were typed: every state of each, in a file or a database."""

from taper.drafts.draft import Conflict, Draft, Unavailable
from taper.drafts.settings import default_path, keep_days, place
from taper.drafts.store import Drafts

__all__ = ["Conflict", "Draft", "Drafts", "Unavailable", "default_path", "keep_days", "place"]
