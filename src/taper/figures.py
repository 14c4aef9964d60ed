"""A schedule in a few figures: what stands over the chart, and what plans are compared by."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from taper import wording
from taper.dispensing import Take, broken, items
from taper.pace import Change, changes, windows
from taper.parts import Solid
from taper.phases import Switch
from taper.schedule import Schedule
from taper.steps import Course, Step

LARGEST_IN_DAYS: Final = 14
"""Reductions are added up over so many days; the window of the published ceilings (ASAM 2025)."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures over the chart; `largest` leaves out a last step to 0 and what is switched."""

    steps: int
    days: int
    largest: Change | None
    to_zero: bool
    furthest: Fraction


def headline(schedule: Schedule) -> Headline:
    """Work out the headline figures of a schedule."""
    down = [(drug, change) for drug, change in _lowered(schedule)]
    largest = max(
        (change for _, change in down if change.after),
        key=lambda change: 1 - change.after / change.before,
        default=None,
    )
    furthest = max(
        (abs(part.total - part.ideal) for step in schedule.steps for part in step.drugs),
        default=Fraction(0),
    )
    days = (schedule.steps[-1].end - schedule.steps[0].start).days + 1
    to_zero = any(not change.after for _, change in down)
    return Headline(len(schedule.steps), days, largest, to_zero, furthest)


def headline_words(schedule: Schedule, dated: bool) -> Iterator[tuple[str, str]]:
    """Yield each figure over the chart, and what it is; `dated` is false without a start date."""
    top = headline(schedule)
    if len(schedule.plan.regimen) == 1:
        yield wording.mg(schedule.plan.regimen[0].total_mg), "a day, now"
    yield end_words(schedule, dated)
    yield f"{top.steps}", f"step{'' if top.steps == 1 else 's'}, {wording.length(top.days)}"
    if top.largest:
        change, doses = largest_words(schedule, top.largest)
        yield change, f"largest step, {doses}{then_to_zero(top)}"
    elif top.to_zero:
        yield "to 0", "the only step down"
    if top.furthest and schedule.plan.products:
        yield wording.ideal_mg(top.furthest), "furthest from ideal"


def end_words(schedule: Schedule, dated: bool = True) -> tuple[str, str]:
    """Say on which day a schedule ends, and how."""
    ends, after = schedule.ends, f"day {headline(schedule).days + 1}"
    if ends is None:
        return "not set yet", "end"
    if ends.how == "stopped":
        return (
            f"{ends.on:%a} {wording.short_day(ends.on)}" if dated else after, "first day without",
        )  # fmt: skip
    return wording.short_day(ends.on) if dated else after, "the doses go on from"


def largest_words(schedule: Schedule, change: Change) -> tuple[str, str]:
    """Write a change in percent, and its doses."""
    share = wording.percent((change.after - change.before) / change.before * 100)
    return share, f"{_dose(schedule, change.before)} → {_dose(schedule, change.after)}"


def then_to_zero(top: Headline) -> str:
    """Write what follows the largest step, where the last dose is left out: ", then to 0"."""
    return ", then to\N{NO-BREAK SPACE}0" if top.to_zero else ""


def _dose(schedule: Schedule, total: Fraction) -> str:
    """Write a daily total; where days alternate it is their mean, which no day has."""
    given = any(part.total == total for step in schedule.steps for part in step.drugs)
    taken = given or any(entry.total_mg == total for entry in schedule.plan.regimen)
    return wording.ideal_mg(total) + ("" if taken else " on average")


def _lowered(schedule: Schedule) -> Iterator[tuple[str, Change]]:
    """Yield the reductions of each drug, but for what a switch replaces by another drug."""
    made = Course(schedule.steps, schedule.ends, (), ())
    for drug in schedule.plan.drugs:
        for change in changes(schedule.plan, made, drug):
            if change.after < change.before and not _switched(schedule, change, drug):
                yield drug, change


def _switched(schedule: Schedule, change: Change, drug: str) -> bool:
    if change.step > len(schedule.steps):
        return False
    phase = schedule.plan.phases[schedule.steps[change.step - 1].phase]
    return isinstance(phase, Switch) and phase.from_drug == drug


@dataclass(frozen=True, slots=True)
class Figures:
    """What plans are compared by.

    `in_window` is the largest reduction over `LARGEST_IN_DAYS` days in percent, of one drug and
    without a last step to 0; `low_days` the days on which each drug that is taken is under a
    quarter of its own largest dose; `broken` the broken pieces over the plan; `items` the most to
    take in a day.
    """

    headline: Headline
    in_window: Fraction | None
    low_days: int
    broken: int
    items: int
    visits: int
    findings: Mapping[str, int]
    """How many there are, by severity."""


def figures(schedule: Schedule) -> Figures:
    """Work out what a schedule is compared by."""
    return Figures(
        headline(schedule),
        max(_in_windows(schedule), default=None),
        sum(step.days for step in _low(schedule)),
        sum(step.days * _broken(schedule, step) for step in schedule.steps),
        max((_items(schedule, step) for step in schedule.steps), default=0),
        len(schedule.plan.visits),
        Counter(finding.severity for finding in schedule.findings),
    )


def _in_windows(schedule: Schedule) -> Iterator[Fraction]:
    lowered = {drug for drug, _ in _lowered(schedule)}
    made = Course(schedule.steps, schedule.ends, (), ())
    for drug in lowered:
        found = [one for one in changes(schedule.plan, made, drug) if one.after]
        for window in windows(found, LARGEST_IN_DAYS):
            if not any(_switched(schedule, change, drug) for change in window.changes):
                yield window.percent


def _low(schedule: Schedule) -> Iterator[Step]:
    most = {entry.drug: entry.total_mg for entry in schedule.plan.regimen}
    for step in schedule.steps:
        for part in step.drugs:
            most[part.drug] = max(most.get(part.drug, part.total), part.total)
    for step in schedule.steps:
        if step.drugs and all(4 * part.total < most[part.drug] for part in step.drugs):
            yield step


def _taken(step: Step) -> Iterator[Take]:
    return (take for part in step.drugs for dose in part.doses for take in dose.take or ())


def _broken(schedule: Schedule, step: Step) -> int:
    products = schedule.plan.products
    return sum(
        broken(take.parts, product.breaks_into)
        for take in _taken(step)
        if isinstance(product := products[take.product], Solid)
    )


def _items(schedule: Schedule, step: Step) -> int:
    products = schedule.plan.products
    return sum(items(products[take.product], take.parts) for take in _taken(step))
