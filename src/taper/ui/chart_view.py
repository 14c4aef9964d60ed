"""The chart on the page, what it shows besides the doses, and the step that is chosen."""

from datetime import date
from typing import Any

import streamlit as st

from taper import chart, wording
from taper.chart import Drawing, Shown
from taper.equivalents import counted, scales
from taper.plan import Plan
from taper.schedule import Schedule
from taper.ui import download, drawer, fields, looks, plot, table
from taper.ui.state import session
from taper.ui.view import View, today


def draw(view: View, schedule: Schedule, ask: str) -> None:
    """Draw the chart; `ask` as in `plot.draw`."""
    plot.draw("chart", _drawn(view, schedule), _picked, ask)


def draw_looks(view: View, schedule: Schedule) -> None:
    """Draw, under the chart, what it shows and which step is chosen."""
    with st.container(key="looks", horizontal=True, vertical_alignment="center", gap="small"):
        _controls(view, schedule)
        _step(view, schedule)
    if says := _drawn(view, schedule).says:
        fields.note(says)


def _drawn(view: View, schedule: Schedule) -> Drawing:
    """Return the drawing of this run: the last one where nothing it shows has changed."""
    held = view.session
    dark = st.context.theme.type == "dark"
    shown = held.looks.shown(schedule)
    day = today() if view.dated else None
    key: tuple[Plan, Shown, Any] = schedule.plan, shown, (held.example, view.dated, dark, day)
    if held.drawn is None or held.drawn[0] != key:
        made = chart.draw(
            schedule, shown, example=held.example, dated=view.dated, dark=dark, today=day
        )
        held.drawn = key, made
        return made
    last: Drawing = held.drawn[1]
    return last


def _picked(number: Any) -> None:
    if isinstance(number, int | float):
        choose(int(number))


# ------------------------------------------------------------------------------- the chosen step


def choose(number: int | None) -> None:
    """Choose a step, or none: the one that is chosen is let go by a second click."""
    held = session()
    held.looks.step = None if number == held.looks.step else number


def act(told: str) -> None:
    """Do what was clicked in the table or the findings: "step:5", "edit:5"."""
    what, _, number = told.partition(":")
    if not number.isdecimal():
        return
    if what == "edit" and not session().example:
        drawer.open_step(int(number))
    elif what == "step":
        choose(int(number))


def _step(view: View, schedule: Schedule) -> None:
    """Choose a step by its number, and say what the chosen one is."""
    held = view.session
    step = next((s for s in schedule.steps if s.number == held.looks.step), None)
    fields.words("Step", "quiet")
    fields.plain_text(
        "step-number", str(step.number) if step else "", "Step to look at", width=58,
        placeholder=f"1–{len(schedule.steps)}", on_change=_typed, args=(len(schedule.steps),),
    )  # fmt: skip
    if step is None:
        return
    days = wording.days(step.days)
    span = wording.short_span(step.start, step.end) if view.dated else days
    fields.words(span)
    if not view.locked:
        st.button(
            "Change by hand", key="change-step", type="tertiary", on_click=drawer.open_step,
            args=(step.number,),
        )  # fmt: skip
    st.button("All steps", key="no-step", type="tertiary", on_click=choose, args=(None,))


def _typed(most: int) -> None:
    text = str(st.session_state.get("step-number") or "").strip()
    known = text.isascii() and text.isdecimal() and 1 <= int(text) <= most
    session().looks.step = int(text) if known else None


# ---------------------------------------------------------------------------------- what is shown


def _controls(view: View, schedule: Schedule) -> None:
    held = view.session.looks
    shown = st.popover("Show", key="show", on_change="rerun")
    if shown.open:
        with shown:
            _pace(schedule)
            _equivalents(schedule)
            _dates(view, schedule)
            _several("More columns in the table", "columns", "columns", table.MORE)
            _files(view, schedule)
    if held.dates(schedule):
        fields.words(f"Only {held.span if held.span != looks.OWN else 'the dates chosen'}.")
        st.button("Whole taper", key="whole", type="tertiary", on_click=_whole)


def _whole() -> None:
    session().looks.span = looks.WHOLE


def _choice(label: str, key: str, what: str, options: dict[str, Any], empty: str = "") -> None:
    """Draw a list to choose from; what is chosen counts before the page is drawn again.

    With `empty`, the word for none, nothing need be chosen.
    """
    now = getattr(session().looks, what)
    shown = fields.default(key, next((name for name, one in options.items() if one == now), None))
    st.selectbox(
        label, list(options), key=key, placeholder=empty or "choose",
        index=list(options).index(shown) if shown else None if empty else 0,
        on_change=_set, args=(key, what, options),
    )  # fmt: skip


def _several(label: str, key: str, what: str, options: dict[str, str]) -> None:
    now = getattr(session().looks, what)
    st.multiselect(
        label, list(options), key=key, placeholder="none",
        default=[name for name, one in options.items() if one in now],
        on_change=_set, args=(key, what, options),
    )  # fmt: skip


def _set(key: str, what: str, options: dict[str, Any]) -> None:
    if key not in st.session_state:  # the page was left before the browser was done
        return
    chosen = st.session_state[key]
    one = tuple(options[name] for name in chosen) if isinstance(chosen, list) else None
    setattr(session().looks, what, options.get(chosen) if one is None else one)


def _pace(schedule: Schedule) -> None:
    """Offer the reductions over any so many days, and the figures that are of as many days."""
    known = chart.published(schedule.plan)
    days = sorted({14, *(figure.in_days for figure in known)})
    _choice(
        "Reduction within any", "pace-days", "pace_days",
        {f"{count} days": count for count in days}, "not shown",
    )  # fmt: skip
    lines = {f.label: f.id for f in known if f.in_days == session().looks.pace_days}
    if lines:
        _several("With these published figures as lines", "pace-figures", "figures", lines)


def _equivalents(schedule: Schedule) -> None:
    found = scales(counted(schedule.plan.drugs))
    if found:
        names = {wording.source_name(scale.source): scale.source for scale in found}
        _choice(
            "Total in diazepam equivalents, by", "equivalents-by", "equivalents", names, "not shown"
        )


def _dates(view: View, schedule: Schedule) -> None:
    held, steps = session().looks, schedule.steps
    spans = {span: span for span in looks.spans(schedule, view.dated)}
    _choice("Dates in the chart", "span", "span", spans)
    if held.span != looks.OWN:
        return
    with st.container(horizontal=True, gap="small"):
        _day("From", "first", held.first or steps[0].start)
        _day("To", "last", held.last or steps[-1].end)
    if held.first and held.last and held.first > held.last:
        fields.note("The first day is after the last: the whole taper is shown.", "fault")


def _day(label: str, what: str, value: date) -> None:
    key = f"span-{what}"
    st.date_input(
        label, value=value, key=key, format="YYYY-MM-DD", width=150,
        min_value=date(2000, 1, 1), max_value=date(2110, 12, 31),
        on_change=_set_day, args=(key, what),
    )  # fmt: skip


def _set_day(key: str, what: str) -> None:
    setattr(session().looks, what, st.session_state.get(key))


def _files(view: View, schedule: Schedule) -> None:
    """Offer the chart as a file, as it is shown but on white paper."""

    def picture() -> bytes:
        held = view.session
        day = today() if view.dated else None
        shown = held.looks.shown(schedule)
        return chart.svg(
            schedule, shown, example=held.example, dated=view.dated, today=day
        ).encode()

    with st.container(horizontal=True, gap="small"):
        download.button(view.session, "Chart as SVG", "taper-chart.svg", "image/svg+xml", picture)
        download.button(view.session, "Chart as PNG", "taper-chart.png", "image/png", picture)
