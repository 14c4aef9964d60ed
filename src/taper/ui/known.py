"""What the reference knows of a drug, beside the field where it is named; it fills nothing."""

from collections.abc import Callable
from html import escape
from typing import Final

import streamlit as st

from taper.amount import NO_BREAK, grouped, plain
from taper.reference import drugs
from taper.reference.facts import BIOLOGICAL, Drug, HalfLife, drug_in
from taper.ui import cited, fields
from taper.ui.part import Part
from taper.ui.reference_drugs import MEDICINE, medicine
from taper.ui.view import View

_MOST: Final = 6
"""So many names are offered at once."""
_LEAST_TYPED: Final = 2


def draw(view: View, entry: Part, choose: Callable[[Part, str], None]) -> None:
    """Draw one line: the names that what is typed may become, else the facts of the drug."""
    name = str(entry.get("drug") or "").strip()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not name:
            st.html("<div></div>")
        elif drug := drug_in(name):
            _facts(entry, drug)
        elif view.locked or not _names(entry, name, choose):
            fields.words("no facts in the reference", "quiet")


def matching(typed: str) -> list[Drug]:
    """Return the drugs of which a name holds what is typed, first those that begin with it."""
    wanted = typed.casefold()
    if len(wanted) < _LEAST_TYPED:
        return []

    def rank(drug: Drug) -> int | None:
        names = [known.casefold() for known in (drug.name, *drug.also_known)]
        if any(known.startswith(wanted) for known in names):
            return 0
        return 1 if any(wanted in known for known in names) else None

    ranked = [(place, drug) for drug in drugs().values() if (place := rank(drug)) is not None]
    return [drug for _, drug in sorted(ranked, key=lambda pair: (pair[0], pair[1].name))]


def _names(entry: Part, typed: str, choose: Callable[[Part, str], None]) -> bool:
    """Offer the names that match; says whether there are any."""
    found = matching(typed)
    for drug in found[:_MOST]:
        st.button(
            fields.literal(drug.lettered()), key=f"name{entry.uid}-{drug.name}", type="tertiary",
            on_click=choose, args=(entry, drug.name),
        )  # fmt: skip
    more = f"and {len(found) - _MOST} more; " if len(found) > _MOST else ""
    fields.words(f"{more}arrow down to choose" if found else "", "quiet")
    return bool(found)


def _facts(entry: Part, drug: Drug) -> None:
    fields.words(half_life(drug), "quiet")
    facts = st.popover(
        f"Facts on {fields.literal(drug.lettered())}", type="tertiary",
        key=f"facts{entry.uid}", on_change="rerun",
    )  # fmt: skip
    if facts.open:
        with facts:
            _card(drug)


def half_life(drug: Drug) -> str:
    """Write the half-life from the least to the most that a source gives of the drug itself."""
    own = [life for life in drug.half_life if life.of == drug.name]
    lasting = [life for life in own if life.kind == BIOLOGICAL]
    lives: list[HalfLife] = [life for life in own if life.kind != BIOLOGICAL]
    word = "half-life"
    if not lives and lasting:
        word, lives = "effect lasts", lasting
    if not lives:
        return "no half-life in the reference"
    low, high = min(life.low_h for life in lives), max(life.high_h for life in lives)
    hours = grouped(plain(high))
    if low != high:
        hours = f"{grouped(plain(low))}–{hours}"
    by = " (by source)" if len({life.source for life in lives}) > 1 else ""
    return f"{word} {hours}{NO_BREAK}h{by}"


def _card(drug: Drug) -> None:
    cited.style()
    row = medicine(drug)
    said = zip(MEDICINE[1:], row.cells, strict=True)
    rows = "".join(f"<dt>{escape(head)}</dt><dd>{cell}</dd>" for head, cell in said)
    st.html(f'<div class="card facts">{row.head}<dl>{rows}</dl></div>')
