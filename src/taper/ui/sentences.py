"""The taper that the clinician sets: phases, each a sentence whose blanks are the fields."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import streamlit as st

from taper.plan import WEEKDAYS
from taper.ui import fields, orders, phase_actions, phase_lines, templates, typed
from taper.ui.part import Part
from taper.ui.state import save
from taper.ui.view import View
from taper.wording import day

ROUNDING: Final = {"nearest": "nearest", "down": "down", "up": "up"}
_BY: Final = {
    "% of the current dose": "percent_of_current",
    "% of the dose at this phase's start": "percent_of_start",
    "mg": "amount_mg",
    "equal steps": "equal_steps",
    "doses that the products make": "makeable_steps",
    "points of occupancy": "occupancy_points",
}
_WHOLE_BY: Final = ("equal_steps", "makeable_steps")


def draw(view: View) -> None:
    """Draw start, rounding and the phases."""
    document = view.document
    with st.container(key="phases", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("The taper you set", anchor=False)
            if not view.locked:
                templates.draw(view)
            phase_actions.fold_all(view)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words("Starts")
            fields.day(view, document, "start", "Start date")
            fields.words(_written_out(document.get("start")), "quiet")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words("Doses rounded")
            fields.pick(view, document, "rounding", "Doses rounded to what can be made", ROUNDING)
            fields.words("changes on")
            weekdays: dict[str, Any] = {"any day": None}
            weekdays |= {word.capitalize(): word for word in WEEKDAYS}
            fields.choice(
                view, document, "changes_on", "Weekday of changes", weekdays, 130, "any day"
            )
        fields.faults(view, ("start", ""), ("rounding", ""))
        for at, phase in enumerate(document["phases"]):
            with st.container(key=f"phase-{phase.uid}", gap="xsmall"):
                _phase(view, at, phase)
                phase_actions.add_row(view, phase)
        phase_actions.add_row(view)


def _written_out(start: object) -> str:
    """Write the start date with its weekday, so that day and month are never mixed up."""
    try:
        return day(date.fromisoformat(str(start)), weekday=True)
    except ValueError:
        return ""


def _phase(view: View, at: int, phase: Part) -> None:
    one_line = phase_actions.folded(view, phase)
    with st.container(horizontal=True, wrap=False, gap="xsmall"):
        phase_actions.fold_button(view, at, phase, one_line=one_line)
        if one_line:
            phase_actions.menu(view, at, phase)
        else:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                _SENTENCES[phase["kind"]](view, at, phase, f"Phase {at + 1}")
                phase_actions.menu(view, at, phase)
    if phase["kind"] == "set" and not one_line:
        typed.draw(view, at, phase)
    read = {"until": phase["until_mg"]} if "until_mg" in phase and not one_line else None
    fields.faults(view, (f"phases[{at}]", ""), read=read)
    if not one_line:
        phase_lines.draw(view, at, phase)


def _rounded(phase: Part) -> None:
    """Say how this phase is rounded, where it has a rule of its own."""
    word = next((word for word, value in ROUNDING.items() if value == phase.get("rounding")), "")
    fields.words(f"rounded {'to the ' if word == 'nearest' else ''}{word}" if word else "")


# -------------------------------------------------------------------------------------- sentences


def _hold(view: View, at: int, phase: Part, name: str) -> None:
    fields.words("Hold for")
    fields.text(view, phase, "days", f"Hold, {name}: days", 74, "how many", whole=True)
    fields.words("days")


def _reduce(view: View, at: int, phase: Part, name: str) -> None:
    label = f"Reduce, {name}"
    fields.words("Reduce")
    fields.choice(view, phase, "drug", f"{label}: drug", view.drugs, 118, "drug")
    _by(view, phase, label)
    with fields.together():
        fields.words("every")
        fields.text(
            view, phase, "every_days", f"{label}: days between steps", 74, "how many", whole=True
        )
        fields.words("days")
    by_steps = phase_actions.ends_by_steps(phase)
    if "until_mg" in phase or not by_steps:
        with fields.together():
            fields.words("until")
            fields.text(
                view, phase, "until_mg", f"{label}: until this daily dose in mg", 58, "dose"
            )
            fields.words("mg a day")
    if by_steps:
        with fields.together():
            fields.words("for")
            fields.text(
                view, phase, "steps", f"{label}: for so many steps", 74, "how many", whole=True
            )
            fields.words("steps")
    orders.taking_from(view, at, phase, label)
    _rounded(phase)


def _by(view: View, phase: Part, label: str) -> None:
    by = phase.get("by")
    if not isinstance(by, Part):
        by = phase["by"] = Part()
    kind = next(iter(by), "")
    # The widget follows the phase, not the kind, so that it stays while the kind is chosen.
    held = Part([("amount", by.get(kind, ""))], by.uid)
    shown = next((word for word, key in _BY.items() if key == kind), None)
    with fields.together():
        fields.words("in" if kind == "equal_steps" else "by")
        fields.text(
            view, held, "amount", f"{label}: how much", 74, "how much", write=_amount_of(phase, by)
        )
        fields.choice(
            view, Part(uid=by.uid), "kind", f"{label}: of what", _BY, 172, "% or mg …",
            write=_kind_of(phase, by), shown=shown,
        )  # fmt: skip
    if kind == "occupancy_points":
        fields.words("(at most")
        fields.text(view, by, "max_percent", f"{label}: largest occupancy in %", 52)
        fields.words("%, half of it at")
        fields.text(view, by, "ed50_mg", f"{label}: dose of half occupancy in mg", 62)
        fields.words("mg)")
    if kind == "makeable_steps":
        fields.words("at a time")


def _amount_of(phase: Part, by: Part) -> Callable[[Part, str, Any, bool], None]:
    def write(part: Part, key: str, value: Any, typing: bool) -> None:
        kind = next(iter(by), "")
        text = str(value or "")
        whole = kind in _WHOLE_BY and text.isascii() and text.isdigit() and text == str(int(text))
        by[kind] = int(text) if whole else text
        if not kind and not text:
            by.clear()
        save((by.uid, "amount"))

    return write


def _kind_of(phase: Part, by: Part) -> Callable[[Part, str, Any, bool], None]:
    def write(part: Part, key: str, value: Any, typing: bool) -> None:
        """Put the number under its kind; a number that meant something else is not kept."""
        old, number = next(iter(by.items()), ("", ""))
        by.clear()
        if value:
            by[value] = ""
            if not old:
                _amount_of(phase, by)(by, value, number, False)
        save()

    return write


def _switch(view: View, at: int, phase: Part, name: str) -> None:
    label = f"Switch, {name}"
    fields.words("Switch")
    fields.choice(view, phase, "from", f"{label}: from which drug", view.drugs, 118, "drug")
    fields.words("to")
    fields.text(view, phase, "to", f"{label}: to which drug", 118, "other drug")
    with fields.together():
        fields.words("giving")
        fields.text(view, phase, "to_mg_per_from_mg", f"{label}: mg for each 1 mg", 74, "how much")
        fields.words("mg for each 1\u00a0mg,")
    with fields.together():
        fields.words("every")
        fields.text(
            view, phase, "every_days", f"{label}: days between steps", 74, "how many", whole=True
        )
        fields.words("days")
    orders.moving(view, at, phase, label)
    _rounded(phase)


def _set(view: View, at: int, phase: Part, name: str) -> None:
    fields.words("Give these doses, one step after another")


def _stop(view: View, at: int, phase: Part, name: str) -> None:
    fields.words("Stop")
    fields.choice(view, phase, "drug", f"Stop, {name}: drug", view.drugs, 118, "drug")


def _maintain(view: View, at: int, phase: Part, name: str) -> None:
    fields.words("Go on with the doses as they are; review on")
    fields.day(view, phase, "review_on", f"Go on, {name}: review date")


_SENTENCES: Final = {
    "hold": _hold,
    "reduce": _reduce,
    "switch": _switch,
    "set": _set,
    "stop": _stop,
    "maintain": _maintain,
}
