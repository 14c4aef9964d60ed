"""The Plan page: what the clinician sets on the left, what it makes on the right."""

from dataclasses import replace

import streamlit as st

from taper.ui import (
    drawer,
    fields,
    folded,
    frame,
    going_on,
    products,
    results,
    sentences,
    sheets_page,
    state,
    taking,
)
from taper.ui.state import CHART, PAGE, session
from taper.ui.view import View, look


def draw() -> None:
    """Draw the page once."""
    held = session()
    view = look(held)
    frame.toolbar(view, sheets_page.draw)
    if held.unknown and held.draft is None:
        return
    going_on.line(view)
    left, right = st.columns([2, 3], gap="medium")
    makes = right.container(key="makes", gap="small")
    with makes:
        _chart(view)
    # Where there is no browser, nothing asks for the rest of the page.
    held.charted = bool(view.schedule and held.draft and st.context.headers)
    view = replace(view, beside_chart=True)
    with left, st.container(key="sets", gap="small"):
        taking.draw(view)
        products.draw(view)
        sentences.draw(view)
        folded.draw(view)
    with makes:
        results.draw_rest(view)
        drawer.edits(view)
    fields.marks(view)
    if held.step is not None and view.schedule and not view.locked:
        drawer.draw(replace(view, beside_chart=False), view.schedule)


@st.fragment(key=CHART)
def _chart(view: View) -> None:
    """Draw the chart, for which a change of a field does not wait for the rest (`chart_first`)."""
    held = session()
    asked, held.asked = held.asked, ""
    if asked == PAGE:
        results.draw_chart(view)
        return
    view = look(held)
    # Without a change that asked for it: a step was clicked.
    alone = bool(asked and view.schedule)
    if alone:
        results.draw_chart(view, asked)
    state.save_waiting()
    if not alone or held.conflict or held.trouble:
        st.rerun()
