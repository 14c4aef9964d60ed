"""Tables of the Reference page: medicines with their products, and diazepam equivalents."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from html import escape
from itertools import groupby
from typing import Final

from taper import wording
from taper.amount import NO_BREAK, plain_rounded, with_unit
from taper.reference import drugs, products
from taper.reference.facts import BIOLOGICAL, CLASSES, REGIONS, Drug, Product
from taper.reference.guidance import (
    CUT_OFF,
    TEN_MG,
    Equivalent,
    all_equivalents,
    equivalents,
    spread,
)
from taper.ui.cited import Group, Row, Table, lines, quiet, said, source, span

PLURALS: Final = {
    "benzodiazepine": "Benzodiazepines",
    "Z-drug": "Z-drugs",
    "opioid": "Opioids",
    "gabapentinoid": "Gabapentinoids",
    "antidepressant": "Antidepressants",
    "antipsychotic": "Antipsychotics",
    "corticosteroid": "Corticosteroids",
}

MEDICINE: Final = (
    *("Medicine", "Half-life", "Active metabolites"),
    *("Looks or sounds like", "Products"),
)
"""What is said of a medicine."""


# ---------------------------------------------------------------------------------------- medicines


@cache
def medicines() -> tuple[Table, ...]:
    """Return a table of medicines for each class."""
    return tuple(
        Table(
            PLURALS[kind],
            MEDICINE,
            (Group(tuple(medicine(drug) for drug in drugs().values() if drug.drug_class == kind)),),
            "medicines",
        )
        for kind in CLASSES
    )


def medicine(drug: Drug) -> Row:
    """Return what the sources say of one medicine, in the columns of `MEDICINE`."""
    return Row(
        _name(drug),
        (
            lines(_half_lives(drug)),
            lines(
                f"{_metabolites(found.present, found.names)} {source(found)}"
                for found in drug.active_metabolites
            ),
            lines(f"{said(', '.join(alike.names))} {source(alike)}" for alike in drug.look_alike),
            _sold(drug),
        ),
        f"{drug.name} {drug.drug_class}",
    )


def _name(drug: Drug) -> str:
    head = f"<b>{escape(drug.lettered())}</b>"
    if drug.also_known:
        head += quiet(f"also {', '.join(drug.also_known)}")
    if drug.tall_man:
        head += lines(
            f"{tall.region}: {escape(tall.text)} {source(tall)}" for tall in drug.tall_man
        )
    return head


def _half_lives(drug: Drug) -> Iterable[str]:
    for life in drug.half_life:
        what = "" if life.of == drug.name else f"{said(life.of)}: "
        hours = f'<span class="figure">{span(life.low_h, life.high_h, "h")}</span>'
        lasts = " (how long the effect lasts)" if life.kind == BIOLOGICAL else ""
        noted = f", {said(life.note)}" if life.note else ""
        yield f"{what}{hours}{lasts}{noted} {source(life)}"


def _metabolites(present: bool, names: tuple[str, ...]) -> str:
    if not present:
        return "none"
    return said(", ".join(names)) if names else "yes, not named"


def _sold(drug: Drug) -> str:
    folds = []
    for region in REGIONS:
        found = products(region, drug.name)
        if found:
            count = f"{len(found)} product{'' if len(found) == 1 else 's'}"
            folds.append(
                f'<details class="more"><summary>{region}: {count}</summary>'
                f"{lines(_products(found))}</details>"
            )
    listed = [f"in use in {row.region} {source(row)}" for row in drug.listed]
    return "".join(folds) + (lines(listed) if listed or not folds else "")


def _products(found: Iterable[Product]) -> Iterable[str]:
    """Write the products of one form and source in one line, the strengths side by side."""

    def alike(product: Product) -> tuple[str, str]:
        return product.form, product.source

    for (form, _), same in groupby(sorted(found, key=alike), alike):
        rows = list(same)
        strengths = ", ".join(_strength(product) for product in rows)
        yield f"{escape(form)}: {strengths} {source(*rows)}"
        for product in rows:
            if product.note:
                yield f"{_strength(product)}: {said(product.note)} {source(product)}"
            for scored in product.scored:
                line = "has a score line" if scored.is_scored else "no score line to break it at"
                noted = f", {said(scored.note)}" if scored.note else ""
                of = f"{_strength(product)} of {escape(scored.maker)}"
                yield f"{of}: {line}{noted} {source(scored)}"


def _strength(product: Product) -> str:
    if product.mg is not None and product.per_ml is not None:
        return f"{with_unit(product.mg)} in {with_unit(product.per_ml, 'mL')}"
    assert product.strength_mg is not None
    return with_unit(product.strength_mg)


# -------------------------------------------------------------------------------------- equivalents


@cache
def equal() -> tuple[Table, ...]:
    """Return the table of what each source sets equal to 10 mg of diazepam."""
    ten = with_unit(Fraction(TEN_MG))
    columns = ("Source", f"Equal to {ten} of diazepam", "As the source states it", "Kind")
    names = dict.fromkeys(row.drug for row in all_equivalents())
    groups = tuple(Group(tuple(map(_equivalent, _ordered(name))), _spread(name)) for name in names)
    return (Table(f"What equals {ten} of {said('diazepam')}", columns, groups, "equal"),)


def _ordered(name: str) -> list[Equivalent]:
    """Order the sources of a drug: what converts first, by amount."""
    ten = Fraction(TEN_MG)
    return sorted(
        equivalents(name),
        key=lambda row: (not row.converts, row.equal_mg(ten) if row.converts else (row.low_mg,)),
    )


def _spread(name: str) -> str:
    head, found = f"<b>{said(name)}</b>", spread(name)
    if found is None:
        return f"{head} <span>no source gives a single ratio</span>"
    if len(found.sources) == 1 and found.factor == 1:
        return f"{head} <span>one source gives a ratio</span>"
    low, high = about_mg(found.smallest_mg), about_mg(found.largest_mg)
    low = low.removesuffix(f"{NO_BREAK}mg")
    many = f"{len(found.sources)} source{'' if len(found.sources) == 1 else 's'}"
    if found.factor == 1:
        return f"{head} <span>{many} agree: {high}</span>"
    times = plain_rounded(found.factor, 1)
    return f"{head} <span>{many}, {low} to {high}: the largest is {times} times the smallest</span>"


def _equivalent(row: Equivalent) -> Row:
    if row.converts:
        low, high = row.equal_mg(Fraction(TEN_MG))
        amount = about_mg(low) if low == high else f"{about_mg(low)} to {about_mg(high)}"
        figure = f'<span class="figure">{amount}</span>'
    else:
        why = "no conversion" if row.kind == CUT_OFF else "no single ratio"
        figure = f'<span class="quiet">{why}</span>'
    stated = (
        f"{said(row.drug)} {span(row.low_mg, row.high_mg, 'mg')} = {said(row.reference_drug)} "
        f"{span(row.reference_low_mg or row.reference_mg, row.reference_mg, 'mg')}"
    )
    kind = escape(row.authority)
    if row.kind == CUT_OFF:
        kind += f", {escape(row.kind)}"
    return Row(
        source(row),
        (figure, stated + quiet(row.note or ""), kind),
        f"{row.drug} equivalent {row.authority}",
        only=True,
    )


def about_mg(value: Fraction) -> str:
    """Write an amount worked out: exactly where four decimals do, else rounded, and said so."""
    exact = 10_000 % value.denominator == 0
    return wording.mg(value) if exact else f"about {wording.ideal_mg(value)}"
