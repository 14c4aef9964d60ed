"""The Sheets page: the pages as they will print, and every file of the plan."""

from functools import partial
from typing import Any, Final

import streamlit as st

from taper import exchange, sheets
from taper.schedule import Schedule
from taper.ui import download, fields, frame
from taper.ui.state import session
from taper.ui.view import View, look, today

_PAPER: Final = {"A4": "a4", "Letter": "letter"}
_SHEETS: Final = {
    word: sheet
    for word, sheet in (
        ("Patient", "patient"), ("Pharmacy", "pharmacy"), ("Clinician", "clinician")
    )
    if sheet in sheets.SHEETS
}  # fmt: skip


def draw() -> None:
    """Draw the page once."""
    held = session()
    view = look(held)
    frame.toolbar(view)
    if held.unknown and held.draft is None:
        return
    if view.schedule is None or not view.whole or view.session.conflict:
        _not_yet(view)
        return
    options, shown = st.columns([3, 8], gap="medium")
    with options, st.container(key="options", gap="small"):
        chosen = _options(view)
        _files(view, view.schedule, chosen)
    with shown, st.container(key="paper"):
        _pages(view.schedule, chosen)
    download.deliver(held)


def _not_yet(view: View) -> None:
    """Say why nothing can be printed yet."""
    st.subheader("Not ready to print", anchor=False)
    if view.session.conflict:
        fields.note("First say above which of the two plans to go on with.", "fault")
    if view.blanks:
        fields.note(f"Still needed: {'; '.join(view.blanks)}.")
    for place, text in view.faults.items():
        fields.note(f"{view.called(place)}: {text}", "fault")
    fields.note("The Plan page marks each field.")


def _options(view: View) -> dict[str, Any]:
    kept = view.session.prepared
    paper = st.segmented_control(
        "Paper", list(_PAPER), default=kept.get("paper", "A4"), required=True, key="paper-size"
    )
    names = st.pills(
        "Sheets", list(_SHEETS), selection_mode="multi", default=kept.get("sheets", [*_SHEETS][:1]),
        key="which-sheets",
    )  # fmt: skip
    on = st.date_input(
        "Prepared on", value=kept.get("on") or today(), format="YYYY-MM-DD", key="prepared-on"
    )
    kept.update(paper=paper, on=on, sheets=names)
    chosen: dict[str, Any] = {
        "paper": _PAPER[str(paper or "A4")],
        "prepared_on": on,
        "sheets": tuple(_SHEETS[name] for name in _SHEETS if name in names) or ("patient",),
        "draft": True,
        "example": view.session.example,
    }
    return chosen


def _files(view: View, schedule: Schedule, chosen: dict[str, Any]) -> None:
    held, name = view.session, f"taper-{schedule.plan.fingerprint[:8]}"
    download.button(
        held, "PDF", f"{name}.pdf", "application/pdf", lambda: sheets.pdf(schedule, **chosen),
        primary=True, says="The sheets to print and hand over; the plan is inside the file",
    )  # fmt: skip
    st.html('<div class="group">For a spreadsheet (CSV)</div>')
    with st.container(horizontal=True, gap="xsmall"):
        for kind, label in (("steps", "Steps"), ("daily", "Each day"), ("supply", "Supply")):
            download.button(
                held, label, f"{name}-{kind}.csv", "text/csv",
                partial(exchange.csv_text, schedule, kind),
            )  # fmt: skip
    _for_other_programs(view, schedule, name)
    st.html('<div class="group">To go on with it later</div>')
    download.button(
        held, "Plan file", f"{name}.json", "application/json",
        lambda: schedule.plan.to_json().encode(), says="Opens again here with Open",
    )  # fmt: skip
    st.html('<div class="group">To copy into a record</div>')
    if st.button("Directions", key="directions", width="stretch", help="The plan as plain text"):
        _directions(exchange.directions(schedule))


def _for_other_programs(view: View, schedule: Schedule, name: str) -> None:
    """Draw the files for a calendar and a record system; their ids stay while the plan changes."""
    held = view.session
    identity = held.draft.id if held.draft else schedule.plan.fingerprint
    on = held.prepared.get("on") or today()
    st.html('<div class="group">For other programs</div>')
    with st.container(horizontal=True, gap="xsmall"):
        download.button(
            held, "Calendar", f"{name}.ics", "text/calendar",
            lambda: exchange.calendar_file(
                schedule, identity=identity, on=on, revision=held.draft.saves if held.draft else 0
            ),
            says="Days on which the dose changes, and visits. Import it into a calendar of its own",
        )  # fmt: skip
        download.button(
            held, "FHIR", f"{name}-fhir.json", "application/fhir+json",
            lambda: exchange.fhir_bundle(schedule, identity=identity, on=on),
            says="For a record system that reads FHIR R4. It names no patient",
        )  # fmt: skip


@st.dialog("Directions, to copy into a record", width="medium")
def _directions(text: str) -> None:
    """Show the plan as plain text; its lines are as long as the exporter made them."""
    st.code(text, language=None)


def _pages(schedule: Schedule, chosen: dict[str, Any]) -> None:
    for number, page in enumerate(_rendered(schedule.plan.to_json(), schedule, **chosen), 1):
        st.image(page, width="stretch", alt=f"Page {number} of the printed sheet")


@st.cache_data(max_entries=8, show_spinner=False)
def _rendered(plan: str, _schedule: Schedule, **chosen: Any) -> list[bytes]:
    """Make the pages as pictures, kept while neither the plan nor the options change."""
    return list(sheets.pages(_schedule, **chosen, ppi=110))
