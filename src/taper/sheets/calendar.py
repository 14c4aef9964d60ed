"""The calendar: a box to tick for every dose of every day, and a diary of how it feels."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from taper.schedule import Schedule
from taper.sheets import plain
from taper.sheets.days import Naming
from taper.sheets.options import Options
from taper.steps import DrugStep
from taper.wording import month

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIARY_ROWS: Final = 17


def calendar(schedule: Schedule, options: Options) -> dict[str, Any]:
    """Return the content of the calendar; with several drugs a letter stands for each."""
    naming = Naming(schedule.plan.start, options.dated)
    taken = {part.drug for step in schedule.steps for part in step.drugs}
    drugs = [drug for drug in schedule.plan.drugs if drug in taken]
    letters = dict(zip(drugs, _LETTERS, strict=False)) if len(drugs) > 1 else {}
    kinds: list[list[tuple[str, list[str]]]] = []
    days = list(_days(schedule, letters, kinds))
    return {
        "kind": "calendar",
        "title": "Your calendar",
        "span": naming.from_to(schedule.steps[0].start, schedule.steps[-1].end),
        "tick": plain.TICK,
        "letters": plain.LETTERS,
        "drugs": [[letter, drug] for drug, letter in letters.items()],
        "kinds": kinds,
        "weekdays": list(_weekdays()) if options.dated else [],
        "months": list(_months(days, naming) if options.dated else _runs(days, naming)),
        "diary": plain.DIARY,
        "diary_columns": plain.DIARY_COLUMNS,
        "diary_rows": DIARY_ROWS,
    }


def _days(
    schedule: Schedule, letters: dict[str, str], kinds: list[list[tuple[str, list[str]]]]
) -> Iterator[tuple[date, int]]:
    """Yield each day with the number of its kind: the boxes at each time, in the plan's order."""
    for step in schedule.steps:
        boxes = _boxes(step.drugs, schedule.plan.times, letters)
        if boxes not in kinds:
            kinds.append(boxes)
        for day in range(step.days):
            yield step.start + timedelta(day), kinds.index(boxes)


def _boxes(
    drugs: Sequence[DrugStep], times: Sequence[str], letters: dict[str, str]
) -> list[tuple[str, list[str]]]:
    at = {
        time: [
            letters.get(part.drug, "")
            for part in drugs
            if any(dose.time == time for dose in part.doses)
        ]
        for time in times
    }
    return [(time, boxes) for time, boxes in at.items() if boxes]


def _weekdays() -> Iterator[str]:
    monday = date(2024, 1, 1)
    yield from (f"{monday + timedelta(day):%A}" for day in range(7))


def _months(days: Sequence[tuple[date, int]], naming: Naming) -> Iterator[dict[str, Any]]:
    """Yield each month as weeks from Monday to Sunday; None is a day outside the plan."""
    for _, run in groupby(days, key=lambda one: (one[0].year, one[0].month)):
        in_month = list(run)
        first, last = in_month[0][0], in_month[-1][0]
        cells: list[tuple[str, int] | None] = [None] * first.weekday()
        cells += [(str(day.day), kind) for day, kind in in_month]
        yield _month(month(first), first, last, cells, naming)


def _runs(days: Sequence[tuple[date, int]], naming: Naming) -> Iterator[dict[str, Any]]:
    """Yield four weeks at a time of a plan without dates."""
    for at in range(0, len(days), 28):
        run = days[at : at + 28]
        first, last = run[0][0], run[-1][0]
        cells = [(f"{naming.number(day):,}", kind) for day, kind in run]
        yield _month(naming.from_to(first, last), first, last, list(cells), naming)


def _month(
    title: str, first: date, last: date, cells: list[tuple[str, int] | None], naming: Naming
) -> dict[str, Any]:
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return {"title": title, "from": naming.short(first), "to": naming.short(last), "weeks": weeks}
