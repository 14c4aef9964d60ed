"""Plans and records back from files."""

from taper.document import Fault, InvalidPlan, loads
from taper.sheets import attached_document


def open_file(data: bytes) -> object:
    """Return the document in a JSON file or in a PDF that Taper printed: a plan, or a record.

    Raises `InvalidPlan` where there is none. The document is not yet checked: `Plan.from_document`,
    `Record.from_document`.
    """
    if not _is_pdf(data):
        return loads(data)
    try:
        return loads(attached_document(data))
    except InvalidPlan:
        raise
    except ValueError as error:
        raise InvalidPlan([Fault("", str(error))]) from None


def _is_pdf(data: bytes) -> bool:
    """Say whether a file is a PDF, though a mail program may have put lines before it."""
    start = data[:1024]
    return b"%PDF-" in start and not start.lstrip().startswith((b"{", b"["))
