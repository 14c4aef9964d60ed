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
    listed = "".join(_item(schedule, said, chosen) for said in _alike(open_))
    more = "".join(_item(schedule, said, chosen) for said in _alike(folded))
    name = f"{len(folded)} more" if chosen is None else f"{len(folded)} at other steps"
    return (
        head
        + (f"<ul>{listed}</ul>" if listed else "")
        + (f"<details><summary>{name}</summary><ul>{more}</ul></details>" if more else "")
    )


def _alike(found: Sequence[Finding]) -> list[list[Finding]]:
    """Put together the findings that state the same fact, each against a source's own figure."""
    facts: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        facts.setdefault((finding.severity, _halves(finding)[0]), []).append(finding)
    return list(facts.values())


def _halves(finding: Finding) -> tuple[str, str]:
    """Return the first sentence, which is the plan's fact, and the rest, which is the source's."""
    fact, stop, figure = finding.text.partition(". ")
    return fact + (stop and "."), figure


def _item(schedule: Schedule, said: Sequence[Finding], chosen: int | None) -> str:
    first, drugs = said[0], schedule.plan.drugs
    mark = _MARKS.get(first.severity, "○")
    head = f"<b>{mark} {escape(first.severity)}</b>"
    if len(said) == 1:
        text = escape(wording.lettered_text(first.text, drugs))
        inside = f"{head} {text} {_source(first)} {_steps(first, chosen)}"
    else:
        inside = f"{head} {escape(wording.lettered_text(_halves(first)[0], drugs))}"
        inside += "".join(
            f'<div class="figure">{escape(wording.lettered_text(_halves(one)[1], drugs))}'
            f" {_source(one)} {_steps(one, chosen)}</div>"
            for one in said
        )
    return f'<li class="finding {escape(first.severity)}">{inside}</li>'


def _steps(finding: Finding, chosen: int | None) -> str:
    """Link the first steps of a finding."""
    numbers = [number for number in finding.steps if number != chosen]
    links = " ".join(
        f'<button type="button" data-act="step:{number}">step {number}</button>'
        for number in numbers[:_LINKED]
    )
    rest = len(numbers) - _LINKED
    return links + (f' <span class="quiet">and {rest} more</span>' if rest > 0 else "")


def _source(finding: Finding) -> str:
    """Name where a finding comes from; a published source one click away."""
    name = escape(wording.source_name(finding.source))
    known = sources().get(finding.source)
    if known is None:
        return f'<span class="quiet">{name}</span>'
    return f'<a href="{escape(known.url)}" target="_blank" rel="noopener noreferrer">{name}</a>'
