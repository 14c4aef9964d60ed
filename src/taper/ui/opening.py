"""Opening a plan: from the list of those this browser opened, or from a file."""

from html import escape
from typing import Any, Final

import streamlit as st

from taper.amount import InvalidAmount, parse
from taper.document import InvalidDocument, InvalidPlan
from taper.drafts import Draft
from taper.exchange import open_file
from taper.record import FORMAT as RECORD
from taper.record import Record
from taper.ui import fields, record_state, shape, state
from taper.ui.part import Part, alive, empty
from taper.ui.view import at_hand
from taper.wording import mg

_SHOWN: Final = 8
_OFF: Final = "Take off this list"
_GONE: Final = "Delete for good"


@st.dialog("Open a plan", width="medium")
def dialog() -> None:
    """Draw the list, and the way in for a file; what is opened becomes the plan of this tab."""
    _list()
    _file()


def _list() -> None:
    found = state.listed()
    if not found:
        fields.note("Plans that you make or open will be listed here.")
        return
    sought = ""
    if len(found) > _SHOWN:
        sought = st.text_input(
            "Search these plans", key="sought", live=fields.PAUSE,
            placeholder="name or medicine", autocomplete="off",
        ) or ""  # fmt: skip
    words = [(draft, name(draft.document), taking(draft.document)) for draft in found]
    wanted = sought.casefold().split()
    matching = [
        row for row in words if all(word in f"{row[1]} {row[2]}".casefold() for word in wanted)
    ]
    with st.container(key="plans", gap="small"):
        for draft, called, said in matching[:_SHOWN]:
            _row(draft, called, said)
    more = len(matching) - _SHOWN
    if more > 0:
        fields.note(f"{more} more: search by name or medicine.")
    elif not matching:
        fields.note(f"No plan of this list has “{sought}” in it.")


def _row(draft: Draft, called: str, said: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            fields.literal(called), key=f"open-{draft.id}", type="tertiary",
            on_click=state.open_draft, args=(draft.id,),
        ):  # fmt: skip
            st.rerun()
        whose = f"saved {at_hand(draft.saved)}{_whose(draft)}"
        st.html(f'<span class="quiet">{escape(said)}<br>{escape(whose)}</span>', width="stretch")
        acts, named = ((_OFF, _GONE), ", delete") if state.mine(draft) else ((_OFF,), "")
        asked = fields.more(
            f"{fields.literal(called)}: take off the list{named}", acts,
            f"listed-{draft.id}", on_click=_act, args=(draft.id,),
        )  # fmt: skip
        if asked == _OFF:
            st.rerun(scope="fragment")
    if state.session().asked_to_delete == draft.id:
        fields.note("This deletes the plan and all its earlier states, for every window.", "fault")
        if st.button(_GONE, key=f"gone-{draft.id}", type="primary"):
            state.delete(draft.id)
            st.rerun()


def _whose(draft: Draft) -> str:
    """Say whose a draft is, where it is not one's own."""
    if state.mine(draft):
        return ""
    if draft.owner:
        return ", shared with you"
    return ", from before people signed in: opened, it is yours"


def _act(draft: str) -> None:
    asked = st.session_state.get(f"more-listed-{draft}")
    if asked == _OFF:
        state.unlist(draft)
    state.session().asked_to_delete = draft if asked == _GONE else ""


def name(document: dict[str, Any]) -> str:
    """Return what a plan is called: its name, or the medicines it names."""
    label = document.get("label")
    if isinstance(label, str) and label.strip():
        return label.strip()
    drugs = dict.fromkeys(str(row.get("drug") or "") for row in _rows(document))
    return " and ".join(filter(None, drugs)) or "Empty plan"


def taking(document: dict[str, Any]) -> str:
    """Return what a plan starts from: "clonazepam 0.5 mg morning, 1 mg bedtime"."""
    said = []
    for row in _rows(document):
        doses = row.get("doses_mg")
        at = [
            f"{dose} {time}"
            for time, typed in (doses.items() if isinstance(doses, dict) else ())
            if (dose := _dose(typed))
        ]
        if row.get("drug"):
            said.append(f"{row['drug']} {', '.join(at)}".strip())
    return "; ".join(said) or "nothing set yet"


def _rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    rows = document.get("regimen")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _dose(typed: object) -> str:
    try:
        return mg(parse(str(typed)))
    except InvalidAmount:
        return ""


def _file() -> None:
    chosen = st.file_uploader(
        "Plan or record file (JSON), or a PDF printed by Taper",
        type=["json", "pdf"],
        key="open-file",
    )
    if chosen is None:
        return
    try:
        found = open_file(chosen.getvalue())
        if isinstance(found, dict) and found.get("format") == RECORD:
            _record(found)
            return
        document = shape.check(found)
    except InvalidPlan as error:
        for fault in error.faults[:8]:
            fields.note(str(fault), "fault")
        return
    opened: Part = alive({**empty(), **document})
    state.begin(opened)
    st.rerun()


def _record(document: dict[str, Any]) -> None:
    """Go on with a record and the plan that it held last; a wrong one is refused."""
    try:
        known = Record.from_document(document)
    except InvalidDocument as error:
        for fault in error.faults[:8]:
            fields.note(str(fault), "fault")
        return
    plan = next(version.plan for version in reversed(known.versions) if version.plan)
    record_state.begin_recorded(alive(plan.to_document()), known)
    st.rerun()
