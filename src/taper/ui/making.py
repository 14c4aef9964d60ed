"""Doses that the products can make, drawn under the plan's ideal ones, and the table of sets."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from html import escape
from itertools import pairwise
from typing import Final
from urllib.parse import quote

import streamlit as st

from taper import makeable, wording
from taper.amount import NO_BREAK, InvalidAmount, parse
from taper.parts import Liquid, Product, Solid
from taper.plan import Plan
from taper.schedule import Schedule
from taper.steps import Course
from taper.ui import cited, fields, sold
from taper.ui.view import View, in_words

_WIDE: Final = 400
"""Units of the drawing from 0 to its last dose."""
_MOST_TICKS: Final = 160
"""More makeable doses than this stand closer than can be seen, and are drawn as one band."""
_MEASURE: Final = "sets-measure"
_SHOWN: Final = 40


def draw(view: View) -> None:
    """Draw, for each drug with products, what they make; the table only while it is open."""
    schedule = view.schedule
    if schedule is None:
        return
    made = Course(schedule.steps, schedule.ends, (), ())
    for drug in schedule.plan.drugs:
        products = [product for _, product in schedule.plan.products_of(drug)]
        ideals = makeable.ideals(schedule.steps, drug)
        if products and ideals:
            st.html(_line(schedule.plan, made, drug, products, ideals))
    if any(drug.strip() for drug in view.drugs):
        sets = st.expander(
            "Other products: what each would make", key="product-sets", on_change="rerun"
        )
        if sets.open:
            with sets:
                _sets(schedule)


# ------------------------------------------------------------------------------------- the line


def _line(
    plan: Plan, made: Course, drug: str, products: Sequence[Product], ideals: list[Fraction]
) -> str:
    """Write the line of one drug with its caption."""
    can = makeable.doses(products, max(ideals))
    fit = makeable.fit(plan, made, drug)
    said = f"{wording.lettered(drug)}: makes {_made(can)}"
    said += f"; furthest from your plan {wording.ideal_mg(fit.furthest)} a day"
    if fit.unchanged:
        said += f"; {_count(fit.unchanged, 'step')} change{'s' * (fit.unchanged == 1)} nothing"
    if fit.unmade:
        said += f"; {_count(fit.unmade, 'step')} with a dose that cannot be made"
    return (
        f'<figure class="makes">{_drawing(can, ideals, drug)}'
        f"<figcaption>{escape(said)}.</figcaption></figure>"
    )


def _drawing(can: makeable.Doses, ideals: list[Fraction], drug: str) -> str:
    def place(mg: Fraction) -> int:
        scaled = mg.numerator * _WIDE * can.most.denominator
        return scaled // (mg.denominator * can.most.numerator)

    under = [0, *map(place, can.mg)] if len(can.mg) <= _MOST_TICKS else None
    name = f"Single doses of {drug}: above the line the plan's ideal doses, below it those made"
    return (
        f'<div role="img" aria-label="{escape(name)}">'
        f'<div class="ideal" style="{_mask({place(mg) for mg in ideals})}"></div>'
        f'<div class="can" style="{_mask(under) if under else ""}"></div></div>'
        '<div class="ends" aria-hidden="true"><span>0</span>'
        "<span>above: ideal doses; below: doses these make</span>"
        f"<span>{escape(wording.mg(can.most))}</span></div>"
    )


def _mask(places: Iterable[int]) -> str:
    """Write the style that lets a colour through at ticks.

    A mask, since a page keeps no SVG of its own, and as an image it would not follow the theme.
    """
    ticks = "".join(f"M{at} 0v9" for at in sorted(places))
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='-2 0 {_WIDE + 4} 9'"
        " preserveAspectRatio='none'><path stroke='black' stroke-width='1.6'"
        f" vector-effect='non-scaling-stroke' d='{ticks}'/></svg>"
    )
    return f"mask-image: url(&quot;data:image/svg+xml,{quote(drawing)}&quot;)"


def _made(can: makeable.Doses) -> str:
    """Say which doses can be made: "every 0.25 mg up to 2 mg"."""
    top = wording.mg(can.most)
    if can.even_from == 0:
        return f"every {wording.mg(can.apart)} up to {top}"
    if can.even_from is not None:
        before = [mg for mg in can.mg if mg <= can.even_from]
        if len(before) <= 4:
            first = wording.joined([wording.mg(mg) for mg in before])
            return f"{first}, then every {wording.mg(can.apart)} up to {top}"
    count = len(can.mg)
    if count <= 6:
        return wording.joined([wording.mg(mg) for mg in can.mg])
    gap = max(after - before for before, after in pairwise((Fraction(0), *can.mg)))
    return f"{count:,} doses up to {top}, at most {wording.mg(gap)} apart"


def _count(count: int, noun: str) -> str:
    return f"{count:,}{NO_BREAK}{noun}{'' if count == 1 else 's'}"


# ------------------------------------------------------------------------------------ the table


def _sets(schedule: Schedule) -> None:
    """Draw what the plan comes to with each set, in the order in which they are listed."""
    sold.region("sets-region")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.words("Listed liquids measured to")
        measure = st.text_input(
            "Listed liquids measured to, in mL", key=_MEASURE, width=58, autocomplete="off",
            label_visibility="collapsed", live=fields.PAUSE,
        )  # fmt: skip
        fields.words("mL")
    measure, wrong = _read(measure or "")
    if wrong:
        fields.note(wrong, "fault")
    elif not measure:
        fields.note("Listed liquids are left out until it is said what they are measured to.")
    region = sold.chosen_region()
    if region is None:
        fields.note("Listed products are left out until a region is chosen.")
    cited.style()
    tables = [_table(schedule, drug, region, measure) for drug in schedule.plan.drugs]
    st.html("".join(tables))


def _read(measure: str) -> tuple[str, str]:
    """Return a measure in mL as typed, or what is wrong with it."""
    if not measure.strip():
        return "", ""
    try:
        return ("", "must be over 0 mL") if not parse(measure) else (measure, "")
    except InvalidAmount as error:
        return "", in_words(str(error))


_COLUMNS: Final = (
    "Products",
    "Furthest from ideal",
    "Steps that change nothing",
    "Broken pieces, whole plan",
    "Items a day, at most",
)


def _table(schedule: Schedule, drug: str, region: str | None, measure: str) -> str:
    rows = _rows(schedule.plan.fingerprint, schedule.plan, drug, region, measure)
    groups = [cited.Group(tuple(found), head) for head, found in rows if found]
    caption = f"<b>{cited.said(drug)}</b>: the same plan with other products; nothing is advised"
    shown = cited.Table(caption, _COLUMNS, tuple(groups), "sets").html()
    products = [product for _, product in schedule.plan.products_of(drug)]
    if not products:
        return shown
    missed = makeable.between(products, makeable.ideals(schedule.steps, drug))
    if not missed:
        return shown
    lines = [
        f"{wording.ideal_mg(one.ideal)}: {wording.mg(one.below)} below it,"
        f" {wording.mg(one.above)} above it"
        for one in missed[:_SHOWN]
    ]
    if missed[_SHOWN:]:
        lines.append(f"and {len(missed) - _SHOWN} more")
    head = f"{_count(len(missed), 'ideal dose')} of {cited.said(drug)} cannot be made as they are"
    return f'{shown}<p class="section">{head}</p>{cited.lines(map(escape, lines))}'


Rows = list[tuple[str, list[cited.Row]]]


@st.cache_data(max_entries=64, show_spinner=False)
def _rows(fingerprint: str, _plan: Plan, drug: str, region: str | None, measure: str) -> Rows:
    """Work out every set once for a plan; `fingerprint` is what tells one plan from another."""
    mine = [product for _, product in _plan.products_of(drug)]
    now = [_row(_plan, drug, mine, "these products" if mine else "no products")]
    without = [
        _row(_plan, drug, [other for other in mine if other is not gone], f"without {_kind(gone)}")
        for gone in mine
        if len(mine) > 1
    ]
    return [
        ("", now),
        ("One less", without),
        ("One more, as sources list them", list(_more(_plan, drug, mine, region, measure))),
    ]


def _more(
    plan: Plan, drug: str, mine: list[Product], region: str | None, measure: str
) -> Iterator[cited.Row]:
    met: set[object] = set()
    for found in makeable.listed(drug, region, measure) if region else ():
        known = any(makeable.same_strength(found.product, other) for other in mine)
        if known or found.product.same in met:
            continue
        met.add(found.product.same)
        head = f"with {escape(_kind(found.product))} {cited.source(found.fact)}"
        if found.scored:
            makers = wording.joined([escape(said.maker) for said in found.scored])
            head += f"; scored: {makers} {cited.source(*found.scored[:1])}"
        yield _row(plan, drug, [*mine, found.product], head, True)


def _kind(product: Product) -> str:
    """Name a product with the way it is taken: "2 mg tablet, in halves"."""
    name = wording.product_kind(product)
    if isinstance(product, Liquid):
        return f"{name}, measured to {wording.how_many(product, product.measurable_ml)}"
    assert isinstance(product, Solid)
    return f"{name}, {({1: 'whole only', 2: 'in halves', 4: 'in quarters'})[product.breaks_into]}"


def _row(
    plan: Plan, drug: str, products: list[Product], head: str, markup: bool = False
) -> cited.Row:
    found = makeable.with_products(plan, drug, products)
    head = head if markup else escape(head)
    if isinstance(found, str):
        return cited.Row(head, (f"no schedule: {escape(in_words(found))}", "–", "–", "–"))
    if not products:
        return cited.Row(head, (escape(wording.ideal_mg(found.furthest)), *("–",) * 3))
    off = wording.ideal_mg(found.furthest)
    if found.unmade:
        off += f"; {_count(found.unmade, 'step')} cannot be made"
    counts = (found.unchanged, found.broken, found.items)
    return cited.Row(head, (escape(off), *(f"{count:,}" for count in counts)))
