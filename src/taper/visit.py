"""A visit as it is written into a taper's record: what was really taken, and how the patient is."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import Field

from taper.document import Fault, join
from taper.leaf import Day, Moment, Quantity, Text, Whole, Word
from taper.parts import Clinician, DrugDosesMg, Name, Part
from taper.reading import read_part

MOST_LEVEL: Final = 10
"""Symptoms are told from 0, none, to 10, the worst that one can think of."""

PLANNED: Final = "planned"
NOTHING: Final = "nothing"
UNKNOWN: Final = "unknown"
DECISIONS: Final = (
    "as planned",
    "hold",
    "stay",
    "earlier dose",
    "new pace",
    "new products",
    "stop",
)


class Taken(Part):
    """What was really taken from one day to another, both included.

    `took` is a word, or `doses_mg` has the doses of each day: a drug named was taken just so (a
    time left out is 0), a drug not named as planned.
    """

    start: Annotated[date, Day(), Field(alias="from")]
    end: Annotated[date, Day(), Field(alias="to")]
    took: Annotated[str, Word((PLANNED, NOTHING, UNKNOWN))] | None = None
    doses_mg: DrugDosesMg | None = None

    @classmethod
    def contradictions(cls, raw: Any) -> Iterator[tuple[str, str]]:
        if ("took" in raw) == ("doses_mg" in raw):
            yield "", "must say took or doses_mg, one of them"
        first, last = raw.get("from"), raw.get("to")
        if isinstance(first, str) and isinstance(last, str) and last < first:
            yield "to", f"must not be before {first}, got {last}"


class Score(Part):
    """A symptom, by the reference's id or in own words, from 0 to 10."""

    symptom: Name
    level: Annotated[int, Whole(0, MOST_LEVEL)]


class Scale(Part):
    """The total of a scale that the clinic uses."""

    name: Name
    total: Annotated[Fraction, Quantity(over_zero=False)]


class BloodPressure(Part):
    """In mmHg."""

    systolic: Annotated[int, Whole(20, 350)]
    diastolic: Annotated[int, Whole(10, 250)]


class Visit(Part):
    """A visit that took place: what was taken since the last one, and how the patient is."""

    on: Annotated[date, Day()]
    recorded: Annotated[datetime, Moment()]
    by: Clinician | None = None
    taken: Annotated[tuple[Taken, ...], Field(strict=False)] = ()
    symptoms: Annotated[tuple[Score, ...], Field(strict=False)] = ()
    scales: Annotated[tuple[Scale, ...], Field(strict=False)] = ()
    blood_pressure: BloodPressure | None = None
    pulse: Annotated[int, Whole(20, 350)] | None = None
    goes_on: Annotated[str, Word(DECISIONS)] | None = None
    note: Annotated[str, Text(breaks=True, most=4000)] | None = None


def visit_at(place: str, raw: object, faults: list[Fault]) -> Visit | None:
    """Read a visit at a place of a record, and add what is wrong with it; None for what is none."""
    visit = read_part(place, Visit, raw, faults)
    if not isinstance(raw, dict) or not isinstance(visit, Visit):
        return None
    for at, entry in enumerate(raw.get("taken", ())):
        for where, text in Taken.contradictions(entry):
            faults.append(Fault(join(join(place, f"taken[{at}]"), where), text))
    return visit
