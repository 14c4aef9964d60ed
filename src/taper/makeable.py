"""What a set of products can make of a plan: its doses, and how close it comes to the ideal ones.

Arithmetic about what the clinician set and what sources list; nothing here ranks or proposes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from taper.amount import plain
from taper.dispensing import Maker, broken, items
from taper.findings.course import unchanged_steps
from taper.findings.finding import parts
from taper.parts import LIQUID, TABLET, Liquid, Product, Solid
from taper.phases import Reduce, Switch
from taper.plan import Plan
from taper.reference import facts
from taper.steps import Course, DrugStep, Step, course

# ---------------------------------------------------------------------------------- single doses


@dataclass(frozen=True, slots=True)
class Doses:
    """The single doses that products can make, in mg, from the smallest over 0 to `most`.

    From `even_from` on (0 where all are) each is `apart` above the one before; None where the gaps
    still differ at the end.
    """

    mg: tuple[Fraction, ...]
    most: Fraction
    apart: Fraction
    even_from: Fraction | None


def doses(products: Iterable[Product], most: Fraction) -> Doses:
    """Return what products of one drug make up to a dose (mg), and the first one above it."""
    maker = Maker(list(enumerate(products)))
    last = maker.total(most, "up")
    made = maker.up_to(last)
    before = [0, *made[:-1]]
    apart, even = made[-1] - before[-1], len(made) - 1
    while even and made[even - 1] - before[even - 1] == apart:
        even -= 1
    several = len(made) - even > 1 or len(made) == 1
    start = maker.mg(before[even]) if several else None
    return Doses(tuple(map(maker.mg, made)), maker.mg(last), maker.mg(apart), start)


@dataclass(frozen=True, slots=True)
class Between:
    """An ideal dose that cannot be made, with the makeable ones next below and above it, in mg."""

    ideal: Fraction
    below: Fraction
    above: Fraction


def between(products: Iterable[Product], ideals: Iterable[Fraction]) -> tuple[Between, ...]:
    """Return each ideal dose that products of one drug cannot make, the largest first."""
    maker = Maker(list(enumerate(products)))
    found = []
    for ideal in sorted(set(ideals), reverse=True):
        below, above = (maker.mg(maker.total(ideal, way)) for way in ("down", "up"))
        if below != above:
            found.append(Between(ideal, below, above))
    return tuple(found)


def ideals(steps: Iterable[Step], drug: str) -> list[Fraction]:
    """Return the ideal doses of a drug over 0 that a plan works out, in the order of its steps."""
    found: list[Fraction] = []
    last: DrugStep | None = None
    for step in steps:
        for part in step.drugs:
            if part.drug == drug and (last is None or part.doses is not last.doses):
                found += [dose.ideal for dose in part.doses if dose.ideal]
                last = part
    return found


# ------------------------------------------------------------------------------------ whole plans


@dataclass(frozen=True, slots=True)
class Fit:
    """How close a drug's steps come to the ideal, and what is handled.

    `furthest`: the largest distance of a daily total from its ideal, in mg. `unchanged`: steps of a
    reduction that change nothing. `broken`: broken pieces swallowed over the plan. `items`: the
    most tablets, pieces and measures in a day. `unmade`: steps with a dose that cannot be made.
    """

    furthest: Fraction
    unchanged: int
    broken: int
    items: int
    unmade: int


def fit(plan: Plan, made: Course, drug: str) -> Fit:
    """Work out how a drug's products fit a plan's steps."""
    furthest, pieces, most, unmade = Fraction(0), 0, 0, 0
    for step, part in parts(made):
        if part.drug != drug:
            continue
        furthest = max(furthest, abs(part.total - part.ideal))
        takes = [take for dose in part.doses for take in dose.take or ()]
        unmade += any(dose.take is None for dose in part.doses)
        most = max(most, sum(items(plan.products[take.product], take.parts) for take in takes))
        for take in takes:
            product = plan.products[take.product]
            if isinstance(product, Solid):
                pieces += step.days * broken(take.parts, product.breaks_into)
    same = sum(len(steps) for name, steps in unchanged_steps(plan, made) if name == drug)
    return Fit(furthest, same, pieces, most, unmade)


def with_products(plan: Plan, drug: str, products: Iterable[Product]) -> Fit | str:
    """Work the plan out with other products of one drug; in words why that makes no schedule."""
    kept = [product for product in plan.products if product.drug != drug]
    phases = [phase for phase in plan.phases if isinstance(phase, Reduce | Switch)]
    for phase in phases:
        names = (phase.drug,) if isinstance(phase, Reduce) else (phase.from_drug, phase.to_drug)
        if drug in names and not (phase.rounding or plan.rounding):
            return "rounding is not set yet"
    values = {**dict(plan), "products": (*kept, *products)}
    other = Plan.model_construct(**values)
    made = course(other, whole=False)
    # An edit says which dose it was made for: with other products that dose may be another.
    for fault in made.faults:
        if fault.place.startswith("phases"):
            return fault.text
    return fit(other, made, drug)


# ------------------------------------------------------------------------------ what sources list


@dataclass(frozen=True, slots=True)
class Listed:
    """A product that a source lists, as one of a plan's; `scored` where it is taken in halves."""

    product: Product
    fact: facts.Product
    scored: tuple[facts.Scored, ...] = ()


def listed(drug: str, region: str, measure_ml: str = "") -> Iterator[Listed]:
    """Yield what sources list of a drug for a region and a plan can use, in the sources' order.

    Tablets come whole, and once more in halves where a source says that one is scored. A liquid
    comes only with the measure in mL that the clinician set.
    """
    known = facts.drug_in(drug)
    for fact in facts.products(region, known.name) if known else ():
        form = fact.plan_form
        if form is None:
            continue
        if form == LIQUID:
            if measure_ml and (per_ml := exact_per_ml(fact)):
                values = {"mg_per_ml": per_ml, "measurable_ml": measure_ml}
                liquid = Liquid.model_validate({"drug": drug, "form": form, **values})
                yield Listed(liquid, fact)
            continue
        assert fact.strength_mg is not None
        solid = {"drug": drug, "form": form, "strength_mg": plain(fact.strength_mg)}
        whole = {"pieces": 1} if form == TABLET else {}
        yield Listed(Solid.model_validate(solid | whole), fact)
        scored = tuple(said for said in fact.scored if said.is_scored)
        if scored:
            yield Listed(Solid.model_validate(solid | {"pieces": 2}), fact, scored)


def exact_per_ml(fact: facts.Product) -> str:
    """Return the mg in 1 mL as a plan writes it; empty where four decimals do not say it."""
    if fact.mg_per_ml is None or 10_000 % fact.mg_per_ml.denominator:
        return ""
    return plain(fact.mg_per_ml)


def same_strength(one: Product, other: Product) -> bool:
    """Say whether two products are the same but for the pieces or the measure."""
    if isinstance(one, Liquid) or isinstance(other, Liquid):
        return (
            isinstance(one, Liquid)
            and isinstance(other, Liquid)
            and one.mg_per_ml == other.mg_per_ml
        )
    return (one.form, one.strength_mg) == (other.form, other.strength_mg)
