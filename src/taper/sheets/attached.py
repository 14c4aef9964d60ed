"""The plan back out of a printed PDF."""

import io
from typing import Final

from pypdf import PdfReader

NAME: Final = "plan.json"


def attached_plan(data: bytes) -> bytes:
    """Return the plan.json that a PDF carries, as it was attached.

    Raises `ValueError` with a plain word where the file is no PDF, is damaged, or carries no plan.
    """
    if b"%PDF" not in data[:1024]:
        raise ValueError("This file is not a PDF.")
    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted
        found = [] if locked else list(reader.attachments.get(NAME, ()))
    except Exception:  # a damaged file makes the reader fail in ways that no list names
        raise ValueError("This PDF is damaged.") from None
    if locked:
        raise ValueError("This PDF is locked with a password.")
    if not found:
        raise ValueError(
            "This PDF carries no plan. A scan or a photo of a sheet carries none: "
            "open the PDF that was printed."
        )
    return bytes(found[0])
