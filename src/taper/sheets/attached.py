"""The plan, or the record, back out of a printed PDF."""

import io
import logging
from typing import Final

from pypdf import PdfReader

NAMES: Final = ("plan.json", "record.json")
MOST_BYTES: Final = 20_000_000
"""Far more than any sheets that were printed."""

# What it finds wrong is said once, in a plain word, by what is raised here.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def attached_document(data: bytes) -> bytes:
    """Return the plan.json or record.json that a PDF carries, as it was attached.

    Bytes before the PDF, as a mail program may put there, are passed over. Raises `ValueError` with
    a plain word where the file is no PDF, is too large, is damaged, or carries no plan.
    """
    start = data.find(b"%PDF", 0, 1024)
    if start < 0:
        raise ValueError("This file is not a PDF.")
    if len(data) > MOST_BYTES:
        raise ValueError("This PDF is too large to be a printed plan.")
    try:
        reader = PdfReader(io.BytesIO(data[start:]))
        locked = reader.is_encrypted
        files = [] if locked else [file for file in reader.attachment_list if file.name in NAMES]
        # Only the first is unpacked: a file may hold many that grow to any size.
        found = [file.content for file in files[:1]]
    except Exception:  # noqa: BLE001 - a damaged file fails in ways that no list names
        raise ValueError("This PDF is damaged.") from None
    if locked:
        raise ValueError("This PDF is locked with a password.")
    if not found:
        raise ValueError(
            "This PDF carries no plan. A scan or a photo of a sheet carries none: "
            "open the PDF that was printed."
        )
    return found[0]
