"""What was really taken since the last visit, in the form of a visit."""

from datetime import date, timedelta
from html import escape
from typing import Any, Final

import streamlit as st

from taper import wording
from taper.record import Record
from taper.ui import fields, record_state, taking
from taper.ui.part import Part, alive
from taper.ui.record_state import note_down
from taper.ui.reference_guides import lost_tolerance
from taper.ui.view import View, today
from taper.visit import NOTHING, UNKNOWN

OTHER: Final = "doses"
"""Stands in the form for other doses, which are then typed; never in a record."""
_DAY: Final = timedelta(1)
_TOOK: Final = {
    "as planned": "planned",
    "nothing": "nothing",
    "not known": "unknown",
    "other doses": OTHER,
}


def _since(record: Record | None, view: View) -> date | None:
    """Return the first day of which nothing is told yet."""
    if record is None:
        return view.schedule.plan.start if view.schedule else None
    until = record.told_until
    return until + _DAY if until else record.versions[0].start


def _until(visit: Part) -> date:
    """Return the last day before the visit."""
    try:
        return date.fromisoformat(str(visit.get("on"))) - _DAY
    except ValueError:
        return today() - _DAY


def draw(view: View, record: Record | None, visit: Part) -> None:
    """Draw what was taken since the last visit, period by period."""
    since, until = _since(record, view), _until(visit)
    head = f"Doses taken since {wording.short_day(since)}" if since else "Doses taken"
    st.html(f'<div class="group">{escape(head)}</div>')
    periods: list[Part] = visit.get("taken", [])
    for at, period in enumerate(periods):
        _one(view, record, at, period)
    if any(period.get("took") in (NOTHING, UNKNOWN) for period in periods):
        st.html(lost_tolerance(_known(view, record)[0]) or "<div></div>")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        told = since is not None and since <= until
        st.button(
            f"As planned until {wording.short_day(until)}" if told else "As planned",
            key="as-planned", on_click=_as_planned, args=(since, until), disabled=not told,
        )  # fmt: skip
        st.button(
            "Otherwise, for some days", key="add-period", type="tertiary", on_click=_add,
            args=(since,),
        )  # fmt: skip


def _one(view: View, record: Record | None, at: int, period: Part) -> None:
    name = f"Period {at + 1}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        fields.day(view, period, "from", f"{name}: from", 128, write=note_down)
        fields.words("to")
        fields.day(view, period, "to", f"{name}: to", 128, write=note_down)
        fields.choice(
            view, period, "took", f"{name}: what was taken", _TOOK, 140, "taken", write=_took
        )
        fields.cross(name, f"period{period.uid}", _remove, period)
    if period.get("took") == OTHER:
        _doses(view, record, name, period)
    fields.faults(view, (f"taken[{at}]", ""))


def _doses(view: View, record: Record | None, name: str, period: Part) -> None:
    """Draw the grid of doses; a drug left blank was taken as planned."""
    drugs, times = _known(view, record)
    taking.heads(times, "mg; blank: as planned")
    for drug in drugs:
        at = period["doses_mg"].setdefault(drug, Part())
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words(drug, "drug")
            taking.doses(view, at, times, f"{name}: {drug}", note_down)


def _known(view: View, record: Record | None) -> tuple[list[str], list[str]]:
    """Return the drugs and the times that the versions of a record name."""
    if record is None:
        plans = [view.schedule.plan] if view.schedule else []
    else:
        plans = [version.plan for version in record.versions if version.plan]
    drugs = dict.fromkeys(drug for plan in plans for drug in plan.drugs)
    times = dict.fromkeys(time for plan in reversed(plans) for time in plan.times)
    return list(drugs), list(times)


def _took(part: Part, key: str, value: Any, typing: bool) -> None:
    if value == OTHER:
        part["doses_mg"] = Part()
    else:
        part.pop("doses_mg", None)
    note_down(part, key, value, typing)


def _as_planned(since: date, until: date) -> None:
    told = {"from": since.isoformat(), "to": until.isoformat(), "took": "planned"}
    note_down(record_state.coming()["visit"], "taken", alive([told]))


def _add(since: date | None) -> None:
    visit: Part = record_state.coming()["visit"]
    periods: list[Part] = visit.setdefault("taken", [])
    end = periods[-1].get("to") if periods else None
    start = date.fromisoformat(end) + _DAY if end else since if not periods else None
    periods.append(alive({"from": start.isoformat()} if start else {}))
    record_state.keep_coming()


def _remove(period: Part) -> None:
    visit: Part = record_state.coming()["visit"]
    left = [other for other in visit.get("taken", []) if other is not period]
    note_down(visit, "taken", left)
