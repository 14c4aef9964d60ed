"""The app: its pages, and what stands on each of them."""

import gc
import importlib
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value

from taper.ui import (
    about_page,
    compare_page,
    eye,
    followup_page,
    frame,
    gate,
    plan_page,
    reference_page,
    runs,
    sheets_page,
    state,
)

_HERE: Final = Path(__file__).parent
_INK: Final = {
    "light": "--text: #1b2733; --quiet: #55616d; --wrong: #a61b1b; --accent: #0b5394;",
    "dark": "--text: #e6e8ea; --quiet: #a9b2bb; --wrong: #ff9a94; --accent: #8fbdf0;",
}


@st.cache_resource(show_spinner=False)
def _warm() -> bool:
    """Import pandas before two tabs that come at once can meet it half imported."""
    importlib.import_module("pandas")
    return True


@st.cache_resource(show_spinner=False)
def _freeze() -> bool:
    """Set apart what the first page imported and read.

    Streamlit collects garbage after every run; frozen, all that is not looked through again each
    time (tens of milliseconds a run).
    """
    gc.collect()
    gc.freeze()
    return True


def pages() -> list[st.Page]:
    """Return the pages, the first one being the app's front."""
    return [
        st.Page(plan_page.draw, title="Plan", url_path="plan", default=True),
        st.Page(compare_page.draw, title="Compare", url_path="compare"),
        st.Page(sheets_page.draw, title="Sheets", url_path=frame.SHEETS),
        st.Page(followup_page.draw, title="Follow-up", url_path="follow-up"),
        st.Page(reference_page.draw, title="Reference", url_path="reference"),
        st.Page(about_page.draw, title="About", url_path="about"),
    ]


def run() -> None:
    """Draw the page that is asked for."""
    # A run that the framework begins in the thread where the chart was just drawn alone would be
    # drawn into the chart's place: the page twice, then a blank one.
    context_dg_stack.set(get_default_dg_stack_value())
    _warm()
    listed = pages()
    page = st.navigation(listed, position="hidden")
    barred = gate.barred()
    wanted = page.url_path if barred is not None else runs.page(page.url_path)
    if wanted != page.url_path:
        frame.go(next(other for other in listed if other.url_path == wanted))
    st.set_page_config(
        page_title=f"{page.title} · Taper", page_icon=str(_HERE / "icon.svg"), layout="wide",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )  # fmt: skip
    st.html(_HERE / "style.css")
    colours = st.context.theme.type or "light"
    # What opens stands beside `.stApp`, which has the framework's own `color-scheme`.
    st.html(f"<style>:root {{ color-scheme: {colours}; {_INK[colours]} }}</style>")
    if barred is not None:
        gate.draw(barred)
        return
    state.look_elsewhere()
    frame.bar(listed, page)
    page.run()
    eye.draw(state.session())
    runs.page_drawn()
    _freeze()
