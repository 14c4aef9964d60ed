"""The exact words for what a plan sets, and for how each of its doses came about, made once."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from taper.amount import plain, plain_rounded, with_unit
from taper.parts import Liquid, Product
from taper.phases import (
    AmountMg,
    By,
    EqualSteps,
    Hold,
    Maintain,
    MakeableSteps,
    OccupancyPoints,
    PercentOfCurrent,
    PercentOfStart,
    Phase,
    Reduce,
    Set,
    Stop,
    Switch,
)
from taper.plan import Plan
from taper.reduction import Edited, MovedFrom, MovedTo, Reduced, Typed, by_occupancy
from taper.steps import DrugStep
from taper.wording import days, ideal_mg, joined, mg, percentage, spelled_day, strength

# --------------------------------------------------------------------------------------- the phases


def phase_sentence(phase: Phase) -> str:
    """Write a phase as the clinician set it, in one sentence."""
    if isinstance(phase, Hold):
        return f"Hold for {days(phase.days)}."
    if isinstance(phase, Stop):
        return f"Stop {phase.drug}."
    if isinstance(phase, Maintain):
        until = f", until the review on {spelled_day(phase.review_on)}" if phase.review_on else ""
        return f"Keep these doses{until}."
    if isinstance(phase, Set):
        unchanged = "the doses as they are"
        steps = "; then ".join(
            f"{days(step.days)} of {typed_doses(step.doses_mg) or unchanged}"
            for step in phase.steps
        )
        return f"Typed: {steps}{f'; {phase.repeat} times over' if phase.repeat else ''}."
    if isinstance(phase, Switch):
        ratio = f"{mg(phase.to_mg_per_from_mg)} for each {mg(Fraction(1))}"
        moving = phase.moving
        how = (
            f"in {moving.equal_steps} equal steps"
            if isinstance(moving, EqualSteps)
            else f"moving {_in_order(moving)}"
        )
        text = f"Switch from {phase.from_drug} to {phase.to_drug}, {ratio}, {how}"
    else:
        text = f"Reduce {phase.drug} by {_pace(phase.by)}"
    text += f", every {days(phase.every_days)}"
    if isinstance(phase, Reduce):
        text += _until(phase) + _taken_from(phase)
    return text + (f", rounded {_ROUNDED[phase.rounding]}" if phase.rounding else "") + "."


_ROUNDED: Final = {"nearest": "to the nearest", "down": "down", "up": "up"}


def _pace(by: By) -> str:
    if isinstance(by, PercentOfCurrent):
        return f"{percentage(by.percent_of_current)} of the current dose"
    if isinstance(by, PercentOfStart):
        return f"{percentage(by.percent_of_start)} of the dose at the start of this phase"
    if isinstance(by, EqualSteps):
        return f"equal amounts in {by.equal_steps} step{'' if by.equal_steps == 1 else 's'}"
    if isinstance(by, MakeableSteps):
        least = by.makeable_steps
        return "the least that the products allow" + ("" if least == 1 else f", {least} at a time")
    if isinstance(by, OccupancyPoints):
        return (
            f"{plain(by.occupancy_points)} points of occupancy"
            f" (ED50 {mg(by.ed50_mg)}, at most {percentage(by.max_percent)})"
        )
    return mg(by.amount_mg)


def short_pace(by: By) -> str:
    """Write how a dose goes down in two or three words, where a chart has room for no more."""
    if isinstance(by, PercentOfCurrent):
        return f"{percentage(by.percent_of_current)} of current"
    if isinstance(by, PercentOfStart):
        return f"{percentage(by.percent_of_start)} of start"
    return mg(by.amount_mg) if isinstance(by, AmountMg) else ""


def _until(phase: Reduce) -> str:
    if phase.until_mg is None:
        return f", {phase.steps} time{'' if phase.steps == 1 else 's'}"
    return f", until {mg(phase.until_mg)}" if phase.until_mg else ", until none is left"


def _taken_from(phase: Reduce) -> str:
    if phase.taking_from is None:
        return ""
    if phase.order is None:
        return ", each time keeping its share"
    if phase.in_turn:
        return f", taken from {joined(phase.order)} in turn"
    return f", taken from {_in_order(phase.order)}"


def _in_order(times: Sequence[str]) -> str:
    return f"{', then '.join(times)}"


def typed_doses(doses_mg: Mapping[str, Mapping[str, Fraction]]) -> str:
    """Write doses as they were typed: "diazepam 8 mg morning and 20 mg bedtime"."""
    return joined([f"{drug} {_at_times(doses)}" for drug, doses in doses_mg.items()])


def _at_times(doses: Mapping[str, Fraction]) -> str:
    return joined([f"{mg(dose)} {time}" for time, dose in doses.items() if dose]) or "none"


# ------------------------------------------------------------------------------ the basis of a dose


def basis(plan: Plan, part: DrugStep) -> str:
    """Write how a daily total came about, in one line that a person can check by hand.

    "1.35 mg − 10 % = 1.215 mg; nearest that 0.5 mg tablets in halves make: 1.25 mg".
    """
    cause = part.cause
    if isinstance(cause, Typed):
        return f"typed: {mg(part.total)}"
    if isinstance(cause, Edited):
        return f"changed by hand from {mg(cause.was)} to {mg(part.total)}"
    ideal = ideal_mg(part.ideal)
    if isinstance(cause, Reduced):
        products = [product for _, product in plan.products_of(part.drug)]
        worked = _reduced(cause, part.ideal, products)
    elif isinstance(cause, MovedFrom):
        moved = f"{ideal_mg(cause.moved)} replaced by {cause.other}"
        worked = f"{ideal_mg(cause.before)} − {moved} = {ideal}"
    elif isinstance(cause, MovedTo):
        moved = f"{ideal_mg(cause.moved)} {cause.other} × {plain(cause.ratio)}"
        worked = f"{ideal_mg(cause.before)} + {moved} = {ideal}"
    else:
        return f"held at {mg(part.total)}"
    lowered = not isinstance(cause, MovedTo)
    return worked + _rounding(plan, part, cause.rounding, lowered)


def _reduced(cause: Reduced, ideal: Fraction, products: Sequence[Product]) -> str:
    before, by = ideal_mg(cause.before), cause.by
    if isinstance(by, MakeableSteps):
        nth = "the next total" if by.makeable_steps == 1 else f"{by.makeable_steps} totals"
        line = f"{nth} below {before} that {_products(products)} make"
        floored = ideal == cause.floor
        return f"{line}{_floor(cause) if floored else ''}: {ideal_mg(ideal)}"
    if isinstance(by, OccupancyPoints):
        line, lower = _occupancy(by, cause.before), by_occupancy(by, cause.before)
    else:
        cut, amount = _cut(by, cause)
        lower = cause.before - amount
        line = f"{before} − {cut} = {ideal_mg(lower)}"
    return line if lower == ideal else f"{line}{_floor(cause)}: {ideal_mg(ideal)}"


def _floor(cause: Reduced) -> str:
    return f", not under {ideal_mg(cause.floor)}"


def _cut(by: By, cause: Reduced) -> tuple[str, Fraction]:
    """Return what a reduction takes away, in words and in mg."""
    if isinstance(by, PercentOfCurrent):
        return percentage(by.percent_of_current), cause.before * by.percent_of_current / 100
    if isinstance(by, PercentOfStart):
        cut = f"{percentage(by.percent_of_start)} of {ideal_mg(cause.start)}"
        return cut, cause.start * by.percent_of_start / 100
    if isinstance(by, EqualSteps):
        cut = f"({ideal_mg(cause.start)} − {ideal_mg(cause.floor)}) ÷ {by.equal_steps}"
        return cut, (cause.start - cause.floor) / by.equal_steps
    assert isinstance(by, AmountMg), by
    return mg(by.amount_mg), by.amount_mg


def _occupancy(by: OccupancyPoints, dose: Fraction) -> str:
    most, half = percentage(by.max_percent), mg(by.ed50_mg)
    now = by.max_percent * dose / (dose + by.ed50_mg)
    then = now - by.occupancy_points
    lower = by.ed50_mg * then / (by.max_percent - then) if then > 0 else Fraction(0)
    points = plain(by.occupancy_points)
    line = f"occupancy {most} × {ideal_mg(dose)} ÷ ({ideal_mg(dose)} + {half}) − {points} points"
    if then <= 0:
        return f"{line} = 0 % or less: {ideal_mg(lower)}"
    return (
        f"{line} = {percentage(then, 4)}: {half} × {plain_rounded(then, 4)}"
        f" ÷ ({plain(by.max_percent)} − {plain_rounded(then, 4)}) = {ideal_mg(lower)}"
    )


def _rounding(plan: Plan, part: DrugStep, rounding: str | None, lowered: bool) -> str:
    """Say how the ideal total became the dispensed one; nothing where they are the same."""
    if part.total == part.ideal:
        return ""
    products = [product for _, product in plan.products_of(part.drug)]
    if not products:
        return f"; rounded: {mg(part.total)}"
    before = part.total - part.change
    off = part.ideal - part.total
    # Rounded down it is never above the dose before, so nothing is said of it then.
    capped = lowered and rounding != "down" and off * 2 > min(item.unit_mg for item in products)
    ceiling = f", not above {mg(before)}," if capped else ""
    how = {"nearest": "nearest", "down": "next below", "up": "next above"}[rounding or "nearest"]
    return f"; {how}{ceiling} that {_products(products)} make: {mg(part.total)}"


def _products(products: Iterable[Product]) -> str:
    """Name the products of one drug by what they make: "0.5 mg tablets in halves"."""
    return joined([_makes(product) for product in products])


def _makes(product: Product) -> str:
    if isinstance(product, Liquid):
        measure = with_unit(product.measurable_ml, "mL")
        return f"liquid of {strength(product)} by {measure}"
    pieces = {1: "", 2: " in halves", 4: " in quarters"}[product.breaks_into]
    return f"{strength(product)} {product.form}s{pieces}"
