"""What a run draws: the whole page, or its chart alone.

A change shows in the chart at once; the browser asks for the rest when that is painted (`plot.py`).
"""

import secrets
from collections.abc import Callable
from threading import local
from typing import Any, Final

import streamlit as st
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.safe_session_state import SafeSessionState

from taper.ui.state import save_waiting, session
from taper.ui.view import View, look

CHART: Final = "chart"
"""The part of a page that `chart_first` draws."""
_PAGE: Final = "page"
_BREAK_OFF: Final = "_maybe_handle_execution_control_request"
"""What the framework does wherever a run may be broken off."""
_BEGIN: Final = "on_script_will_rerun"
"""How the framework begins a run: with the callbacks."""


def _begin_whole() -> None:
    """Let what was clicked or typed be done to its end, whatever comes meanwhile.

    The framework breaks a run off where it asks for anything of the session, if another click has
    come by then (https://github.com/streamlit/streamlit/issues/10578), its callbacks too: a change
    is half made, or not at all, and nothing says so.
    """
    handle, begin = getattr(ScriptRunner, _BREAK_OFF), getattr(SafeSessionState, _BEGIN)
    here = local()

    def handle_later(runner: ScriptRunner) -> None:
        if not getattr(here, "begins", False):
            handle(runner)

    def begin_whole(state: SafeSessionState, *args: Any, **options: Any) -> None:
        here.begins = True
        try:
            begin(state, *args, **options)
        finally:
            here.begins = False

    setattr(ScriptRunner, _BREAK_OFF, handle_later)
    setattr(SafeSessionState, _BEGIN, begin_whole)


_begin_whole()


def page(asked: str) -> str:
    """Begin a run of the whole page, given the address asked for; return that of the page to draw.

    A browser that has not heard yet that the page was turned asks for the one before.
    """
    save_waiting()
    held = session()
    if held.turn is not None:
        held.page = held.turn
    elif not held.late:
        held.page = asked
    held.late = False
    held.charted, held.asked = False, _PAGE
    return held.page


def page_drawn() -> None:
    """End a run of the whole page."""
    held = session()
    held.owed, held.turn, held.clicked = False, None, None


def chart(view: View, draw: Callable[[View, str], bool]) -> None:
    """Draw a page's chart, so that `chart_first` can draw it alone.

    `draw` is given the view and the `ask` of `plot.draw`, and returns whether there is a chart.
    """
    held = session()
    _chart(view, draw)
    # Where there is no browser, nothing asks for the rest of the page.
    held.charted = bool(held.charted and held.draft and st.context.headers)


@st.fragment(key=CHART)
def _chart(view: View, draw: Callable[[View, str], bool]) -> None:
    held = session()
    asked, held.asked = held.asked, ""
    if asked == _PAGE:
        held.charted = draw(view, "")
        return
    # Without a change that asked for it: a step was clicked.
    alone = bool(asked) and draw(look(held), asked)
    save_waiting()
    if not alone or held.conflict or held.trouble:
        st.rerun()


def chart_first(change: Callable[..., None], *args: Any) -> None:
    """Make a change, and draw the chart alone; the browser asks for the rest once it is painted.

    The change is saved in that run, at once after this one, when the chart is on its way: with a
    disk between them, the browser would mark the whole page as old before it hears that the chart
    alone is drawn.
    """
    held = session()
    if not held.charted:  # the page was turned before the browser was done
        change(*args)
        return
    save_waiting()
    held.later = True
    try:
        change(*args)
    finally:
        held.later = False
    held.asked, held.owed = secrets.token_hex(8), True
    st.rerun(CHART)


def rest_of_page() -> None:
    """Draw the rest of the page, as the chart asks; nothing where another run came before it.

    Such a run may have been that of a click, and what it opened is not to be closed again.
    """
    held = session()
    if held.charted and not held.owed:
        held.asked = _PAGE
        st.rerun(CHART)
