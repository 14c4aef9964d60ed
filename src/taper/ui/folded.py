"""What is set less often: visits, supply, the clinician's own limits, names, notes."""

from typing import Any, Final

import streamlit as st

from taper.ui import care, fields
from taper.ui.part import Part, alive
from taper.ui.state import change, save, session
from taper.ui.view import View

_PLACES: Final = ("care", "dispense_every_days", "visits", "limits", "clinician", "notes")


def draw(view: View) -> None:
    """Draw the folded part of the left column."""
    folded = st.expander(
        "More: place of care, visits, supply, limits, names", key="folded", on_change="rerun"
    )
    if not folded.open and not _wrong(view):
        return  # what nobody sees is not drawn, so that typing stays quick
    with folded:
        _head("Patient and place of care")
        care.draw(view)
        _head("Visits")
        _visits(view)
        _head("Supply")
        _supply(view)
        _head("Your own limits, told when the plan goes over them")
        _limits(view)
        _head("Names and notes")
        _names(view)


def _head(text: str) -> None:
    """Name a part of what is folded."""
    st.html(f'<div class="part">{text}</div>')


def _wrong(view: View) -> bool:
    return any(view.says(place) for place in _PLACES)


def _supply(view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.words("Dispense every")
        fields.text(
            view, view.document, "dispense_every_days", "Dispense every so many days", 58, "all",
            whole=True,
        )  # fmt: skip
        fields.words("days")
    fields.faults(view, ("dispense_every_days", ""))


def _visits(view: View) -> None:
    for at, visit in enumerate(view.document.get("visits", ())):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words("Visit on")
            fields.day(view, visit, "on", f"Visit {at + 1}: date")
            fields.text(
                view, visit, "what", f"Visit {at + 1}: what", 130, "phone, surgery", write=_what
            )
            _remove_button(view, f"visit {at + 1}", "visits", visit)
        fields.faults(view, (f"visits[{at}]", ""))
    _add_button(view, "visits", "Add visit", {"what": ""})


def _what(part: Part, key: str, value: Any, typing: bool) -> None:
    """Keep the key where it is blank: a visit says what it is, or nothing."""
    part[key] = value or ""
    save((part.uid, key) if typing else None)


def _limits(view: View) -> None:
    for at, limit in enumerate(view.document.get("limits", ())):
        name = f"Own limit {at + 1}"
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words("Tell me when")
            fields.choice(view, limit, "drug", f"{name}: drug", view.drugs, 132, "drug")
            with fields.together():
                fields.words("goes down by over")
                fields.text(view, limit, "percent", f"{name}: percent", 74, "how much")
                fields.words("%")
            with fields.together():
                fields.words("in")
                fields.text(view, limit, "in_days", f"{name}: days", 74, "how many", whole=True)
                fields.words("days")
                _remove_button(view, f"own limit {at + 1}", "limits", limit)
        fields.faults(view, (f"limits[{at}]", ""))
    _add_button(view, "limits", "Add own limit", {})


def _names(view: View) -> None:
    clinician = view.document.get("clinician")
    if not isinstance(clinician, Part):
        clinician = Part()
    for key, label in (("name", "Clinician's name"), ("role", "Role"), ("contact", "Contact")):
        fields.text(view, clinician, key, label, "stretch", f"{label}, printed", write=_clinician)
    widget = fields.key_of(view.document, "notes")
    st.text_area(
        "Notes, printed on the clinician's record only", key=widget, height=90,
        disabled=view.locked, on_change=_noted, args=(widget,),
    )  # fmt: skip
    fields.faults(view, ("clinician", ""), ("notes", ""))


def _clinician(part: Part, key: str, value: Any, typing: bool) -> None:
    """Put the clinician into the document with the first of the three texts."""
    document = session().document
    if value:
        document["clinician"] = part
    change(part, key, value, typing)
    if not part and "clinician" in document:
        change(document, "clinician", None)


def _noted(widget: str) -> None:
    text = str(st.session_state[widget] or "")
    change(session().document, "notes", text if text.strip() else None)


def _add_button(view: View, key: str, label: str, blank: dict[str, Any]) -> None:
    st.button(
        label, key=f"add-{key}", type="tertiary", on_click=_add, args=(key, blank),
        disabled=view.locked,
    )  # fmt: skip


def _add(key: str, blank: dict[str, Any]) -> None:
    session().document.setdefault(key, []).append(alive(blank))
    save()


def _remove_button(view: View, name: str, key: str, part: Part) -> None:
    if not view.locked:
        fields.cross(name, str(part.uid), _remove, key, part)


def _remove(key: str, part: Part) -> None:
    document = session().document
    document[key] = [other for other in document[key] if other is not part]
    save()
