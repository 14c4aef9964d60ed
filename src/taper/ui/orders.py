"""In which order the times of day give up their doses: any order that the format allows."""

from itertools import permutations
from typing import Any, Final

import streamlit as st

from taper.phases import PROPORTIONAL
from taper.ui import fields
from taper.ui.part import Part, alive
from taper.ui.state import change, save
from taper.ui.view import View

_SHARE: Final = "every time in proportion"
_PART: Final = "a part of every time"
_ORDER: Final = "one time after another"
_TURN: Final = "each time in turn"
_FEW: Final = 3
"""Up to so many times every order is a line of the list; over it the order is put together."""


def taking_from(view: View, at: int, phase: Part, label: str) -> None:
    """Ask where a reduction is taken from; only where there is a choice, or one was made."""
    times = taken_at(view, at, str(phase.get("drug") or ""))
    now = phase.get("taking_from")
    if len(times) < 2 and now is None and not phase.aside.get("order"):
        return
    if len(times) > _FEW:
        fields.words("taking from")
        kinds = {_SHARE: PROPORTIONAL, _ORDER: _ORDER, _TURN: _TURN}
        _put_together(view, phase, "taking_from", f"{label}: taking from", kinds, times)
        return
    options: dict[str, Any] = {_SHARE: PROPORTIONAL}
    options |= {_then(order): list(order) for order in permutations(times)}
    options |= {
        f"in turn: {', '.join(order)}": {"in_turn": list(order)} for order in permutations(times)
    }
    shown = None
    if isinstance(now, list):
        shown = _then(now)
    elif isinstance(now, dict):
        shown = f"in turn: {', '.join(now.get('in_turn', ()))}"
    elif now is not None:
        shown = _SHARE
    with fields.together():
        fields.words("taking from")
        fields.choice(
            view, phase, "taking_from", f"{label}: taking from", options, 232, "which time first",
            shown=shown,
        )  # fmt: skip


def moving(view: View, at: int, phase: Part, label: str) -> None:
    """Ask in which order a switch moves the times, or in how many equal steps all of them."""
    times = taken_at(view, at, str(phase.get("from") or ""))
    now, name = phase.get("moving"), f"{label}: which time moves first"
    equal = alive({"equal_steps": ""})
    if len(times) > _FEW:
        fields.words("moving")
        _put_together(view, phase, "moving", name, {_ORDER: _ORDER, _PART: equal}, times)
    else:
        options: dict[str, Any] = {_then(order): list(order) for order in permutations(times)}
        options = {word: order for word, order in options.items() if order} | {_PART: equal}
        shown = _PART if isinstance(now, dict) else None
        with fields.together():
            fields.words("moving")
            fields.choice(
                view, phase, "moving", name, options, 232, "which time first",
                shown=_then(now) if isinstance(now, list) else shown,
            )  # fmt: skip
    if isinstance(now, Part):
        with fields.together():
            fields.words("in")
            fields.text(
                view, now, "equal_steps", f"{label}: equal steps", 74, "how many", whole=True
            )
            fields.words("equal steps")


def taken_at(view: View, at: int, drug: str) -> list[str]:
    """Return the times at which a drug has a dose when a phase begins."""
    steps = [step for step in (view.schedule.steps if view.schedule else ()) if step.phase < at]
    if steps:
        doses = [part.doses for part in steps[-1].drugs if part.drug == drug]
        return [dose.time for part in doses for dose in part if dose.ideal]
    return [
        time
        for time in view.times
        for entry in view.document["regimen"]
        if entry.get("drug") == drug and entry["doses_mg"].get(time) not in (None, "", "0")
    ]


def _then(order: tuple[str, ...] | list[str]) -> str:
    return ", then ".join(order)


def _put_together(
    view: View, phase: Part, key: str, label: str, kinds: dict[str, Any], times: list[str]
) -> None:
    """Ask how, then for the times in the order in which they are picked."""
    now = phase.get(key)
    turns = isinstance(now, dict) and "in_turn" in now
    shown = phase.aside.get("order")
    if isinstance(now, list):
        shown = _ORDER
    elif isinstance(now, dict):
        shown = _TURN if turns else _PART
    elif now is not None:
        shown = _SHARE
    fields.choice(view, phase, key, label, kinds, 200, "how", write=_how, shown=shown)
    if shown not in (_ORDER, _TURN):
        return
    order = (now["in_turn"] if isinstance(now, dict) else now) or []
    widget = fields.key_of(phase, f"{key}-order")
    st.multiselect(
        f"{label}: the times, first one first",
        list(dict.fromkeys([*times, *order])),
        default=fields.default(widget, list(order)) or None,
        key=widget,
        label_visibility="collapsed",
        placeholder="pick the first time, then the next",
        disabled=view.locked,
        on_change=_picked,
        args=(widget, phase, key, shown),
    )


def _how(phase: Part, key: str, value: Any, typing: bool) -> None:
    """Take the way over; an order is in the document once its first time is picked."""
    phase.aside["order"] = value if value in (_ORDER, _TURN) else ""
    if phase.aside["order"] and phase.pop(key, None) is not None:
        save()
    elif not phase.aside["order"]:
        change(phase, key, value, typing)


def _picked(widget: str, phase: Part, key: str, how: str) -> None:
    order = list(st.session_state.get(widget) or ())
    phase.aside["order"] = how
    change(phase, key, alive({"in_turn": order}) if order and how == _TURN else order)
