"""The visit: what was taken since the last one, how the patient is, and what shall go on.

Nothing here is the plan. What is typed is kept for this browser until the visit is saved.
"""

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from taper.record import InvalidRecord, Record, read_visit
from taper.reference.guidance import BEFORE_CHANGE, NEXT_VISIT, SEVERITIES
from taper.summary import known_symptom, symptom_words
from taper.ui import cited, fields, record_state, state, visit_taken
from taper.ui.part import Part, alive
from taper.ui.record_state import note_down
from taper.ui.reference_guides import destination, evidence, of_grade
from taper.ui.reviewing import recorded
from taper.ui.view import View, in_words, look, now, today
from taper.ui.visit_taken import OTHER
from taper.visit import DECISIONS, MOST_LEVEL, Visit
from taper.wording import day

_LEVELS: Final = f"0 is none, {MOST_LEVEL} is the worst that one can think of"
_EMERGENCY: Final = tuple(row.id for row in of_grade("emergency"))
OTHERS: Final = tuple(row.id for grade in reversed(SEVERITIES[:-1]) for row in of_grade(grade))
_GRADE: Final = {row.id: row.severity for grade in SEVERITIES for row in of_grade(grade)}
_DECIDED: Final = (
    "As planned",
    "Hold",
    "Stay at this dose",
    "Back to an earlier dose",
    "A new pace",
    "New products",
    "Stop the taper",
)
_SAY: Final = dict(zip(_DECIDED, DECISIONS, strict=True))


def draw(view: View, record: Record | None) -> None:
    """Draw the form of a visit."""
    coming = record_state.coming()
    visit: Part = coming["visit"]
    seen = looked_at(view, record, visit)
    with st.container(key="visit", gap="small"):
        st.subheader("This visit", anchor=False)
        _when(seen, visit)
        visit_taken.draw(seen, record, visit)
        _symptoms(seen, visit)
        _folded(seen, visit)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            fields.words("What goes on")
            fields.choice(
                seen, coming["next"], "kind", "What goes on", _SAY, 200, "not said",
                write=note_down,
            )  # fmt: skip
            st.button("Save this visit", key="save-visit", type="primary", on_click=_save)
        _outcome(seen, visit)
    fields.marks(seen)


def begun(visit: Part) -> bool:
    """Say whether anything of a visit stands in the form."""
    return any(visit.values())


# ------------------------------------------------------------------------------ form to document


def raw(visit: Part) -> dict[str, Any]:
    """Return the form as a visit's document, places of its lists unchanged."""
    coming = record_state.coming()
    document: dict[str, Any] = {key: value for key, value in visit.items() if value}
    document["recorded"] = now().isoformat(timespec="seconds")
    document["taken"] = [_period(period) for period in visit.get("taken", ())]
    if kind := coming["next"].get("kind"):
        document["goes_on"] = kind
    told = state.session().details
    by = {key: told[key] for key in ("name", "role", "contact") if told.get(key)}
    if by:
        document["by"] = by
    return document


def _period(period: Part) -> dict[str, Any]:
    document = {key: value for key, value in period.items() if key != "doses_mg"}
    if document.get("took") != OTHER:
        return document
    del document["took"]
    doses = {
        drug: {time: dose for time, dose in at.items() if dose}
        for drug, at in (period.get("doses_mg") or {}).items()
    }
    return document | {"doses_mg": {drug: at for drug, at in doses.items() if at}}


def looked_at(view: View, record: Record | None, visit: Part) -> View:
    """Return a view of the form with what is wrong in it; blanks only once it was to be saved."""
    return replace(view, document=visit, faults=_faults(record, visit))


def _faults(record: Record | None, visit: Part) -> dict[str, str]:
    tried = state.session().tried
    document = raw(visit)
    try:
        read = read_visit(document)
        if tried and record:
            record.with_visit(read)
    except InvalidRecord as error:
        prefix = f"visits[{len(record.visits) if record else 0}]."
        found = {fault.place.removeprefix(prefix): fault.text for fault in error.faults}
    else:
        found = {}
    for at, period in enumerate(visit.get("taken", ())):
        if period.get("took") == OTHER and f"taken[{at}]" in found:
            found[f"taken[{at}]"] = "type the doses that were taken, at least one"
        elif f"taken[{at}]" in found:
            found[f"taken[{at}]"] = "say what was taken"
    said = {place: in_words(text) for place, text in found.items()}
    if tried:
        return said
    return {place: text for place, text in said.items() if not _blank(text)}


def _blank(text: str) -> bool:
    return text.endswith("got nothing") or text.startswith(("say what", "type the doses"))


# ------------------------------------------------------------------------------------------- date


def _when(view: View, visit: Part) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        fields.words("On")
        fields.day(view, visit, "on", "Date of the visit", write=note_down)
        st.button("Today", key="visit-today", type="tertiary", on_click=_today)
    fields.faults(view, ("on", "date"))


def _today() -> None:
    note_down(record_state.coming()["visit"], "on", today().isoformat())


# --------------------------------------------------------------------------------------- symptoms


def _symptoms(view: View, visit: Part) -> None:
    cited.style()
    scores: list[Part] = visit.get("symptoms", [])
    chosen = [score["symptom"] for score in scores]
    st.html('<div class="group">Signs of an emergency</div>')
    _choose("Signs of an emergency", "signs-now", _EMERGENCY, chosen)
    st.html('<div class="group">Other symptoms</div>')
    _search("Other symptoms", "signs-other", chosen)
    if scores:
        fields.note(f"How strong: {_LEVELS}.")
    for at, score in enumerate(scores):
        _score(view, at, score)


def _choose(label: str, key: str, ids: tuple[str, ...], chosen: list[str]) -> None:
    st.pills(
        label, ids, selection_mode="multi", key=key, label_visibility="collapsed",
        default=fields.default(key, [name for name in chosen if name in ids]),
        format_func=symptom_words, on_change=_chosen, args=(key, True),
    )  # fmt: skip


def _search(label: str, key: str, chosen: list[str]) -> None:
    own = [name for name in chosen if name not in _EMERGENCY]
    options = [*OTHERS, *(name for name in own if name not in OTHERS)]
    st.multiselect(
        label, options, key=key, label_visibility="collapsed", accept_new_options=True,
        default=fields.default(key, own), format_func=_listed, on_change=_chosen,
        args=(key, False), placeholder="search by word, or type your own",
    )  # fmt: skip


def _listed(symptom: str) -> str:
    grade = _GRADE.get(symptom)
    return f"{symptom_words(symptom)} ({grade})" if grade else symptom


def _chosen(key: str, emergency: bool) -> None:
    if key not in st.session_state:  # the page was left before the browser was done
        return
    visit: Part = record_state.coming()["visit"]
    scores: list[Part] = visit.get("symptoms", [])
    wanted = [str(name).strip() for name in st.session_state[key] or ()]
    kept = [
        s for s in scores if (s["symptom"] in _EMERGENCY) != emergency or s["symptom"] in wanted
    ]
    there = {score["symptom"] for score in kept}
    new = [alive({"symptom": name}) for name in wanted if name and name not in there]
    both = [*kept, *new]
    both.sort(key=lambda score: score["symptom"] not in _EMERGENCY)
    note_down(visit, "symptoms", both)


def _score(view: View, at: int, score: Part) -> None:
    known = known_symptom(score["symptom"])
    name = symptom_words(score["symptom"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        fields.text(
            view, score, "level", f"{name}: how strong, 0 to {MOST_LEVEL}", 56,
            f"0–{MOST_LEVEL}", whole=True, write=note_down,
        )  # fmt: skip
        fields.words(name)
        if known and known.go not in (NEXT_VISIT, BEFORE_CHANGE):
            st.html(
                f'<details class="goes"><summary>{destination(known)}</summary>'
                f"{evidence(known)}</details>",
                width="stretch",
            )
    fields.faults(view, (f"symptoms[{at}]", ""))


# ----------------------------------------------------------------------- scales, measures, a note

_MORE: Final = ("scales", "blood_pressure", "pulse", "note")


def _folded(view: View, visit: Part) -> None:
    more = st.expander(
        "Scales, blood pressure, pulse, note", key="visit-more", on_change="rerun",
        expanded=any(visit.get(key) for key in _MORE),
    )  # fmt: skip
    if not more.open:
        return
    with more:
        for at, scale in enumerate(visit.get("scales", ())):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                fields.text(
                    view, scale, "name", f"Scale {at + 1}: name", 190, "scale", write=note_down
                )
                fields.text(
                    view, scale, "total", f"Scale {at + 1}: total", 72, "total", write=note_down
                )
            fields.faults(view, (f"scales[{at}]", ""))
        st.button("Add a scale", key="add-scale", type="tertiary", on_click=_add_scale)
        pressure = visit.setdefault("blood_pressure", Part())
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words("Blood pressure")
            fields.text(
                view, pressure, "systolic", "Systolic, mmHg", 56, whole=True, write=note_down
            )
            fields.words("/")
            fields.text(
                view, pressure, "diastolic", "Diastolic, mmHg", 56, whole=True, write=note_down
            )
            fields.words("mmHg, pulse")
            fields.text(view, visit, "pulse", "Pulse a minute", 56, whole=True, write=note_down)
        fields.faults(view, ("blood_pressure", ""), ("pulse", "pulse"))
        widget = fields.key_of(visit, "note")
        st.text_area(
            "Note", fields.default(widget, visit.get("note", "")), key=widget, height=90,
            on_change=_noted, args=(widget, visit),
            placeholder="nothing that identifies the patient",
        )  # fmt: skip
        fields.faults(view, ("note", "note"))


def _add_scale() -> None:
    record_state.coming()["visit"].setdefault("scales", []).append(Part())
    record_state.keep_coming()


def _noted(widget: str, visit: Part) -> None:
    if widget in st.session_state:
        note_down(visit, "note", st.session_state[widget] or "")


# ------------------------------------------------------------------------------------------- save


def _outcome(view: View, visit: Part) -> None:
    """Say what keeps the visit from being saved, or that the one before it was."""
    trouble = view.session.record_trouble
    if trouble:
        fields.note(f"Not saved: {trouble}.", "fault")
        return
    if view.session.tried and view.faults:
        count = len(view.faults)
        fields.note(
            f"Not saved yet: {count} {'entry is' if count == 1 else 'entries are'} not right.",
            "fault",
        )
        return
    on = view.session.visit_saved
    saved = f"The visit of {day(on)} is saved." if on and not begun(visit) else ""
    st.html(f'<div class="quiet" role="status">{saved}</div>')


def _save() -> None:
    """Add the visit to the record; the first one begins it with the plan as version 1."""
    held = state.session()
    coming = record_state.coming()
    visit: Part = coming["visit"]
    try:
        read: Visit = read_visit(raw(visit))
        grown = _with(read)
    except InvalidRecord:
        held.tried = True
        return
    if grown is None or not record_state.grow(grown):
        return
    held.tried, held.visit_saved = False, read.on
    coming["visit"] = Part()
    kind = coming["next"].get("kind")
    coming["next"] = alive({"kind": kind} if kind and kind != DECISIONS[0] else {})
    record_state.keep_coming()


def _with(visit: Visit) -> Record | None:
    record = record_state.record()
    if record is None:
        view = look(state.session())
        if view.schedule is None or not view.whole:
            return None
        record = Record.begin(view.schedule.plan, now().replace(microsecond=0))
    return recorded(record.with_visit(visit))
