"""The Sheets page: the pages as they will print, and every file of the plan."""

from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from taper import exchange, sheets
from taper.schedule import ENGINE, Schedule
from taper.sheets.options import MOST_IN_LINE, MOST_LETTERS, Options
from taper.ui import beside, download, fields, frame, reviewing
from taper.ui.record_state import record
from taper.ui.state import Session, session
from taper.ui.view import View, look, today

_PAPER: Final = {"A4": "a4", "Letter": "letter"}
_SHEETS: Final = {
    "Patient": "patient", "Calendar": "calendar", "Pharmacy": "pharmacy",
    "Clinician": "clinician", "One page": "overview",
}  # fmt: skip
_SIZE: Final = {"Standard": "standard", "Large (18 point)": "large"}
_LINES: Final = {"call": "Who to call", "emergency_number": "Emergency number"}
_TEXTS: Final = {
    "missed_dose": "If a dose is missed",
    "feeling_worse": "If the patient feels worse",
    "supports": "People who can help",
    "coping": "What helps when it is hard",
}
FIRST: Final = 3
"""So many pages are shown at once; sending every page of a long plan takes time."""


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
        trouble = st.container(key="cannot-print")
        try:
            chosen = _options(view, view.schedule)
            with shown, st.container(key="paper"):
                _pages(view, view.schedule, chosen)
        except ValueError as error:
            with trouble:
                fields.note(_told(view, error), "fault")
            return
        _files(view, view.schedule, chosen)
    download.deliver(held)


def _told(view: View, error: ValueError) -> str:
    """Say what cannot be printed, and in which field it stands."""
    place, colon, words = str(error).partition(": ")
    named = {**_LINES, **_TEXTS, "name": "Your name", "role": "Your role"}
    if not colon:
        return str(error)
    return f"{named.get(place) or view.called(place)}: {words}"


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


def _options(view: View, schedule: Schedule) -> Options:
    kept = view.session.prepared
    paper = st.segmented_control(
        "Paper",
        list(_PAPER),
        default=kept.get("paper", _paper(view.session)),
        required=True,
        key="paper-size",
    )
    names = st.pills(
        "Sheets", list(_SHEETS), selection_mode="multi", default=kept.get("sheets", [*_SHEETS][:1]),
        key="which-sheets",
    )  # fmt: skip
    size = st.segmented_control(
        "Text", list(_SIZE), default=kept.get("size", "Standard"), required=True, key="print-size"
    )
    on = st.date_input(
        "Prepared on", value=kept.get("on") or today(), format="YYYY-MM-DD", key="prepared-on"
    )
    dateless = st.checkbox(
        "Without dates: day 1, day 2", value=kept.get("dateless", False), key="dateless",
        help="For a start that is not fixed yet",
    )  # fmt: skip
    kept.update(paper=paper, on=on, sheets=names, size=size, dateless=dateless)
    return Options(
        paper=_PAPER[str(paper or "A4")],
        size=_SIZE[str(size or "Standard")],
        prepared_on=on,
        dated=not dateless,
        sheets=tuple(_SHEETS[name] for name in _SHEETS if name in names) or ("patient",),
        confirmed=reviewing.draw(view.session, schedule),
        replaces=_replaces(schedule),
        replaced_on=None,
        example=view.session.example,
        **_words(view.session),
    )


def _replaces(schedule: Schedule) -> date | None:
    """Return the first day of the version that this plan replaces, where the record has one."""
    known = record()
    before = known.replaced_by(schedule.plan) if known else None
    return before.start if before else None


def _paper(held: Session) -> str:
    """Return the paper that the clinician has remembered, else A4."""
    return next((word for word, kind in _PAPER.items() if kind == held.details.get("paper")), "A4")


def _remembered(details: dict[str, Any]) -> dict[str, str]:
    """Return the standing words that the clinician has remembered, each where it is printed."""
    words = {place: str(details.get(place, "")) for place in (*_LINES, *_TEXTS)}
    called = ", ".join(str(details.get("who_to_call", "")).split("\n"))
    return words | {"call": called[:MOST_IN_LINE]}


def _words(held: Session) -> dict[str, str]:
    """Draw the fields for the clinician's own words; what is left empty is printed as lines."""
    known = beside.words() or _remembered(held.details)
    words = dict(known)
    folded = st.expander("Your words for the patient", key="own-words", on_change="rerun")
    with folded:
        if folded.open:
            fields.note("What is left empty is printed as lines to write on.")
            for place, label in _LINES.items():
                words[place] = st.text_input(
                    label, value=words.get(place, ""), key=f"words-{place}", max_chars=MOST_IN_LINE
                )
            for place, label in _TEXTS.items():
                words[place] = st.text_area(
                    label, value=words.get(place, ""), key=f"words-{place}", height=80,
                    max_chars=MOST_LETTERS,
                )  # fmt: skip
            if words != known:
                beside.keep_words(words)
    return words


def _files(view: View, schedule: Schedule, chosen: Options) -> None:
    held, name = view.session, f"taper-{schedule.plan.fingerprint[:8]}"
    with st.container(horizontal=True, gap="xsmall"):
        for label, prints, says in (
            ("Print", True, "Opens the sheets in the browser's viewer, to print from there"),
            ("PDF", False, "The sheets to hand over; the plan is inside the file"),
        ):
            download.button(
                held, label, f"{name}.pdf", "application/pdf",
                lambda: sheets.pdf(schedule, chosen), primary=prints, says=says, prints=prints,
            )  # fmt: skip
    st.html('<div class="group">For a spreadsheet (CSV)</div>')
    with st.container(horizontal=True, gap="xsmall"):
        for kind, label in (("steps", "Steps"), ("daily", "Each day"), ("supply", "Supply")):
            download.button(
                held, label, f"{name}-{kind}.csv", "text/csv",
                partial(exchange.csv_text, schedule, kind),
            )  # fmt: skip
    _for_other_programs(view, schedule, chosen, name)
    st.html('<div class="group">To go on with it later</div>')
    download.button(
        held, "Plan file", f"{name}.json", "application/json",
        lambda: schedule.plan.to_json().encode(), says="Opens again here with Open",
    )  # fmt: skip
    st.html('<div class="group">To copy into a record</div>')
    if st.button("Directions", key="directions", width="stretch", help="The plan as plain text"):
        _directions(exchange.directions(schedule, chosen.confirmed))


def _for_other_programs(view: View, schedule: Schedule, chosen: Options, name: str) -> None:
    """Draw the files for a calendar and a record system; their ids stay while the plan changes."""
    held = view.session
    made: dict[str, Any] = {
        "identity": held.draft.id if held.draft else schedule.plan.fingerprint,
        "on": chosen.prepared_on or today(),
        "confirmed": chosen.confirmed,
    }
    st.html('<div class="group">For other programs</div>')
    with st.container(horizontal=True, gap="xsmall"):
        download.button(
            held, "Calendar", f"{name}.ics", "text/calendar",
            lambda: exchange.calendar_file(
                schedule, **made, revision=held.draft.saves if held.draft else 0
            ),
            says="Days on which the dose changes, and visits. Import it into a calendar of its own",
        )  # fmt: skip
        download.button(
            held, "FHIR", f"{name}-fhir.json", "application/fhir+json",
            lambda: exchange.fhir_bundle(schedule, **made),
            says="For a record system that reads FHIR R4. It names no patient",
        )  # fmt: skip


@st.dialog("Directions, to copy into a record", width="medium")
def _directions(text: str) -> None:
    """Show the plan as plain text; its lines are as long as the exporter made them."""
    st.code(text, language=None)


def _pages(view: View, schedule: Schedule, chosen: Options) -> None:
    """Show the true pages: the first few, the others when they are asked for."""
    kept = view.session.prepared
    key = (schedule.plan.fingerprint, ENGINE, chosen)
    if kept.get("drawn-for") != key:
        kept.update({"drawn-for": key, "drawn": sheets.drawings(schedule, chosen), "all": False})
    drawn: list[str] = kept["drawn"]
    for number, page in enumerate(drawn[: None if kept["all"] else FIRST], 1):
        st.image(page, width="stretch", alt=f"Page {number} of {len(drawn)} as it will print")
    if len(drawn) > FIRST and not kept["all"]:
        st.button(
            f"Show all {len(drawn)} pages", key="all-pages", on_click=kept.update,
            kwargs={"all": True}, width="stretch",
        )  # fmt: skip
