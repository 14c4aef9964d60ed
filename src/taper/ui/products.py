"""Can be dispensed: the tablets, capsules and liquids, each a sentence with blanks."""

from typing import Any, Final

import streamlit as st

from taper.amount import InvalidAmount, parse, plain
from taper.parts import CAPSULE, LIQUID, MODIFIED_RELEASE, TABLET
from taper.ui import eye, fields, making, sold
from taper.ui.part import Part, alive
from taper.ui.state import change, save, session
from taper.ui.view import View, in_words

_PIECES: Final = {"whole": 1, "halves": 2, "quarters": 4}
_NAMED: Final = "Words on the box"
_GONE: Final = "Remove"
_FORMS: Final = {
    "tablet": TABLET,
    "modified-release tablet": MODIFIED_RELEASE,
    "capsule": CAPSULE,
    "oral liquid": LIQUID,
}


def draw(view: View) -> None:
    """Draw one row a product, and what adds one."""
    with st.container(key="products", gap="xsmall"):
        st.subheader("Can be dispensed", anchor=False)
        for at, product in enumerate(view.document.get("products", ())):
            _row(view, at, product)
        making.draw(view)
        if view.locked:
            return
        for drug in view.drugs:
            with st.container(horizontal=True, gap="small"):
                st.menu_button(
                    f"Add {fields.literal(drug)} product",
                    list(_FORMS),
                    key=f"add-product-{drug}",
                    type="tertiary",
                    on_click=_add,
                    args=(drug,),
                )
                sold.draw(drug)
        if not view.drugs:
            fields.note("First name what is taken now.")


def _add(drug: str) -> None:
    form = _FORMS[st.session_state[f"add-product-{drug}"]]
    document = session().document
    product: Part = alive({"drug": drug, "form": form})
    document.setdefault("products", []).append(product)
    eye.to(session(), f"product-{product.uid}")
    save()


def _row(view: View, at: int, product: Part) -> None:
    name, place = f"Product {at + 1}", f"products[{at}]"
    row = st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"product-{product.uid}"
    )
    with row:
        fields.words(str(product.get("drug", "")), "strong")
        if product.get("form") == LIQUID:
            _liquid(view, product, name)
        else:
            _solid(view, product, name)
        if "label" in product or product.aside.get("named"):
            fields.words("named")
            fields.text(
                view, product, "label", f"{name}: words on the box", 150, "words on the box"
            )
        if not view.locked:
            fields.more(
                f"{name}: words on the box, remove", (_NAMED, _GONE), f"act{product.uid}",
                on_click=_act, args=(product,),
            )  # fmt: skip
    fields.faults(view, (place, ""))
    if product.get("form") == LIQUID:
        _concentration(product)


def _solid(view: View, product: Part, name: str) -> None:
    fields.text(view, product, "strength_mg", f"{name}: strength in mg", 62, "strength")
    form = str(product.get("form", ""))
    fields.words(f"mg {form}" + ("" if form == TABLET else ", swallowed whole,"))
    if form == TABLET:
        fields.pick(view, product, "pieces", f"{name}: may be taken whole or broken", _PIECES)
    fields.words("pack of")
    fields.text(view, product, "pack", f"{name}: number in a pack", 52, "any", whole=True)


def _liquid(view: View, product: Part, name: str) -> None:
    aside = product.aside
    if "mg" not in aside:
        known = bool(product.get("mg_per_ml"))
        aside.update(mg=str(product.get("mg_per_ml", "")), ml="1" if known else "")
    fields.words("oral liquid")
    _number(view, product, "mg", f"{name}: mg on the label")
    fields.words("mg in")
    _number(view, product, "ml", f"{name}: in how many mL")
    fields.words("mL, measured to")
    fields.text(view, product, "measurable_ml", f"{name}: measured to, in mL", 58)
    fields.words("mL, bottle of")
    fields.text(view, product, "pack_ml", f"{name}: mL in a bottle", 58, "any")
    fields.words("mL")


def _number(view: View, product: Part, which: str, label: str) -> None:
    """Draw one of the two numbers that stand on a bottle: mg in mL."""
    widget = fields.key_of(product, f"aside-{which}")
    fields.plain_text(
        widget, product.aside[which], label, width=58, live=fields.PAUSE, disabled=view.locked,
        on_change=_concentrate, args=(widget, product, which),
    )  # fmt: skip


def _concentrate(widget: str, product: Part, which: str) -> None:
    product.aside[which] = str(st.session_state[widget] or "")
    change(product, "mg_per_ml", _per_ml(product)[0], True)


def _per_ml(product: Part) -> tuple[str, str]:
    """Return mg in 1 mL as the document holds it, or what keeps it from being said exactly."""
    mg_text, ml_text = product.aside["mg"].strip(), product.aside["ml"].strip()
    if not mg_text or not ml_text:
        return "", ""
    try:
        amount, volume = parse(mg_text), parse(ml_text)
    except InvalidAmount as error:
        return "", in_words(str(error))
    if not volume:
        return "", "mL must be over 0"
    try:
        exact = plain(amount / volume)
    except ValueError:
        exact = ""
    if not exact or len(exact.partition(".")[2]) > 4:
        return "", f"{mg_text} mg in {ml_text} mL has no exact decimal in 1 mL: use other numbers"
    return exact, ""


def _concentration(product: Part) -> None:
    """Read back the two numbers as one concentration."""
    exact, fault = _per_ml(product)
    if fault:
        fields.note(fault, "fault")
    elif exact and product.aside["ml"] != "1":
        fields.note(f"{exact}\u00a0mg in each 1\u00a0mL")


def _act(product: Part) -> None:
    chosen = st.session_state[f"more-act{product.uid}"]
    rows: list[Any] = session().document["products"]
    if chosen == _NAMED:
        product.aside["named"] = "yes"
        return
    rows[:] = [row for row in rows if row is not product]
    save()
