"""The printed sheets: a schedule as one PDF that carries its plan, and its pages as pictures.

A visit is printed for the file in the same frame; that PDF carries the record.

The words are made in `taper.wording`, `plan_words` and `words`, and put in order by one module a
sheet; the templates (`sheets.typ` and what it imports) lay them out under headings and labels.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from taper.record import Record
from taper.schedule import ENGINE, Schedule
from taper.sheets.attached import attached_document
from taper.sheets.calendar import calendar
from taper.sheets.clinician import clinician
from taper.sheets.options import PAPERS, SIZES, Options
from taper.sheets.overview import overview
from taper.sheets.patient import patient
from taper.sheets.pharmacy import pharmacy
from taper.sheets.press import MissingGlyph, press_drawings, press_pages, press_pdf
from taper.sheets.words import (
    EXAMPLE,
    SHEET_SUPERVISION,
    UNFINISHED,
    VISIT_STANDING,
    identity,
    replacing,
    reviewed,
)
from taper.summary import visit_rows, visit_title
from taper.wording import DRAFT, SUPERVISION, day, lettered_text

SHEETS: Final[Mapping[str, Callable[[Schedule, Options], dict[str, Any]]]] = {
    "patient": patient,
    "calendar": calendar,
    "pharmacy": pharmacy,
    "clinician": clinician,
    "overview": overview,
}
"""The sheets by name, in the order in which they are printed together."""

FOR_PATIENTS: Final = ("patient", "calendar")
"""The sheets that a patient gets: names of drugs stand as typed, and size makes them large."""

PREPARED: Final = "Prepared on"
_LONG_WORD: Final = re.compile(r"\S{20}")
_NO_WORDS: Final = ("chart", "fingerprint")
"""The templates break one of 22 letters, and may put a bracket or a stop beside it."""

BY_PEN: Final = "_" * 20
"""As wide as the line that a day is written on by pen."""

__all__ = [
    "FOR_PATIENTS", "PAPERS", "SHEETS", "SIZES", "MissingGlyph", "Options",
    "attached_document", "drawings", "is_draft", "pages", "pdf", "visit_pdf",
]  # fmt: skip


def pdf(schedule: Schedule, options: Options | None = None) -> bytes:
    """Print sheets of a schedule as one PDF, with the plan attached as plan.json.

    Pages are numbered within each sheet. The same arguments give the same bytes. Raises
    `MissingGlyph` where a character cannot be printed.
    """
    options = options or Options()
    return press_pdf(_content(schedule, options), partial(_texts, schedule, options))


def pages(schedule: Schedule, options: Options | None = None, ppi: int = 110) -> list[bytes]:
    """Show the pages that `pdf` prints, each as a PNG. Raises as `pdf` does."""
    options = options or Options()
    return press_pages(_content(schedule, options), partial(_texts, schedule, options), ppi)


def drawings(schedule: Schedule, options: Options) -> list[str]:
    """Show the pages that `pdf` prints, each as an SVG, sharp at any size. Raises as `pdf` does."""
    made = press_drawings(_content(schedule, options), partial(_texts, schedule, options))
    return [page.decode() for page in made]


def visit_pdf(record: Record, number: int, options: Options) -> bytes:
    """Print the summary of a visit, counted from 1, as a PDF with the record attached.

    Its words are those of `taper.summary.visit_text`. Raises `MissingGlyph`.
    """
    visit = record.visits[number - 1]
    version = record.version_on(visit.on) or 1
    plans = [one.plan for one in record.versions if one.plan]
    held = [one.plan for one in record.versions[:version] if one.plan][-1]
    drugs = list(dict.fromkeys(drug for plan in plans for drug in plan.drugs))
    rows = [(name, words.splitlines()) for name, words in visit_rows(record, number)]
    content = {
        # No DRAFT: that marks a schedule which nobody has confirmed, to be followed. This tells
        # what was said, which stays so whether or not a plan was confirmed, and says that it is
        # no plan to follow.
        "marks": [],
        "status": [],
        "supervision": SUPERVISION,
        "sheets": [
            {
                "kind": "visit",
                "title": visit_title(record, number),
                "rows": _lettered(rows, drugs),
            }
        ],
    }
    on, mark = options.prepared_on or visit.on, identity(held, ENGINE)
    framed = _framed(options, on, VISIT_STANDING, mark)
    inputs = _inputs(options, content | framed, "record", record.to_json())
    said = visit.model_dump(mode="json", by_alias=True, exclude_none=True)
    return press_pdf(inputs, lambda: dict(_leaves(held.to_document(), "") + _leaves(said, "")))


def is_draft(schedule: Schedule, options: Options) -> bool:
    """Say whether the sheets are marked DRAFT: nobody confirmed this very schedule."""
    return schedule.ends is None or reviewed(options.confirmed, schedule) is None


def _content(schedule: Schedule, options: Options) -> dict[str, str]:
    """Return what the template is given: the words as JSON, and the plan to attach."""
    unknown = [name for name in options.sheets if name not in SHEETS]
    if unknown or not options.sheets:
        raise ValueError(f"a sheet must be one of {', '.join(SHEETS)}, got {', '.join(unknown)}")
    plan = schedule.plan
    on = options.prepared_on or plan.start
    after = day(options.replaced_on) if options.replaced_on else None
    said = {
        "REPLACED": after and f"REPLACED on {after}",
        "EXAMPLE": options.example and EXAMPLE,
        "DRAFT": is_draft(schedule, options) and DRAFT,
    }
    marks = {mark: words for mark, words in said.items() if words}
    signed = None if "DRAFT" in marks else reviewed(options.confirmed, schedule)
    replaces = replacing(
        day(plan.start) if options.dated else None,
        day(options.replaces) if options.replaces else None,
        after,
    )
    content = {
        "marks": list(marks),
        "status": list(marks.values()),
        "unfinished": None if schedule.ends else UNFINISHED,
        "supervision": SHEET_SUPERVISION,
        "sheets": [_sheet(schedule, options, name) for name in dict.fromkeys(options.sheets)],
    }
    framed = _framed(
        options, on, replaces, f"{identity(plan, ENGINE)}{f' {signed}.' if signed else ''}"
    )
    return _inputs(options, content | framed, "plan", plan.to_json())


def _framed(options: Options, on: date, standing: str, mark: str) -> dict[str, Any]:
    """Return what stands in the frame of each page: when prepared, as what, of which plan."""
    prepared_on = day(options.prepared_on) if options.prepared_on else None
    return {
        "date": [on.year, on.month, on.day],
        "prepared": PREPARED,
        "prepared_on": prepared_on,
        "standing": standing,
        "identity": mark,
        "foot": _foot(f"{PREPARED} {prepared_on or BY_PEN}; {standing}.", mark),
    }


def _inputs(options: Options, content: dict[str, Any], carries: str, file: str) -> dict[str, str]:
    return {
        "paper": {"a4": "a4", "letter": "us-letter"}[options.paper],
        "size": options.size,
        "content": json.dumps(content, ensure_ascii=False),
        "carries": carries,
        "file": file,
        "long_words": "yes" if _has_long_word(content) else "",
    }


def _has_long_word(content: object) -> bool:
    waiting = [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _LONG_WORD.search(one):
                return True
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, dict):
            waiting += (item for key, item in one.items() if key not in _NO_WORDS)
    return False


def _foot(*sentences: str) -> int:
    """Return how high the foot of a page has to be for these words, in points of 10 pt type."""
    lines = sum(sum(9 if sign.isupper() else 5 for sign in words) // 480 + 1 for words in sentences)
    return 70 + 14 * lines


def _sheet(schedule: Schedule, options: Options, name: str) -> dict[str, Any]:
    """Return a sheet's content; names of drugs in tall-man letters, but never for a patient."""
    content = SHEETS[name](schedule, options)
    if name in FOR_PATIENTS:
        return content
    drugs = schedule.plan.drugs
    return {
        key: value if key == "chart" else _lettered(value, drugs) for key, value in content.items()
    }


def _lettered(value: Any, drugs: Sequence[str]) -> Any:
    if isinstance(value, str):
        return lettered_text(value, drugs)
    if isinstance(value, dict):
        return {key: _lettered(item, drugs) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_lettered(item, drugs) for item in value]
    return value


def _texts(schedule: Schedule, options: Options) -> dict[str, str]:
    """Return every text that somebody wrote, by its place."""
    found = dict(_leaves(schedule.plan.to_document(), ""))
    if options.confirmed:
        found |= {"name": options.confirmed.name, "role": options.confirmed.role}
    return found | options.words()


def _leaves(value: object, place: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(place, value)]
    if isinstance(value, list | tuple):
        return [leaf for at, item in enumerate(value) for leaf in _leaves(item, f"{place}[{at}]")]
    if isinstance(value, dict):
        dot = "." if place else ""
        keys = [(f"{place}{dot}{key}", str(key)) for key in value if place.endswith("doses_mg")]
        return keys + [
            leaf for key, item in value.items() for leaf in _leaves(item, f"{place}{dot}{key}")
        ]
    return []
