"""Sharing a plan with a colleague who signs in here too, and ending that."""

from typing import Final

import streamlit as st

from taper.drafts import Colleague, NotShared
from taper.ui import fields, state, stored

SHARE: Final = "Share this plan"
_EMAIL: Final = "share-email"
_REFUSED: Final = "not-shared"


@st.dialog(SHARE, width="medium")
def dialog() -> None:
    """Draw whom the plan is shared with, and the way to share it."""
    draft = state.session().draft
    if draft is None:
        return
    if not state.mine(draft):
        fields.note("This plan is shared with you. Only who made it can share it further.")
        return
    try:
        found = stored.store().people.shared(draft.id)
    except OSError as error:
        fields.note(f"Not read: {stored.why(error)}.", "fault")
        return
    fields.note(
        "Who it is shared with can open, change and print it until you end that; not delete it."
    )
    for colleague in found:
        _row(draft.id, colleague)
    st.text_input("E-mail address of a colleague, as they sign in", key=_EMAIL, autocomplete="off")
    st.button("Share", key="share", type="primary", on_click=_share, args=(draft.id,))
    if refused := state.session().prepared.pop(_REFUSED, ""):
        fields.note(refused, "fault")


def _row(draft: str, colleague: Colleague) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        fields.words(f"{colleague.name} {colleague.email}".strip())
        st.button(
            "End", key=f"end-{colleague.id}", type="tertiary", on_click=_end,
            args=(draft, colleague.id),
            help=f"{fields.literal(colleague.name)} can then no longer open it",
        )  # fmt: skip


def _share(draft: str) -> None:
    try:
        stored.store().people.share(draft, st.session_state.get(_EMAIL) or "")
    except (NotShared, OSError) as error:
        state.session().prepared[_REFUSED] = f"Not shared: {stored.why(error)}."
    else:
        st.session_state[_EMAIL] = ""


def _end(draft: str, colleague: str) -> None:
    state.trying(lambda: stored.store().people.end(draft, colleague))
