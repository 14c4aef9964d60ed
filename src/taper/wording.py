"""The exact words for screen, paper and files, made once.

What a person reads of an amount, a day or a product is written here: a clinician's words on screen
and record, a patient's plain words. What a plan sets, and how a dose came about, is in
`plan_words`; `amount.with_unit` alone joins a number to its unit.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from taper.amount import grouped, plain, plain_rounded, with_unit
from taper.dispensing import Take
from taper.parts import Liquid, Product
from taper.phases import (
    Maintain,
)
from taper.plan import Plan
from taper.reference import drug_named, sources
from taper.steps import Ends
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


def percentage(value: Fraction, places: int | None = None) -> str:
    """Write a percentage that the clinician typed, exactly, or one worked out, rounded."""
    return f"{plain(value) if places is None else plain_rounded(value, places)}\u00a0%"


def for_file(text: str) -> str:
    """Write a line as it stands in a file: plain spaces, no comma in a number.

    Only a number that we printed has a space behind it that does not break; what was typed, such
    as the "0,125 mg" on a box, stays as it is.
    """
    ours = r"(?<=[0-9]),(?=[0-9]{3}(?:,[0-9]{3})*(?:\.[0-9]+)?[¼½¾]?\u00a0)"
    return re.sub(ours, "", text).replace("\u00a0", " ")


def how_many(product: Product, count: Fraction) -> str:
    """Write how much of a product, in figures, without its strength: "2½ tablets", "1.5 mL"."""
    if isinstance(product, Liquid):
        return with_unit(count, "mL")
    return f"{figure(count)}\u00a0{_noun(product, count)}"
