"""The record of the follow-up benchmark: a taper of three years, changed and visited often."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import edits

from taper import Plan
from taper.amount import plain
from taper.followup import day
from taper.record import Record, Version, read_visit

VERSIONS: Final = 12
VISITS: Final = 60
_EVERY: Final = timedelta(14)
_START: Final = date(2027, 1, 4)
_SYMPTOMS: Final = ("tremor", "anxiety", "poor-sleep", "sweating", "own words of the patient")


def record(versions: int = VERSIONS, visits: int = VISITS) -> Record:
    """Make a record of so many versions and visits, a visit every 14 days.

    Most visits tell that all was taken as planned, each fifth other doses; a version begins on the
    day of a visit, from the doses planned then, with a hold before.
    """
    plan = Plan.from_document(edits.document(edits.SIZES[1], "1"))
    made = Record.begin(plan, _moment(_START))
    for number in range(1, visits + 1):
        on = _START + number * _EVERY
        made = made.with_visit(read_visit(_visit(made, number, on)))
        if len(made.versions) < versions and number % (visits // versions) == 0:
            made = made.with_version(_version(made, on))
    return made


def _moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)


def _visit(made: Record, number: int, on: date) -> dict[str, Any]:
    last = on - timedelta(1)
    taken: list[dict[str, Any]] = [
        {"from": (on - _EVERY).isoformat(), "to": last.isoformat(), "took": "planned"}
    ]
    if number % 5 == 0:
        half = on - _EVERY / 2
        taken[0]["to"] = (half - timedelta(1)).isoformat()
        more = {"clonazepam": {"bedtime": "4.5"}}
        taken.append({"from": half.isoformat(), "to": last.isoformat(), "doses_mg": more})
    return {
        "on": on.isoformat(),
        "recorded": _moment(on).isoformat(),
        "taken": taken,
        "symptoms": [
            {"symptom": name, "level": (number + at) % 11}
            for at, name in enumerate(_SYMPTOMS[: number % 6])
        ],
        "goes_on": "as planned",
        "note": "Slept badly, else well.",
    }


def _version(made: Record, on: date) -> Version:
    before = made.versions[-1].plan
    assert before
    held = day(made, on).planned
    changed = before.to_document() | {
        "start": on.isoformat(),
        "replaces": before.fingerprint,
        "regimen": [
            {"drug": drug, "doses_mg": {time: plain(dose) for time, dose in doses.items()}}
            for drug, doses in held.items()
        ],
    }
    plan = Plan.from_document(changed)
    return Version(on, _moment(on), plan, why="tremor")
