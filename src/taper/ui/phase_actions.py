"""What can be done with the phases: add, insert, fold, move, copy, remove."""

from typing import Any, Final

import streamlit as st

from taper import phasing, plan_words, wording
from taper.ui import eye, fields, typed
from taper.ui.part import Part, alive
from taper.ui.state import Session, change, save, session
from taper.ui.view import View

MANY: Final = 6
"""A plan of more phases than this is first shown with its complete ones folded."""

_INSERT: Final = "Add a phase after this"
_ACTIONS: Final = ("Move up", "Move down", "Copy", _INSERT, "Remove")
_ROUNDED: Final = {
    "Here round to the nearest": "nearest",
    "Here round down": "down",
    "Here round up": "up",
    "Round as the whole plan does": None,
}
_BY_STEPS: Final = "End after a number of steps"
_BY_DOSE: Final = "End at a dose"
_WIDE: Final = "\u2003\u2003"
"""Parts a phase's number from what its button does; style.css shows the number alone."""


# ------------------------------------------------------------------------------------------- fold


def folded(view: View, phase: Part) -> bool:
    """Whether a phase is shown as one line; only one that is complete in itself ever is."""
    return phase.uid in _folded(view.session) and phasing.phase_of(phase) is not None


def _folded(held: Session) -> set[int]:
    """Return what this tab folds; of a long plan all that is complete, when it is first shown."""
    if held.folded is None:
        phases = held.document["phases"]
        held.folded = _complete(phases) if len(phases) > MANY else set()
    return held.folded


def _complete(phases: list[Part]) -> set[int]:
    """Return those that can be one line; another would fold while its last blank is typed."""
    return {phase.uid for phase in phases if phasing.phase_of(phase)}


def fold_button(view: View, at: int, phase: Part, *, one_line: bool) -> None:
    """Draw the phase's number, which folds it; folded, it is the whole phase in words."""
    label = f"{at + 1}{_WIDE}fold phase {at + 1}"
    if one_line and (read := phasing.phase_of(phase)):
        stretch = next((one for one in view.stretches if one.phase == at), None)
        dates = phasing.when(stretch, view.day_one) if stretch and stretch.after else ""
        said = wording.lettered_text(plan_words.phase_sentence(read), view.drugs)
        label = fields.literal(f"{at + 1}\u2002{said}{f' {dates}' if dates else ''}")
    st.button(
        label, key=f"turn{phase.uid}", type="secondary" if one_line else "tertiary",
        width="stretch" if one_line else "content", on_click=_fold, args=(phase,),
    )  # fmt: skip


def _fold(phase: Part) -> None:
    held = session()
    if phasing.phase_of(phase):
        held.folded = _folded(held) ^ {phase.uid}
        eye.to(held, f"turn{phase.uid}", blank=False)


def fold_all(view: View) -> None:
    """Offer to fold every phase, or to open them all."""
    phases = view.document["phases"]
    if len(phases) < 2:
        return
    some = bool(_complete(phases) - _folded(view.session))
    st.button(
        "Fold all" if some else "Open all", key="all-phases", type="tertiary",
        on_click=_fold_all, args=(some,),
    )  # fmt: skip


def _fold_all(some: bool) -> None:
    held = session()
    held.folded = _complete(held.document["phases"]) if some else set()


# --------------------------------------------------------------------------------------- the menu


def menu(view: View, at: int, phase: Part) -> None:
    """Draw the menu of one phase."""
    if not view.locked:
        fields.more(
            f"Phase {at + 1}: move, copy, add after, remove", _actions(phase), f"act{phase.uid}",
            on_click=_act, args=(phase,),
        )  # fmt: skip


def _actions(phase: Part) -> tuple[str, ...]:
    """Name what can be done with a phase; rounding of its own has one that works doses out."""
    more: list[str] = []
    if phase["kind"] == "reduce" and "equal_steps" not in (phase.get("by") or {}):
        more.append(_BY_DOSE if ends_by_steps(phase) else _BY_STEPS)
    if phase["kind"] in ("reduce", "switch"):
        now = phase.get("rounding")
        more.extend(word for word, value in _ROUNDED.items() if value != now)
    return (*_ACTIONS, *more)


def ends_by_steps(phase: Part) -> bool:
    """Whether a reduction ends after a number of steps, and not at a dose."""
    return "steps" in phase or phase.aside.get("ends") == _BY_STEPS


def _act(phase: Part) -> None:
    chosen = st.session_state[f"more-act{phase.uid}"]
    held = session()
    phases: list[Part] = held.document["phases"]
    at = next((at for at, other in enumerate(phases) if other is phase), None)
    if at is None:
        return
    if chosen in _ROUNDED:
        change(phase, "rounding", _ROUNDED[chosen])
        return
    if chosen in (_BY_STEPS, _BY_DOSE):
        phase.aside["ends"] = chosen
        change(phase, "until_mg" if chosen == _BY_STEPS else "steps", None)
        return
    if chosen == _INSERT:
        held.after = phase.uid
        return
    if chosen == "Remove":
        del phases[at]
    elif chosen == "Copy":
        phases.insert(at + 1, alive(dict(phase)))
        eye.to(held, f"phase-{phases[at + 1].uid}")
    else:
        to = max(0, at - 1) if chosen == "Move up" else min(len(phases) - 1, at + 1)
        phases.insert(to, phases.pop(at))
    save()


# -------------------------------------------------------------------------------------------- add


def add_row(view: View, after: Part | None = None) -> None:
    """Draw what adds a phase, at the end or after the phase whose menu asked for it.

    It is drawn once: at the end only while no phase has asked for it.
    """
    phases = view.document["phases"]
    asked = next((phase for phase in phases if phase.uid == view.session.after), None)
    if view.locked or asked is not after:
        return
    drugs = view.drugs
    one = drugs[0] if len(drugs) == 1 else ""
    named = f" {fields.literal(one)}" if one else ""
    with st.container(horizontal=True, gap="small", key="add-phases"):
        fields.words("Add" if after is None else f"Add after {phases.index(after) + 1}", "quiet")
        for word, kind, keys, says in (
            ("hold", "hold", (), "The same doses for some days"),
            (f"reduce{named}", "reduce", ("drug",), "Down step by step, to a dose or to 0"),
            (f"switch{named}", "switch", ("from",), "To another drug, one time of day at a time"),
            ("typed steps", "set", (), "Days and doses typed or pasted, such as alternate days"),
            (f"stop{named}", "stop", ("drug",), "To 0 on one day"),
            ("go on", "maintain", (), "The plan ends with these doses, and a day to review them"),
        ):
            fill = {key: one for key in keys if one}
            st.button(
                word, key=f"add-{kind}", type="tertiary", help=says, on_click=_add,
                args=(kind, fill),
            )  # fmt: skip
        if after is not None:
            st.button("not here", key="add-not", type="tertiary", on_click=_not_here)


def _not_here() -> None:
    session().after = None


def _add(kind: str, fill: dict[str, str]) -> None:
    held = session()
    phase: dict[str, Any] = {"kind": kind, **fill}
    if kind == "set":
        phase["steps"] = [typed.blank_step(held.document)]
    phases: list[Part] = held.document["phases"]
    before = [at for at, other in enumerate(phases) if other.uid == held.after]
    new: Part = alive(phase)
    phases.insert(before[0] + 1 if before else len(phases), new)
    held.after = None
    eye.to(held, f"phase-{new.uid}")
    save()
