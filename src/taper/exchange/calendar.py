"""The schedule as a calendar file: dose changes and visits by day, reminders at the clock.

RFC 5545. Dates and times are floating: a dose at 8 is at 8 wherever the patient is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from icalendar import Alarm, Calendar, Event

from taper.confirmation import Confirmation
from taper.exchange.standing import same_id, standing
from taper.phases import Maintain
from taper.plan import Plan
from taper.schedule import ENGINE, Schedule
from taper.steps import Dose, DrugStep
from taper.wording import (
    SUPERVISION,
    day,
    end_sentences,
    for_file,
    mg,
    spelled_day,
    taken,
    unlabelled_mark,
)

_PRODUCER: Final = "-//Taper//Taper//EN"


@dataclass(frozen=True, slots=True)
class _Block:
    """The same doses on each day from `start` to `end`; None where they go on."""

    start: date
    end: date | None
    drugs: tuple[DrugStep, ...]

    @property
    def days(self) -> int | None:
        return None if self.end is None else (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry; `part` names it within the plan, `at` is None for a whole day."""

    part: str
    on: date
    summary: str
    lines: tuple[str, ...]
    at: time | None = None
    days: int | None = 1
    """On so many days in a row; None for ever."""


def calendar_file(
    schedule: Schedule,
    *,
    identity: str,
    on: date,
    revision: int = 0,
    reminders: Mapping[str, time] | None = None,
    confirmed: Confirmation | None = None,
) -> bytes:
    """Write dose changes and visits as all-day entries, with a reminder for each time in it.

    An entry keeps its id while the plan of the same `identity` changes, so that a later file
    (`revision` higher) replaces it. `reminders` says by the clock when a time of day is; a time
    that it leaves out gets none. Nothing names the patient, nor does the plan's label stand there.
    The same arguments give the same bytes. Raises `ValueError` for a reminder at a time that the
    plan doesn't have, and for a confirmation of another schedule.
    """
    clock = dict(reminders or {})
    unknown = [name for name in clock if name not in schedule.plan.times]
    if unknown:
        raise ValueError(f"the plan has no time of day {unknown[0]!r}")
    status = standing(schedule, confirmed)
    foot = (
        f"{status}. {SUPERVISION}",
        f"Prepared on {day(on)}; replaces every entry of this plan prepared before.",
        f"Taper: {unlabelled_mark(schedule.plan, ENGINE)}",
    )
    calendar = Calendar()
    calendar.add("prodid", _PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Taper")
    for entry in _entries(schedule, clock):
        event = _event(entry, foot, draft=confirmed is None)
        event.add("uid", str(same_id(identity, entry.part)))
        event.add("sequence", revision)
        event.add("dtstamp", datetime.combine(on, time(), UTC))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(entry: _Entry, foot: tuple[str, ...], draft: bool) -> Event:
    event = Event()
    summary = for_file(entry.summary)
    event.add("summary", f"DRAFT: {summary}" if draft else summary)
    event.add("description", "\n".join(for_file(line) for line in (*entry.lines, "", *foot)))
    event.add("status", "TENTATIVE" if draft else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if entry.at is None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(1))
        return event
    event.add("dtstart", datetime.combine(entry.on, entry.at))
    often = {"freq": "daily"} if entry.days is None else {"freq": "daily", "count": entry.days}
    event.add("rrule", often)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(0))
    alarm.add("description", event["summary"])
    event.add_component(alarm)
    return event


def _entries(schedule: Schedule, clock: Mapping[str, time]) -> Iterator[_Entry]:
    plan, blocks = schedule.plan, _blocks(schedule)
    before: tuple[str, ...] = ()
    for number, block in enumerate(blocks, 1):
        names = tuple(part.drug for part in block.drugs)
        gone = [drug for drug in before if drug not in names]
        yield _change(plan, block, number, gone)
        before = names
    ends = end_sentences(plan, schedule.ends)
    if schedule.ends:
        yield _Entry("end", schedule.ends.on, " ".join(ends), _end_lines(schedule))
    going_on = _going_on(schedule)
    for number, block in enumerate([*blocks, *going_on], 1):
        for name, at in clock.items():
            yield from _reminder(plan, block, f"reminder {number} {name}", name, at)
    visits = sorted(plan.visits, key=lambda visit: visit.on)
    for number, visit in enumerate(visits, 1):
        yield _Entry(f"visit {number}", visit.on, f"Visit: {visit.what}", ())


def _blocks(schedule: Schedule) -> list[_Block]:
    """Return the steps, those that change nothing as one."""
    found = []
    for _, group in groupby(schedule.steps, key=lambda step: list(map(_taken, step.drugs))):
        steps = list(group)
        found.append(_Block(steps[0].start, steps[-1].end, steps[0].drugs))
    return found


def _taken(part: DrugStep) -> tuple[object, ...]:
    return part.drug, [(dose.time, dose.mg, dose.take) for dose in part.doses]


def _going_on(schedule: Schedule) -> list[_Block]:
    """Return the doses that go on after the last step, up to the review where one is set."""
    ends, last = schedule.ends, schedule.plan.phases[-1]
    if ends is None or not ends.drugs:
        return []
    review = last.review_on if isinstance(last, Maintain) else None
    if review and review < ends.on:
        review = None
    return [_Block(ends.on, review, ends.drugs)]


def _change(plan: Plan, block: _Block, number: int, gone: list[str]) -> _Entry:
    totals = [f"{part.drug} {mg(part.total)} a day" for part in block.drugs]
    totals += [f"no {drug}" for drug in gone]
    lines = [f"{spelled_day(block.start)} to {spelled_day(block.end)}"] if block.end else []
    lines += _doses(plan, block.drugs)
    lines += [f"no {drug}" for drug in gone] or ([] if block.drugs else ["no dose"])
    return _Entry(
        f"dose {number}", block.start, f"From today: {', '.join(totals) or 'no dose'}", tuple(lines)
    )


def _end_lines(schedule: Schedule) -> tuple[str, ...]:
    ends = schedule.ends
    return tuple(_doses(schedule.plan, ends.drugs)) if ends else ()


def _doses(plan: Plan, drugs: tuple[DrugStep, ...]) -> list[str]:
    return [
        f"{part.drug} {dose.time}: {_amount(plan, dose)}" for part in drugs for dose in part.doses
    ]


def _amount(plan: Plan, dose: Dose) -> str:
    made = taken(plan, dose.take)
    return f"{mg(dose.mg)} ({made})" if made else mg(dose.mg)


def _reminder(plan: Plan, block: _Block, part: str, name: str, at: time) -> Iterator[_Entry]:
    doses = [
        f"{drug.drug} {_amount(plan, dose)}"
        for drug in block.drugs
        for dose in drug.doses
        if dose.time == name
    ]
    if doses:
        summary = f"{name}: {', '.join(doses)}"
        yield _Entry(part, block.start, summary, tuple(doses), at, block.days)
