"""Tables of the Reference page: pace, symptoms, and places of care."""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Final

from taper import wording
from taper.reference import guidance
from taper.reference.facts import drug_in
from taper.reference.guidance import (
    CEILING,
    CLASSES,
    LABEL,
    NO_FIGURE,
    NOW,
    SEVERITIES,
    STUDIES,
    TYPICAL,
    Figure,
    Risk,
    Symptom,
)
from taper.ui.cited import Group, Row, Table, lines, quiet, said, source, span
from taper.ui.reference_drugs import PLURALS

_WHAT: Final = {
    CEILING: "Ceiling: at most this much",
    TYPICAL: "Typical pace",
    LABEL: "Pace on the product's label",
    STUDIES: "Found in studies",
    NO_FIGURE: "No figure",
}
_OF: Final = {
    "current": "the current dose",
    "start": "the first dose",
    "not stated": "which dose is not stated",
}
GO: Final = {
    guidance.NEXT_VISIT: "At the next visit",
    guidance.BEFORE_CHANGE: "Ask the prescriber before the next change",
    guidance.SAME_DAY: "Same day",
    guidance.NOW: "Emergency: now",
}


# --------------------------------------------------------------------------------------------- pace


@cache
def pace() -> tuple[Table, ...]:
    """Return a table of figures for each class, ceilings first."""
    columns = ("Source", "Size of a step", "Of what", "How often", "For whom, and how it is put")
    return tuple(
        Table(
            PLURALS[kind],
            columns,
            tuple(
                Group(rows, head)
                for what, head in _WHAT.items()
                if (rows := tuple(_figure(row) for row in _of_class(kind) if row.what == what))
            ),
            "pace",
        )
        for kind in CLASSES
    )


def _of_class(kind: str) -> list[Figure]:
    return [row for row in guidance.figures() if kind in row.classes]


def _figure(row: Figure) -> Row:
    size = "<br>".join(_sizes(row)) or '<span class="quiet">no size</span>'
    only = f"<div>Only {said(', '.join(row.drugs))}</div>" if row.drugs else ""
    often = _interval(row)
    if row.ceiling:
        often = f"within {wording.days(row.ceiling.in_days)}"
    return Row(
        source(row),
        (
            f'<span class="figure">{size}</span>',
            said(_OF[row.base]) if row.base else said(f"mg of {row.mg_of}" if row.mg_of else "–"),
            often or "–",
            only + said(row.says) + quiet(row.scope),
        ),
        f"{' '.join(row.drugs)} {row.mg_of or ''}",
    )


def _sizes(row: Figure) -> Iterable[str]:
    if row.ceiling:
        yield f"at most {wording.percentage(row.ceiling.percent)}"
    if row.percent_high is not None:
        yield span(row.percent_low, row.percent_high, "%")
    if row.mg_high is not None:
        yield span(row.mg_low, row.mg_high, "mg")


def _interval(row: Figure) -> str:
    low, high = row.every_days_low, row.every_days_high
    if high is None:
        return ""
    if low is None:
        return f"at most {wording.days(high)} apart"
    return f"every {wording.days(high) if low == high else f'{low} to {wording.days(high)}'}"


# ----------------------------------------------------------------------------------------- symptoms


@cache
def symptoms() -> tuple[Table, ...]:
    """Return a table of symptoms for each grade of severity, emergencies first."""
    columns = ("What it is", "Where to go", "What the sources say")
    words = {row.severity: row for row in guidance.groupings()}
    return tuple(
        Table(
            f"{grade.capitalize()}: {said(words[grade].words)}{quiet(words[grade].note)}",
            columns,
            (Group(tuple(_symptom(row) for row in of_grade(grade))),),
            f"symptoms {grade}",
        )
        for grade in reversed(SEVERITIES)
    )


def of_grade(grade: str) -> list[Symptom]:
    """Return the symptoms of a grade, the most urgent first."""
    found = [row for row in guidance.symptoms() if row.severity == grade]
    return sorted(found, key=lambda row: -guidance.urgency(row.go))


def destination(row: Symptom) -> str:
    """Write where to go with a symptom."""
    urgent = ' class="now"' if row.go == NOW else ""
    return f"<span{urgent}>{escape(GO[row.go])}</span>"


def evidence(row: Symptom) -> str:
    """Write what each source says of a symptom; another destination is named beside it."""
    said_by = [f"{said(row.says)} {source(row)}"]
    for other in row.also:
        differs = f"{escape(GO[other.go])}: " if other.go != row.go else ""
        said_by.append(f"{differs}{said(other.says)} {source(other)}")
    if row.listed:
        said_by.append(f"Listed as a symptom of withdrawal {source(row.listed)}")
    return lines(said_by)


def _symptom(row: Symptom) -> Row:
    return Row(
        f"<b>{said(row.words)}</b>",
        (destination(row), evidence(row)),
        f"{row.id.replace('-', ' ')} {row.sign or ''}",
    )


# --------------------------------------------------------------------------------------------- care


@cache
def care() -> tuple[Table, ...]:
    """Return what is said of the places where a taper is supervised."""
    names = {row.id: row.words for row in guidance.places()}
    places = tuple(
        Row(f"<b>{said(row.words)}</b>", (said(row.does), source(row)), row.id)
        for row in guidance.places()
    )
    criteria = tuple(
        Row(f"<b>{said(names[row.place])}</b>", (said(row.says), source(row)), row.place)
        for row in guidance.criteria()
    )
    factors = tuple(
        Row(
            f"<b>{said(row.words)}</b>",
            (said(row.says), said(names[row.place]) if row.place else "–", source(row)),
            row.id.replace("-", " "),
        )
        for row in guidance.factors()
    )
    gaps = tuple(
        Row(f"<b>{said(row.words)}</b>", (said(row.says), source(row)), row.drug_class)
        for row in guidance.gaps()
    )
    return (
        Table(
            "What each place does", ("Place", "What it does", "Source"), (Group(places),), "care"
        ),
        Table("Reasons for a place", ("Place", "Reason", "Source"), (Group(criteria),), "care"),
        Table(
            "What about the patient matters",
            ("About the patient", "What the source says", "Place it names", "Source"),
            (Group(factors),),
            "care",
        ),
        _risks(),
        _bands(),
        Table(
            "Tolerance and days without",
            ("Medicine", "What the source says", "Source"),
            (Group(gaps),),
            "care",
        ),
    )


def lost_tolerance(names: Iterable[str]) -> str:
    """Write what the sources say of tolerance and days without some drugs.

    Where a drug is not in the reference, all of it: what it is like is not known.
    """
    known = [drug_in(name) for name in names]
    classes = {drug.drug_class for drug in known if drug}
    rows = [row for row in guidance.gaps() if None in known or row.drug_class in classes]
    return "".join(
        f"<div><b>{said(row.words)}</b>: {said(row.says)} {source(row)}</div>" for row in rows
    )


def _risks() -> Table:
    columns = ("Taken on", "For", "Daily dose", "Risk of withdrawal that matters", "Source")
    rows = tuple(
        Row(
            _days_a_week(row),
            (
                _months(row),
                escape(" or ".join(filter(None, (", ".join(row.bands[:-1]), row.bands[-1])))),
                f"<b>{escape(row.risk)}</b>",
                source(row),
            ),
            "risk",
        )
        for row in guidance.risks()
    )
    return Table("Risk of withdrawal by use and dose", columns, (Group(rows),), "care")


def _days_a_week(row: Risk) -> str:
    if row.days_a_week_high is None:
        return f"{row.days_a_week_low} days a week or more"
    if row.days_a_week_low is None:
        return f"{row.days_a_week_high} days a week or fewer"
    return f"{row.days_a_week_low} to {row.days_a_week_high} days a week"


def _months(row: Risk) -> str:
    if row.to_months is None:
        return "not stated" if row.from_months is None else f"{_month(row.from_months)} or more"
    if row.from_months is None:
        return f"under {_month(row.to_months)}"
    return f"{row.from_months} to {_month(row.to_months)}"


def _month(count: int) -> str:
    return f"{count}\u00a0month{'' if count == 1 else 's'}"


def _bands() -> Table:
    rows = tuple(
        Row(f"<b>{said(row.id)}</b>", (said(row.says), source(row)), "dose band")
        for row in guidance.bands()
    )
    columns = ("Daily dose", "In diazepam or its equal", "Source")
    return Table("What low, moderate and high mean there", columns, (Group(rows),), "care")
