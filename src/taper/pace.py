"""How fast a plan goes down: the changes of a drug's daily total, and their sum over any window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from taper.phases import Set
from taper.plan import Plan
from taper.steps import Course, Step


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a drug's daily total (mg) on a day; `step` is the one that begins then.

    The last change of a drug that is stopped when the plan ends has the step after the last one.
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
    """Return the changes of a drug's daily total, in order.

    A repeated block of typed steps counts as its mean daily dose: it goes down and up by design.
    """
    before = next((entry.total_mg for entry in plan.regimen if entry.drug == drug), Fraction(0))
    found = []
    for _, run in groupby(made.steps, key=lambda step: _block(plan, step)):
        block = tuple(run)
        total = _mean(block, drug)
        if total != before:
            found.append(Change(block[0].number, block[0].start, before, total))
        before = total
    if made.ends and made.ends.how == "stopped" and before:
        found.append(Change(len(made.steps) + 1, made.ends.on, before, Fraction(0)))
    return tuple(found)


def _block(plan: Plan, step: Step) -> tuple[bool, int]:
    phase = plan.phases[step.phase]
    repeated = isinstance(phase, Set) and phase.repeat is not None
    return repeated, step.phase if repeated else step.number


def _mean(block: Sequence[Step], drug: str) -> Fraction:
    if len(block) == 1:
        return block[0].total(drug)
    return sum(step.days * step.total(drug) for step in block) / Fraction(
        sum(s.days for s in block)
    )


def windows(found: Sequence[Change], days: int) -> tuple[Window, ...]:
    """Return, for each change, the largest reduction of it and those after it within `days` days.

    The changes whose first days lie within that many consecutive days count, so changes exactly
    that many days apart do not; percent is of the dose before the first of them.
    """
    made = []
    for at, first in enumerate(found):
        if not first.before:
            continue
        within = [change for change in found[at:] if (change.on - first.on).days < days]
        lowest = min(range(len(within)), key=lambda place: within[place].after)
        percent = (first.before - within[lowest].after) / first.before * 100
        if percent > 0:
            made.append(Window(tuple(within[: lowest + 1]), percent))
    return tuple(made)
