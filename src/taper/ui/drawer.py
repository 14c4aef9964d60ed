"""One step, changed by hand: the drawer in which it is done, and the list of what was changed."""

from dataclasses import replace
from fractions import Fraction
from html import escape
from typing import Any

import streamlit as st

from taper import plan_words, wording
from taper.amount import InvalidAmount, parse, plain, plain_rounded
from taper.reduction import Edited
from taper.schedule import Schedule
from taper.steps import Step
from taper.ui import fields, taking
from taper.ui.part import Part, alive
from taper.ui.state import save, session
from taper.ui.view import View, in_words, look


def open_step(number: int) -> None:
    """Open the drawer on a step."""
    held = session()
    held.step = number
    held.opened += 1


def close() -> None:
    """Close the drawer."""
    session().step = None


@st.dialog("Change one step by hand", position="right", width=560, on_dismiss=close)
def draw(view: View, schedule: Schedule) -> None:
    """Show the fields of the step that was chosen."""
    held = view.session
    step = _step(schedule, held.step)
    if step is None:
        fields.note("This step is no longer in the plan.")
        return
    span = wording.short_span(step.start, step.end) if view.dated else wording.days(step.days)
    fields.note(f"Step {step.number}, {span}", "strong")
    for part in step.drugs:
        fields.note(f"{part.drug}: {plan_words.basis(schedule.plan, part)}")
    base, edit = f"ed{held.opened}", _edit_of(view.document, step.number)
    typed: dict[str, dict[str, str]] = {}
    days = _field("Days", f"{base}-days", str(step.days))
    taking.heads(view.times, "mg")
    for drug in schedule.plan.drugs:
        now = {time: plain(dose) for time, dose in _now(step, drug).items()}
        with st.container(
            horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{base}-row-{drug}"
        ):
            st.html(f'<div class="drawer-drug">{escape(drug)}</div>', width=taking.NAME)
            typed[drug] = {
                time: _field(
                    f"{drug}, {time}, mg", f"{base}-{drug}-{time}", now.get(time, ""), hide=True
                )
                for time in view.times
            }
    why = st.text_input(
        "Why, printed on the clinician's record", value=edit.get("why", "") if edit else "",
        key=f"{base}-why", autocomplete="off",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        if st.button("Save as edit", type="primary", key=f"{base}-save"):
            fault = _save(step, days, typed, why or "")
            if fault is None:
                close()
                st.rerun()
            fields.note(fault, "fault")
        if edit is not None and st.button("Undo this edit", key=f"{base}-undo"):
            remove(edit)
            close()
            st.rerun()


def _field(label: str, key: str, value: str, hide: bool = False) -> str:
    typed = st.text_input(
        fields.hidden(label) if hide else fields.literal(label),
        value=value,
        key=key,
        width=taking.DOSE,
        autocomplete="off",
        label_visibility="collapsed" if hide else "visible",
    )
    return typed or ""


def _step(schedule: Schedule | None, number: object) -> Step | None:
    return next((s for s in (schedule.steps if schedule else ()) if s.number == number), None)


def _edit_of(document: Part, number: int) -> Part | None:
    return next((edit for edit in document.get("edits", ()) if edit.get("step") == number), None)


def _now(step: Step, drug: str) -> dict[str, Fraction]:
    """Return what the step gives of a drug at each time."""
    return {dose.time: dose.mg for part in step.drugs if part.drug == drug for dose in part.doses}


def was(step: Step, drug: str) -> str:
    """Return the daily total that the step had before it was changed by hand."""
    part = next((part for part in step.drugs if part.drug == drug), None)
    if part is None:
        return "0"
    total = part.cause.was if isinstance(part.cause, Edited) else part.total
    return plain_rounded(total, 4)  # as exact as the document can say


def _save(step: Step, days: str, typed: dict[str, dict[str, str]], why: str) -> str | None:
    """Write the edit; returns what is wrong instead where something is."""
    document = session().document
    old = _edit_of(document, step.number)
    doses: dict[str, dict[str, str]] = {
        drug: dict(times) for drug, times in ((old or Part()).get("doses_mg") or {}).items()
    }
    for drug, times in typed.items():
        now = _now(step, drug)
        for time, text in times.items():
            if not text.strip():
                if time in now:
                    return f"{drug}, {time}: write 0 to end this dose"
                continue
            try:
                dose = parse(text)
            except InvalidAmount as error:
                return in_words(f"{drug}, {time}: {error}")
            if dose != now.get(time, 0):
                doses.setdefault(drug, {})[time] = text
    edit: dict[str, Any] = {"step": step.number}
    if not days.isascii() or not days.isdigit() or not 1 <= int(days) <= 365:
        return f"days must be a whole number from 1 to 365, got “{days}”"
    if int(days) != step.days or (old and "days" in old):
        edit["days"] = int(days)
    if doses:
        edit["doses_mg"] = doses
    if len(edit) == 1:
        return "nothing was changed"
    edit["was_mg"] = {part.drug: was(step, part.drug) for part in step.drugs} | {
        drug: was(step, drug) for drug in doses
    }
    if why.strip():
        edit["why"] = why.strip()
    others = [other for other in document.get("edits", ()) if other is not old]
    document["edits"] = sorted([*others, alive(edit)], key=lambda one: int(one["step"]))
    save()
    return None


# ---------------------------------------------------------------------------- what was changed


def edits(view: View) -> None:
    """List the steps changed by hand, each with a way to undo it alone."""
    listed: list[Part] = view.document.get("edits", [])
    if not listed:
        return
    with st.container(key="edits", gap="xsmall"):
        st.subheader("Changed by hand", anchor=False)
        for at, edit in enumerate(listed):
            _edit(view, at, edit)


def _edit(view: View, at: int, edit: Part) -> None:
    """Show one edit; one made for a dose or a step that is no more is kept, moved or removed."""
    place = f"edits[{at}]"
    wrong = [where.removeprefix(place) for where, _ in view.under(place)]
    other_dose, no_step = (
        any(where.startswith(key) for where in wrong) for key in (".was_mg", ".step")
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        fields.words(_summary(edit))
        if not view.locked:
            if other_dose:
                st.button(
                    "Keep", key=f"keep{edit.uid}", on_click=_keep, args=(edit, view.schedule),
                    help="For the step as it is now",
                )  # fmt: skip
            if other_dose or no_step:
                _move_field(view, edit)
            st.button(
                "Remove", key=f"drop{edit.uid}", type="tertiary", on_click=remove, args=(edit,)
            )
    if other_dose:
        fields.note(f"{_was_and_is(view, edit)}: keep the change for the step as it is now, move "
                    "it to the step that it was meant for, or remove it.", "fault")  # fmt: skip
    elif no_step and view.schedule:
        count = len(view.schedule.steps)
        fields.note(
            f"There is no step {edit.get('step')} any more, the last one is step {count}: move the "
            "change to the step that it was meant for, or remove it.",
            "fault",
        )
    else:
        fields.faults(view, (place, ""))


def _was_and_is(view: View, edit: Part) -> str:
    """Say which dose an edit was made for, and which one its step has now."""
    number = edit.get("step")
    text = f"Step {number} has another dose now than when it was changed by hand"
    step = _step(view.schedule, number)
    doses = [
        f"{drug} {mg} → {now}\u00a0mg a day"
        for drug, mg in (edit.get("was_mg") or {}).items()
        if step and (now := was(step, drug)) != mg
    ]
    return f"{text} ({', '.join(doses)})" if doses else text


def _move_field(view: View, edit: Part) -> None:
    """Offer the steps that an edit can be moved to; none is picked beforehand."""
    taken = {other.get("step") for other in view.document.get("edits", ())}
    steps = {
        f"step {step.number}: {_told(view, step)}": step.number
        for step in (view.schedule.steps if view.schedule else ())
        if step.number not in taken
    }
    key = f"move{edit.uid}"
    st.selectbox(
        "Move the change to which step", list(steps), key=key, index=None, width=260,
        placeholder="Move to …", label_visibility="collapsed", on_change=_moved,
        args=(key, edit, steps),
    )  # fmt: skip


def _told(view: View, step: Step) -> str:
    """Say when a step is and what is taken in it, so that it is known again."""
    days = wording.short_span(step.start, step.end) if view.dated else wording.days(step.days)
    doses = ", ".join(f"{part.drug} {wording.mg(part.total)}" for part in step.drugs)
    return f"{days}, {doses or 'no dose'}"


def _moved(key: str, edit: Part, steps: dict[str, int]) -> None:
    chosen = st.session_state.get(key)
    if chosen not in steps:
        return
    held = session()
    document = held.document
    number = steps[chosen]
    # What the step has without this change: that is the dose which the change is now made for.
    others = [other for other in document["edits"] if other is not edit]
    without = Part([*document.items()], document.uid)
    without["edits"] = others
    schedule = look(replace(held, document=without)).schedule
    step = _step(schedule, number)
    if step is None:
        return
    drugs = [part.drug for part in step.drugs]
    drugs += [drug for drug in edit.get("doses_mg") or {} if drug not in drugs]
    edit["step"] = number
    edit["was_mg"] = alive({drug: was(step, drug) for drug in drugs})
    document["edits"] = sorted([*others, edit], key=lambda one: int(one["step"]))
    save()


def _summary(edit: Part) -> str:
    said = []
    if "days" in edit:
        said.append(wording.days(int(edit["days"])))
    for drug, times in (edit.get("doses_mg") or {}).items():
        said.append(
            f"{drug} " + ", ".join(f"{time} {dose}\u00a0mg" for time, dose in times.items())
        )
    why = f" ({edit['why']})" if edit.get("why") else ""
    return f"Step {edit.get('step')}: {'; '.join(said)}{why}"


def _keep(edit: Part, schedule: Schedule | None) -> None:
    step = _step(schedule, edit["step"])
    if step is not None:
        edit["was_mg"] = alive({drug: was(step, drug) for drug in edit.get("was_mg", {})})
        save()


def remove(edit: Part) -> None:
    """Undo one edit alone."""
    document = session().document
    document["edits"] = [other for other in document.get("edits", ()) if other is not edit]
    if not document["edits"]:
        del document["edits"]
    save()
