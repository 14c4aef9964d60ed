"""What stands out in a schedule: facts with their figures and sources.

A finding blocks nothing, proposes nothing and never changes a dose.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from taper import wording
from taper.pace import Window, changes, windows
from taper.phases import Maintain
from taper.plan import Plan
from taper.steps import Course

SEVERITIES: Final = ("serious", "note", "information")
"""Most serious first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that stands out; `steps` are the numbers of the steps that it is seen in."""

    code: str
    severity: str
    steps: tuple[int, ...]
    text: str
    source: str


Rule = Callable[[Plan, Course], Iterator[Finding]]


def findings(plan: Plan, made: Course) -> tuple[Finding, ...]:
    """Return what stands out, most serious first."""
    found = (finding for rule in RULES for finding in rule(plan, made))
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _rounded_away(plan: Plan, made: Course) -> Iterator[Finding]:
    for gone in made.rounded_away:
        text = (
            f"{gone.drug} ends early: what its products make nearest to "
            f"{wording.ideal_mg(gone.ideal)} is nothing."
        )
        steps = (gone.after,) if gone.after else ()
        yield Finding("dose.rounded-to-nothing", "serious", steps, text, "plan")


def _own_limit(plan: Plan, made: Course) -> Iterator[Finding]:
    for limit in plan.limits:
        over = [
            window
            for window in windows(changes(plan, made, limit.drug), limit.in_days)
            if window.percent > limit.percent
        ]
        ceiling = (
            f"your limit is {wording.percentage(limit.percent)} in {wording.days(limit.in_days)}"
        )
        down = [window for window in over if not window.to_zero]
        if down:
            text = f"{limit.drug} goes down by up to {_worst(down)}; {ceiling}."
            yield Finding("limit.exceeded", "serious", _steps(made, down), text, "clinician")
        last = [window for window in over if window.to_zero]
        if last:
            text = f"The last step of {limit.drug} goes to 0, {_worst(last)}; {ceiling}."
            yield Finding("limit.exceeded.to-zero", "note", _steps(made, last), text, "clinician")


def _worst(over: list[Window]) -> str:
    worst = max(over, key=lambda window: window.percent)
    first, last = worst.changes[0], worst.changes[-1]
    doses = f"{wording.mg_or_mean(first.before)} → {wording.mg_or_mean(last.after)}"
    return f"{wording.percentage(worst.percent, 1)} ({doses})"


def _steps(made: Course, over: list[Window]) -> tuple[int, ...]:
    """Return the steps that begin with one of the changes, the last step for the end after it."""
    numbers = {change.step for window in over for change in window.changes}
    return tuple(sorted({min(number, len(made.steps)) for number in numbers}))


def _unmakeable(plan: Plan, made: Course) -> Iterator[Finding]:
    for drug in plan.drugs:
        steps = [step for step in made.steps if step.total(drug)]
        if not plan.products_of(drug):
            if steps:
                text = f"{drug} has no products: nothing says what its doses are made of."
                yield Finding(
                    "dose.no-products", "note", tuple(s.number for s in steps), text, "plan"
                )
            continue
        missed = {
            dose.mg: None
            for step in steps
            for part in step.drugs
            if part.drug == drug
            for dose in part.doses
            if dose.take is None
        }
        numbers = tuple(
            step.number
            for step in steps
            if any(
                dose.take is None for part in step.drugs if part.drug == drug for dose in part.doses
            )
        )
        if missed:
            doses = ", ".join(map(wording.mg, missed))
            text = f"The products of {drug} cannot make {doses}: not counted in the supply."
            yield Finding("dose.not-makeable", "serious", numbers, text, "plan")


def _no_review(plan: Plan, made: Course) -> Iterator[Finding]:
    last = plan.phases[-1] if plan.phases else None
    if isinstance(last, Maintain) and last.review_on is None and made.steps:
        text = "The doses go on after the last step without a review date."
        yield Finding("maintain.no-review", "note", (made.steps[-1].number,), text, "plan")


RULES: Final[tuple[Rule, ...]] = (_rounded_away, _unmakeable, _own_limit, _no_review)
