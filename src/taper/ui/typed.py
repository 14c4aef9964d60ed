"""Typed steps: days and doses as they are, typed one by one or pasted from a spreadsheet."""

from html import escape
from typing import Any, Final

import streamlit as st

from taper.amount import parse
from taper.pasted import InvalidRows, steps
from taper.plan_words import typed_doses
from taper.ui import eye, fields, taking
from taper.ui.part import Part, alive
from taper.ui.state import change, save, session
from taper.ui.view import View, in_words, named_drugs
from taper.wording import length

_MOST_FAULTS: Final = 8


def blank_step(document: Part) -> dict[str, Any]:
    """Return a step in which everything is still to be typed, for the drug where there is one."""
    named = [entry.get("drug") for entry in document["regimen"]]
    named += [phase["to"] for phase in document["phases"] if phase.get("to")]
    drugs = list(dict.fromkeys(drug for drug in named if drug))
    first = document["times"][0]
    doses = {drugs[0]: {first: ""}} if len(drugs) == 1 else {}
    return {"doses_mg": doses}


def draw(view: View, at: int, phase: Part) -> None:
    """Draw the steps of one phase of typed steps."""
    taking.heads(view.times, "days, drug")
    listed: list[Part] = phase["steps"]
    for number, step in enumerate(listed):
        _step(view, step, f"Phase {at + 1}, typed step {number + 1}", listed)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Add step", key=f"add-step{phase.uid}", type="tertiary", on_click=_add,
            args=(phase,), disabled=view.locked,
        )  # fmt: skip
        if not view.locked:
            pasting = st.popover(
                "Paste rows", type="tertiary", key=f"pasting{phase.uid}", on_change="rerun"
            )
            if pasting.open:
                with pasting:
                    _paste(view, phase)
        with fields.together():
            fields.words("Times in a row")
            label = f"Typed steps, Phase {at + 1}: times in a row"
            fields.text(view, phase, "repeat", label, 52, "once", whole=True)


def _step(view: View, step: Part, name: str, steps: list[Part]) -> None:
    doses_mg: Part = step["doses_mg"]
    if not doses_mg:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.text(view, step, "days", f"{name}: days", 44, "days", whole=True)
            _drugs(view, step)
            _remove_button(view, name, step, steps)
    for at, (drug, doses) in enumerate(list(doses_mg.items())):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if not at:
                fields.text(view, step, "days", f"{name}: days", 44, "days", whole=True)
            fields.words(drug, "drug" if not at else "drug more")
            taking.doses(view, doses, view.times, f"{name}: {drug}", _dose)
            if not at:
                _remove_button(view, name, step, steps)
    if doses_mg and len(view.drugs) > len(doses_mg):
        _drugs(view, step)


def _remove_button(view: View, name: str, step: Part, steps: list[Part]) -> None:
    if not view.locked and len(steps) > 1:
        fields.cross(name, str(step.uid), _remove, steps, step)


def _drugs(view: View, step: Part) -> None:
    """Offer the drugs that this step leaves unchanged so far."""
    with st.container(horizontal=True, gap="small"):
        for drug in view.drugs:
            if drug not in step["doses_mg"]:
                st.button(
                    f"Add {fields.literal(drug)}", key=f"name{step.uid}-{drug}", type="tertiary",
                    on_click=_name, args=(step, drug), disabled=view.locked,
                )  # fmt: skip


def _name(step: Part, drug: str) -> None:
    step["doses_mg"][drug] = alive({session().document["times"][0]: ""})
    save()


def _dose(part: Part, key: str, value: Any, typing: bool) -> None:
    """Set a dose of a named drug; while all are blank the step still wants one.

    A drug that is named without a dose would count as 0, and nobody typed a 0.
    """
    part[key] = value
    said = {time: dose for time, dose in part.items() if dose != ""}
    if said:
        part.clear()
        part.update(said)
    save((part.uid, key) if typing else None)


def _add(phase: Part) -> None:
    """Add a step of the same drugs as the last, its numbers blank."""
    first = session().document["times"][0]
    last = phase["steps"][-1]["doses_mg"] if phase["steps"] else {}
    step = {"doses_mg": {drug: {first: ""} for drug in last}}
    new: Part = alive(step)
    phase["steps"].append(new)
    eye.to(session(), fields.key_of(new, "days"))
    save()


def _remove(steps: list[Part], step: Part) -> None:
    steps[:] = [other for other in steps if other is not step]
    save()


# ------------------------------------------------------------------------------------------ paste


def _paste(view: View, phase: Part) -> None:
    drug_key, text_key = f"paste-drug{phase.uid}", f"paste{phase.uid}"
    if not view.drugs:
        fields.note("First name what is taken now.")
        return
    if len(view.drugs) > 1:
        st.selectbox(
            "Drug of the rows, where they have no column drug", view.drugs, index=None,
            key=drug_key, placeholder="drug",
        )  # fmt: skip
    st.text_area(
        "Rows from a spreadsheet", key=text_key, height=140,
        placeholder="days\tmorning\tbedtime\n14\t8\t10\n14\t7\t10",
        help=f"One row a step: days, then a dose in mg for {fields.literal(', '.join(view.times))}."
        " A first row may name the columns instead: days, drug, times. A row without days is a"
        " further drug of the step above it.",
    )  # fmt: skip
    try:
        found = _pasted(phase)
    except InvalidRows as error:
        shown = error.faults[:_MOST_FAULTS]
        more = len(error.faults) - len(shown)
        lines = [*shown, f"and {more} more"] if more else list(shown)
        said = "".join(f"<div>{escape(in_words(line))}</div>" for line in lines)
        st.html(f'<div class="fault" role="status">{said}</div>')
        return
    if not found:
        return
    st.html(_preview(found))
    with st.container(horizontal=True, gap="small"):
        if any(step.get("days") for step in phase["steps"]):
            st.button(
                "Add these after the typed steps", key=f"append{phase.uid}", on_click=_use,
                args=(phase, True),
            )  # fmt: skip
        st.button(
            "Use these rows as the steps", key=f"use{phase.uid}", type="primary", on_click=_use,
            args=(phase, False),
        )  # fmt: skip


def _pasted(phase: Part) -> list[dict[str, Any]]:
    """Read what stands in the field now; raises `InvalidRows`."""
    text = str(st.session_state.get(f"paste{phase.uid}") or "")
    document = session().document
    drugs = named_drugs(document)
    chosen = st.session_state.get(f"paste-drug{phase.uid}")
    only = drugs[0] if len(drugs) == 1 else chosen
    return steps(text, drugs, document["times"], only) if text.strip() else []


def _preview(found: list[dict[str, Any]]) -> str:
    """Write what was read, a row for each step."""
    rows = []
    for number, step in enumerate(found, 1):
        doses = {
            drug: {time: parse(dose) for time, dose in doses_mg.items()}
            for drug, doses_mg in step["doses_mg"].items()
        }
        said = escape(typed_doses(doses))
        rows.append(f"<tr><td>{number}</td><td>{step['days']}</td><td>{said}</td></tr>")
    total = length(sum(step["days"] for step in found))
    head = "<thead><tr><th>step</th><th>days</th><th>doses</th></tr></thead>"
    return (
        f'<div class="read" tabindex="0" role="group" aria-label="What was read">'
        f'<table class="plain"><caption>Read: {len(found)} steps, {total}</caption>'
        f"{head}<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _use(phase: Part, after: bool) -> None:
    try:
        found = _pasted(phase)
    except InvalidRows:
        return
    if found:
        st.session_state[f"paste{phase.uid}"] = ""
        new: list[Part] = alive(found)
        change(phase, "steps", [*phase["steps"], *new] if after else new)
