"""Saved plans, as they were typed: every state of each, kept in one file on this machine."""

from taper.drafts.draft import Conflict, Draft, Unavailable
from taper.drafts.settings import default_path, keep_days
from taper.drafts.store import Drafts

__all__ = ["Conflict", "Draft", "Drafts", "Unavailable", "default_path", "keep_days"]
