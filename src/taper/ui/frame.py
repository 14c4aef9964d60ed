"""What stands on every page: the line on supervision, the plan's name, saved when, undo, redo."""

import base64
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from taper import wording
from taper.document import InvalidPlan
from taper.exchange import open_file
from taper.ui import fields, signs, state
from taper.ui.state import Part, Session, alive
from taper.ui.view import View

_LOGO: Final = base64.b64encode(Path(__file__).with_name("logo.svg").read_bytes()).decode()
_NAME: Final = "Name of this plan, nothing that identifies the patient"
_SIGNS: Final = "Signs that need help now"


def bar(pages: list[st.Page], page: st.Page) -> None:
    """Draw the pages' names and the line that is never dismissed.

    The names are buttons: a click brings along what was just typed. A link of the framework's own
    navigation, clicked while a field still sends its text, is undone by that text's arrival.
    """
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="notice", wrap=True
    ):
        st.html(
            f'<img class="logo" alt="Taper" src="data:image/svg+xml;base64,{_LOGO}">',
            width="content",
        )
        for other in pages:
            here = " (this page)" if other.url_path == page.url_path else ""
            kind: Any = "secondary" if here else "tertiary"
            if st.button(other.title, key=f"go-{other.title}", type=kind):
                go(other)
        fields.words(wording.NOTICE)
        if st.button(_SIGNS, key="signs", type="tertiary"):
            _signs()


def go(page: st.Page) -> None:
    """Turn to a page; the link keeps naming the plan."""
    draft = state.session().draft
    st.switch_page(page, query_params={"plan": draft.id} if draft else None)


@st.dialog(_SIGNS, width="medium")
def _signs() -> None:
    """Say which signs are an emergency and what to do."""
    signs.draw()


def toolbar(view: View, sheets: Callable[[], None] | None = None) -> None:
    """Draw the plan's name, when it was saved, and what can be done with the whole plan.

    `sheets` draws the page that the plan is printed from; without it this is that page.
    """
    held = view.session
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toolbar"):
        if held.example:
            fields.words("EXAMPLE, read only: a plan to look at", "strong")
            st.button(
                "Start an empty plan", key="start", type="primary",
                on_click=_new,
            )  # fmt: skip
        else:
            fields.text(
                view, held.document, "label", _NAME,
                220, "name this plan",
            )  # fmt: skip
            st.html(
                f'<span class="saved" role="status">{escape(_saved(held))}</span>', width="content"
            )
            draft = held.draft
            st.button(
                "Undo", key="undo", type="tertiary", shortcut="Mod+Z", on_click=state.undo,
                disabled=not (draft and draft.can_undo),
            )  # fmt: skip
            st.button(
                "Redo", key="redo", type="tertiary", shortcut="Mod+Y", on_click=state.redo,
                disabled=not (draft and draft.can_redo),
            )  # fmt: skip
            st.button("New", key="new", type="tertiary", on_click=_new, help="Start an empty plan")
        if st.button("Open", key="open", type="tertiary", help="A plan file, or a printed PDF"):
            _open()
        st.button(
            "Duplicate", key="duplicate", type="tertiary", on_click=state.duplicate,
            help="A copy without name, start date and visits",
        )  # fmt: skip
        if sheets and st.button(
            "Print and export", key="print", shortcut="Mod+P", help="Sheets, CSV, plan file"
        ):
            go(st.Page(sheets, url_path="sheets"))
        if not held.example and st.button("Delete", key="delete", type="tertiary"):
            _delete()
    fields.faults(view, ("label", "name"))
    _troubles(held)


def _new() -> None:
    state.begin(state.empty())


def _saved(held: Session) -> str:
    if held.conflict or held.trouble or held.draft is None:
        return "Not saved"
    try:
        zone: Any = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return f"Saved {held.draft.saved.astimezone(zone):%H:%M}"


def _troubles(held: Session) -> None:
    """Say plainly what keeps the plan from being saved, with a way out."""
    if held.conflict:
        with st.container(key="trouble", horizontal=True, vertical_alignment="center", gap="small"):
            fields.words(
                "This plan was changed in another window. What stands here is not saved.", "fault"
            )
            st.button("Keep mine as a new plan", key="keep-mine", on_click=state.keep_mine)
            st.button("Take the saved one", key="take-saved", on_click=state.take_saved)
    elif held.unknown:
        with st.container(key="trouble", horizontal=True, vertical_alignment="center", gap="small"):
            said = "There is no plan under this link: it was deleted, or is on another machine."
            if held.trouble:
                said = "The saved plans cannot be read."
            fields.words(said, "fault")
            st.button("Start an empty plan", key="start-unknown", type="primary", on_click=_new)
            st.button("See the example", key="see-example", on_click=state.forget)
    if held.trouble:
        fields.note(
            f"Not saved: {held.trouble}. The plan stays on screen; the next change tries again.",
            "fault",
        )


@st.dialog("Open a plan")
def _open() -> None:
    """Read a plan out of a file; it becomes a new draft."""
    chosen = st.file_uploader(
        "Plan file (JSON), or a PDF printed by Taper", type=["json", "pdf"], key="open-file"
    )
    if chosen is None:
        return
    try:
        document = open_file(chosen.getvalue())
    except InvalidPlan as error:
        for fault in error.faults[:8]:
            fields.note(str(fault), "fault")
        return
    if not isinstance(document, dict):
        fields.note("This file holds no plan.", "fault")
        return
    opened: Part = alive(_shaped(document))
    state.begin(opened)
    st.rerun()


def _shaped(document: dict[str, Any]) -> dict[str, Any]:
    """Name the times and phases, so that the screen finds them where a file left them out."""
    return {**state.empty(), **document}


@st.dialog("Delete this plan?")
def _delete() -> None:
    """Delete for good, after a second click."""
    fields.note("The plan and all its earlier states are deleted for good, on this machine.")
    with st.container(horizontal=True, gap="small"):
        if st.button("Delete for good", type="primary", key="delete-now"):
            state.delete()
            st.rerun()
        if st.button("Keep it", key="delete-not"):
            st.rerun()
