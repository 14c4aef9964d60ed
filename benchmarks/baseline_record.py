"""The yardstick of `feel_record.py`: the same figures and rows of a long record, and no more.

Served at `?page=follow-up` and `?page=compare`. The record is made before the first change.
"""

import gc
from html import escape

import baseline
import records
import streamlit as st
from feel_record import KEPT, VERSION

from taper import chart
from taper.chart import variants
from taper.compare import differences
from taper.record import Record
from taper.summary import story
from taper.ui import compare_page, versions
from taper.ui.compare_page import Variant

LAST = records.VERSIONS


@st.cache_resource(show_spinner=False)
def made() -> tuple[Record, dict[int, Variant], dict[int, str], str]:
    record = records.record()
    known = {at: Variant(one.schedule) for at, one in enumerate(record.versions, 1) if one.schedule}
    said = {}
    for at, variant in known.items():
        assert variant.cells
        now = known[LAST].schedule
        said[at] = listed(differences(variant.schedule, now, now.plan.start)[:12])
    chart.timeline(record).figure.to_json()  # the first one of a process takes long
    gc.collect()
    gc.freeze()
    return record, known, said, listed(story(record))


def listed(lines: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def followed() -> None:
    before = st.selectbox(VERSION, range(1, LAST + 1), key="before", index=None)
    baseline.figure(chart.timeline(record, beside=before))
    st.html(told)
    st.html(versions.table(record))
    st.html(said[before or 1])


def compared() -> None:
    order = st.session_state.setdefault("order", [LAST, *KEPT])
    for at in range(1, len(order)):
        st.button("make it the plan", key=f"take-{at}", on_click=swap, args=(order, at))
    named = {f"version {at}": known[at] for at in order}
    baseline.figure(variants.draw({name: variant.schedule for name, variant in named.items()}))
    compare_page.table(named)
    st.html(said[order[1]])


def swap(order: list[int], at: int) -> None:
    order[0], order[at] = order[at], order[0]


record, known, said, told = made()
st.set_page_config(layout="wide")
{"follow-up": followed, "compare": compared}[st.query_params["page"]]()
