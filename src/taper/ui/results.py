"""What the plan makes: headline figures, the chart, what stands out, the schedule table."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import groupby
from typing import Any, Final

import pandas as pd
import streamlit as st

from taper import chart, wording
from taper.pace import Change, changes
from taper.phases import Switch
from taper.schedule import Schedule
from taper.steps import Course, Step
from taper.ui import fields
from taper.ui.state import session
from taper.ui.view import View

_WIDTHS: Final = {
    "Step": 50,
    "Dates": 152,
    "Days": 48,
    "Drug": 96,
    "mg a day": 74,
    "Change %": 76,
    "Note": 160,
}
_MARKS: Final = {"serious": "●", "warning": "▲", "note": "○"}


def draw(view: View) -> None:
    """Draw the right side of the Plan page."""
    schedule = view.schedule
    if schedule is None:
        _waiting(view)
        return
    _headline(view, schedule)
    dark = st.context.theme.type == "dark"
    st.plotly_chart(
        chart.figure(schedule, example=view.session.example, dated=view.dated, dark=dark),
        key="chart",
        theme=None,
        height=chart.height(schedule),
        config={"displayModeBar": False, "doubleClick": False},
        alt=chart.description(schedule, dated=view.dated),
    )
    _needed(view)
    _findings(view, schedule)
    _table(view, schedule)


def _waiting(view: View) -> None:
    until = "the marked entries are right" if view.faults else "the first phase is complete"
    st.html(f'<div class="waiting">The daily dose is drawn here once {until}.</div>')
    _needed(view)


def _needed(view: View) -> None:
    """Say what a plan still lacks, and what its drawing had to leave out."""
    lines = []
    if view.blanks:
        shown = [*view.blanks[:6], *(["…"] if len(view.blanks) > 6 else [])]
        lines.append(f"<b>Still needed:</b> {escape('; '.join(shown))}.")
    if view.faults:
        count = len(view.faults)
        lines.append(
            f'<b class="fault">{count} {"entry is" if count == 1 else "entries are"} not right:'
            f"</b> see the marked field{'' if count == 1 else 's'}."
        )
    if view.schedule and not view.whole:
        drawn = "Drawn as far as it goes"
        drawn += f", without {escape(view.left_out)}" if view.left_out else ""
        lines.append(f"{drawn}{'' if view.dated else ', days counted from the start'}.")
    if lines:
        st.html(f'<div class="needed" role="status">{" ".join(lines)}</div>')


# --------------------------------------------------------------------------------------- headline


@dataclass(frozen=True)
class Headline:
    """The figures over the chart; `largest` leaves out a last step to 0 and what is switched."""

    steps: int
    days: int
    largest: Change | None
    to_zero: bool
    furthest: Fraction


def headline(schedule: Schedule) -> Headline:
    """Work out the headline figures of a schedule."""
    plan = schedule.plan
    made = Course(schedule.steps, schedule.ends, (), ())
    down: list[Change] = []
    to_zero = False
    for drug in plan.drugs:
        for change in changes(plan, made, drug):
            if not change.after:
                to_zero = True
            elif change.after < change.before and not _switched(schedule, change, drug):
                down.append(change)
    largest = max(down, key=lambda change: 1 - change.after / change.before, default=None)
    furthest = max(
        (abs(part.total - part.ideal) for step in schedule.steps for part in step.drugs),
        default=Fraction(0),
    )
    days = (schedule.steps[-1].end - schedule.steps[0].start).days + 1
    return Headline(len(schedule.steps), days, largest, to_zero, furthest)


def _switched(schedule: Schedule, change: Change, drug: str) -> bool:
    """Say whether a change is a switch's: what goes down is replaced by another drug."""
    if change.step > len(schedule.steps):
        return False
    phase = schedule.plan.phases[schedule.steps[change.step - 1].phase]
    return isinstance(phase, Switch) and phase.from_drug == drug


def _headline(view: View, schedule: Schedule) -> None:
    cells = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(figure)}</dd></div>"
        for figure, what in _figures(view, schedule)
    )
    st.html(f'<dl class="figures">{cells}</dl>')


def _figures(view: View, schedule: Schedule) -> Iterator[tuple[str, str]]:
    top = headline(schedule)
    ends = schedule.ends
    if ends is None:
        yield "not set yet", "end"
    elif ends.how == "stopped":
        shown = (
            f"{ends.on:%a} {wording.short_day(ends.on)}" if view.dated else f"day {top.days + 1}"
        )
        yield shown, "first day without"
    else:
        shown = wording.short_day(ends.on) if view.dated else f"day {top.days + 1}"
        yield shown, "the doses go on from"
    weeks, rest = divmod(top.days, 7)
    length = f"{weeks} weeks" + (f" {rest} days" if rest else "") if weeks else f"{rest} days"
    yield f"{top.steps}", f"step{'' if top.steps == 1 else 's'}, {length}"
    if top.largest:
        before, after = top.largest.before, top.largest.after
        change = wording.percent((after - before) / before * 100)
        doses = f"{wording.mg_or_mean(before)} → {wording.mg_or_mean(after)}"
        yield change, f"largest step, {doses}" + (", then to 0" if top.to_zero else "")
    elif top.to_zero:
        yield "to 0", "the only step down"
    yield wording.ideal_mg(top.furthest), "furthest from ideal"


# --------------------------------------------------------------------------------------- findings


def _findings(view: View, schedule: Schedule) -> None:
    found = schedule.findings
    with st.container(key="findings", gap="xsmall"):
        st.subheader(f"What stands out ({len(found)})", anchor=False)
        if not found:
            fields.note(
                "Nothing found. Looked for: doses that cannot be made, doses rounded to nothing, "
                "your own limits, a missing review date."
            )
        for at, finding in enumerate(found):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                mark = _MARKS.get(finding.severity, "○")
                said = f"<b>{mark} {escape(finding.severity)}</b> {escape(finding.text)}"
                st.html(
                    f'<span class="finding {escape(finding.severity)}">{said}</span>',
                    width="content",
                )
                for number in finding.steps[:3]:
                    st.button(
                        f"step {number}", key=f"finding{at}-{number}", type="tertiary",
                        on_click=_open, args=(number,), disabled=view.locked,
                    )  # fmt: skip
                if len(finding.steps) > 3:
                    fields.words(f"and {len(finding.steps) - 3} more", "quiet")


def _open(number: int) -> None:
    held = session()
    held.step = number
    held.opened += 1


# ------------------------------------------------------------------------------------------ table


def _table(view: View, schedule: Schedule) -> None:
    with st.container(key="schedule", gap="xsmall"):
        st.subheader("Schedule", anchor=False)
        rows, numbers = table(view, schedule)
        frame = pd.DataFrame(rows)
        columns: dict[str, Any] = {
            name: st.column_config.TextColumn(width=_WIDTHS.get(name, 64), alignment="right")
            for name in frame.columns
        }
        for name in ("Dates", "Drug", "Note"):
            columns[name] = st.column_config.TextColumn(width=_WIDTHS[name], alignment="left")
        if not view.locked:
            frame.insert(0, "Edit", ["Edit" if row["Step"] else "" for row in rows])
            columns["Edit"] = st.column_config.ButtonColumn(
                "", width=58, on_click=_row_clicked, args=(numbers,), key="row", type="tertiary"
            )
        st.dataframe(
            frame,
            key="table",
            hide_index=True,
            column_config=columns,
            row_height=28,
            height=min(560, 30 + 28 * len(rows) + 8),
            alt="Schedule: one row for each step and drug, doses in mg",
        )


def _row_clicked(numbers: list[int]) -> None:
    click = st.session_state["row"]
    if click is not None:
        _open(numbers[click.row])


def table(view: View, schedule: Schedule) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of the schedule table, with the step that each belongs to.

    Steps one after another with the same doses are one row, unless one was changed by hand.
    """
    times = [
        time
        for time in schedule.plan.times
        if any(d.time == time for s in schedule.steps for p in s.drugs for d in p.doses)
    ]
    edited = {edit.step for edit in schedule.plan.edits}
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    runs = (list(run) for _, run in groupby(schedule.steps, key=_same(schedule)))
    for run in runs:
        first, last = run[0], run[-1]
        for at, part in enumerate(first.drugs):
            doses = {dose.time: wording.mg(dose.mg).split("\u00a0")[0] for dose in part.doses}
            rows.append(
                {
                    "Step": _numbers(first, last) if not at else "",
                    "Dates": _span(view, schedule, first, last) if not at else "",
                    "Days": str(sum(step.days for step in run)) if not at else "",
                    "Drug": part.drug,
                    **{time: doses.get(time, "") for time in times},
                    "mg a day": wording.mg(part.total).split("\u00a0")[0],
                    "Change %": wording.percent(part.percent).split("\u00a0")[0],
                    "Note": _remark(first, run, edited) if not at else "",
                }
            )
            numbers.append(first.number)
        if not first.drugs:
            rows.append(
                {"Step": _numbers(first, last), "Dates": _span(view, schedule, first, last),
                 "Days": str(sum(step.days for step in run)), "Drug": "none", "mg a day": "0"}
            )  # fmt: skip
            numbers.append(first.number)
    for name in (*times, "mg a day", "Change %"):
        _align(rows, name)
    return rows, numbers


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
    return f"day {(first.start - start).days + 1} – {(last.end - start).days + 1}"


def _remark(first: Step, run: list[Step], edited: set[int]) -> str:
    if first.number in edited:
        return "changed by hand"
    more = len(run) - 1
    if not more:
        return ""
    return "1 step changes nothing" if more == 1 else f"{more} steps change nothing"
