"""What goes on: the next version of the plan, from the doses taken; the clinician sets each number.

Only what was told to be taken can be put in by a click, never what was planned; after a gap nothing
is offered.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

import streamlit as st

from taper import followup, wording
from taper.amount import InvalidAmount, parse, plain
from taper.document import InvalidDocument
from taper.followup import Doses
from taper.parts import Clinician
from taper.plan import Plan
from taper.record import Record, Version
from taper.schedule import Schedule
from taper.summary import Told, daily_words, told
from taper.ui import fields, record_state, state, taking
from taper.ui.part import Part, alive
from taper.ui.record_state import note_down
from taper.ui.reference_guides import lost_tolerance
from taper.ui.reviewing import recorded
from taper.ui.state import Session
from taper.ui.view import View, in_words, look, now
from taper.ui.visit_form import begun

_LEADS: Final = {
    "hold": "Hold: the doses taken stay for some days, then the plan goes on with its next step.",
    "stay": "Stay at this dose, with no end, until a review.",
    "earlier dose": "Back to an earlier dose for some days, then on with the step after it.",
    "new pace": "A new pace: the plan goes on at once; how much and how often is set anew.",
    "new products": "New products: the plan goes on with what is set anew.",
    "stop": "Stop the taper: from this day on no plan holds.",
}
_GAP: Final = (
    "Days without the medicine, or not known: nothing restarts by itself. The doses to start with"
    " are a new decision."
)
_DAYS: Final = ("hold", "stay", "earlier dose")


def draw(view: View, record: Record) -> None:
    """Draw what is to be set for the next version."""
    coming = record_state.coming()
    going: Part = coming["next"]
    kind = going.get("kind")
    if kind not in _LEADS:
        return
    with st.container(key="going", gap="small"):
        st.subheader(f"Version {len(record.versions) + 1}", anchor=False)
        fields.note(_LEADS[kind])
        if begun(coming["visit"]):
            fields.note("Save the visit above first: the next version starts from what it tells.")
            return
        schedule = last_schedule(record)
        faults = _faults(record, going)
        form = replace(view, document=going, faults=faults)
        _head(form, going, kind)
        if kind == "earlier dose":
            _steps(form, going, schedule)
        fields.faults(form, ("from", "from"), ("days", "days"), ("step", "step"), ("why", "why"))
        if kind != "stop":
            _doses(form, going, schedule, told(record))
            _left_over(form, going, record, schedule)
        _act(form, record, going, kind)
        fields.marks(form)


def last_schedule(record: Record) -> Schedule:
    """Return the schedule of the last version that has a plan."""
    made = [version.schedule for version in record.versions if version.schedule]
    return made[-1]


# ------------------------------------------------------------------------------------- the fields


def _head(view: View, going: Part, kind: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=True):
        fields.words("From")
        fields.day(view, going, "from", "Next version from", 140, write=note_down)
        if kind in _DAYS:
            fields.words("review after" if kind == "stay" else "for")
            fields.text(view, going, "days", "Days", 56, "days", whole=True, write=note_down)
            fields.words("days")
        fields.text(view, going, "why", "Why", 220, "why", write=note_down)


def _steps(view: View, going: Part, schedule: Schedule) -> None:
    try:
        on = date.fromisoformat(str(going.get("from")))
    except ValueError:
        on = schedule.steps[-1].end
    known: dict[str, Any] = {}
    for step in schedule.steps:
        if step.start < on:
            doses = {part.drug: {d.time: d.mg for d in part.doses} for part in step.drugs}
            span = wording.short_span(step.start, step.end)
            known[f"step {step.number}: {daily_words(doses)}, {span}"] = step.number
    fields.choice(view, going, "step", "Which step", known, 420, "which step", write=note_down)


def _doses(view: View, going: Part, schedule: Schedule, known: Told) -> None:
    times = list(schedule.plan.times)
    doses = going.setdefault("doses_mg", Part())
    st.html('<div class="group">Doses taken now</div>')
    fields.note(_GAP if known.gap else known.words, "fault" if known.gap else "quiet")
    if known.gap:
        st.html(lost_tolerance(_drugs(schedule, known)) or "<div></div>")
    if known.doses is not None:
        st.button(
            "Put in what was told", key="put-told", type="tertiary", on_click=_put,
            args=(known.doses,), help="The doses of the last day that the visit told",
        )  # fmt: skip
    taking.heads(times, "mg")
    for drug in _drugs(schedule, known):
        at = doses.setdefault(drug, Part())
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            fields.words(drug, "drug")
            taking.doses(view, at, times, f"Taken now: {drug}", note_down)
        fields.faults(view, (f"doses_mg.{drug}", ""), read=at)


def _drugs(schedule: Schedule, known: Told) -> list[str]:
    return list(dict.fromkeys((*schedule.plan.drugs, *(known.doses or {}))))


def _put(doses: Doses) -> None:
    going: Part = record_state.coming()["next"]
    drugs = list(going.get("doses_mg") or doses)
    typed = {
        drug: {time: plain(dose) for time, dose in doses.get(drug, {}).items()} for drug in drugs
    }
    for at in typed.values():  # what was told not to be taken is a 0, which counts
        if not at:
            at[str(state.session().document["times"][0])] = "0"
    note_down(going, "doses_mg", alive(typed, going.get("doses_mg")))


def _left_over(view: View, going: Part, record: Record, schedule: Schedule) -> None:
    """Say what should be left of the products, and take the counts that the clinician wants."""
    if not schedule.plan.products or going.get("kind") == "new products":
        return
    try:
        on = date.fromisoformat(str(going.get("from")))
    except ValueError:
        return
    more = st.expander("Tablets left over", key="left-over", on_change="rerun")
    if not more.open:
        return
    should = {left.product: left for left in followup.left_over(record, on)}
    counts = going.setdefault("on_hand", Part())
    with more:
        fields.note("Counted into the next supply where a count is typed.")
        for at, product in enumerate(schedule.plan.products):
            left = should.get(at)
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                name = wording.product_name(product)
                fields.text(view, counts, str(at), f"Left of {name}", 64, write=note_down)
                fields.words(name)
                if left:
                    sure = "" if left.sure else ", not sure: other doses were taken or not told"
                    fields.words(f"should be {wording.items(product, left.count)}{sure}", "quiet")
        fields.faults(view, ("on_hand", "count"))
        if should:
            st.button(
                "Count these into the next supply", key="count-left", type="tertiary",
                on_click=_count, args=({at: left.count for at, left in should.items()},),
            )  # fmt: skip


def _count(left: dict[int, Fraction]) -> None:
    going: Part = record_state.coming()["next"]
    counts = {str(at): plain(count) for at, count in left.items()}
    note_down(going, "on_hand", alive(counts, going.get("on_hand")))


# --------------------------------------------------------------------------------- form to document


def _faults(record: Record, going: Part) -> dict[str, str]:
    """Find what is wrong in the form; what is blank is no fault yet."""
    found: dict[str, str] = {}
    until, start = record.told_until, going.get("from")
    if start and until and start <= until.isoformat():
        found["from"] = f"must be after {until}, the last day of which it is told what was taken"
    elif start and start < record.versions[-1].start.isoformat():
        found["from"] = (
            f"must not be before {record.versions[-1].start}, when the last version began"
        )
    days = going.get("days")
    if days is not None and not (isinstance(days, int) and 1 <= days <= 365):
        found["days"] = in_words(f"must be 1 to 365 days, a whole number, got {days!r}")
    for drug, at in (going.get("doses_mg") or {}).items():
        for time, dose in at.items():
            _amount(found, f"doses_mg.{drug}.{time}", dose)
    for at, count in (going.get("on_hand") or {}).items():
        _amount(found, f"on_hand.{at}", count)
    return found


def _amount(found: dict[str, str], place: str, typed: str) -> None:
    try:
        parse(typed)
    except InvalidAmount as error:
        found[place] = str(error)


def missing(going: Part) -> list[str]:
    """Name what the clinician has still to set in the form."""
    kind, needed = going.get("kind"), []
    if not going.get("from"):
        needed.append("from which day")
    if kind in _DAYS and not going.get("days"):
        needed.append("days")
    if kind == "earlier dose" and not going.get("step"):
        needed.append("which step")
    doses = going.get("doses_mg") or {}
    if kind != "stop":
        needed += [
            f"doses of {drug} taken now (0 where none)" for drug, at in doses.items() if not at
        ]
    return needed


def document(schedule: Schedule, going: Part) -> dict[str, Any]:
    """Make the document of the next plan out of a form in which nothing is wrong or missing."""
    on, days = date.fromisoformat(going["from"]), going.get("days")
    taken = {
        drug: {time: mg for time, dose in at.items() if (mg := parse(dose))}
        for drug, at in going["doses_mg"].items()
    }
    taken = {drug: at for drug, at in taken.items() if at}
    make: dict[str, Callable[[], dict[str, Any]]] = {
        "hold": lambda: followup.hold(schedule, on, taken, days),
        "stay": lambda: followup.stay(schedule, on, taken, days),
        "earlier dose": lambda: followup.earlier(schedule, on, taken, going["step"], days),
        "new pace": lambda: followup.new_pace(schedule, on, taken),
        "new products": lambda: followup.new_products(schedule, on, taken),
    }
    made = make[going["kind"]]()
    counts = going.get("on_hand") or {}
    if counts and going["kind"] != "new products":
        made["on_hand"] = [
            {"product": int(at), "count": count} for at, count in sorted(counts.items())
        ]
    return made


# ------------------------------------------------------------------------------------ the next plan


def _act(view: View, record: Record, going: Part, kind: str) -> None:
    """Say what is still needed, or offer the next version."""
    number, needed = len(record.versions) + 1, missing(going)
    whole, left = False, ""
    if not needed and not view.faults and kind != "stop":
        made = _next_plan(record, going)
        whole, left = made.whole, "; ".join((*made.blanks, *made.faults.values()))
    elif kind == "stop":
        whole = not needed and not view.faults
    if needed:
        fields.note(f"Still needed: {'; '.join(needed)}.")
    elif left:
        fields.note(f"Still to be set for version {number}: {left}.")
    else:
        st.html("<div></div>")
    with st.container(horizontal=True, gap="small"):
        st.button(
            f"Make it version {number}", key="make-version", type="primary", on_click=_make,
            disabled=not whole,
        )  # fmt: skip
        if kind != "stop":
            st.button(
                "Set the rest on the Plan page", key="rest-on-plan", on_click=_put_on_plan,
                disabled=bool(needed or view.faults),
            )  # fmt: skip
        st.button("Leave it as it is", key="leave", type="tertiary", on_click=_leave)


def _next_plan(record: Record, going: Part) -> View:
    """Return the next plan as far as what stands in the form makes one."""
    return look(Session(alive(document(last_schedule(record), going))))


def _make() -> None:
    record, going = record_state.record(), record_state.coming()["next"]
    if record is None or missing(going) or _faults(record, going):
        return
    start = date.fromisoformat(going["from"])
    plan = None
    if going["kind"] != "stop":
        try:
            plan = Plan.from_document(document(last_schedule(record), going))
        except InvalidDocument:
            return
    add(record, Version(start, now().replace(microsecond=0), plan, by(), going.get("why")))


def add(record: Record, version: Version) -> None:
    """Add a version to the record; its plan becomes the plan of this tab."""
    held = state.session()
    try:
        grown = recorded(record.with_version(version))
    except InvalidDocument as error:
        held.record_trouble = "; ".join(in_words(fault.text) for fault in error.faults[:3])
        return
    if not record_state.grow(grown):
        return
    if version.plan:
        state.put_plan(version.plan.to_document())
    _leave()


def by() -> Clinician | None:
    """Return who works here, as this browser remembers them."""
    told = state.session().details
    names = {key: told[key] for key in ("name", "role", "contact") if told.get(key)}
    return Clinician(**names) if names else None


def _put_on_plan() -> None:
    record, going = record_state.record(), record_state.coming()["next"]
    if record and not missing(going) and not _faults(record, going):
        state.put_plan(document(last_schedule(record), going))


def _leave() -> None:
    record_state.coming()["next"] = Part()
    record_state.keep_coming()


# --------------------------------------------------------------------- the plan of the tab, unmade


def line(view: View) -> None:
    """Say that the plan differs from the last version of its record, and offer to make it one."""
    record = record_state.record()
    if record is None:
        return
    said = _unmade(view, record)
    with st.container(
        key="version-line", horizontal=True, vertical_alignment="center", gap="small", wrap=True
    ):
        if not said:
            st.html("<div></div>")
            return
        fields.words(said, "strong")
        st.button(
            f"Make it version {len(record.versions) + 1}", key="make-plan-version",
            on_click=_make_of_plan, disabled=not view.whole,
        )  # fmt: skip
        if view.session.record_trouble:
            fields.note(f"Not made: {view.session.record_trouble}.", "fault")


def _unmade(view: View, record: Record) -> str:
    last, number = record.last_plan, len(record.versions)
    plan = view.schedule.plan if view.schedule else None
    if view.whole and last and plan and _same(plan, last):
        return ""
    if last is None:
        last = last_schedule(record).plan
        if plan and _same(plan, last):
            return f"The taper was stopped on {wording.short_day(record.versions[-1].start)}."
    start = view.document.get("start")
    if view.document.get("replaces") == last.fingerprint and start:
        try:
            on = wording.short_day(date.fromisoformat(str(start)))
        except ValueError:
            return f"Version {number + 1}, not made yet."
        return f"Version {number + 1} from {on}, not made yet."
    return f"Changed after version {number} was made."


_BESIDE: Final = ("label", "clinician", "notes")
"""What may change without making another plan of it."""


def _same(plan: Plan, last: Plan) -> bool:
    """Say whether two plans have the patient take the same."""
    if plan == last:
        return True
    one, other = (
        {key: value for key, value in made.to_document().items() if key not in _BESIDE}
        for made in (plan, last)
    )
    return one == other


def _make_of_plan() -> None:
    """Make the plan of this tab the next version."""
    record, held = record_state.record(), state.session()
    view = look(held)
    if record is None or view.schedule is None or not view.whole:
        return
    replaced = last_schedule(record).plan.fingerprint
    plan = Plan.from_document(view.schedule.plan.to_document() | {"replaces": replaced})
    why = record_state.coming()["next"].get("why")
    add(record, Version(plan.start, now().replace(microsecond=0), plan, by(), why))
