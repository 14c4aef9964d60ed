"""My details: what a clinician would type on every sheet, remembered for this browser.

Never a dose, a pace or a ratio: nothing here changes a plan that exists.
"""

from typing import Any, Final

import streamlit as st

from taper.leaf import Text
from taper.reference.facts import REGIONS
from taper.ui import fields, state

LINES: Final = {
    "name": "Name",
    "role": "Role",
    "contact": "Contact",
    "emergency_number": "Emergency number",
}
WORDS: Final = {
    "missed_dose": "About a missed dose",
    "feeling_worse": "About feeling worse",
    "who_to_call": "Who to call",
}
PAPER: Final = {"A4": "a4", "Letter": "letter"}
_CHOSEN: Final = ("region", "paper")


@st.dialog("My details", width="medium")
def dialog() -> None:
    """Draw the fields; nothing counts before *Remember*."""
    held = state.session()
    fields.note(
        f"Remembered for {'you' if held.person else 'this browser'}, on the machine that runs"
        " Taper. A new plan starts with your"
        " name, role and contact; plans that exist stay as they are. No dose is ever remembered."
    )
    lines = [*LINES.items()]
    for row in (lines[:2], lines[2:]):
        for (key, label), column in zip(row, st.columns(2), strict=True):
            column.text_input(
                label, held.details.get(key, ""), key=_widget(key), autocomplete="off"
            )
    with st.container(horizontal=True, gap="medium"):
        _choose(
            "Region of products", "region", {region: region for region in REGIONS}, held.details
        )
        _choose("Paper", "paper", PAPER, held.details)
    st.html('<div class="group">Your own words for patients\' sheets</div>')
    for key, label in WORDS.items():
        st.text_area(label, held.details.get(key, ""), key=_widget(key), height=68)
    for fault in _faults():
        fields.note(fault, "fault")
    with st.container(horizontal=True, gap="small"):
        if (
            st.button("Remember", key="remember", type="primary", on_click=_remember)
            and not _faults()
        ):
            st.rerun()
        if st.button(
            "Forget my details", key="forget-details", on_click=state.remember, args=({},)
        ):
            st.rerun()


def _choose(label: str, key: str, options: dict[str, Any], details: dict[str, Any]) -> None:
    shown = next((word for word, value in options.items() if value == details.get(key)), None)
    st.segmented_control(label, list(options), default=shown, key=_widget(key))


def _widget(key: str) -> str:
    return f"my-{key}"


def _typed() -> dict[str, str]:
    """Return what stands in the fields, without the blank ones."""
    keys = (*LINES, *WORDS, *_CHOSEN)
    typed = {key: str(st.session_state.get(_widget(key)) or "").strip() for key in keys}
    typed["paper"] = PAPER.get(typed["paper"], "")
    return {key: text for key, text in typed.items() if text}


def _faults() -> list[str]:
    faults = []
    for key, text in _typed().items():
        try:
            Text(most=500, breaks=key in WORDS).check(text)
        except ValueError as error:
            faults.append(f"{ {**LINES, **WORDS}.get(key, key) }: {error}")
    return faults


def _remember() -> None:
    if not _faults():
        state.remember(_typed())
