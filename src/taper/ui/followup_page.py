"""The Follow-up page: the visit and what goes on at the left, the record over time at the right."""

from html import escape

import streamlit as st

from taper import chart
from taper.record import Record
from taper.summary import story
from taper.ui import (
    download,
    fields,
    frame,
    going_on,
    plot,
    record_state,
    state,
    versions,
    visit_form,
)
from taper.ui.view import View, look, today


def draw() -> None:
    """Draw the page once."""
    held = state.session()
    view = look(held)
    frame.toolbar(view)
    if held.unknown and held.draft is None:
        return
    if held.example or held.draft is None:
        fields.note("Visits are written down for a plan of your own. This one is an example.")
        return
    record = record_state.record()
    going_on.line(view)
    if record is None and held.record_trouble:
        fields.note(f"{held.record_trouble}.", "fault")
        return
    if record is None and not view.whole:
        _not_yet(view)
        return
    left, right = st.columns([5, 7], gap="medium")
    with left, st.container(key="told", gap="small"):
        if record is None:
            fields.note("The first visit begins the record, with the plan as version 1.")
        visit_form.draw(view, record)
        if record:
            going_on.draw(view, record)
    with right, st.container(key="over-time", gap="small"):
        if record:
            _over_time(view, record)
            versions.draw(view, record)
        else:
            st.html('<div class="waiting">The record is drawn here after the first visit.</div>')
    download.deliver(held)


def _not_yet(view: View) -> None:
    """Say what the plan still lacks before a record can begin with it."""
    st.subheader("The plan is not finished", anchor=False)
    fields.note("A record begins with a whole plan as version 1.")
    if view.blanks:
        fields.note(f"Still needed: {'; '.join(view.blanks)}.")
    for place, text in view.faults.items():
        fields.note(f"{view.called(place)}: {text}", "fault")


def _over_time(view: View, record: Record) -> None:
    """Draw the record, once for all that it holds, and tell it in words."""
    held = view.session
    dark = st.context.theme.type == "dark"
    beside = versions.chosen(record)[0] if held.compared else None
    key = held.grown, dark, today(), beside
    if held.timeline is None or held.timeline[0] != key:
        made = chart.timeline(record, dark=dark, today=today(), beside=beside)
        lines = "".join(f"<li>{escape(line)}</li>" for line in reversed(story(record)))
        held.timeline = key, made, f'<ul class="story">{lines}</ul>'
    _, made, told = held.timeline
    plot.draw("timeline", made)
    st.html(
        '<div class="scrolled told" tabindex="0" role="group" aria-label="What happened">'
        f"{told}</div>"
    )
    fields.note("What stands side by side did not have to bring about one another.")
