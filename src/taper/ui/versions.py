"""The versions of a taper: what each is, how any two differ, and the record as a file."""

from html import escape
from typing import Any, Final

import streamlit as st

from taper import compare, sheets, wording
from taper.record import Record
from taper.sheets.options import Options
from taper.summary import visit_text
from taper.ui import download, fields, record_state, state
from taper.ui.part import alive
from taper.ui.state import Session
from taper.ui.view import View, at_hand, today

_SHOWN: Final = 12
_REPLACED: Final = ("patient", "pharmacy", "clinician")
"""The sheets of a version that another has replaced."""


def draw(view: View, record: Record) -> None:
    """Draw the list, the comparison of two, and what can be taken along."""
    with st.container(key="versions", gap="small"):
        st.subheader("Versions", anchor=False)
        st.html(table(record))
        if len(record.versions) > 1:
            _two(record)
        _along(view, record)


def table(record: Record) -> str:
    """Return a row for each version, the last one first."""
    rows = []
    for at in range(len(record.versions), 0, -1):
        version = record.versions[at - 1]
        what = "holds" if version.plan else "taper stopped"
        if at < len(record.versions):
            what = f"replaced on {wording.short_day(record.versions[at].start)}"
        made = at_hand(version.made)
        who = version.by.name if version.by and version.by.name else ""
        reviewed = "; ".join(
            f"{said.name}, {said.role}, {at_hand(said.at)}" for said in record.confirmed(at)
        )
        cells = (wording.short_day(version.start), version.why or "", what, who, made, reviewed)
        rows.append(
            f'<tr><th scope="row">{at}</th>'
            + "".join(f'<td class="text">{escape(cell)}</td>' for cell in cells)
            + "</tr>"
        )
    heads = ("Version", "from", "why", "until", "by", "made", "reviewed by")
    head = "".join(f'<th scope="col" class="text">{name}</th>' for name in heads)
    return (
        '<div class="scrolled" tabindex="0" role="group" aria-label="Versions">'
        f'<table class="steps plain-rows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


# --------------------------------------------------------------------------------- any two of them


def chosen(record: Record) -> tuple[int, int]:
    """Return the two versions to compare: as chosen, else the last two."""
    count = len(record.versions)
    looks = state.session().compared or (count - 1, count)
    return (min(looks[0], count), min(looks[1], count))


def _two(record: Record) -> None:
    before, after = chosen(record)
    numbers = list(range(1, len(record.versions) + 1))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.words("Version")
        _pick("Version to compare", "compare-after", numbers, after)
        fields.words("against version")
        _pick("Version to compare with", "compare-before", numbers, before)
    st.html(_differences(record, before, after))
    if state.session().compared:
        fields.note(f"Dotted in the chart: all of version {before}.")


def _pick(label: str, key: str, numbers: list[int], now: int) -> None:
    shown = fields.default(key, now)
    st.selectbox(
        label, numbers, key=key, index=None if shown is None else numbers.index(shown), width=76,
        label_visibility="collapsed", on_change=_compare,
    )  # fmt: skip


def _compare() -> None:
    before, after = (st.session_state.get(key) for key in ("compare-before", "compare-after"))
    if before and after:
        state.session().compared = before, after


def _differences(record: Record, before: int, after: int) -> str:
    held = state.session()
    key = before, after, held.grown
    if held.differing is None or held.differing[0] != key:
        held.differing = key, _said(record, before, after)
    return str(held.differing[1])


def _said(record: Record, before: int, after: int) -> str:
    old, new = record.versions[before - 1], record.versions[after - 1]
    if old.schedule is None or new.schedule is None:
        stopped = after if new.schedule is None else before
        return f"<div>Version {stopped} has no plan: the taper was stopped.</div>"
    said = compare.differences(old.schedule, new.schedule, max(old.start, new.start))
    if not said:
        return "<div>The same doses on every day that both hold.</div>"
    more = len(said) - _SHOWN
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    items = "".join(f"<li>{escape(line)}</li>" for line in said[:_SHOWN])
    return f'<ul class="differ">{items}{rest}</ul>'


# -------------------------------------------------------------------------------- what goes along


def _along(view: View, record: Record) -> None:
    held = view.session
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        opened = [f"Version {at}" for at, version in enumerate(record.versions, 1) if version.plan]
        st.menu_button(
            "Open one as a new plan", opened, key="open-version", on_click=_open,
            help="A plan of its own, without name, start date and record",
        )  # fmt: skip
        replaced = opened[:-1] if record.versions[-1].plan else opened
        printed = st.menu_button(
            "Print one as replaced", replaced, key="print-version",
            help="For the file: its sheets, each page marked as replaced and since when",
        ) if replaced else None  # fmt: skip
        if record.visits and st.button("Visit summary", key="summary", help="To copy or save"):
            _summary()
    if printed:
        _print(held, record, _number(printed))
    download.button(
        held, "Record file", "taper-record.json", "application/json",
        lambda: record.to_json().encode(),
        says="All versions and visits; opens again here with Open",
    )  # fmt: skip


def _open() -> None:
    record, asked = record_state.record(), st.session_state.get("open-version")
    plan = record.versions[_number(asked) - 1].plan if record and asked else None
    if plan:
        state.begin_copy(alive(plan.to_document()))


def _print(held: Session, record: Record, number: int) -> None:
    """Make the sheets of a version that is no more to be followed, each page saying so."""
    schedule = record.versions[number - 1].schedule
    assert schedule
    confirmed = record.confirmed(number)
    options = Options(
        sheets=_REPLACED,
        paper=held.details.get("paper") or "a4",
        prepared_on=today(),
        confirmed=confirmed[-1] if confirmed else None,
        replaced_on=record.versions[number].start,
    )
    try:
        file = sheets.pdf(schedule, options)
    except ValueError as error:
        fields.note(f"Version {number} is not printed: {error}", "fault")
        return
    download.hand_out(held, f"taper-version-{number}-replaced.pdf", "application/pdf", file)


def _number(version: str) -> int:
    return int(version.removeprefix("Version "))


@st.dialog("Visit summary", width="medium")
def _summary() -> None:
    """Show the words of a visit, to copy, and to save as text or PDF."""
    record = record_state.record()
    if record is None or not record.visits:
        return
    count = len(record.visits)
    number: Any = st.selectbox(
        "Visit", range(count, 0, -1), key="summary-of",
        format_func=lambda at: f"{at}: {wording.day(record.visits[at - 1].on)}",
    )  # fmt: skip
    text = visit_text(record, number)
    st.code(text, language=None, wrap_lines=True)
    held = state.session()
    with st.container(horizontal=True, gap="small"):
        download.button(
            held, "Save as text", f"taper-visit-{number}.txt", "text/plain", text.encode
        )
        printed = st.button(
            "Save as PDF", key="save-summary", width="stretch",
            help="For the file. It carries the whole record, and opens again here with Open",
        )  # fmt: skip
    if printed:
        _print_summary(held, record, number)
    download.deliver(held, "save-file-summary")


def _print_summary(held: Session, record: Record, number: int) -> None:
    options = Options(paper=held.details.get("paper") or "a4", prepared_on=today())
    try:
        file = sheets.visit_pdf(record, number, options)
    except ValueError as error:
        fields.note(f"Not printed: {error}", "fault")
        return
    download.hand_out(held, f"taper-visit-{number}.pdf", "application/pdf", file)
