"""The document of a tab, looked at in each run: its schedule as far as it goes, its faults."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from taper import wording
from taper.document import Fault
from taper.schedule import Schedule, Sketch, sketch
from taper.steps import Stretch
from taper.ui.part import Part
from taper.ui.state import Session

KEPT: Final = 8
_DAY_ONE: Final = "2001-01-01"
"""Stands for day 1 where no start date is set yet; never shown."""
_BLANK: Final = re.compile(
    r".*(got nothing|got none|got ''|got null|the phase has no end|1 whole, 2 halves, 4 quarters)"
    r"|.*is needed: .* is then taken at .*"
)


@dataclass(frozen=True)
class View:
    """What a run draws: `faults` are wrong entries by place, `blanks` what is still to be set."""

    session: Session
    document: Part
    schedule: Schedule | None
    faults: dict[str, str]
    blanks: tuple[str, ...]
    dated: bool
    whole: bool
    """Whether the plan is finished: nothing blank, nothing wrong."""
    left_out: str
    """What a drawing of an unfinished plan had to leave out, in words."""
    stretches: tuple[Stretch, ...] = ()
    """What each phase does, up to the first that could not run, which comes last."""
    beside_chart: bool = False
    """Whether what is drawn stands on the page beside the chart, which shows each change first."""

    @property
    def locked(self) -> bool:
        """Whether the plan is only looked at."""
        return self.session.example

    @property
    def times(self) -> list[str]:
        """The plan's times of day."""
        return [str(time) for time in self.document.get("times", ())]

    @property
    def day_one(self) -> date | None:
        """The first day, where days are counted from it as there is no start date yet."""
        return None if self.dated else date.fromisoformat(_DAY_ONE)

    @property
    def drugs(self) -> list[str]:
        """Every drug that the document names so far, in order."""
        return named_drugs(self.document)

    def says(self, place: str) -> bool:
        """Whether something is wrong at a place or inside it."""
        return any(self.under(place))

    def called(self, place: str) -> str:
        """Name a place of the document in words: "phase 2: days between steps"."""
        return named(place, self.document)

    def under(self, place: str) -> Iterator[tuple[str, str]]:
        """Yield the wrong entries at a place and inside it."""
        for where, text in self.faults.items():
            if where == place or where.startswith((f"{place}.", f"{place}[")):
                yield where, text


def named_drugs(document: Part) -> list[str]:
    """Return every drug that a document names so far, in order."""
    named = [entry.get("drug") for entry in document["regimen"]]
    for phase in document["phases"]:
        named.append(phase.get("to"))
        for step in phase.get("steps", ()) if phase.get("kind") == "set" else ():
            named.extend(step.get("doses_mg", ()))
    return list(dict.fromkeys(name for name in named if isinstance(name, str) and name))


def worked_out(document: Mapping[str, Any]) -> Sketch:
    """Work a document out as far as it goes; once, for a page is drawn again and again.

    Only a few are kept: the framework looks through all that is held after every run. With 64
    schedules of three years an edit took 190 ms to the painted chart, with 8 it takes 130.
    """
    return _worked_out(json.dumps(document))


@lru_cache(maxsize=KEPT)
def _worked_out(text: str) -> Sketch:
    return sketch(json.loads(text))


def look(session: Session) -> View:
    """Say what stands in the document, and what of it is wrong or missing."""
    document = session.document
    made = worked_out(document)
    found, schedule, dated, left_out = made.faults, made.schedule, True, ""
    stretches = made.stretches
    if schedule is None and made.faults:
        pruned, dated, left_out = _pruned(document, made.faults)
        drawn = worked_out(pruned) if pruned else None
        schedule = drawn.schedule if drawn else None
        stretches = drawn.stretches if drawn else ()
        # Where only the date is missing, all else is looked at as it will be with it.
        if drawn and not dated and not left_out:
            found = tuple(dict.fromkeys((*found, *drawn.faults)))
    faults: dict[str, str] = {}
    blanks: list[str] = []
    for fault in found:
        if _is_blank(fault, document):
            blanks.append(_needed(fault, document))
        elif not any(fault.place.startswith(f"{place}.") for place in faults):
            faults.setdefault(fault.place, in_words(fault.text))
    needed = tuple(dict.fromkeys(blanks))
    whole = not made.faults
    return View(session, document, schedule, faults, needed, dated, whole, left_out, stretches)


def _is_blank(fault: Fault, document: Part) -> bool:
    if fault.place in ("phases", "regimen") and "say how it ends" not in fault.text:
        return not document.get(fault.place)
    if fault.place.endswith(".doses_mg") and "over 0" in fault.text:
        return not _found(document, fault.place)
    got_blank_key = fault.place.endswith(".by") and "" in (_found(document, fault.place) or {})
    return bool(_BLANK.fullmatch(fault.text)) or "say how it ends" in fault.text or got_blank_key


def _found(document: Part, place: str) -> Any:
    """Return what stands at a place of plain keys, None where there is nothing."""
    at: Any = document
    for key, index in re.findall(r"([a-z_]+)(?:\[([0-9]+)\])?", place):
        at = at.get(key) if isinstance(at, dict) else None
        if index and isinstance(at, list):
            at = at[int(index)]
    return at


_PRUNABLE: Final = re.compile(r"(regimen|products)\[([0-9]+)\]")


def _pruned(document: Part, faults: tuple[Fault, ...]) -> tuple[dict[str, Any] | None, bool, str]:
    """Leave out rows that are still blank, so that the rest can be drawn.

    A wrong dose of what is taken now is never left out: then nothing is drawn.
    """
    rows: dict[str, set[int]] = {"regimen": set(), "products": set()}
    unrounded = any(fault.place.endswith("rounding") for fault in faults)
    for fault in faults:
        found = _PRUNABLE.match(fault.place)
        if found is None:
            continue
        key, at = found.group(1), int(found.group(2))
        row = document[key][at]
        if key == "regimen" and row.get("drug") and row.get("doses_mg"):
            return None, True, ""
        rows[key].add(at)
    kept: dict[str, Any] = dict(document)
    for key, gone in rows.items():
        kept[key] = [row for at, row in enumerate(document.get(key, ())) if at not in gone]
    dated = not any(fault.place == "start" for fault in faults)
    if not dated:
        kept["start"] = _DAY_ONE
        kept.pop("changes_on", None)
    left_out = "what is not complete" if any(rows.values()) else ""
    if unrounded:  # nothing says yet how to round to them: drawn as if there were none
        kept["products"] = []
        left_out = "rounding to the products"
    return kept, dated, left_out


# ------------------------------------------------------------------------------------ plain words


def in_words(text: str) -> str:
    """Say a fault as a person reads it beside the field, without the file's notation."""
    text = text.replace(", a whole number without quotes", ", a whole number")
    text = re.sub(r"phases\[(\d+)\]", lambda found: f"phase {int(found[1]) + 1}", text)
    text = re.sub(r"got '(.*)'$", r"got “\1”", text)
    return text.replace("taking_from", "the order of times")


_WORDS: Final = {
    "start": "start date",
    "drug": "drug",
    "doses_mg": "a dose",
    "by": "how much",
    "every_days": "days between steps",
    "until_mg": "where it ends",
    "days": "days",
    "taking_from": "which time of day first",
    "rounding": "rounding",
    "from": "drug to switch from",
    "to": "drug to switch to",
    "to_mg_per_from_mg": "mg for each 1 mg",
    "moving": "which time of day moves first",
    "steps": "a dose",
    "repeat": "times in a row",
    "review_on": "review date",
    "changes_on": "weekday of changes",
    "dispense_every_days": "days between supplies",
    "why": "why",
    "was_mg": "made for another dose",
    "pack": "number in a pack",
    "pack_ml": "bottle",
    "label": "name",
    "clinician": "clinician",
    "strength_mg": "strength",
    "pieces": "may it be broken",
    "mg_per_ml": "mg in mL",
    "measurable_ml": "measured to",
    "on": "date",
    "what": "what",
    "percent": "percent",
    "in_days": "days",
    "form": "form",
}


def _needed(fault: Fault, document: Part) -> str:
    """Name what is still to be set: "phase 2: days between steps"."""
    if fault.place == "phases":
        ends = "how the plan ends (a stop, or doses that go on)"
        return ends if document["phases"] else "the taper: a first phase"
    if fault.place == "regimen":
        return "what is taken now"
    return named(fault.place, document)


def named(place: str, document: Part) -> str:
    """Name a place of the document in words, without its notation."""
    found = re.match(r"([a-z_]+)(?:\[(\d+)\])?", place)
    if found is None:
        return place
    group, at = found.groups()
    key = re.sub(r"\[\d+\]", "", place).split(".")
    words = next(
        (_WORDS[name] for name in reversed(key[1:]) if name in _WORDS),
        _WORDS.get(key[0], key[-1].replace("_", " ") if at is None or key[1:] else ""),
    )
    if "rounding" in key:
        return "rounding"
    if at is None:
        return words
    number = int(at) + 1
    rest = f": {words}" if words else ""
    if group == "regimen":
        name = document["regimen"][number - 1].get("drug")
        return f"{name}{rest}" if name else "what is taken now"
    if group == "products":
        return (
            f"{document['products'][number - 1].get('drug') or 'product'}, product {number}{rest}"
        )
    if group == "edits":
        return f"step changed by hand{rest}"
    return f"{group.removesuffix('s')} {number}{rest}"


def today() -> date:
    """Return the day it is where the browser is."""
    return now().date()


def now() -> datetime:
    """Return the time it is where the browser is."""
    return datetime.now(_zone())


def at_hand(when: datetime) -> str:
    """Write a time as a clock where the browser is shows it, with its day unless that is today."""
    local = when.astimezone(_zone())
    clock = f"{local:%H:%M}"
    return clock if local.date() == today() else f"{wording.day(local.date())}, {clock}"


def _zone() -> tzinfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
