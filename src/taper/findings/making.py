"""Findings about what the products make of the doses."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from taper import wording
from taper.amount import with_unit
from taper.dispensing import Maker, items
from taper.findings.finding import INFORMATION, NOTE, OWN_PLAN, SERIOUS, Finding, numbers, parts
from taper.parts import CAPSULE, MODIFIED_RELEASE, Solid
from taper.plan import Plan
from taper.reference.guidance import studies
from taper.steps import Course, Dose, Step

MANY_ITEMS: Final = 8
"""More tablets, capsules and measures than this at one time are told; our own figure."""

SMALL_TABLET_MG: Final = Fraction(1)
"""Quarters of a tablet of at most this strength are told; our own figure."""


def rounded_away(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of doses that are nothing once they are rounded to what can be made."""
    for gone in made.rounded_away:
        what = "ends early" if gone.ended else "is not taken"
        ideal = with_unit(gone.ideal, places=6)
        text = f"{gone.drug} {what}: rounded, its ideal dose of {ideal} a day is nothing."
        steps = (gone.after,) if gone.after else ()
        yield Finding("dose.rounded-to-nothing", SERIOUS, steps, text, OWN_PLAN)


def no_products(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of a drug for which nothing says what it is dispensed as."""
    for drug in plan.drugs:
        steps = numbers(step for step, part in parts(made) if part.drug == drug)
        if steps and not plan.products_of(drug):
            text = f"{drug} has no products: nothing says what its doses are made of."
            yield Finding("dose.no-products", NOTE, steps, text, OWN_PLAN)


def _unmade(plan: Plan, made: Course) -> dict[str, dict[Fraction, list[Step]]]:
    """Return the doses that products cannot make: drug → mg → steps."""
    missed: dict[str, dict[Fraction, list[Step]]] = defaultdict(lambda: defaultdict(list))
    for step, part in parts(made):
        for dose in part.doses:
            if dose.take is None and plan.products_of(part.drug):
                missed[part.drug][dose.mg].append(step)
    return missed


def not_makeable(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of typed doses that no set of the products adds up to, with those below and above."""
    for drug, doses in _unmade(plan, made).items():
        maker = Maker(plan.products_of(drug))
        said = []
        for mg in sorted(doses):
            below, above = (maker.mg(maker.total(mg, way)) for way in ("down", "up"))
            said.append(
                f"{wording.mg(mg)} (below it {wording.mg(below)}, above it {wording.mg(above)})"
            )
        steps = numbers(step for found in doses.values() for step in found)
        text = f"The products of {drug} cannot make {'; '.join(said)}. Not in the supply."
        yield Finding("dose.not-makeable", SERIOUS, steps, text, OWN_PLAN)


def broken_whole(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of doses that would need a capsule or modified-release tablet broken."""
    for drug, doses in _unmade(plan, made).items():
        for _, product in plan.products_of(drug):
            if not isinstance(product, Solid) or product.form not in (CAPSULE, MODIFIED_RELEASE):
                continue
            halves = [mg for mg in sorted(doses) if (4 * mg / product.strength_mg).denominator == 1]
            if halves:
                steps = numbers(step for mg in halves for step in doses[mg])
                which = ", ".join(map(wording.mg, halves))
                text = f"{which} of {drug} would need a {wording.product_kind(product)} broken."
                yield Finding("dose.needs-breaking", SERIOUS, steps, text, OWN_PLAN)


def far_from_ideal(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of totals further from the ideal than half of the step that led there."""
    before = {entry.drug: entry.total_mg for entry in plan.regimen}
    far: dict[str, list[Step]] = defaultdict(list)
    worst: dict[str, Fraction] = defaultdict(Fraction)
    for step, part in parts(made):
        off, size = abs(part.total - part.ideal), abs(part.ideal - before.get(part.drug, 0))
        if off and size and off > size / 2:
            far[part.drug].append(step)
            worst[part.drug] = max(worst[part.drug], off)
        before[part.drug] = part.ideal
    for drug, steps in far.items():
        text = (
            f"{drug}: what is dispensed is up to {wording.ideal_mg(worst[drug])} from the ideal,"
            " more than half of a step."
        )
        yield Finding("dose.far-from-ideal", NOTE, numbers(steps), text, OWN_PLAN)


def _items(plan: Plan, dose: Dose) -> int:
    """Count what is swallowed at one time."""
    return sum(items(plan.products[take.product], take.parts) for take in dose.take or ())


def many_items(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of doses of many tablets at once."""
    many: dict[str, list[Step]] = defaultdict(list)
    most: dict[str, int] = defaultdict(int)
    for step, part in parts(made):
        count = max((_items(plan, dose) for dose in part.doses), default=0)
        if count > MANY_ITEMS:
            many[part.drug].append(step)
            most[part.drug] = max(most[part.drug], count)
    for drug, steps in many.items():
        text = f"{drug}: up to {most[drug]} tablets or measures at one time."
        yield Finding("dose.many-items", INFORMATION, numbers(steps), text, OWN_PLAN)


def quarters(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of quarters of small tablets, whose parts are uneven."""
    cut: dict[int, list[Step]] = defaultdict(list)
    for step, part in parts(made):
        for take in (take for dose in part.doses for take in dose.take or ()):
            product = plan.products[take.product]
            small = isinstance(product, Solid) and product.strength_mg <= SMALL_TABLET_MG
            if small and (4 * take.count) % 2:
                cut[take.product].append(step)
    for at, steps in sorted(cut.items()):
        name = wording.product_name(plan.products[at])
        for study in studies():
            text = f"Quarters of {name}: {study.says}."
            yield Finding("dose.small-quarters", INFORMATION, numbers(steps), text, study.source)
