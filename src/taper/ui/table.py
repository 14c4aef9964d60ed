"""The schedule as a table: text to be read and copied, in which a step is chosen and opened."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, Final

import streamlit as st

from taper import plan_words, wording
from taper.schedule import Schedule
from taper.steps import DrugStep, Step
from taper.ui import clickable
from taper.ui.view import View

_TEXTS: Final = ("Note", "Dates", "Drug", "Tablets", "Basis")
_IDEAL: Final = "Ideal mg"
_DIFFERENCE: Final = "Off by mg"
_TABLETS: Final = "Tablets"
_BASIS: Final = "Basis"
MORE: Final = {name: name for name in (_IDEAL, _DIFFERENCE, _TABLETS, _BASIS)}
"""The columns that are shown when they are asked for."""
_BY_HAND: Final = "by hand"
_PADDED: Final = re.compile("([\u2007\u2008]+)$")


def draw(view: View, schedule: Schedule, chosen: int | None, act: Callable[[str], None]) -> None:
    """Draw the schedule; `act` is told which step was clicked, "step:5" or "edit:5"."""
    rows, numbers = table(view, schedule, view.session.looks.columns)
    with st.container(key="schedule", gap="xsmall"):
        st.subheader("Schedule, doses in mg", anchor=False)
        clickable.draw("table", as_html(rows, numbers, chosen, view.locked), act)


def as_html(
    rows: Sequence[Mapping[str, Any]], numbers: Sequence[int], chosen: int | None, locked: bool
) -> str:
    """Write the rows as a table: each step's number chooses it, and `Edit` opens it."""
    names = list(rows[0])
    heads = "".join(f'<th scope="col"{_side(name)}>{escape(name)}</th>' for name in names)
    if not locked:
        heads += '<th scope="col">By hand</th>'
    at = max((number for number in numbers if number <= (chosen or 0)), default=None)
    stop = at if at in numbers else numbers[0]
    body = "".join(
        _row(row, names, number, (number == at, number == stop), locked)
        for row, number in zip(rows, numbers, strict=True)
    )
    return (
        '<div class="scrolled"><table class="steps">'
        '<caption class="unseen">Schedule, doses in mg. The arrow keys go from step to step.'
        f"</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(
    row: Mapping[str, Any], names: Sequence[str], number: int, now: tuple[bool, bool], locked: bool
) -> str:
    """Write one row; `now` says whether its step is chosen, and whether Tab stops there."""
    chosen, stop = now
    kinds = ["chosen"] if chosen else []
    kinds += ["by-hand"] if row.get("Note") == _BY_HAND else []
    first = row["Step"]
    head, edit = "<td></td>", "<td></td>"
    if first:
        head = (
            f'<th scope="row"><button type="button" class="row" data-act="step:{number}"'
            f' tabindex="{0 if stop else -1}" aria-pressed="{str(chosen).lower()}"'
            f' aria-label="Step {first}">{first}</button></th>'
        )
        edit = (
            f'<td><button type="button" data-act="edit:{number}" tabindex="{0 if stop else -1}"'
            f' aria-label="Change step {number} by hand">Edit</button></td>'
        )
    cells = "".join(_cell(name, str(row.get(name, ""))) for name in names[1:])
    return (
        f'<tr class="{" ".join(kinds)}" data-act="step:{number}">{head}{cells}'
        f"{'' if locked else edit}</tr>"
    )


def _side(name: str) -> str:
    return ' class="text"' if name in _TEXTS else ""


def _cell(name: str, text: str) -> str:
    """Write a cell; the room that puts decimal points under each other is not read out."""
    return f"<td{_side(name)}>{_PADDED.sub(_PAD, escape(text))}</td>"


_PAD: Final = r'<span class="pad" aria-hidden="true">\1</span>'


def table(
    view: View, schedule: Schedule, more: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], list[int]]:
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
            "Dates": _span(view, schedule, first, last),
            "Days": str(sum(step.days for step in run)),
        }
        note = {"Note": notes.get(first.number, "")} if notes else {}
        for at, part in enumerate(first.drugs):
            doses = {dose.time: wording.mg(dose.mg).split("\u00a0")[0] for dose in part.doses}
            rows.append(
                {
                    **(dict.fromkeys(head, "") if at else head),
                    **({"Drug": wording.lettered(part.drug)} if several else {}),
                    **{time: doses.get(time, "") for time in times},
                    "mg a day": wording.mg(part.total).split("\u00a0")[0],
                    "Change %": wording.percent(part.percent).split("\u00a0")[0],
                    **(dict.fromkeys(note, "") if at else note),
                    **{name: _MORE[name](schedule, part) for name in more},
                }
            )
            numbers.append(first.number)
        if not first.drugs:
            rows.append(
                {**head, **({"Drug": "none"} if several else {}), **dict.fromkeys(times, ""),
                 "mg a day": "0", "Change %": "", **note, **dict.fromkeys(more, "")}
            )  # fmt: skip
            numbers.append(first.number)
    for name in (*times, "mg a day", "Change %", _IDEAL, _DIFFERENCE):
        _align(rows, name)
    return rows, numbers


def _ideal(schedule: Schedule, part: DrugStep) -> str:
    return wording.ideal_mg(part.ideal).split("\u00a0")[0]


def _difference(schedule: Schedule, part: DrugStep) -> str:
    off = part.total - part.ideal
    sign = "+" if off > 0 else ""
    return sign + wording.ideal_mg(off).split("\u00a0")[0] if off else ""


def _tablets(schedule: Schedule, part: DrugStep) -> str:
    """Write what makes each dose: "morning 2½ tablets of 2 mg; bedtime …"."""
    made = [(dose.time, wording.taken(schedule.plan, dose.take)) for dose in part.doses]
    return "; ".join(f"{time} {taken}" for time, taken in made if taken)


def _basis(schedule: Schedule, part: DrugStep) -> str:
    return plan_words.basis(schedule.plan, part)


_MORE: Final = {_IDEAL: _ideal, _DIFFERENCE: _difference, _TABLETS: _tablets, _BASIS: _basis}


def _runs(schedule: Schedule) -> list[list[Step]]:
    return [list(run) for _, run in groupby(schedule.steps, key=_same())]


def _notes(schedule: Schedule) -> dict[int, str]:
    """Return what is said of a row, by its first step."""
    edited = {edit.step for edit in schedule.plan.edits}
    notes = {}
    for run in _runs(schedule):
        if run[0].number in edited:
            notes[run[0].number] = _BY_HAND
        elif len(run) > 1:
            notes[run[0].number] = "then no change"
    return notes


def _align(rows: list[dict[str, Any]], name: str) -> None:
    """Pad a column on the right, so that its numbers stand with the points under each other."""
    parts = [str(row.get(name, "")).partition(".")[2] for row in rows]
    most = max(map(len, parts), default=0)
    for row, part in zip(rows, parts, strict=True):
        if row.get(name) and most:
            row[name] += ("" if part else "\u2008") + "\u2007" * (most - len(part))


def _same() -> Any:
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
