"""What the dialog "Signs that need help now" says: what to do at once, then what to watch for."""

from html import escape
from typing import Final

import streamlit as st

from taper import wording
from taper.reference import guidance
from taper.ui import cited
from taper.ui.cited import said
from taper.ui.reference_guides import destination, evidence, of_grade

_OTHERS: Final = ("severe", "moderate", "mild")


def draw() -> None:
    """Draw the emergency signs, in the words of the sheets, then the others by severity."""
    cited.style()
    st.html(f'<div class="signs">{_emergency()}{"".join(map(_grade, _OTHERS))}</div>')


def _emergency() -> str:
    signs = "".join(f"<li>{escape(sign)}</li>" for sign in wording.EMERGENCY)
    more = "; ".join(said(row.words) for row in of_grade("emergency") if row.sign is None)
    always = "".join(f"<li>{escape(line)}</li>" for line in wording.ALWAYS)
    return (
        '<p class="now">Call the emergency number now when the patient has any of these:</p>'
        f'<ul class="emergency">{signs}</ul>'
        f"<p>Just as urgent: {more}.</p>"
        "<p>Stay with the patient. Say which medicine is being reduced, the last dose taken and"
        " when. Do not wait for the next visit.</p>"
        f"{_sources('emergency')}"
        f"<p><b>What every patient is told:</b></p><ul>{always}</ul>"
    )


def _grade(grade: str) -> str:
    words = next(row for row in guidance.groupings() if row.severity == grade)
    rows = "".join(
        f'<tr><th scope="row">{said(row.words)}</th><td>{destination(row)}</td></tr>'
        for row in of_grade(grade)
    )
    return (
        f"<table><caption><b>{grade.capitalize()}</b>: {said(words.words)}</caption>"
        '<thead><tr><th scope="col">What to watch for</th><th scope="col">Where to go</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{_sources(grade)}"
    )


def _sources(grade: str) -> str:
    rows = "".join(f"<li><b>{said(row.words)}</b>{evidence(row)}</li>" for row in of_grade(grade))
    note = next(row.note for row in guidance.groupings() if row.severity == grade)
    return (
        f'<details class="more"><summary>Sources: {grade}</summary>'
        f"<p>{said(note)}</p><ul>{rows}</ul></details>"
    )
