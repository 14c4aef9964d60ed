"""The schedule as a table: a grid to change steps from, and the same as plain text to be read."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, Final

import pandas as pd
import streamlit as st

from taper import wording
from taper.schedule import Schedule
from taper.steps import Step
from taper.ui import drawer
from taper.ui.view import View

_WIDTHS: Final = {
    "Step": 46,
    "Note": 84,
    "Dates": 150,
    "Days": 46,
    "Drug": 90,
    "mg a day": 70,
    "Change %": 74,
}
_TEXTS: Final = ("Note", "Dates", "Drug")
_BY_HAND: Final = "by hand"
_PAD: Final = str.maketrans("", "", "\u2007\u2008")


def draw(view: View, schedule: Schedule) -> None:
    """Draw the schedule."""
    rows, numbers = table(view, schedule)
    with st.container(key="schedule", gap="xsmall"):
        st.subheader("Schedule, doses in mg", anchor=False)
        _grid(view, rows, numbers)
        plain = st.expander("The schedule as plain text", key="plain-table", on_change="rerun")
        if plain.open:
            plain.html(as_html(rows))


def _grid(view: View, rows: list[dict[str, Any]], numbers: list[int]) -> None:
    frame = pd.DataFrame(rows).fillna("")
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(
            width=_WIDTHS.get(name, 62), alignment="left" if name in _TEXTS else "right"
        )
        for name in frame.columns
    }
    if not view.locked:
        frame.insert(0, "Edit", ["Edit" if row["Step"] else "" for row in rows])
        columns["Edit"] = st.column_config.ButtonColumn(
            "Edit", width=54, on_click=_row_clicked, args=(numbers,), key="row", type="tertiary"
        )
    st.dataframe(
        frame,
        key="table",
        hide_index=True,
        column_config=columns,
        row_height=28,
        height=min(560, 30 + 28 * len(rows) + 8),
        alt="Schedule: one row for each step and drug, doses in mg; also below as plain text",
    )


def as_html(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows as a table that is text: to be read out, searched and copied."""
    names = list(rows[0])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{_cells(row, names)}</tr>" for row in rows)
    return (
        '<table class="plain"><caption>Schedule, doses in mg</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cells(row: Mapping[str, Any], names: Sequence[str]) -> str:
    texts = [escape(str(row.get(name, "")).translate(_PAD)) for name in names]
    first = f'<th scope="row">{texts[0]}</th>' if texts[0] else "<td></td>"
    return first + "".join(f"<td>{text}</td>" for text in texts[1:])


def _row_clicked(numbers: list[int]) -> None:
    click = st.session_state["row"]
    if click is not None:
        drawer.open_step(numbers[click.row])


def table(view: View, schedule: Schedule) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of the schedule table, with the step that each belongs to.

    Steps one after another with the same doses are one row, unless one was changed by hand.
    """
    times = [
        time
        for time in schedule.plan.times
        if any(d.time == time for s in schedule.steps for p in s.drugs for d in p.doses)
    ]
    notes = _notes(schedule)
    several = len(schedule.plan.drugs) > 1
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    for run in _runs(schedule):
        first, last = run[0], run[-1]
        head = {
            "Step": _numbers(first, last),
            **({"Note": notes.get(first.number, "")} if notes else {}),
            "Dates": _span(view, schedule, first, last),
            "Days": str(sum(step.days for step in run)),
        }
        for at, part in enumerate(first.drugs):
            doses = {dose.time: wording.mg(dose.mg).split("\u00a0")[0] for dose in part.doses}
            rows.append(
                {
                    **(dict.fromkeys(head, "") if at else head),
                    **({"Drug": wording.lettered(part.drug)} if several else {}),
                    **{time: doses.get(time, "") for time in times},
                    "mg a day": wording.mg(part.total).split("\u00a0")[0],
                    "Change %": wording.percent(part.percent).split("\u00a0")[0],
                }
            )
            numbers.append(first.number)
        if not first.drugs:
            rows.append(
                {**head, **({"Drug": "none"} if several else {}), **dict.fromkeys(times, ""),
                 "mg a day": "0", "Change %": ""}
            )  # fmt: skip
            numbers.append(first.number)
    for name in (*times, "mg a day", "Change %"):
        _align(rows, name)
    return rows, numbers


def _runs(schedule: Schedule) -> list[list[Step]]:
    return [list(run) for _, run in groupby(schedule.steps, key=_same(schedule))]


def _notes(schedule: Schedule) -> dict[int, str]:
    """Return what is said of a row, by its first step."""
    edited = {edit.step for edit in schedule.plan.edits}
    notes = {}
    for run in _runs(schedule):
        if run[0].number in edited:
            notes[run[0].number] = _BY_HAND
        elif len(run) > 1:
            notes[run[0].number] = "no change"
    return notes


def _align(rows: list[dict[str, Any]], name: str) -> None:
    """Pad a column on the right, so that its numbers stand with the points under each other."""
    parts = [str(row.get(name, "")).partition(".")[2] for row in rows]
    most = max(map(len, parts), default=0)
    for row, part in zip(rows, parts, strict=True):
        if row.get(name) and most:
            row[name] += ("" if part else "\u2008") + "\u2007" * (most - len(part))


def _same(schedule: Schedule) -> Any:
    """Return a key that stays the same over steps whose doses and phase are the same."""
    block, before = 0, None

    def key(step: Step) -> int:
        nonlocal block, before
        doses = [(part.drug, [(dose.time, dose.mg) for dose in part.doses]) for part in step.drugs]
        now = (doses, step.phase)
        if now != before or step.edited:
            block += 1
        before = (doses, -1) if step.edited else now
        return block

    return key


def _numbers(first: Step, last: Step) -> str:
    return str(first.number) if first is last else f"{first.number}–{last.number}"


def _span(view: View, schedule: Schedule, first: Step, last: Step) -> str:
    if view.dated:
        return wording.short_span(first.start, last.end).replace("\u00a0", " ")
    start = schedule.plan.start
    if first.start == last.end:
        return f"day {(first.start - start).days + 1}"
    return f"day {(first.start - start).days + 1} – {(last.end - start).days + 1}"
