"""What sources list as sold: quick picks of a strength, each with its source."""

from html import escape
from typing import Final

import streamlit as st

from taper import wording
from taper.amount import plain, with_unit
from taper.makeable import exact_per_ml
from taper.parts import LIQUID
from taper.reference.facts import REGIONS, Product, drug_in, products
from taper.ui import cited, fields
from taper.ui.part import alive
from taper.ui.state import save, session

REGION: Final = "region"


def draw(drug: str) -> None:
    """Draw the menu of what is listed for one drug; its inside only while it is open."""
    known = drug_in(drug)
    if known is None or not products(drug=known.name):
        return
    menu = st.popover(
        f"Listed strengths of {fields.literal(drug)}", type="tertiary", key=f"sold-{drug}",
        on_change="rerun",
    )  # fmt: skip
    if not menu.open:
        return
    with menu:
        region(f"sold-region-{drug}")
        cited.style()
        where = chosen_region()
        if where is None:
            fields.note("Choose a region to see what sources list there.")
            return
        found = products(where, known.name)
        if not found:
            fields.note(f"No source here lists {known.name} for {where}.")
        # What a plan has no form for is said too, after the rest.
        for at, product in enumerate(sorted(found, key=lambda one: bool(_not_usable(one)))):
            _pick(drug, at, product)


def chosen_region() -> str | None:
    """Return the region whose products are shown: as chosen here, else of the own details."""
    held = session()
    region = held.prepared.get(REGION) or held.details.get(REGION)
    return str(region) if region in REGIONS else None


def region(widget: str) -> None:
    """Draw the choice of a region, none chosen at first."""
    st.segmented_control(
        "Region", REGIONS, key=widget, default=fields.default(widget, chosen_region()),
        on_change=_choose, args=(widget,),
    )  # fmt: skip


def _choose(widget: str) -> None:
    session().prepared[REGION] = st.session_state.get(widget)


def _pick(drug: str, at: int, product: Product) -> None:
    """Draw one listed product: its name adds it, beside it stands what sources say."""
    refused = _not_usable(product)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if refused:
            fields.words(name(product))
        else:
            st.button(
                f"Add {name(product)}", key=f"sold-{drug}-{at}", type="tertiary",
                on_click=_add, args=(drug, product),
            )  # fmt: skip
        said = [cited.source(product)]
        if refused:
            said.insert(0, escape(refused))
        if product.note:
            said.append(cited.said(product.note))
        st.html(f'<span class="listed">{" ".join(said)}</span>', width="content")
    if product.scored:
        st.html(cited.lines(_scored(product)))


def _scored(product: Product) -> list[str]:
    said = []
    for fact in product.scored:
        line = "has a score line" if fact.is_scored else "has no score line"
        note = f", {cited.said(fact.note)}" if fact.note else ""
        said.append(f"{escape(fact.maker)} {line}{note} {cited.source(fact)}")
    return said


def name(product: Product) -> str:
    """Name a listed product: "0.5 mg tablet", "oral liquid 2 mg in 5 mL"."""
    if product.mg is not None and product.per_ml is not None:
        return f"{product.form} {wording.mg(product.mg)} in {with_unit(product.per_ml, 'mL')}"
    assert product.strength_mg is not None
    return f"{wording.mg(product.strength_mg)} {product.form}"


def _not_usable(product: Product) -> str:
    if product.plan_form is None:
        return "A plan has no such form."
    if product.plan_form == LIQUID and not exact_per_ml(product):
        return "Its mg in 1 mL have no exact decimal."
    return ""


def _add(drug: str, product: Product) -> None:
    """Add a row of that form and strength; into what it is broken is left to be chosen."""
    row = alive({"drug": drug, "form": product.plan_form})
    if product.mg is not None and product.per_ml is not None:
        row["mg_per_ml"] = exact_per_ml(product)
        row.aside.update(mg=plain(product.mg), ml=plain(product.per_ml))
    else:
        assert product.strength_mg is not None
        row["strength_mg"] = plain(product.strength_mg)
    session().document.setdefault("products", []).append(row)
    save()
