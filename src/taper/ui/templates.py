"""Own templates: the phases of a plan without its doses, kept in this browser by name."""

from typing import Final

import streamlit as st

from taper import template
from taper.ui import eye, fields, state
from taper.ui.part import Part, alive
from taper.ui.state import save, session
from taper.ui.view import View

_KIND: Final = "template"
_NAME: Final = "template-name"
_MOST: Final = 60
_CHOSEN: Final = "template-chosen"


def draw(view: View) -> None:
    """Draw the button that opens the list; its inside only while it is open."""
    popover = st.popover("Templates", type="tertiary", key="templates", on_change="rerun")
    if not popover.open:
        return
    with popover:
        kept = state.kept(_KIND)
        _keep(view, kept)
        _list(kept)


def _keep(view: View, kept: dict[str, object]) -> None:
    if not view.document["phases"]:
        fields.note("Once there are phases they can be kept here as a template of your own.")
        return
    fields.note("Keep these phases as a template", "strong")
    fields.note("Days, percentages and orders are kept. Doses, ratios, drugs and dates are not.")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.plain_text(
            _NAME, str(st.session_state.get(_NAME) or ""), "Name of the template",
            placeholder="name it", max_chars=_MOST, width=220,
        )  # fmt: skip
        name = str(st.session_state.get(_NAME) or "").strip()
        st.button(
            "Replace" if name in kept else "Keep", key="keep-template", on_click=_kept,
        )  # fmt: skip


def _kept() -> None:
    name = str(st.session_state.get(_NAME) or "").strip()
    if name:
        state.keep(_KIND, name, template.blanked(session().document["phases"]))
        st.session_state[_NAME] = ""


def _list(kept: dict[str, object]) -> None:
    if not kept:
        return
    fields.note("Add from a template", "strong")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.selectbox(
            "Template", list(kept), index=None, key=_CHOSEN, placeholder="choose one of yours",
            label_visibility="collapsed", width=220,
        )  # fmt: skip
        st.button("Add its phases", key="add-template", on_click=_add)
        st.button("Delete it", key="drop-template", type="tertiary", on_click=_drop)


def _add() -> None:
    """Put the phases of the chosen template behind those of the plan."""
    held, chosen = session(), st.session_state.get(_CHOSEN)
    document = held.document
    drugs = [str(row["drug"]) for row in document["regimen"] if row.get("drug")]
    made = template.phases(state.kept(_KIND).get(chosen or ""), drugs, document["times"])
    if made:
        phases: list[Part] = alive(made)
        document["phases"].extend(phases)
        eye.to(held, f"phase-{phases[0].uid}")
        save()


def _drop() -> None:
    if chosen := st.session_state.get(_CHOSEN):
        state.drop(_KIND, chosen)
        st.session_state[_CHOSEN] = None
