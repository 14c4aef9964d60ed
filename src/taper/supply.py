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
    daily = _Daily()
    found: list[Supply] = []
    first_step, start = 0, plan.start
    while start <= last:
        end = min(start + timedelta(length - 1), last)
        while steps[first_step].end < start:
            first_step += 1
        used: dict[int, int] = {}
        for step in steps[first_step:]:
            if step.start > end:
                break
            days = (min(step.end, end) - max(step.start, start)).days + 1
            for product, parts in daily.of(step):
                used[product] = used.get(product, 0) + days * parts
        found.extend(_row(plan, start, end, product, used[product]) for product in sorted(used))
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


def _row(plan: Plan, start: date, end: date, product: int, parts: int) -> Supply:
    item = plan.products[product]
    if isinstance(item, Liquid):
        used = count = parts * item.measurable_ml
    else:
        used = Fraction(parts, item.breaks_into)
        count = Fraction(_up(parts, item.breaks_into))
    packed = item.packed
    packs = None if packed is None else _up(*(count / packed).as_integer_ratio())
    return Supply(start, end, product, count, packs, used)


def _up(top: int, bottom: int) -> int:
    return -(-top // bottom)
