"""From steps to what has to be dispensed, by period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper.parts import Liquid
from taper.plan import Plan
from taper.steps import Step


@dataclass(frozen=True, slots=True)
class Supply:
    """So much of one product for a period, both days included: whole tablets, or mL.

    `used` is what the doses of the period add up to; `packs` is None where there is no pack size.
    """

    start: date
    end: date
    product: int
    count: Fraction
    packs: int | None
    used: Fraction


def supply(plan: Plan, steps: Sequence[Step]) -> tuple[Supply, ...]:
    """Add up what the steps take in each period; broken pieces are shared within a period."""
    if not steps:
        return ()
    last = steps[-1].end
    length = plan.dispense_every_days or (last - plan.start).days + 1
    found: list[Supply] = []
    first_step, start = 0, plan.start
    while start <= last:
        end = min(start + timedelta(length - 1), last)
        while steps[first_step].end < start:
            first_step += 1
        used: dict[int, Fraction] = {}
        for step in steps[first_step:]:
            if step.start > end:
                break
            days = (min(step.end, end) - max(step.start, start)).days + 1
            for drug in step.drugs:
                for dose in drug.doses:
                    for take in dose.take or ():
                        used[take.product] = used.get(take.product, 0) + days * take.count
        for product in sorted(used):
            found.append(_row(plan, start, end, product, used[product]))
        start = end + timedelta(1)
    return tuple(found)


def _row(plan: Plan, start: date, end: date, product: int, used: Fraction) -> Supply:
    item = plan.products[product]
    measure = item.measurable_ml if isinstance(item, Liquid) else Fraction(1)
    count = _up(used / measure) * measure
    packs = None if item.packed is None else _up(count / item.packed)
    return Supply(start, end, product, count, packs, used)


def _up(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
