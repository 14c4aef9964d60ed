"""Taking now: what is taken of each drug at each time of day."""

from html import escape
from typing import Any, Final

import streamlit as st

from taper.parts import NAME as A_NAME
from taper.plan import MOST_DRUGS, MOST_TIMES
from taper.ui import eye, fields, known, line, renaming
from taper.ui.part import Part, alive
from taper.ui.state import change, save, session
from taper.ui.view import View

NAME: Final = 142
DOSE: Final = 66
_ABREAST: Final = 4
"""So many times stand in a row under their names; of more, each has its name over its field."""
_ACTIONS: Final = ("Move up", "Move down", "Remove")
_NO_BREAK: Final = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))
"""Spaces that look like the plain one, out of text that was copied."""


def draw(view: View) -> None:
    """Draw the grid of drugs and times."""
    with st.container(key="taking", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Taking now", anchor=False)
            fields.words("mg at each time of day", "quiet")
        heads(view.times)
        rows: list[Part] = view.document["regimen"]
        for at, entry in enumerate(rows):
            _row(view, at, entry, len(rows) > 1)
        if view.locked:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Add drug", key="add-drug", type="tertiary", on_click=_add,
                disabled=len(rows) >= MOST_DRUGS,
            )  # fmt: skip
            times = st.popover("Times of day", type="tertiary", key="times", on_change="rerun")
            if times.open:
                with times:
                    _times(view)
            line.draw(view)
        line.read_back(view)


def heads(times: list[str], first: str = "") -> None:
    """Write the names of the times over a grid of doses."""
    if len(times) > _ABREAST:
        st.html("<div></div>")
        return
    cells = "".join(f'<span title="{escape(time)}">{escape(time)}</span>' for time in times)
    st.html(f'<div class="heads" aria-hidden="true"><b>{escape(first)}</b>{cells}</div>')


def doses(view: View, part: Part, times: list[str], name: str, write: Any = change) -> None:
    """Draw one dose field for each time; `part` is time → mg."""
    for time in times:
        label = f"{name}, {time}, mg"
        if len(times) <= _ABREAST:
            fields.text(view, part, time, label, DOSE, write=write)
            continue
        with st.container(width=DOSE, gap=None):
            st.html(
                f'<div class="over" title="{escape(time)}" aria-hidden="true">{escape(time)}</div>'
            )
            fields.text(view, part, time, label, DOSE, write=write)


def _row(view: View, at: int, entry: Part, several: bool) -> None:
    place = f"regimen[{at}]"
    many = len(view.times) > _ABREAST
    with st.container(key=f"drug-{entry.uid}", gap="xsmall"):
        with st.container(
            horizontal=True, vertical_alignment="bottom" if many else "center", gap="xsmall"
        ):
            name = str(entry.get("drug") or f"drug {at + 1}")
            fields.text(view, entry, "drug", f"Drug {at + 1}", NAME, "drug", write=_rename_drug)
            if not isinstance(entry.get("doses_mg"), Part):
                entry["doses_mg"] = Part()
            doses(view, entry["doses_mg"], view.times, name)
            if several and not view.locked:
                fields.more(
                    f"Drug {at + 1}: move, remove", _ACTIONS, f"act{entry.uid}",
                    on_click=_act, args=(entry,),
                )  # fmt: skip
        known.draw(view, entry, _choose)
        fields.faults(view, (place, ""), read=entry["doses_mg"])


def _choose(entry: Part, name: str) -> None:
    _rename_drug(entry, "drug", name, False)
    eye.to(session(), f"drug-{entry.uid}")


def _rename_drug(part: Part, key: str, value: Any, typing: bool) -> None:
    """Give a drug of the regimen another name, everywhere in the plan that named it."""
    document, old = session().document, part.get("drug")
    new = str(value or "").translate(_NO_BREAK)
    others = [entry.get("drug") for entry in document["regimen"] if entry is not part]
    if old and new and old not in others and new not in others:
        renaming.drug(document, str(old), new)
    change(part, key, new, typing)


def _add() -> None:
    entry: Part = alive({"drug": "", "doses_mg": {}})
    session().document["regimen"].append(entry)
    eye.to(session(), f"drug-{entry.uid}")
    save()


def _act(entry: Part) -> None:
    chosen = st.session_state[f"more-act{entry.uid}"]
    rows: list[Part] = session().document["regimen"]
    at = next((at for at, row in enumerate(rows) if row is entry), None)
    if at is None:
        return
    del rows[at]
    if chosen != "Remove":
        rows.insert(max(0, at - 1) if chosen == "Move up" else at + 1, entry)
    save()


# ----------------------------------------------------------------------------------- times of day


def _times(view: View) -> None:
    """Let the times of day be named anew, moved, added and removed; doses follow their time."""
    typed = view.document.aside
    for at, time in enumerate(view.times):
        widget = f"time{at}"
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.plain_text(
                widget, typed.get(widget, time), f"Time of day {at + 1}", width=170,
                on_change=_renamed, args=(widget, time),
            )  # fmt: skip
            st.button(
                "Earlier", key=f"up-time{at}", type="tertiary", on_click=_earlier, args=(time,),
                help=f"Move {fields.literal(time)} before the one above", disabled=not at,
            )  # fmt: skip
            used = _used(view.document, time)
            st.button(
                "Remove", key=f"rm-time{at}", type="tertiary", on_click=_drop_time, args=(time,),
                help="The plan uses it" if used else None, disabled=used or len(view.times) == 1,
            )  # fmt: skip
        if widget in typed:
            fields.note(_no_name(typed[widget], time, view.times), "fault")
    st.button(
        "Add a time", key="add-time", type="tertiary", on_click=_add_time,
        disabled=len(view.times) >= MOST_TIMES,
    )  # fmt: skip


def _used(value: Any, time: str) -> bool:
    if isinstance(value, dict):
        return any(
            key == time or _used(item, time) for key, item in value.items() if key != "times"
        )
    if isinstance(value, list):
        return any(item == time or _used(item, time) for item in value)
    return False


def _no_name(new: str, old: str, times: list[str]) -> str:
    """Say why a time cannot be named so; nothing where it can."""
    if new in times and new != old:
        return f"there is another {new} already; it stays {old}"
    try:
        A_NAME.check(new)
    except ValueError as error:
        return f"{error}; it stays {old}"
    return ""


def _renamed(widget: str, old: str) -> None:
    if widget not in st.session_state:  # the popover was closed before the browser was done
        return
    document = session().document
    new = str(st.session_state[widget] or "").translate(_NO_BREAK).strip()
    document.aside.pop(widget, None)
    if _no_name(new, old, document["times"]):
        document.aside[widget] = new
    elif new != old:
        renaming.time(document, old, new)
        save()


def _earlier(time: str) -> None:
    document = session().document
    times = list(document["times"])
    at = times.index(time)
    times.insert(max(0, at - 1), times.pop(at))
    _new_times(document, times)


def _drop_time(time: str) -> None:
    document = session().document
    _new_times(document, [name for name in document["times"] if name != time])


def _add_time() -> None:
    document = session().document
    times: list[str] = document["times"]
    number = len(times) + 1
    while f"time {number}" in times:
        number += 1
    _new_times(document, [*times, f"time {number}"])


def _new_times(document: Part, times: list[str]) -> None:
    """Set the times; a name that was refused is forgotten, since its place may be another's."""
    document.aside.clear()
    document["times"] = times
    save()
