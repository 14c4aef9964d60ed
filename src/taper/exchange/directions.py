"""The schedule as plain text to paste into a record system."""

import textwrap
from collections.abc import Iterator
from typing import Final

from taper.confirmation import Confirmation
from taper.exchange.standing import standing
from taper.schedule import ENGINE, Schedule
from taper.steps import DrugStep, Step
from taper.wording import (
    SUPERVISION,
    end_sentences,
    for_file,
    mg,
    plan_mark,
    product_name,
    spelled_day,
    supplied,
    taken,
)

WIDTH: Final = 72
"""The columns that record systems show without wrapping."""


def directions(schedule: Schedule, confirmed: Confirmation | None = None) -> str:
    """Write what to take in each step and what to supply in each period, 72 columns at most.

    Raises `ValueError` for a confirmation of another schedule.
    """
    entries = _entries(schedule, standing(schedule, confirmed))
    lines = (line for entry, indent in entries for line in _wrapped(entry, indent))
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


def directions_by_step(schedule: Schedule, confirmed: Confirmation | None = None) -> str:
    """Write the directions of each step on one line, however long, for a field of one line each.

    Every line first says whether it is a draft. Raises as `directions` does.
    """
    status = standing(schedule, confirmed)
    lines = (
        f"{status}. {_dates(step)}: {'; '.join(_drugs(schedule, step))}." for step in schedule.steps
    )
    ends = (f"{status}. {line}" for line in end_sentences(schedule.plan, schedule.ends))
    return "".join(f"{for_file(line)}\n" for line in (*lines, *ends))


def _dates(step: Step) -> str:
    if step.start == step.end:
        return spelled_day(step.start)
    return f"{spelled_day(step.start)} to {spelled_day(step.end)}"


def _wrapped(text: str, indent: int) -> list[str]:
    # A space that does not break stands between a number and its unit, and textwrap keeps to it.
    first, more = " " * indent, " " * (indent + 2)
    wrapped = textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=more, break_on_hyphens=False
    )
    return wrapped or [""]


def _entries(schedule: Schedule, status: str) -> Iterator[tuple[str, int]]:
    yield f"{plan_mark(schedule.plan, ENGINE)}. {status}.", 0
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
    for line in _drugs(schedule, step):
        yield line, 2


def _drugs(schedule: Schedule, step: Step) -> list[str]:
    lines = [f"{part.drug} {mg(part.total)} a day: {_doses(schedule, part)}" for part in step.drugs]
    return lines or ["no dose"]


def _doses(schedule: Schedule, part: DrugStep) -> str:
    doses = []
    for dose in part.doses:
        made = taken(schedule.plan, dose.take)
        doses.append(f"{dose.time} {mg(dose.mg)}" + (f" ({made})" if made else ""))
    return ", ".join(doses)
