"""The printed sheets: a schedule as one PDF that carries its plan, and its pages as pictures.

The words are made in `taper.wording` and `words`, and put in order by one module a sheet; the
templates (`sheets.typ` and what it imports) lay them out under headings and labels.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from taper.schedule import ENGINE, Schedule
from taper.sheets.attached import attached_plan
from taper.sheets.clinician import clinician
from taper.sheets.patient import patient
from taper.sheets.pharmacy import pharmacy
from taper.sheets.press import MissingGlyph, press_pages, press_pdf
from taper.sheets.words import EXAMPLE, REPLACES, SHEET_SUPERVISION, UNFINISHED, identity
from taper.wording import DRAFT, day, lettered_text

SHEETS: Final[Mapping[str, Callable[[Schedule], dict[str, Any]]]] = {
    "patient": patient,
    "pharmacy": pharmacy,
    "clinician": clinician,
}
"""The sheets by name, in the order in which they are printed together."""

PAPERS: Final = ("a4", "letter")

__all__ = ["PAPERS", "SHEETS", "MissingGlyph", "attached_plan", "pages", "pdf"]


def pdf(
    schedule: Schedule,
    *,
    sheets: Sequence[str] = ("patient",),
    paper: str = "a4",
    prepared_on: date | None = None,
    draft: bool = True,
    example: bool = False,
) -> bytes:
    """Print sheets of a schedule as one PDF, with the plan attached as plan.json.

    `prepared_on` of None leaves a line to write the day on. Pages are numbered within each sheet.
    The same arguments give the same bytes. Raises `MissingGlyph` where a character cannot be
    printed, `ValueError` where an unfinished plan would lose its DRAFT.
    """
    return press_pdf(_content(schedule, sheets, paper, prepared_on, draft, example))


def pages(
    schedule: Schedule,
    *,
    sheets: Sequence[str] = ("patient",),
    paper: str = "a4",
    prepared_on: date | None = None,
    draft: bool = True,
    example: bool = False,
    ppi: int = 110,
) -> list[bytes]:
    """Show the pages that `pdf` prints, each as a PNG. Raises as `pdf` does."""
    return press_pages(_content(schedule, sheets, paper, prepared_on, draft, example), ppi)


def _content(
    schedule: Schedule,
    sheets: Sequence[str],
    paper: str,
    prepared_on: date | None,
    draft: bool,
    example: bool,
) -> dict[str, str]:
    """Return what the template is given: the words as JSON, and the plan to attach."""
    unknown = [name for name in sheets if name not in SHEETS]
    if unknown or not sheets:
        raise ValueError(f"a sheet must be one of {', '.join(SHEETS)}, got {', '.join(unknown)}")
    if paper not in PAPERS:
        raise ValueError(f"paper must be one of {', '.join(PAPERS)}, got {paper}")
    if schedule.ends is None and not draft:
        raise ValueError("a plan that does not say how it ends prints as a DRAFT only")
    plan = schedule.plan
    on = prepared_on or plan.start
    marks = [word for word, set_ in (("EXAMPLE", example), ("DRAFT", draft)) if set_]
    content = {
        "paper": {"a4": "a4", "letter": "us-letter"}[paper],
        "date": [on.year, on.month, on.day],
        "marks": marks,
        "status": [{"EXAMPLE": EXAMPLE, "DRAFT": DRAFT}[mark] for mark in marks],
        "unfinished": None if schedule.ends else UNFINISHED,
        "supervision": SHEET_SUPERVISION,
        "prepared": "Prepared on",
        "prepared_on": day(prepared_on) if prepared_on else None,
        "replaces": REPLACES,
        "identity": identity(plan, ENGINE),
        "sheets": [_sheet(schedule, name) for name in dict.fromkeys(sheets)],
    }
    return {"content": json.dumps(content, ensure_ascii=False), "plan": plan.to_json()}


def _sheet(schedule: Schedule, name: str) -> dict[str, Any]:
    """Return a sheet's content; names of drugs in tall-man letters, but never for a patient."""
    content = SHEETS[name](schedule)
    drugs = () if name == "patient" else schedule.plan.drugs
    return {key: _lettered(value, drugs) for key, value in content.items()}


def _lettered(value: Any, drugs: Sequence[str]) -> Any:
    if isinstance(value, str):
        return lettered_text(value, drugs)
    if isinstance(value, dict):
        return {key: _lettered(item, drugs) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_lettered(item, drugs) for item in value]
    return value
