"""Under each phase, quietly: its dates, what it does to the doses, and the first of them."""

from fractions import Fraction
from html import escape
from typing import Any

import streamlit as st

from taper import phasing
from taper.amount import InvalidAmount, parse
from taper.steps import Stretch
from taper.ui.part import Part
from taper.ui.view import View


def draw(view: View, at: int, phase: Part) -> None:
    """Draw the line; always one element, so that the fields below keep their place."""
    stretch = next((one for one in view.stretches if one.phase == at), None)
    said = _said(view, stretch, phase) if stretch else ""
    st.html(f'<div class="does">{said}</div>' if said else "<div></div>")


def _said(view: View, stretch: Stretch, phase: Part) -> str:
    lines, read = [], phasing.phase_of(phase)
    if read and stretch.after is not None:
        lines.append(phasing.does(stretch, read, view.day_one))
    if phase["kind"] != "reduce":
        return "".join(map(_line, lines))
    standing = stretch.before.get(str(phase.get("drug")))
    start = standing.total if standing else Fraction(0)
    by, until = phase.get("by") or {}, _until(phase, start)
    kind, number = next(iter(by.items()), ("", ""))
    if stretch.after is not None:
        first = phasing.first_ideals(stretch, str(phase.get("drug")))
    else:
        first = phasing.first_doses(by, start, until)
    if first:
        lines.append(f"ideal doses {first}")
    either: tuple[str, ...] = ()
    if kind in ("", "percent_of_current", "percent_of_start") and start:
        either = phasing.either_way(number, start, until)
    both = "".join(map(_line, either))
    if both and kind:
        both = f"<details><summary>of the current dose, or of the start</summary>{both}</details>"
    return "".join(map(_line, lines)) + both


def _line(text: str) -> str:
    return f"<div>{escape(text)}</div>"


def _until(phase: Part, start: Fraction) -> Fraction | None:
    """Return where the phase ends, where that is typed and under the dose that it starts from."""
    raw: Any = phase.get("until_mg")
    try:
        until = parse(raw) if raw else None
    except (InvalidAmount, TypeError):
        return None
    return until if until is not None and until < start else None
