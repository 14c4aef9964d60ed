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
    runs,
    sentences,
    taking,
)
from taper.ui.state import session
from taper.ui.view import look


def draw() -> None:
    """Draw the page once."""
    held = session()
    view = look(held)
    frame.toolbar(view, prints=True)
    if held.unknown and held.draft is None:
        return
    going_on.line(view)
    left, right = st.columns([2, 3], gap="medium")
    makes = right.container(key="makes", gap="small")
    with makes:
        runs.chart(view, results.draw_chart)
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
