"""What a machine sets about its saved plans: where they are kept, and for how long."""

import os
import re
from pathlib import Path

from platformdirs import user_data_path


def default_path() -> Path:
    """Return the file of drafts of this machine: in `TAPER_DATA_DIR`, or the user's data folder."""
    folder = os.environ.get("TAPER_DATA_DIR")
    return (Path(folder) if folder else user_data_path("taper")) / "drafts.sqlite3"


def place() -> Path | str:
    """Return where drafts are kept: the database at `TAPER_DATABASE_URL`, else the file."""
    return os.environ.get("TAPER_DATABASE_URL") or default_path()


def keep_days() -> int | None:
    """Return for how many days an unused draft is kept: `TAPER_KEEP_DAYS`; None for ever.

    Raises `ValueError` where that is set to anything but a whole number from 1.
    """
    text = os.environ.get("TAPER_KEEP_DAYS", "")
    if not text:
        return None
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise ValueError(f"TAPER_KEEP_DAYS must be a whole number of days from 1, got {text!r}")
    return int(text)
