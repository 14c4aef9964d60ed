"""The Reference page: published facts side by side, searched by one field."""

from collections.abc import Callable
from html import escape
from typing import Final

import streamlit as st

from taper.ui import cited, fields, state
from taper.ui.cited import Table
from taper.ui.reference_drugs import equal, medicines
from taper.ui.reference_guides import care, pace, symptoms

SECTIONS: Final[dict[str, Callable[[], tuple[Table, ...]]]] = {
    "Medicines": medicines,
    "Equivalents": equal,
    "Pace": pace,
    "Symptoms": symptoms,
    "Place of care": care,
}
_ABOUT: Final = {
    "Medicines": "Half-lives and products as each source gives them. Products differ by region and"
    " change: check what your pharmacy can get.",
    "Equivalents": "Each source keeps its own amounts; none is averaged. A cut-off bounds a band of"
    " risk and is no conversion.",
    "Pace": "What each source names. A month is counted as 30 days.",
    "Symptoms": "Where to go is the most urgent that a source named here gives.",
    "Place of care": "What sources name; the place is the clinician's decision.",
}


def draw() -> None:
    """Draw the page: without a search one section, with one every section that has a hit."""
    state.session()  # the plan's link stays in the address, so that a reload finds it
    cited.style()
    fields.note(
        "Published figures, each with its source and year. Nothing on this page fills a field of a"
        " plan.",
    )
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="find", wrap=True
    ):
        typed = st.text_input(
            "Search: a medicine, a symptom, a source, any word",
            key="reference-search",
            type="search",
            width=360,
            live=fields.PAUSE,
            autocomplete="off",
        )
        chosen = st.segmented_control(
            "Section",
            list(SECTIONS),
            default="Medicines",
            required=True,
            key="reference-section",
            persist_state="session",
        )
    search = " ".join((typed or "").split())
    if search:
        _found(search, chosen or "Medicines")
    else:
        _section(chosen or "Medicines", SECTIONS[chosen or "Medicines"]())


def _found(search: str, chosen: str) -> None:
    """Draw what a search found, the chosen section first."""
    order = [chosen, *(name for name in SECTIONS if name != chosen)]
    found = {name: _narrowed(SECTIONS[name](), search) for name in order}
    counts = {name: sum(table.count for table in tables) for name, tables in found.items()}
    hits = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    none = ", ".join(name for name, count in counts.items() if not count)
    shown = f"<b>{escape(search)}</b>: {hits or 'nothing found'}"
    if hits and none:
        shown += f'. <span class="quiet">Nothing in {none}.</span>'
    st.html(f'<div class="hits" role="status">{shown}</div>')
    for name, tables in found.items():
        if tables:
            _section(name, tables)


def _narrowed(tables: tuple[Table, ...], search: str) -> tuple[Table, ...]:
    return tuple(kept for table in tables if (kept := table.narrowed(search)).groups)


def _section(name: str, tables: tuple[Table, ...]) -> None:
    st.html(f'<h2 class="section">{name}</h2><p class="quiet">{_ABOUT[name]}</p>')
    cited.draw(tables)
