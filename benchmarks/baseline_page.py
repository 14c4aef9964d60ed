"""The yardstick of the edit benchmark: one text field, the same figure, the same rows, no more.

Served by `feel.py` at `?steps=26`. The schedules are made before the first edit, so that the page
is only what any Streamlit page with this chart and this table needs.
"""

import gc

import baseline
import edits
import pandas as pd
import streamlit as st

from taper import Plan, build_schedule, chart
from taper.schedule import Schedule
from taper.ui import fields, table
from taper.ui.part import Part
from taper.ui.state import Session
from taper.ui.view import View


@st.cache_resource(show_spinner=False)
def made(steps: int) -> dict[str, tuple[Schedule, pd.DataFrame]]:
    ready = {}
    for percent in edits.percents(steps):
        schedule = build_schedule(Plan.from_document(edits.document(steps, percent)))
        view = View(Session(Part()), Part(), schedule, {}, (), True, True, "")
        chart.draw(schedule).figure.to_json()  # the first one of a process takes long
        ready[percent] = schedule, pd.DataFrame(table.table(view, schedule)[0]).fillna("")
    gc.collect()
    gc.freeze()
    return ready


ready = made(int(st.query_params["steps"]))
st.set_page_config(layout="wide")
typed = st.text_input("Percent", value=next(iter(ready)), key="percent", live=fields.PAUSE)
schedule, frame = ready[typed or ""]
baseline.figure(chart.draw(schedule))
st.dataframe(frame, key="table", hide_index=True, row_height=28, height=560, alt="Schedule")
