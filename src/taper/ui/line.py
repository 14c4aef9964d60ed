"""The typed line: read back in words, what it leaves open asked, nothing taken over unseen."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from taper.amount import parse
from taper.intake import AsNeeded, Dose, InvalidIntake, Taken, UnknownTime, regimen
from taper.plan import MOST_TIMES
from taper.ui import eye, fields
from taper.ui.part import Part, alive
from taper.ui.state import save, session
from taper.ui.view import View, in_words
from taper.wording import lettered, mg

_LINE = "line"


def draw(view: View) -> None:
    """Draw the field in which what is taken now may be typed."""
    st.text_input(
        "Or type a line: drug, then amount, mg and time, with commas between",
        key=_LINE,
        label_visibility="collapsed",
        placeholder="or type: drug 0.5 mg morning, 1 mg bedtime",
        live=fields.PAUSE,
        autocomplete="off",
        disabled=view.locked,
    )


def read_back(view: View) -> None:
    """Say how the line is read, and ask what it leaves open."""
    with st.container(key="line-read", gap="xsmall"):
        text = str(st.session_state.get(_LINE) or "")
        if not text.strip():
            return
        try:
            found = regimen(text, view.times)
        except InvalidIntake as error:
            _refused(view, error)
            return
        _ask(found, view.times)
        try:
            entries = _entries(found, view.document)
        except InvalidIntake as error:
            fields.note(in_words(str(error)), "fault")
            return
        if entries is None:
            return
        for entry in entries:
            fields.note(_said(entry), "strong")
        st.button("Use this", key="use-line", on_click=_use, type="primary")


def _said(entry: Part) -> str:
    doses = {time: parse(dose) for time, dose in entry["doses_mg"].items()}
    each = ", ".join(f"{time} {mg(dose)}" for time, dose in doses.items())
    total = f"; {mg(sum(doses.values(), start=parse('0')))} a day" if len(doses) > 1 else ""
    return f"Read as {lettered(entry['drug'])}: {each}{total}."


def _refused(view: View, error: InvalidIntake) -> None:
    """Say why a line is not read, with the way on where there is one."""
    fields.note(in_words(str(error)), "fault")
    if isinstance(error, AsNeeded):
        st.button("Add typed steps", key="line-steps", on_click=_add_steps)
    elif isinstance(error, UnknownTime) and len(view.times) < MOST_TIMES:
        st.button(
            f"Add “{fields.literal(error.time)}” as the last time of day", key="line-time",
            on_click=_add_time, args=(error.time,),
        )  # fmt: skip


def _add_steps() -> None:
    session().document["phases"].append(alive({"kind": "set", "steps": [{"doses_mg": {}}]}))
    save()


def _add_time(time: str) -> None:
    document = session().document
    if time not in document["times"]:
        document["times"] = [*document["times"], time]
        save()


# ------------------------------------------------------------------------------ what is left open


def _key(what: str, taken: Taken, dose: Dose) -> str:
    """Tie an answer to the words that it answers: for other words nothing is chosen yet."""
    return f"line-{what}-{taken.drug}-{dose.words}"


def _ask(found: Sequence[Taken], times: Sequence[str]) -> None:
    for taken in found:
        named = {time for dose in taken.doses for time in dose.times}
        for dose in taken.doses:
            whose = f"{lettered(taken.drug)} {dose.words}"
            if dose.how_often:
                _ask_times(
                    _key("times", taken, dose), whose, dose, [t for t in times if t not in named]
                )
            if dose.mg is None:
                _ask_strength(_key("strength", taken, dose), whose)


def _ask_times(key: str, whose: str, dose: Dose, free: list[str]) -> None:
    count = "which time" if dose.how_often == 1 else f"which {dose.how_often} times"
    st.pills(
        f"{fields.literal(whose)}: {count}?", free, selection_mode="multi", key=key,
        format_func=fields.literal,
    )  # fmt: skip


def _ask_strength(key: str, whose: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.words(f"{whose}: one has")
        st.text_input(
            fields.hidden(f"{whose}: mg in one"), key=key, label_visibility="collapsed", width=66,
            live=fields.PAUSE, autocomplete="off",
        )  # fmt: skip
        fields.words("mg")


def _entries(found: Sequence[Taken], document: Part) -> list[Part] | None:
    """Return the regimen's entries, None while something is still to be answered."""
    times: list[str] = document["times"]
    answered = [
        replace(taken, doses=tuple(_answered(taken, dose, times) for dose in taken.doses))
        for taken in found
    ]
    if any(dose.how_often or dose.mg is None for taken in answered for dose in taken.doses):
        return None
    for taken in answered:
        row = _row_of(taken.drug, document)
        if row and any(row["doses_mg"].values()):
            raise InvalidIntake(f"{taken.drug} stands above already: change its doses there")
    return [alive(taken.entry(times)) for taken in answered]


def _answered(taken: Taken, dose: Dose, times: Sequence[str]) -> Dose:
    """Put in what was answered so far."""
    chosen = st.session_state.get(_key("times", taken, dose)) or []
    strength = str(st.session_state.get(_key("strength", taken, dose)) or "").strip()
    full = dose
    if dose.how_often and len(chosen) > dose.how_often:
        raise InvalidIntake(f"{dose.words}: choose only {dose.how_often}, got {len(chosen)}")
    if dose.how_often and len(chosen) == dose.how_often:
        full = full.at([time for time in times if time in chosen])
    if dose.mg is None and strength:
        full = full.of_strength(strength)
    return full


def _row_of(drug: str, document: Part) -> Part | None:
    wanted = drug.casefold()
    rows: list[Part] = document["regimen"]
    return next((row for row in rows if str(row.get("drug") or "").casefold() == wanted), None)


def _use() -> None:
    """Take the typed line over, read anew from what stands in the fields now."""
    document = session().document
    try:
        found = regimen(str(st.session_state.get(_LINE) or ""), document["times"])
        entries = _entries(found, document)
    except InvalidIntake:
        return
    if entries is None:
        return
    rows: list[Part] = document["regimen"]
    rows[:] = [row for row in rows if row.get("drug") or row.get("doses_mg")]
    for entry in entries:
        row = _row_of(entry["drug"], document)
        if row is None:
            rows.append(entry)
        else:
            row["doses_mg"] = entry["doses_mg"]
    st.session_state[_LINE] = ""
    eye.to(session(), _LINE)
    save()
