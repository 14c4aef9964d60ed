"""Going on from a visit: what was planned and taken day by day, and the next version's plan.

A next plan starts from doses that the clinician says are taken, never from those planned, and
keeps of the plan before what has not happened yet. It is a document, not yet a plan: what the
clinician has still to set is left blank in it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from taper.amount import plain
from taper.parts import Liquid
from taper.phases import EqualSteps, PercentOfStart, Reduce, Set, Stop, Switch
from taper.record import Record
from taper.reduction import Reduced
from taper.schedule import Schedule
from taper.steps import DrugStep, Step
from taper.visit import NOTHING, PLANNED, UNKNOWN, Taken

Doses = dict[str, dict[str, Fraction]]
"""Drug → time → mg; doses of 0 are left out."""
_DAY: Final = timedelta(1)


# -------------------------------------------------------------------------------------- day by day


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the record; `taken` is None where nobody said or knew what was taken."""

    on: date
    version: int
    step: int | None
    """The step of the version's schedule; None after its last one."""
    planned: Doses
    taken: Doses | None


def days(record: Record, until: date) -> Iterator[Day]:
    """Yield each day from the first version's start to `until`, both included."""
    on = record.versions[0].start
    while on <= until:
        yield day(record, on)
        on += _DAY


def day(record: Record, on: date) -> Day:
    """Look one day up. Raises `ValueError` before the first version."""
    number = record.version_on(on)
    if number is None:
        raise ValueError(f"the record begins on {record.versions[0].start}, got {on}")
    step, planned = planned_on(record.versions[number - 1].schedule, on)
    at = bisect_right(record.taken, on, key=lambda told: told.start) - 1
    period = record.taken[at] if at >= 0 and on <= record.taken[at].end else None
    return Day(on, number, step, planned, None if period is None else _taken(period, planned))


def planned_on(schedule: Schedule | None, on: date) -> tuple[int | None, Doses]:
    """Return a day's step and doses by a schedule, which may have ended before; None: stopped."""
    if schedule is None:
        return None, {}
    step = step_on(schedule, on)
    if step is not None:
        return step.number, _doses(step.drugs)
    ends = schedule.ends
    return None, _doses(ends.drugs) if ends and ends.on <= on else {}


def step_on(schedule: Schedule, on: date) -> Step | None:
    """Return the step that a day falls into."""
    at = bisect_right(schedule.steps, on, key=lambda step: step.start) - 1
    return schedule.steps[at] if at >= 0 and on <= schedule.steps[at].end else None


def _doses(drugs: Sequence[DrugStep]) -> Doses:
    return {part.drug: {dose.time: dose.mg for dose in part.doses} for part in drugs}


def _taken(period: Taken, planned: Doses) -> Doses | None:
    if period.took == UNKNOWN:
        return None
    if period.took == PLANNED:
        return planned
    if period.took == NOTHING:
        return {}
    said = {
        drug: {time: dose for time, dose in doses.items() if dose}
        for drug, doses in (period.doses_mg or {}).items()
    }
    return {drug: doses for drug, doses in (planned | said).items() if doses}


# --------------------------------------------------------------------------------------- left over


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What a patient should still have of a product: tablets or capsules, or mL.

    `sure` is false where a day before is not told, not known, or other doses were taken than
    planned: of those nobody said which tablets they were made of.
    """

    product: int
    count: Fraction
    sure: bool


def left_over(record: Record, on: date) -> tuple[LeftOver, ...]:
    """Work out what is left on the morning of a day of what its version had dispensed."""
    number = record.version_on(on - _DAY)
    schedule = record.versions[number - 1].schedule if number else None
    if schedule is None:
        return ()
    plan, start = schedule.plan, schedule.plan.start
    had = {entry.product: entry.count for entry in plan.on_hand}
    for row in schedule.supply:
        if row.start < on:
            packed = plan.products[row.product].packed
            given = row.count if row.packs is None or packed is None else row.packs * packed
            had[row.product] = had.get(row.product, Fraction(0)) + given
    sure = True
    for ahead in range((on - start).days):
        told = day(record, start + ahead * _DAY)
        step = step_on(schedule, told.on)
        if step is None or told.taken == {}:
            continue
        sure = sure and told.taken == told.planned
        for part in step.drugs:
            for take in (take for dose in part.doses for take in dose.take or ()):
                had[take.product] = had.get(take.product, Fraction(0)) - take.count
    return tuple(
        LeftOver(product, _whole_down(plan.products[product], count), sure)
        for product, count in sorted(had.items())
        if count > 0
    )


def _whole_down(product: object, count: Fraction) -> Fraction:
    """Leave broken pieces out: nobody counts on them."""
    return count if isinstance(product, Liquid) else Fraction(int(count))


# ---------------------------------------------------------------------------------------- going on


def hold(schedule: Schedule, on: date, taken: Doses, days: int | None) -> dict[str, Any]:
    """Keep the doses taken for so many days, then go on with the next step of the plan."""
    lead = {"kind": "hold"} | ({"days": days} if days else {})
    return _next(schedule, on, taken, [lead], _before(schedule, on))


def stay(schedule: Schedule, on: date, taken: Doses, days: int | None) -> dict[str, Any]:
    """Keep the doses taken, with no end; they are reviewed after so many days."""
    held: dict[str, Any] = {"kind": "hold"}
    kept: dict[str, Any] = {"kind": "maintain"}
    if days:
        held["days"] = days
        kept["review_on"] = (on + days * _DAY).isoformat()
    return _next(schedule, on, taken, [held, kept], len(schedule.steps), rest=False)


def earlier(
    schedule: Schedule, on: date, taken: Doses, number: int, days: int | None
) -> dict[str, Any]:
    """Give the doses of an earlier step for so many days, then go on with the step after it."""
    back = _doses(schedule.steps[number - 1].drugs)
    doses = {drug: _plain(back.get(drug, {})) for drug in dict.fromkeys((*back, *taken))}
    step = {"doses_mg": doses} | ({"days": days} if days else {})
    return _next(schedule, on, taken, [{"kind": "set", "steps": [step]}], number)


def new_pace(schedule: Schedule, on: date, taken: Doses) -> dict[str, Any]:
    """Go on at once; how much and how often the next reduction lowers is left to be set."""
    document = _next(schedule, on, taken, [], _before(schedule, on))
    phase = next((phase for phase in document["phases"] if phase["kind"] == "reduce"), None)
    if phase is not None:
        for key in ("by", "every_days", "steps"):
            phase.pop(key, None)
    return document


def new_products(schedule: Schedule, on: date, taken: Doses) -> dict[str, Any]:
    """Go on as planned from the doses taken, with products that are left to be set."""
    number = _before(schedule, on)
    left = (schedule.steps[number - 1].end - on).days + 1 if number else 0
    lead = [{"kind": "hold", "days": left}] if left > 0 else []
    document = _next(schedule, on, taken, lead, number)
    document.pop("products", None)
    return document


def _before(schedule: Schedule, on: date) -> int:
    """Return the number of the last step that began before a day, 0 where none did."""
    return sum(step.start < on for step in schedule.steps)


def _plain(doses: Mapping[str, Fraction]) -> dict[str, str]:
    return {time: plain(dose) for time, dose in doses.items()}


def _next(
    schedule: Schedule,
    on: date,
    taken: Doses,
    lead: list[dict[str, Any]],
    number: int,
    rest: bool = True,
) -> dict[str, Any]:
    """Return the plan's document from a day on: `lead`, then what comes after step `number`."""
    document = schedule.plan.to_document()
    document |= {
        "start": on.isoformat(),
        "replaces": schedule.plan.fingerprint,
        "regimen": [{"drug": drug, "doses_mg": _plain(doses)} for drug, doses in taken.items()],
        "phases": lead + (remaining(schedule, number) if rest else []),
        "visits": [visit for visit in document.get("visits", ()) if visit["on"] >= on.isoformat()],
        "edits": [
            edit | {"step": edit["step"] - number + len(lead)}
            for edit in document.get("edits", ())
            if rest and edit["step"] > number
        ],
    }
    document.pop("on_hand", None)
    return {key: value for key, value in document.items() if value != [] or key in _LISTS}


_LISTS: Final = ("regimen", "phases")
"""Lists that stand there even where they are still empty: what is missing is then to be set."""


def remaining(schedule: Schedule, number: int) -> list[dict[str, Any]]:
    """Return the phases, as documents, that make the steps after step `number`.

    The phase that the cut falls into keeps what it has left to do. A percentage of the dose at its
    start becomes that amount in mg where it can be written exactly, and is blank where it cannot.
    """
    document = schedule.plan.to_document()["phases"]
    if not number:
        return list(document)
    at = schedule.steps[number - 1].phase
    made = [step for step in schedule.steps if step.phase == at]
    done = number - made[0].number + 1
    phase = schedule.plan.phases[at]
    cut: list[dict[str, Any]] = []
    if done < len(made):
        cut = _CUTS[type(phase)](schedule, phase, document[at], made, done)
    elif isinstance(phase, Reduce) and _ended_at_zero(schedule, phase.drug, at, number):
        cut = [{"kind": "stop", "drug": phase.drug}]
    return cut + list(document[at + 1 :])


def _ended_at_zero(schedule: Schedule, drug: str, at: int, number: int) -> bool:
    """Say whether a reduction ended with a 0, which took no step of its own.

    Then the drug is not taken next, and no phase up to there needed a dose of it.
    """
    last, ends = len(schedule.plan.phases) - 1, schedule.ends
    after = schedule.steps[number] if number < len(schedule.steps) else None
    taken = after.drugs if after else ends.drugs if ends else ()
    up_to = schedule.plan.phases[at + 1 : (after.phase if after else last) + 1]
    needed = any(
        (isinstance(phase, Reduce | Stop) and phase.drug == drug)
        or (isinstance(phase, Switch) and phase.from_drug == drug)
        for phase in up_to
    )
    return not needed and all(part.drug != drug for part in taken)


Cut = Callable[[Schedule, Any, dict[str, Any], Sequence[Step], int], list[dict[str, Any]]]


def _cut_set(
    schedule: Schedule, phase: Set, document: dict[str, Any], made: Sequence[Step], done: int
) -> list[dict[str, Any]]:
    rounds, into = divmod(done, len(phase.steps))
    steps, left = document["steps"], (phase.repeat or 1) - rounds
    cut = []
    if into:
        cut.append({"kind": "set", "steps": steps[into:]})
        left -= 1
    if left:
        cut.append({"kind": "set", "steps": steps} | ({"repeat": left} if left > 1 else {}))
    return cut


def _cut_switch(
    schedule: Schedule, phase: Switch, document: dict[str, Any], made: Sequence[Step], done: int
) -> list[dict[str, Any]]:
    if isinstance(phase.moving, EqualSteps):
        return [document | {"moving": {"equal_steps": len(made) - done}}]
    at_start = _ideal_before(schedule, made[0], phase.from_drug)
    moved = [time for time in phase.moving if at_start.get(time)][:done]
    after = phase.moving.index(moved[-1]) + 1
    return [document | {"moving": list(phase.moving[after:])}]


def _ideal_before(schedule: Schedule, step: Step, drug: str) -> dict[str, Fraction]:
    """Return a drug's ideal doses as they stood when a step began."""
    if step.number == 1:
        return next((dict(e.doses_mg) for e in schedule.plan.regimen if e.drug == drug), {})
    before = schedule.steps[step.number - 2]
    parts = (part for part in before.drugs if part.drug == drug)
    return {dose.time: dose.ideal for part in parts for dose in part.doses}


def _cut_reduce(
    schedule: Schedule, phase: Reduce, document: dict[str, Any], made: Sequence[Step], done: int
) -> list[dict[str, Any]]:
    cut = dict(document)
    causes = [
        part.cause
        for step in made[:done]
        for part in step.drugs
        if part.drug == phase.drug and isinstance(part.cause, Reduced)
    ]
    if phase.steps is not None:
        cut["steps"] = phase.steps - done
    if isinstance(phase.by, EqualSteps):
        cut["by"] = {"equal_steps": max(1, phase.by.equal_steps - done)}
    elif isinstance(phase.by, PercentOfStart):
        cut["by"] = _as_amount(phase.by, causes)
    if phase.in_turn and phase.order and causes and causes[-1].times:
        turn = phase.order.index(causes[-1].times[0]) + 1
        cut["taking_from"] = {"in_turn": list(phase.order[turn:] + phase.order[:turn])}
    return [cut]


def _as_amount(by: PercentOfStart, causes: Sequence[Reduced]) -> dict[str, str]:
    if not causes:
        return {}
    exact = causes[-1].start * by.percent_of_start / 100
    return {"amount_mg": plain(exact)} if (exact * 10_000).denominator == 1 else {}


_CUTS: Final[Mapping[type, Cut]] = {
    Set: _cut_set,
    Switch: _cut_switch,
    Reduce: _cut_reduce,
}
