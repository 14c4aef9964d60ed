"""The exact words for screen, paper and files, made once.

Everything that a person reads of a dose is written here: a clinician's words on screen and record,
a patient's plain words. No other module joins a number to a unit.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from taper.amount import grouped, plain, plain_rounded, with_unit
from taper.dispensing import Take
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
from taper.reference import drug_named, sources
from taper.steps import DrugStep, Ends
from taper.supply import Supply

SUPERVISION: Final = "A clinician has to supervise this taper."
NOTICE: Final = "Planning aid. A clinician has to supervise every taper; Taper sets no dose."
EMERGENCY: Final = (
    "a seizure (fit)",
    "seeing or hearing things",
    "confusion",
    "violent shaking",
    "fainting, or someone who cannot be woken",
    "trouble breathing",
    "chest pain",
    "thoughts of suicide",
)
"""The signs that need help now, the words of every sheet and page."""
ALWAYS: Final = (
    "Do not stop suddenly.",
    "Do not take extra to make up for a missed dose.",
    "If you missed several days, call before you start again.",
)
"""What every patient's sheet says, whatever the clinician adds."""

DRAFT: Final = "DRAFT, not yet confirmed by a clinician"

_FRACTIONS: Final = {
    Fraction(0): ("", ""),
    Fraction(1, 4): ("¼", "a quarter"),
    Fraction(1, 2): ("½", "a half"),
    Fraction(3, 4): ("¾", "three quarters"),
}
_NUMBERS: Final = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)


# ----------------------------------------------------------------------------------------- amounts


def mg(value: Fraction) -> str:
    """Write a dose that is dispensed or typed, exactly."""
    return with_unit(value)


def ideal_mg(value: Fraction) -> str:
    """Write an ideal dose: exactly where four decimals do, else to 0.001 mg."""
    exact = 10_000 % value.denominator == 0
    return with_unit(value) if exact else with_unit(value, places=3)


def plain_figure(value: Fraction) -> str:
    """Write a number without a unit, to 0.001."""
    return grouped(plain_rounded(value, 3))


def source_name(source: str) -> str:
    """Name the source of a finding shortly, with its year, or whose own fact it is."""
    if source in sources():
        return sources()[source].named
    return {"plan": "this plan", "clinician": "your own limit"}.get(source, source)


def source_names(ids: Iterable[str]) -> str:
    """Name several sources, each once."""
    return joined(list(dict.fromkeys(map(source_name, sorted(ids)))))


def lettered(drug: str) -> str:
    """Write a drug's name in tall-man letters where a list has it; for clinicians, not patients."""
    known = drug_named(drug)
    return known.lettered() if known and known.name == drug.lower() else drug


def lettered_text(text: str, drugs: Iterable[str]) -> str:
    """Write the names of drugs in a sentence in tall-man letters."""
    for drug in drugs:
        if drug not in text:
            continue
        text = re.sub(rf"(?<!\w){re.escape(drug)}(?!\w)", lettered(drug).replace("\\", ""), text)
    return text


def percent(value: Fraction | None) -> str:
    """Write a change in percent, to 0.1; "new" from 0."""
    if value is None:
        return "new"
    number = plain_rounded(value, 1)
    sign = "+" if value > 0 and number != "0" else ""
    return f"{sign}{grouped(number)}\u00a0%"


def change_mg(value: Fraction) -> str:
    """Write a change in mg with its sign."""
    return ("+" if value > 0 else "") + with_unit(value)


def off_mg(value: Fraction) -> str:
    """Write how far a dispensed dose is from the ideal one, with its sign."""
    return ("+" if value > 0 else "") + ideal_mg(value)


def days(count: int) -> str:
    """Write a number of days."""
    return f"{count:,}\u00a0day{'' if count == 1 else 's'}"


def length(count: int) -> str:
    """Write how long something lasts, in weeks and days: "33 weeks", "1 week 3 days"."""
    weeks, rest = divmod(count, 7)
    whole = f"{weeks:,}\u00a0week{'' if weeks == 1 else 's'}" if weeks else ""
    return " ".join(filter(None, (whole, days(rest) if rest or not weeks else "")))


def day(value: date, weekday: bool = False) -> str:
    """Write a date in full; the month as a word, since numbers are read in two orders."""
    text = f"{value.day}\u00a0{value:%B}\u00a0{value.year}"
    return f"{value:%A}\u00a0{text}" if weekday else text


def spelled_day(value: date) -> str:
    """Write a date with its weekday, in full."""
    return day(value, weekday=True)


def month(value: date) -> str:
    """Write the month of a date and its year."""
    return f"{value:%B}\u00a0{value.year}"


def short_day(value: date) -> str:
    """Write a date with the month shortened."""
    return f"{value.day}\u00a0{value:%b}\u00a0{value.year}"


def short_span(start: date, end: date) -> str:
    """Write first and last day, shortened; the year once where it is the same."""
    first = short_day(start) if start.year != end.year else f"{start.day}\u00a0{start:%b}"
    return short_day(start) if start == end else f"{first} – {short_day(end)}"


# ---------------------------------------------------------------------------------------- products


def strength(product: Product) -> str:
    """Write how strong a product is: "0.5 mg", "0.4 mg in 1 mL"."""
    if isinstance(product, Liquid):
        return f"{with_unit(product.mg_per_ml)} in {with_unit(Fraction(1), 'mL')}"
    return with_unit(product.strength_mg)


def product_name(product: Product) -> str:
    """Write a product: "diazepam 2 mg tablet", with the words on the box where they were given."""
    label = f" ({product.label})" if product.label else ""
    if isinstance(product, Liquid):
        return f"{product.drug} oral liquid {strength(product)}{label}"
    return f"{product.drug} {strength(product)} {product.form}{label}"


def product_kind(product: Product) -> str:
    """Write a product without its drug: "2 mg tablet", "oral liquid 0.4 mg in 1 mL"."""
    return product_name(product).removeprefix(product.drug).strip()


def supplied(product: Product, row: Supply) -> str:
    """Write how much is supplied: "49 tablets (2 packs)", "17.5 mL"."""
    if isinstance(product, Liquid):
        amount = with_unit(row.count, "mL")
    else:
        amount = f"{grouped(plain(row.count))}\u00a0{_noun(product, row.count)}"
    packs = (
        "" if row.packs is None else f" ({row.packs:,}\u00a0pack{'' if row.packs == 1 else 's'})"
    )
    return amount + packs


def _products(products: Iterable[Product]) -> str:
    """Name the products of one drug by what they make: "0.5 mg tablets in halves"."""
    return joined([_makes(product) for product in products])


def _makes(product: Product) -> str:
    if isinstance(product, Liquid):
        measure = with_unit(product.measurable_ml, "mL")
        return f"liquid of {strength(product)} by {measure}"
    pieces = {1: "", 2: " in halves", 4: " in quarters"}[product.breaks_into]
    return f"{strength(product)} {product.form}s{pieces}"


def figure(count: Fraction) -> str:
    """Write a count of tablets in figures: "2½"."""
    whole, part = divmod(count, 1)
    sign = _FRACTIONS[part][0]
    return sign if sign and not whole else f"{whole:,}{sign}"


def counted(count: Fraction) -> str:
    """Write a count of tablets in words: "two and a half"; figures over twenty."""
    whole, part = divmod(count, 1)
    words = _FRACTIONS[part][1]
    if not whole:
        return words
    number = _NUMBERS[whole] if whole < len(_NUMBERS) else f"{whole:,}"
    return f"{number} and {words}" if words else number


def items(product: Product, count: Fraction) -> str:
    """Write how much of a product is taken, in figures: "2½ tablets of 2 mg", "0.5 mL"."""
    if isinstance(product, Liquid):
        return f"{with_unit(count, 'mL')} of {strength(product)}"
    return f"{figure(count)}\u00a0{_noun(product, count)} of {strength(product)}"


def _noun(product: Product, count: Fraction) -> str:
    noun = product.form
    return noun if count <= 1 else f"{noun}s"


def taken(plan: Plan, take: Sequence[Take] | None) -> str:
    """Write what makes a dose; empty where its products cannot make it."""
    return " and ".join(items(plan.products[part.product], part.count) for part in take or ())


def joined(words: Sequence[str]) -> str:
    """List words: "morning, noon and bedtime"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


# ----------------------------------------------------------------------------------- the plan's end


def plan_mark(plan: Plan, engine: str) -> str:
    """Name a plan by what tells it from any other: label, fingerprint shortened, engine."""
    label = f"{plan.label}, " if plan.label else ""
    return f"Taper: {label}{unlabelled_mark(plan, engine)}"


def unlabelled_mark(plan: Plan, engine: str) -> str:
    """Name a plan where its label may not stand: fingerprint shortened, engine."""
    return f"fingerprint {plan.fingerprint[:8]}, engine {engine}"


def end_sentences(
    plan: Plan, ends: Ends | None, named: Callable[[date], str] = spelled_day
) -> tuple[str, ...]:
    """Say how a plan ends: the first day without, or the doses that go on. `named` names a day."""
    if ends is None:
        return ()
    first = named(ends.on)
    if ends.how == "stopped":
        return (f"From {first}: no more doses.",)
    last = plan.phases[-1]
    review = last.review_on if isinstance(last, Maintain) else None
    until = f" until your review on {named(review)}" if review else ""
    if not ends.drugs:
        return (f"From {first}: no more doses.",)
    return tuple(
        f"From {first}: {part.drug} {mg(part.total)} a day goes on{until}." for part in ends.drugs
    )


# ------------------------------------------------------------------------------------------- basis


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


def percentage(value: Fraction, places: int | None = None) -> str:
    """Write a percentage that the clinician typed, exactly, or one worked out, rounded."""
    return f"{plain(value) if places is None else plain_rounded(value, places)}\u00a0%"


def _rounding(plan: Plan, part: DrugStep, rounding: str | None, lowered: bool) -> str:
    """Say how the ideal total became the dispensed one; nothing where they are the same."""
    if part.total == part.ideal:
        return ""
    products = [product for _, product in plan.products_of(part.drug)]
    if not products:
        return f"; rounded: {mg(part.total)}"
    before = part.total - part.change
    off = part.ideal - part.total
    capped = lowered and off * 2 > min(product.unit_mg for product in products)
    ceiling = f", not above {mg(before)}," if capped else ""
    how = {"nearest": "nearest", "down": "next below", "up": "next above"}[rounding or "nearest"]
    return f"; {how}{ceiling} that {_products(products)} make: {mg(part.total)}"


def for_file(text: str) -> str:
    """Write a line as it stands in a file: plain spaces, no comma in a number.

    Only a number that we printed has a space behind it that does not break; what was typed, such
    as the "0,125 mg" on a box, stays as it is.
    """
    ours = r"(?<=[0-9]),(?=[0-9]{3}(?:,[0-9]{3})*(?:\.[0-9]+)?[¼½¾]?\u00a0)"
    return re.sub(ours, "", text).replace("\u00a0", " ")


# ----------------------------------------------------------------------------- the words of sheets


def how_many(product: Product, count: Fraction) -> str:
    """Write how much of a product, in figures, without its strength: "2½ tablets", "1.5 mL"."""
    if isinstance(product, Liquid):
        return with_unit(count, "mL")
    return f"{figure(count)}\u00a0{_noun(product, count)}"


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
