"""The page before all others where people sign in: nothing else is drawn for who has not."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from taper import wording
from taper.drafts import Person, SignedOut
from taper.ui import fields, sign_in, state, stored
from taper.ui.state import Session

_WANTED: Final = "wanted"
_PLAN: Final = "plan"


def barred() -> str | None:
    """Return None where who is here may go on, else what is wrong; "" where they can sign in.

    What stood in this tab for somebody else, or until a sign-out, is forgotten.
    """
    if not sign_in.setup().on:
        return None
    held: Session | None = st.session_state.get("session")
    try:
        here = sign_in.person()
        assert here
        if held and held.person != here.id:
            st.session_state.clear()
            held = None
        _arrive(here)
    except SignedOut:
        st.session_state.clear()
        return sign_in.setup().fault
    except OSError as error:
        if held is None:
            return stored.why(error)
        # Else the page says that nothing is saved, and keeps what stands there.
    return None


def _arrive(here: Person) -> None:
    """Let a person in whose sign-in still holds, to the plan whose link they came by."""
    everyone = stored.everyones()
    everyone.of(here, datetime.now(UTC)).people.arrive()
    if "session" in st.session_state:
        return
    browser = state.browser()
    wanted = everyone.kept(browser, _WANTED).get(_PLAN)
    if wanted:
        everyone.drop(browser, _WANTED, _PLAN)
        if _PLAN not in st.query_params:
            st.query_params[_PLAN] = wanted


def draw(trouble: str) -> None:
    """Draw the way in, or what is wrong with it."""
    with st.container(key="gate", gap="small"):
        st.title("Taper", anchor=False)
        fields.note(wording.NOTICE)
        if trouble:
            fields.note(f"Nobody can sign in: {trouble}.", "fault")
            st.button("Try again", key="try-again")
        else:
            st.button("Sign in", key="sign-in", type="primary", on_click=_sign_in)


def _sign_in() -> None:
    """Go to the identity provider; it leads back without the plan that was asked for."""
    wanted = st.query_params.get(_PLAN)
    if wanted:
        with suppress(OSError):  # the link is there to be opened again
            stored.everyones().keep(state.browser(), _WANTED, _PLAN, wanted)
    st.login()


def _leave() -> None:
    stored.store().people.leave()


def sign_out() -> None:
    """End this sign-in in every window of it, then at the identity provider."""
    state.save_waiting()
    state.trying(_leave)
    st.session_state.clear()
    st.logout()
