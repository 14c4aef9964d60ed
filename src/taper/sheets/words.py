"""The sheets' own words, made of the words in `taper.wording`."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from taper.amount import NO_BREAK
from taper.confirmation import Confirmation
from taper.parts import MODIFIED_RELEASE, Care, Liquid, Product
from taper.plan import Plan
from taper.plan_words import typed_doses
from taper.reference.guidance import factors, places
from taper.schedule import Schedule
from taper.sheets.days import Naming
from taper.steps import Dose, DrugStep
from taper.wording import (
    counted,
    day,
    days,
    how_many,
    mg,
    percentage,
    product_name,
    spelled_day,
    strength,
    taken,
)

SHEET_SUPERVISION: Final = "A clinician has to supervise this plan."
EXAMPLE: Final = "EXAMPLE, not a patient’s plan"
REPLACES: Final = "replaces every sheet prepared before"
VISIT_STANDING: Final = "a record of what was told, not a plan to follow"
UNFINISHED: Final = "This plan is not finished: it does not say how it ends. Do not follow it."
NO_START: Final = "not fixed yet; the days are counted from day 1"
UNMADE: Final = "(as your pharmacist tells you)"
"""Stands beside a dose that the plan's products do not make."""


def identity(plan: Plan, engine: str) -> str:
    """Write what tells a sheet from every other, for its foot."""
    label = f"Plan: {plan.label}. " if plan.label else ""
    return f"{label}Fingerprint {plan.fingerprint[:8]}, engine {engine}."


def replacing(start: str | None, before: str | None, after: str | None = None) -> str:
    """Say what a sheet replaces: the plan from a day and every sheet before, from its start on.

    One that was replaced itself, by the plan from the day `after`, replaces nothing.
    """
    if after:
        return f"replaced on {after}"
    if before is None:
        return REPLACES
    since = f"from {start} it " if start else ""
    return f"{since}replaces the plan from {before} and every sheet prepared before"


def reviewed(confirmed: Confirmation | None, schedule: Schedule) -> str | None:
    """Say who confirmed this very schedule and when; None where nobody did."""
    if confirmed is None or not confirmed.holds_for(schedule):
        return None
    at = confirmed.at
    return f"Reviewed by {confirmed.name}, {confirmed.role}, on {day(at.date())} at {at:%H:%M}"


# ------------------------------------------------------------------------------------- the patient


def no_more(drug: str, day: str) -> str:
    """Tell the patient that a drug is over from a day on."""
    return f"From {day}: take no more {drug}."


def no_more_of_plan(day: str) -> str:
    """Tell the patient that a plan is over whose last days were without a dose."""
    return f"From {day}: this plan is over. Take no more of its medicines."


def keep_taking(review: str | None) -> str:
    """Tell the patient that the last dose goes on, until the day of a review if one is set."""
    if review is None:
        return "Keep taking this dose until your clinician tells you what comes next."
    return f"Keep taking this dose until your review on {review}."


def to_take(product: Product, count: Fraction) -> tuple[str, str, str]:
    """Write an amount: in figures, of what, and in words or with the strength of the liquid.

    "2½ tablets", "of 2 mg", "two and a half"; "1.5 mL", "of the liquid", "(0.4 mg in 1 mL)".
    """
    if isinstance(product, Liquid):
        return how_many(product, count), "of the liquid", f"({strength(product)})"
    return how_many(product, count), f"of {strength(product)}", in_words(count)


def in_words(count: Fraction) -> str:
    """Write a count of tablets in words; empty where the words would be figures again."""
    words = counted(count)
    return "" if any(sign.isdigit() for sign in words) else words.replace("a ", f"a{NO_BREAK}")


def medicine(product: Product) -> str:
    """Describe a product to the patient: "Tablets of 0.5 mg. The box says: 500 micrograms."."""
    if isinstance(product, Liquid):
        text = f"Liquid with {strength(product)}."
        after = " If the bottle says another strength, call before you take any."
    else:
        text = f"{product.form.capitalize()}s of {strength(product)}."
        after = " Do not break them." if product.form == MODIFIED_RELEASE else ""
    return text + (f" The box says: {product.label}." if product.label else "") + after


# ------------------------------------------------------------------------------------ the pharmacy


def label_directions(plan: Plan, part: DrugStep) -> str:
    """Write what is taken of one drug in a day, for the pharmacy's label.

    "noon: 2½ (two and a half) tablets of 2 mg; bedtime: 1 (one) tablet of 2 mg. Whole day: 7 mg."
    """
    doses = "; ".join(f"{dose.time}: {_label(plan, dose)}" for dose in part.doses)
    return f"{doses}. Whole day: {mg(part.total)}."


def _label(plan: Plan, dose: Dose) -> str:
    if dose.take is None:
        return f"{mg(dose.mg)}, not made from the products of this plan"
    parts = []
    for take in dose.take:
        product = plan.products[take.product]
        figures, of, words = to_take(product, take.count)
        if words and not isinstance(product, Liquid):
            number, _, noun = figures.partition(NO_BREAK)
            parts.append(f"{number} ({words}) {noun} {of}")
        else:
            parts.append(f"{figures} {of} {words}".strip())
    return " and ".join(parts)


# ----------------------------------------------------------------------------------- the clinician

ROUNDED: Final = {
    "nearest": "to the nearest that the products make",
    "down": "down to what the products make",
    "up": "up to what the products make",
}


def settings(plan: Plan, naming: Naming) -> Iterator[tuple[str, str]]:
    """Yield what the clinician set beside the phases: what it is, and the words."""
    yield "Starts", spelled_day(plan.start) if naming.dated else NO_START
    for entry in plan.regimen:
        yield "Taken before", typed_doses({entry.drug: entry.doses_mg})
    for product in plan.products:
        yield "Can be dispensed", _dispensable(product)
    if plan.rounding:
        yield "Doses are rounded", ROUNDED[plan.rounding]
    if plan.changes_on:
        yield "Changes fall on", f"a {plan.changes_on.capitalize()}"
    for limit in plan.limits:
        most = f"at most {percentage(limit.percent)} in {days(limit.in_days)}"
        yield "Own limit", f"{limit.drug}: {most}"
    if plan.dispense_every_days:
        yield "Supplied", f"every {days(plan.dispense_every_days)}"
    if plan.care:
        yield from _care(plan.care)
    if plan.replaces:
        yield "Goes on from", f"the plan with the fingerprint {plan.replaces[:8]}"


def _care(care: Care) -> Iterator[tuple[str, str]]:
    words = {factor.id: factor.words for factor in factors()}
    for factor in care.factors:
        yield "Ticked", words[factor]
    if care.place or care.why:
        where = next((place.words for place in places() if place.id == care.place), "")
        yield "Supervised", ": ".join(filter(None, (where, care.why)))


def _dispensable(product: Product) -> str:
    if isinstance(product, Liquid):
        return f"{product_name(product)}, measured to {how_many(product, product.measurable_ml)}"
    pieces = {1: "not broken", 2: "may be halved", 4: "may be quartered"}[product.breaks_into]
    return f"{product_name(product)}, {pieces}"


def at_each_time(plan: Plan, part: DrugStep) -> str:
    """Write a day's doses of one drug for the record: mg and what makes them."""
    return "; ".join(
        f"{dose.time} {mg(dose.mg)}" + (f" ({taken(plan, dose.take)})" if dose.take else "")
        for dose in part.doses
    )


def step_numbers(numbers: Iterable[int]) -> str:
    """Write the numbers of steps, runs of them shortened: "1 to 4, 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)
