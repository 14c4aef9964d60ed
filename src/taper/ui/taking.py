"""Taking now: what is taken of each drug at each time of day."""

from html import escape
from typing import Any

import streamlit as st

from taper.amount import parse
from taper.intake import InvalidIntake, regimen
from taper.ui import fields
from taper.ui.state import Part, alive, change, save, session
from taper.ui.view import View, in_words
from taper.wording import mg

NAME = 142
DOSE = 66


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
                "Add drug", key="add-drug", type="tertiary", on_click=_add, disabled=view.locked
            )
            times = st.popover("Times of day", type="tertiary", key="times", on_change="rerun")
            if times.open:
                with times:
                    _times(view)
            _line(view)
        _read_back(view)


def heads(times: list[str], first: str = "") -> None:
    """Write the names of the times over a grid of doses."""
    cells = "".join(f"<span>{escape(time)}</span>" for time in times)
    st.html(f'<div class="heads" aria-hidden="true"><b>{escape(first)}</b>{cells}</div>')


def doses(view: View, part: Part, times: list[str], name: str, write: Any = change) -> None:
    """Draw one dose field for each time; `part` is time → mg."""
    for time in times:
        fields.text(view, part, time, f"{name}, {time}, mg", DOSE, write=write)


def _row(view: View, at: int, entry: Part, several: bool) -> None:
    place = f"regimen[{at}]"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        name = str(entry.get("drug") or f"drug {at + 1}")
        fields.text(view, entry, "drug", f"Drug {at + 1}", NAME, "drug", write=_rename_drug)
        if not isinstance(entry.get("doses_mg"), Part):
            entry["doses_mg"] = Part()
        doses(view, entry["doses_mg"], view.times, name)
        if several:
            st.button(
                "×", key=f"rm{entry.uid}", type="tertiary", help="Remove this drug",
                on_click=_remove, args=(entry,), disabled=view.locked,
            )  # fmt: skip
    fields.faults(view, (place, ""), read=entry["doses_mg"])


def _rename_drug(part: Part, key: str, value: Any, typing: bool) -> None:
    """Give a drug of the regimen another name, everywhere in the plan that named it."""
    document, old = session().document, part.get("drug")
    others = [entry.get("drug") for entry in document["regimen"] if entry is not part]
    if old and value and old not in others and value not in others:
        _rename(document, str(old), value)
    change(part, key, value, typing)


def _rename(document: Part, old: str, new: str) -> None:
    for product in document.get("products", ()):
        if product.get("drug") == old:
            product["drug"] = new
    for phase in document["phases"]:
        for key in ("drug", "from", "to"):
            if phase.get(key) == old:
                phase[key] = new
        steps = phase.get("steps")
        for step in steps if isinstance(steps, list) else ():
            _rename_key(step["doses_mg"], old, new)
    for limit in document.get("limits", ()):
        if limit.get("drug") == old:
            limit["drug"] = new
    for edit in document.get("edits", ()):
        for key in ("doses_mg", "was_mg"):
            _rename_key(edit.get(key, Part()), old, new)


def _rename_key(part: Part, old: str, new: str) -> None:
    """Rename a key and keep its place among the others."""
    if old in part:
        pairs = [(new if key == old else key, value) for key, value in part.items()]
        part.clear()
        part.update(pairs)


def _add() -> None:
    session().document["regimen"].append(alive({"drug": "", "doses_mg": {}}))
    save()


def _remove(entry: Part) -> None:
    rows: list[Part] = session().document["regimen"]
    rows[:] = [row for row in rows if row is not entry]
    save()


# ------------------------------------------------------------------------------------ typed line


def _line(view: View) -> None:
    st.text_input(
        "Or type a line: drug, then amount, mg and time, with commas between",
        key="line",
        label_visibility="collapsed",
        placeholder="or type: drug 0.5 mg morning, 1 mg bedtime",
        live="350ms",
        autocomplete="off",
        disabled=view.locked,
    )


def _read_back(view: View) -> None:
    line = str(st.session_state.get("line") or "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not line.strip() or view.locked:
            return
        try:
            entry = regimen(line, view.times)
        except InvalidIntake as error:
            fields.note(in_words(str(error)), "fault")
            return
        read = ", ".join(f"{time} {mg(parse(dose))}" for time, dose in entry["doses_mg"].items())
        fields.words(f"Read as {entry['drug']}: {read}.", "strong")
        st.button("Use this", key="use-line", on_click=_use, type="primary")


def _use() -> None:
    """Take the typed line over, read anew from what stands in the field now."""
    document = session().document
    try:
        entry = regimen(str(st.session_state.get("line") or ""), document["times"])
    except InvalidIntake:
        return
    rows: list[Part] = document["regimen"]
    rows[:] = [row for row in rows if row.get("drug") or row.get("doses_mg")]
    rows.append(alive(entry))
    st.session_state["line"] = ""
    save()


# ----------------------------------------------------------------------------------- times of day


def _times(view: View) -> None:
    """Let the times of day be named anew, added and removed; doses follow their time's name."""
    for at, time in enumerate(view.times):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            widget = f"time{at}"
            fields.plain_text(
                widget, time, f"Time of day {at + 1}", on_change=_renamed, args=(widget, time)
            )
            st.button(
                "×", key=f"rm-time{at}", type="tertiary", on_click=_drop_time, args=(time,),
                help="Remove", disabled=_used(view.document, time) or len(view.times) == 1,
            )  # fmt: skip
    st.button("Add a time", key="add-time", type="tertiary", on_click=_add_time)


def _used(value: Any, time: str) -> bool:
    if isinstance(value, dict):
        return any(
            key == time or _used(item, time) for key, item in value.items() if key != "times"
        )
    if isinstance(value, list):
        return any(item == time or _used(item, time) for item in value)
    return False


def _renamed(widget: str, old: str) -> None:
    document, new = session().document, str(st.session_state[widget] or "").strip()
    if new and new not in document["times"]:
        document["times"] = [new if time == old else time for time in document["times"]]
        _walk(document, old, new)
        save()


def _walk(value: Any, old: str, new: str) -> None:
    """Rename a time wherever doses, orders and moves name it."""
    for part in [*value.get("regimen", ()), *value.get("phases", ()), *value.get("edits", ())]:
        _walk_part(part, old, new)


def _walk_part(part: Part, old: str, new: str) -> None:
    for key, item in part.items():
        if key == "doses_mg" and item is not None:
            maps = [item, *(doses for doses in item.values() if isinstance(doses, Part))]
            for doses_mg in maps:
                _rename_key(doses_mg, old, new)
        elif key in ("taking_from", "moving", "in_turn") and isinstance(item, list):
            item[:] = [new if time == old else time for time in item]
        elif isinstance(item, Part):
            _walk_part(item, old, new)
        elif isinstance(item, list):
            for inner in item:
                if isinstance(inner, Part):
                    _walk_part(inner, old, new)


def _drop_time(time: str) -> None:
    times: list[str] = session().document["times"]
    session().document["times"] = [name for name in times if name != time]
    save()


def _add_time() -> None:
    times: list[str] = session().document["times"]
    number = len(times) + 1
    while f"time {number}" in times:
        number += 1
    session().document["times"] = [*times, f"time {number}"]
    save()
