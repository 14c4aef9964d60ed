"""From steps to what has to be dispensed, by period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from taper.parts import Liquid
from taper.plan import Plan
from taper.steps import Step


@dataclass(frozen=True, slots=True)
class Supply:
    """So much of one product for a period, both days included: whole tablets, or mL.

    `used` is what the doses of the period add up to, `on_hand` how much of that the patient still
    had; `packs` is None where there is no pack size.
    """

    start: date
    end: date
    product: int
    count: Fraction
    packs: int | None
    used: Fraction
    on_hand: Fraction = Fraction(0)


def supply(plan: Plan, steps: Sequence[Step]) -> tuple[Supply, ...]:
    """Add up what the steps take in each period; broken pieces are shared within a period."""
    last = steps[-1].end
    length = plan.dispense_every_days or (last - plan.start).days + 1
    daily = _Daily()
    found: list[Supply] = []
    held = {entry.product: entry.count for entry in plan.on_hand}
    first_step, start = 0, plan.start
    while start <= last:
        end = min(start + timedelta(length - 1), last)
        while steps[first_step].end < start:
            first_step += 1
        used: dict[int, int] = {}
        for step in steps[first_step:]:
            if step.start > end:
                break
            days = step.days
            if step.start < start or step.end > end:
                days = (min(step.end, end) - max(step.start, start)).days + 1
            for product, parts in daily.of(step):
                used[product] = used.get(product, 0) + days * parts
        for product in sorted(used):
            row = _row(plan, start, end, product, used[product], held.get(product, Fraction(0)))
            if row.on_hand:
                held[product] -= row.on_hand
            if row.count:
                found.append(row)
        start = end + timedelta(1)
    return tuple(found)


class _Daily:
    """The parts that a step uses in a day, added up once for doses that several steps share."""

    def __init__(self) -> None:
        self._known: dict[int, list[tuple[int, int]]] = {}

    def of(self, step: Step) -> Iterator[tuple[int, int]]:
        for part in step.drugs:
            known = self._known.get(id(part.doses))
            if known is None:
                used: dict[int, int] = {}
                for dose in part.doses:
                    for take in dose.take or ():
                        used[take.product] = used.get(take.product, 0) + take.parts
                known = self._known[id(part.doses)] = list(used.items())
            yield from known


def _row(plan: Plan, start: date, end: date, product: int, parts: int, held: Fraction) -> Supply:
    item = plan.products[product]
    if isinstance(item, Liquid):
        used = parts * item.measurable_ml
        count = _up((used - min(held, used)) / item.measurable_ml) * item.measurable_ml
    else:
        used = Fraction(parts, item.breaks_into)
        count = Fraction(_up(used - min(held, used)))
    packs = None if item.packed is None else _up(count / item.packed)
    return Supply(start, end, product, count, packs, used, min(held, used))


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
