"""What stands out, most serious first, each with its source and its steps one click away."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

import streamlit as st

from taper import wording
from taper.findings import Finding
from taper.reference import sources
from taper.schedule import Schedule
from taper.ui import clickable, fields

_SHOWN: Final = 4
"""So many findings, the most serious, stand open; the rest is one click away."""
_LINKED: Final = 3
_MARKS: Final = {"serious": "●", "note": "▲", "information": "○"}


def draw(schedule: Schedule, chosen: int | None, act: Callable[[str], None]) -> None:
    """Draw the findings; those of the chosen step first, the others one click away."""
    found = schedule.findings
    here = [finding for finding in found if chosen in finding.steps]
    with st.container(key="findings", gap="xsmall"):
        st.subheader(f"What stands out ({len(found)})", anchor=False)
        if not found:
            fields.note("Nothing found, by the figures of the sources and by your own limits.")
        clickable.draw("found", as_html(schedule, found, here, chosen), act)


def as_html(
    schedule: Schedule, found: Sequence[Finding], here: Sequence[Finding], chosen: int | None
) -> str:
    """Write the findings as a list."""
    if not found:
        return ""
    if chosen is None:
        open_, folded, head = found[:_SHOWN], found[_SHOWN:], ""
    else:
        open_, folded = here, [finding for finding in found if finding not in here]
        count = f"{len(here)} of {len(found)}" if here else "none of them"
        head = f'<p class="quiet">At step {chosen}: {count}.</p>'
    listed = "".join(_item(schedule, finding, chosen) for finding in open_)
    more = "".join(_item(schedule, finding, chosen) for finding in folded)
    name = f"{len(folded)} more" if chosen is None else f"{len(folded)} at other steps"
    return (
        head
        + (f"<ul>{listed}</ul>" if listed else "")
        + (f"<details><summary>{name}</summary><ul>{more}</ul></details>" if more else "")
    )


def _item(schedule: Schedule, finding: Finding, chosen: int | None) -> str:
    mark = _MARKS.get(finding.severity, "○")
    text = wording.lettered_text(finding.text, schedule.plan.drugs)
    links = " ".join(
        f'<button type="button" data-act="step:{number}">step {number}</button>'
        for number in finding.steps[:_LINKED]
        if number != chosen
    )
    rest = len(finding.steps) - _LINKED
    more = f' <span class="quiet">and {rest} more</span>' if rest > 0 else ""
    return (
        f'<li class="finding {escape(finding.severity)}"><b>{mark} {escape(finding.severity)}</b>'
        f" {escape(text)} {_source(finding)} {links}{more}</li>"
    )


def _source(finding: Finding) -> str:
    """Name where a finding comes from; a published source one click away."""
    name = escape(wording.source_name(finding.source))
    known = sources().get(finding.source)
    if known is None:
        return f'<span class="quiet">{name}</span>'
    return f'<a href="{escape(known.url)}" target="_blank" rel="noopener noreferrer">{name}</a>'
