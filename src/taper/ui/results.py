"""What the plan makes: headline figures, the chart, what stands out, the schedule table."""

from collections.abc import Iterator
from fractions import Fraction
from html import escape

import streamlit as st

from taper import wording
from taper.amount import InvalidAmount, parse
from taper.figures import headline_words
from taper.schedule import Schedule
from taper.ui import chart_view, download, findings_list, table
from taper.ui.view import View


def draw_chart(view: View, ask: str) -> bool:
    """Draw the figures and the chart, or what they wait for (`runs.chart`)."""
    schedule = view.schedule
    if schedule is None:
        _waiting(view)
        return False
    _headline(view, schedule)
    chart_view.draw(view, schedule, ask)
    return True


def draw_rest(view: View) -> None:
    """Draw what the chart shows, what the plan lacks, what stands out, and the schedule."""
    schedule = view.schedule
    if schedule is None:
        _needed(view)
        return
    chart_view.draw_looks(view, schedule)
    _needed(view)
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


def _headline(view: View, schedule: Schedule) -> None:
    cells = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(figure)}</dd></div>"
        for figure, what in headline_words(schedule, view.dated)
    )
    st.html(f'<dl class="figures">{cells}</dl>')
