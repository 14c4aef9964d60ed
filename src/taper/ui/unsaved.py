"""What keeps a plan from being saved, told plainly, with a way out on the spot."""

import json

import streamlit as st

from taper.ui import download, fields, state
from taper.ui.state import Session
from taper.ui.view import at_hand


def draw(held: Session) -> None:
    """Draw what is the matter with the plan of this tab, where something is."""
    if held.unknown and held.draft is None:
        _unknown(held)
    elif held.conflict:
        _elsewhere(held)
    elif held.trouble:
        _trouble(held)


def _unknown(held: Session) -> None:
    why = "is not shared with you" if held.person else "is on another machine"
    said = f"There is no plan under this link: it was deleted, or {why}."
    if held.trouble:
        said = f"This plan cannot be read: {held.trouble}."
    with _line():
        fields.words(said, "fault")
        st.button(
            "Start an empty plan", key="start-unknown", type="primary", on_click=state.begin_empty
        )
        st.button("See the example", key="see-example", on_click=state.forget)


def _elsewhere(held: Session) -> None:
    if held.theirs is None:
        said = "This plan was deleted in another window."
    else:
        said = f"This plan was changed in another window, saved {at_hand(held.theirs)}."
    if held.unsaved:
        said += " What stands here is not saved."
    with _line():
        fields.words(said, "fault")
        st.button("Keep mine as a new plan", key="keep-mine", on_click=state.keep_mine)
        if held.theirs is None:
            st.button("Start an empty plan", key="start-deleted", on_click=state.begin_empty)
        else:
            st.button("Take the saved one", key="take-saved", on_click=state.take_saved)


def _trouble(held: Session) -> None:
    said = f"Not saved: {held.trouble}. The plan stays on this screen only; the next change tries"
    with _line():
        fields.words(f"{said} again.", "fault")
        st.button("Try again", key="try-again", on_click=state.save)
        download.button(
            held, "Download plan file", "taper-plan.json", "application/json",
            lambda: json.dumps(held.document, ensure_ascii=False, indent=2).encode(),
            says="Opens again here with Open",
        )  # fmt: skip
    download.deliver(held, "save-file-unsaved")


def _line() -> st.delta_generator.DeltaGenerator:
    return st.container(
        key="trouble", horizontal=True, vertical_alignment="center", gap="small", wrap=True
    )
