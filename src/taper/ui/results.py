"""What the plan makes: headline figures, the chart, what stands out, the schedule table."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape

import streamlit as st

from taper import wording
from taper.amount import InvalidAmount, parse
from taper.pace import Change, changes
from taper.phases import Switch
from taper.schedule import Schedule
from taper.steps import Course
from taper.ui import chart_view, download, findings_list, table
from taper.ui.view import View


def draw_chart(view: View) -> None:
    """Draw the figures and the chart, or what they wait for."""
    schedule = view.schedule
    if schedule is None:
        _waiting(view)
        return
    _headline(view, schedule)
    chart_view.draw(view, schedule)
    _needed(view)


def draw_rest(view: View) -> None:
    """Draw what stands out, and the schedule."""
    schedule = view.schedule
    if schedule is None:
        return
    numbers = [step.number for step in schedule.steps]
    chosen = view.session.looks.step if view.session.looks.step in numbers else None
    findings_list.draw(schedule, chosen, chart_view.act)
    table.draw(view, schedule, chosen, chart_view.act)
    download.deliver(view.session)


def _waiting(view: View) -> None:
    """Say what is taken now, and that the drawing waits for what comes next."""
    until = "the marked entries are right" if view.faults else "the first phase is complete"
    if not view.document["phases"]:
        until = "there is a first phase"
    now = [(drug, total) for drug, total, wrong in _now(view) if not wrong]
    cells = "".join(
        f"<div><dt>{escape(drug)} a day, now</dt><dd>{escape(wording.mg(total))}</dd></div>"
        for drug, total in now
    )
    st.html(f'<dl class="figures">{cells}</dl>' if cells else "<div></div>")
    st.html(f'<div class="waiting">The daily dose is drawn here once {until}.</div>')
    _needed(view)


def _now(view: View) -> Iterator[tuple[str, Fraction, bool]]:
    """Yield what is taken of each drug a day, and whether an entry of it is wrong."""
    for at, entry in enumerate(view.document["regimen"]):
        drug, total, wrong = entry.get("drug"), Fraction(0), view.says(f"regimen[{at}]")
        for dose in (entry.get("doses_mg") or {}).values():
            try:
                total += parse(dose)
            except InvalidAmount:
                wrong = True
        if drug and (total or wrong):
            yield str(drug), total, wrong


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
            if change.after >= change.before or _switched(schedule, change, drug):
                continue
            if change.after:
                down.append(change)
            else:
                to_zero = True
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
    if len(schedule.plan.regimen) == 1:
        yield wording.mg(schedule.plan.regimen[0].total_mg), "a day, now"
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
    yield f"{top.steps}", f"step{'' if top.steps == 1 else 's'}, {wording.length(top.days)}"
    if top.largest:
        before, after = top.largest.before, top.largest.after
        change = wording.percent((after - before) / before * 100)
        doses = f"{_dose(schedule, before)} → {_dose(schedule, after)}"
        yield change, f"largest step, {doses}" + (", then to 0" if top.to_zero else "")
    elif top.to_zero:
        yield "to 0", "the only step down"
    if top.furthest and schedule.plan.products:
        yield wording.ideal_mg(top.furthest), "furthest from ideal"


def _dose(schedule: Schedule, total: Fraction) -> str:
    """Write a daily total; where days alternate it is their mean, which no day has."""
    given = any(part.total == total for step in schedule.steps for part in step.drugs)
    taken = given or any(entry.total_mg == total for entry in schedule.plan.regimen)
    return wording.ideal_mg(total) + ("" if taken else " on average")
