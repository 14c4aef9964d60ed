"""The schedule as tables: CSV that is safe to open in a spreadsheet, and a DataFrame."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from taper.amount import plain, plain_rounded
from taper.parts import Liquid
from taper.schedule import Schedule
from taper.steps import Step
from taper.wording import for_file, product_kind, taken

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[object, ...]

_STEPS: Final = (
    "step",
    "start",
    "end",
    "days",
    "drug",
    "time",
    "dose_mg",
    "take",
    "daily_total_mg",
    "change_mg",
    "change_percent",
    "ideal_daily_total_mg",
)
_DAILY: Final = ("date", "step", "drug", "time", "dose_mg", "take")
_AMOUNTS: Final = (*(name for name in _STEPS if name.endswith(("_mg", "percent"))), "count")
_SUPPLY: Final = ("from", "to", "drug", "product", "count", "unit", "packs")


def csv_text(schedule: Schedule, shape: str) -> bytes:
    """Write the schedule in one of `SHAPES`, ready to be saved.

    A day or step without any dose has one row, with 0 and no drug.
    """
    header, rows = SHAPES[shape]
    return written(header, rows(schedule))


def written(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows as CSV.

    Words that a spreadsheet would run (they start with =, +, -, @, tab or CR) get an apostrophe
    before them.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(map(_cell, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def frame(schedule: Schedule, shape: str) -> "pd.DataFrame":
    """Return the schedule in one of `SHAPES` as a DataFrame, for a notebook.

    Its columns are those of the CSV; days are `date`s, amounts exact `Decimal`s, and what does not
    apply is None. Raises `KeyError` for another shape.

    >>> from taper import Plan, build_schedule
    >>> plan = Plan.from_document({
    ...     "format": "taper-plan/1", "start": "2026-12-07",
    ...     "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "4"}}],
    ...     "phases": [{"kind": "hold", "days": 14}, {"kind": "maintain"}],
    ... })
    >>> frame(build_schedule(plan), "daily")["dose_mg"].sum()
    Decimal('56')
    """
    import pandas as pd

    header, rows = SHAPES[shape]
    found = [
        [
            Decimal(value) if name in _AMOUNTS and isinstance(value, str) else value
            for name, value in zip(header, row, strict=True)
        ]
        for row in rows(schedule)
    ]
    return pd.DataFrame(found, columns=list(header), dtype=object)


class Words(str):
    """A cell of words, which a spreadsheet must not run."""

    __slots__ = ()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Words):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _doses(schedule: Schedule, step: Step) -> Iterator[tuple[Row, Row]]:
    """Yield each dose of a step: (drug, time, mg, take) and what the drug's day adds up to."""
    if not step.drugs:
        yield (None, None, "0", None), ("0", None, None, "0")
    for part in step.drugs:
        percent = None if part.percent is None else plain_rounded(part.percent, 1)
        day = plain(part.total), plain(part.change), percent, plain_rounded(part.ideal, 3)
        for dose in part.doses:
            take = Words(for_file(taken(schedule.plan, dose.take)))
            yield (Words(part.drug), Words(dose.time), plain(dose.mg), take), day


def _steps(schedule: Schedule) -> Iterator[Row]:
    for step in schedule.steps:
        for dose, day in _doses(schedule, step):
            yield step.number, step.start, step.end, step.days, *dose, *day


def _daily(schedule: Schedule) -> Iterator[Row]:
    for step in schedule.steps:
        doses = [dose for dose, _ in _doses(schedule, step)]
        for after in range(step.days):
            for dose in doses:
                yield step.start + timedelta(after), step.number, *dose


def _supply(schedule: Schedule) -> Iterator[Row]:
    for row in schedule.supply:
        product = schedule.plan.products[row.product]
        unit = "mL" if isinstance(product, Liquid) else product.form
        kind = Words(for_file(product_kind(product)))
        drug = Words(product.drug)
        yield row.start, row.end, drug, kind, plain(row.count), unit, row.packs


SHAPES: Final[dict[str, tuple[tuple[str, ...], Callable[[Schedule], Iterator[Row]]]]] = {
    "steps": (_STEPS, _steps),
    "daily": (_DAILY, _daily),
    "supply": (_SUPPLY, _supply),
}
"""The shapes of CSV: header and rows."""
