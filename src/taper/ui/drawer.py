"""One step, changed by hand: the drawer in which it is done, and the list of what was changed."""

from fractions import Fraction
from html import escape
from typing import Any

import streamlit as st

from taper import wording
from taper.amount import InvalidAmount, parse, plain, plain_rounded
from taper.reduction import Edited
from taper.schedule import Schedule
from taper.steps import Step
from taper.ui import fields, taking
from taper.ui.state import Part, alive, save, session
from taper.ui.view import View, in_words


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
    step = next((step for step in schedule.steps if step.number == held.step), None)
    if step is None:
        fields.note("This step is no longer in the plan.")
        return
    span = wording.short_span(step.start, step.end) if view.dated else wording.days(step.days)
    fields.note(f"Step {step.number}, {span}", "strong")
    for part in step.drugs:
        fields.note(f"{part.drug}: {wording.basis(schedule.plan, part)}")
    base, edit = f"ed{held.opened}", _edit_of(view.document, step.number)
    typed: dict[str, dict[str, str]] = {}
    days = _field("days", f"{base}-days", str(step.days))
    taking.heads(view.times, "mg")
    for drug in schedule.plan.drugs:
        now = {time: plain(dose) for time, dose in _now(step, drug).items()}
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.html(f'<div class="drawer-drug">{escape(drug)}</div>', width=taking.NAME)
            typed[drug] = {
                time: _field(
                    f"{drug}, {time}, mg", f"{base}-{drug}-{time}", now.get(time, ""), hide=True
                )
                for time in view.times
            }
    why = st.text_input(
        "why (printed on the clinician's record)", value=edit.get("why", "") if edit else "",
        key=f"{base}-why", autocomplete="off",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        if st.button("Save as edit", type="primary", key=f"{base}-save"):
            fault = _save(view, schedule, step, days, typed, why or "")
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
        label if hide else fields.literal(label),  # a hidden label is no Markdown
        value=value,
        key=key,
        width=taking.DOSE,
        autocomplete="off",
        label_visibility="collapsed" if hide else "visible",
    )
    return typed or ""


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


def _save(
    view: View,
    schedule: Schedule,
    step: Step,
    days: str,
    typed: dict[str, dict[str, str]],
    why: str,
) -> str | None:
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
    """List the steps changed by hand; each can be undone alone, a stale one kept or removed."""
    listed: list[Part] = view.document.get("edits", [])
    if not listed:
        return
    with st.container(key="edits", gap="xsmall"):
        st.subheader("Changed by hand", anchor=False)
        for at, edit in enumerate(listed):
            place = f"edits[{at}]"
            stale = any(where.startswith(f"{place}.was_mg") for where, _ in view.under(place))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                fields.words(_summary(edit))
                if stale:
                    st.button(
                        "Keep", key=f"keep{edit.uid}", on_click=_keep, args=(edit, view.schedule)
                    )
                if not view.locked:
                    st.button(
                    "Remove", key=f"drop{edit.uid}", type="tertiary", on_click=remove, args=(edit,),
                    disabled=view.locked,
                )  # fmt: skip
            if stale:
                fields.note(
                    f"Step {edit.get('step')} has another dose now than when it was changed by "
                    "hand: keep the change for the step as it is now, or remove it.",
                    "fault",
                )
            else:
                fields.faults(view, (place, ""))


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
    step = next((s for s in (schedule.steps if schedule else ()) if s.number == edit["step"]), None)
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
