"""What stands on every page: the line on supervision, the plan's name, saved when, undo, redo."""

import base64
from html import escape
from pathlib import Path
from typing import Any, Final

import streamlit as st

from taper import wording
from taper.ui import eye, fields, gate, my_details, opening, sharing, signs, state, unsaved
from taper.ui.identity import looks_like
from taper.ui.state import Session
from taper.ui.view import View, at_hand, today

_LOGO: Final = base64.b64encode(Path(__file__).with_name("logo.svg").read_bytes()).decode()
SHEETS: Final = "sheets"
"""The address of the page that the plan is printed from."""
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
            st.button(
                other.title, key=f"go-{other.title}", type=kind, on_click=_turn,
                args=(other.url_path,),
            )  # fmt: skip
        fields.words(wording.NOTICE)
        if fields.pressed(_SIGNS, "signs", type="tertiary"):
            _signs()
        if state.session().person:
            st.button(
                "Sign out", key="sign-out", type="tertiary", on_click=gate.sign_out,
                help="Ends access in every window that this sign-in opened",
            )  # fmt: skip


def _turn(address: str) -> None:
    state.session().turn = address


def go(page: st.Page) -> None:
    """Turn to a page; the link keeps naming the plan."""
    draft = state.session().draft
    st.switch_page(page, query_params={"plan": draft.id} if draft else None)


@st.dialog(_SIGNS, width="medium")
def _signs() -> None:
    """Say which signs are an emergency and what to do."""
    signs.draw()


def toolbar(view: View, *, prints: bool = False) -> None:
    """Draw the plan's name, when it was saved, and what can be done with the whole plan.

    `prints` adds the way to the sheets.
    """
    held = view.session
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="toolbar", wrap=True
    ):
        if held.example:
            fields.words("EXAMPLE, read only: a plan to look at", "strong")
            st.button("Start an empty plan", key="start", type="primary", on_click=_begin_empty)
        else:
            fields.text(
                view, held.document, "label", _NAME,
                220, "name this plan",
            )  # fmt: skip
            st.html(
                f'<span class="saved" role="status">{escape(_saved(held))}</span>', width="content"
            )
            draft = held.draft
            with fields.together():
                st.button(
                    "Undo", key="undo", type="tertiary", shortcut="Mod+Z", on_click=state.undo,
                    disabled=not (draft and draft.can_undo),
                )  # fmt: skip
                st.button(
                    "Redo", key="redo", type="tertiary", shortcut="Mod+Y", on_click=state.redo,
                    disabled=not (draft and draft.can_redo),
                )  # fmt: skip
            st.button(
                "New", key="new", type="tertiary", on_click=_begin_empty,
                help="Start an empty plan",
            )  # fmt: skip
        if fields.pressed(
            "Open", "open", type="tertiary",
            help="A plan opened here before, a plan file, or a printed PDF",
        ):  # fmt: skip
            held.asked_to_delete = ""
            opening.dialog()
        st.button(
            "Duplicate", key="duplicate", type="tertiary", on_click=state.duplicate,
            help="A copy without name, start date, visits and confirmation",
        )  # fmt: skip
        if prints:
            st.button(
                "Print and export", key="print", shortcut="Mod+P", help="Sheets, CSV, plan file",
                on_click=_turn, args=(SHEETS,),
            )  # fmt: skip
        _more(held)
    what = "" if held.example else looks_like(str(held.document.get("label", "")), today())
    notice = f"This looks like {what}. Use a name that does not identify the patient."
    fields.faults(view, ("label", "name"), notice=notice if what else "")
    unsaved.draw(held)


def _begin_empty() -> None:
    state.begin_empty()
    held = state.session()
    eye.to(held, f"drug-{held.document['regimen'][0].uid}")


_MINE: Final = "My details"
_DELETE: Final = "Delete this plan"


def _more(held: Session) -> None:
    """Draw what is done seldom, as one menu."""
    shares = [sharing.SHARE] if held.draft and held.person else []
    own = [_DELETE] if held.draft and state.mine(held.draft) else []
    st.menu_button(
        "More", [_MINE, *shares, *own], key="plan-more", type="tertiary",
        help=f"Your own details; {'share or ' if shares else ''}delete this plan",
        on_click=fields.clicked, args=("plan-more",),
    )  # fmt: skip
    if held.clicked == ("plan-more", _MINE):
        my_details.dialog()
    elif held.clicked == ("plan-more", sharing.SHARE):
        sharing.dialog()
    elif held.clicked == ("plan-more", _DELETE) and held.draft:
        _delete(held.draft.id)


def _saved(held: Session) -> str:
    if held.conflict and not held.unsaved:
        return "Changed elsewhere" if held.theirs else "Deleted elsewhere"
    if held.conflict or held.trouble or held.draft is None:
        return "Not saved"
    return f"Saved {at_hand(held.draft.saved)}"


@st.dialog("Delete this plan?")
def _delete(draft: str) -> None:
    """Delete for good, after a second click."""
    fields.note("The plan and all its earlier states are deleted for good, on this machine.")
    with st.container(horizontal=True, gap="small"):
        if st.button(
            "Delete for good",
            type="primary",
            key="delete-now",
            on_click=state.delete,
            args=(draft,),
        ):
            st.rerun()
        if st.button("Keep it", key="delete-not"):
            st.rerun()
