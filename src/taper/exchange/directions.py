"""The schedule as plain text to paste into a record system."""

import textwrap
from collections.abc import Iterator
from typing import Final

from taper.schedule import ENGINE, Schedule
from taper.steps import DrugStep, Step
from taper.wording import (
    DRAFT,
    SUPERVISION,
    end_sentences,
    mg,
    plan_mark,
    product_name,
    spelled_day,
    supplied,
    taken,
)

WIDTH: Final = 72
"""The columns that record systems show without wrapping."""


def directions(schedule: Schedule) -> str:
    """Write what to take in each step and what to supply in each period, 72 columns at most."""
    lines = (line for entry, indent in _entries(schedule) for line in _wrapped(entry, indent))
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


def _wrapped(text: str, indent: int) -> list[str]:
    # A space that does not break stands between a number and its unit, and textwrap keeps to it.
    first, more = " " * indent, " " * (indent + 2)
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=more) or [""]


def _entries(schedule: Schedule) -> Iterator[tuple[str, int]]:
    yield f"{plan_mark(schedule.plan, ENGINE)}. {DRAFT}.", 0
    yield SUPERVISION, 0
    for step in schedule.steps:
        yield "", 0
        yield from _step(schedule, step)
    yield "", 0
    for sentence in end_sentences(schedule.plan, schedule.ends):
        yield sentence, 0
    if schedule.supply:
        yield "", 0
        yield "To supply", 0
    period = None
    for row in schedule.supply:
        if period != row.start:
            period = row.start
            yield f"{spelled_day(row.start)} to {spelled_day(row.end)}", 0
        product = schedule.plan.products[row.product]
        yield f"{product_name(product)}: {supplied(product, row)}", 2


def _step(schedule: Schedule, step: Step) -> Iterator[tuple[str, int]]:
    days = f"{step.days} day{'' if step.days == 1 else 's'}"
    yield f"Step {step.number}: {spelled_day(step.start)} to {spelled_day(step.end)}, {days}", 0
    if not step.drugs:
        yield "no dose", 2
    for part in step.drugs:
        yield f"{part.drug} {mg(part.total)} a day: {_doses(schedule, part)}", 2


def _doses(schedule: Schedule, part: DrugStep) -> str:
    doses = []
    for dose in part.doses:
        made = taken(schedule.plan, dose.take)
        doses.append(f"{dose.time} {mg(dose.mg)}" + (f" ({made})" if made else ""))
    return ", ".join(doses)
