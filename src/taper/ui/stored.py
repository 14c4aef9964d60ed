"""The saved plans of this machine, as who is here may open them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from taper.drafts import Drafts, Unavailable, default_path, keep_days, place
from taper.drafts.backup import sweep
from taper.ui import sign_in


@st.cache_resource(show_spinner=False)
def _drafts(where: Path | str) -> Drafts:
    """Open the drafts once for all tabs, and delete what was unused for longer than is wanted."""
    try:
        days = keep_days()
    except ValueError as error:
        raise Unavailable(str(error)) from error
    drafts = Drafts(where)
    if not sign_in.setup().on and drafts.people.any():
        raise Unavailable("they belong to people who sign in, and sign-in is not set up here")
    sweep(default_path(), datetime.now(UTC).timestamp())
    if days:
        drafts.delete_unused(datetime.now(UTC) - timedelta(days=days))
    return drafts


def everyones() -> Drafts:
    """Return the drafts of this machine as nobody owns them, for who has not signed in yet."""
    return _drafts(place())


def store() -> Drafts:
    """Return the drafts that who is here may open; raises where none can be read or written."""
    return everyones().of(sign_in.person(), datetime.now(UTC))


def begun() -> bool:
    """Say whether anything may be saved: to look is no reason to make a file."""
    where = place()
    return isinstance(where, str) or where.exists()


def why(error: Exception) -> str:
    """Say why the store refused."""
    return str(error.strerror if isinstance(error, OSError) and error.strerror else error)
