"""How fast a plan goes down: the changes of a drug's daily total, and their sum over any window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from taper.phases import Set, Switch
from taper.plan import Plan
from taper.steps import Course, Step


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a drug's daily total (mg) on a day; `step` is the one that begins then.

    A change on the day after the last step has the number after the last one.
    """

    step: int
    on: date
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Window:
    """Changes within so many days, with the reduction over them in percent of the dose before."""

    changes: tuple[Change, ...]
    percent: Fraction

    @property
    def to_zero(self) -> bool:
        """Whether it is one change alone, and that to 0."""
        return len(self.changes) == 1 and not self.changes[0].after


def changes(plan: Plan, made: Course, drug: str) -> tuple[Change, ...]:
    """Return the changes of a drug's daily total, in order."""
    return total_changes(plan, made, {drug: Fraction(1)})


def unswitched(plan: Plan, made: Course, drug: str) -> tuple[Change, ...]:
    """Return the changes of a drug's daily total without those that a switch makes."""

    def switched(number: int) -> bool:
        if number > len(made.steps):
            return False
        return isinstance(plan.phases[made.steps[number - 1].phase], Switch)

    return tuple(change for change in changes(plan, made, drug) if not switched(change.step))


def total_changes(plan: Plan, made: Course, weights: Mapping[str, Fraction]) -> tuple[Change, ...]:
    """Return the changes of a weighted daily total, such as one in diazepam equivalents.

    A repeated block of typed steps counts as its mean daily dose: it goes down and up by design.
    """
    before = sum(
        (entry.total_mg * weights.get(entry.drug, 0) for entry in plan.regimen), Fraction(0)
    )
    found = []
    for _, run in groupby(made.steps, key=lambda step: _block(plan, step)):
        block = tuple(run)
        total = _mean(block, weights)
        if total != before:
            found.append(Change(block[0].number, block[0].start, before, total))
        before = total
    if made.ends:
        goes_on = (part.total * weights.get(part.drug, 0) for part in made.ends.drugs)
        last = sum(goes_on, Fraction(0))
        if last != before:
            found.append(Change(len(made.steps) + 1, made.ends.on, before, last))
    return tuple(found)


def _block(plan: Plan, step: Step) -> tuple[bool, int]:
    phase = plan.phases[step.phase]
    repeated = isinstance(phase, Set) and phase.repeat is not None
    return repeated, step.phase if repeated else step.number


def _mean(block: Sequence[Step], weights: Mapping[str, Fraction]) -> Fraction:
    totals = [
        sum((part.total * weights.get(part.drug, 0) for part in step.drugs), Fraction(0))
        for step in block
    ]
    if len(block) == 1:
        return totals[0]
    days = sum(step.days for step in block)
    weighted = (step.days * total for step, total in zip(block, totals, strict=True))
    return sum(weighted, Fraction(0)) / days


def windows(found: Sequence[Change], days: int) -> tuple[Window, ...]:
    """Return, for each change, the largest reduction of it and those after it within `days` days.

    The changes whose first days lie within that many consecutive days count, so changes exactly
    that many days apart do not; percent is of the dose before the first of them.
    """
    made = []
    end = 0
    for at, first in enumerate(found):
        while end < len(found) and (found[end].on - first.on).days < days:
            end += 1
        lowest = min(range(at, end), key=lambda place: found[place].after)
        fall = first.before - found[lowest].after
        if fall > 0:
            made.append(Window(tuple(found[at : lowest + 1]), fall / first.before * 100))
    return tuple(made)
