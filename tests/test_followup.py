"""Going on from visits, against a recount day by day that shares no code with it."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
import strategies
from taper import InvalidPlan, Plan, Schedule, build_schedule
from taper.amount import plain
from taper.followup import (
    Doses,
    day,
    days,
    earlier,
    hold,
    left_over,
    new_pace,
    new_products,
    planned_on,
    remaining,
    stay,
)
from taper.record import InvalidRecord, Record, Version, read_visit

AT = datetime(2027, 1, 4, 14, 3, tzinfo=UTC)
DAY = timedelta(1)
Recount = dict[str, dict[str, dict[str, str]]]
"""Date → drug → time → mg."""


def recount(plan: dict[str, Any], until: date) -> Recount:
    """Count what a plan has taken on each day, by the other reading of the plan format."""
    made = oracle.expected_schedule(plan)
    found: Recount = {}
    for step in made["steps"]:
        on = date.fromisoformat(step["start"])
        for ahead in range(step["days"]):
            found[(on + ahead * DAY).isoformat()] = given_by(step["drugs"])
    on = date.fromisoformat(made["ends"]["on"])
    while on <= until:
        found[on.isoformat()] = given_by(made["ends"].get("drugs", []))
        on += DAY
    return found


def given_by(drugs: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    return {
        part["drug"]: {dose["time"]: dose["dose_mg"] for dose in part["doses"]} for part in drugs
    }


def said(doses: Doses | None) -> dict[str, dict[str, str]] | None:
    if doses is None:
        return None
    return {
        drug: {time: plain(dose) for time, dose in times.items()} for drug, times in doses.items()
    }


def in_mg(doses: dict[str, dict[str, str]]) -> Doses:
    return {drug: {t: Fraction(mg) for t, mg in times.items()} for drug, times in doses.items()}


def visit(on: str, *taken: dict[str, Any], **more: Any) -> Any:
    recorded = f"{on}T10:00:00+00:00"
    return read_visit({"on": on, "recorded": recorded, "taken": list(taken), **more})


def as_planned(first: str, last: str) -> dict[str, Any]:
    return {"from": first, "to": last, "took": "planned"}


def version(document: dict[str, Any], why: str) -> Version:
    plan = Plan.from_document(document)
    return Version(plan.start, AT, plan, why=why)


LIFE: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "4", "bedtime": "6"}}],
    "products": [
        {"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2, "pack": 28}
    ],
    "rounding": "nearest",
    "dispense_every_days": 28,
    "phases": [
        {
            "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1"}, "every_days": 14,
            "until_mg": "0", "taking_from": ["morning", "bedtime"],
        },
    ],
    "visits": [{"on": "2027-02-01", "what": "phone"}, {"on": "2027-06-07", "what": "clinic"}],
}  # fmt: skip


def test_one_taper_lives_through() -> None:
    """Planned, two visits as planned, tremor, hold, slower, a gap, restarted lower, finished."""
    record = Record.begin(Plan.from_document(LIFE), AT)
    truth: Recount = recount(LIFE, date(2027, 12, 31))

    def planned_as_told(until: str) -> None:
        last = date.fromisoformat(until)
        for one in days(record, last):
            assert said(one.planned) == truth[one.on.isoformat()], one.on

    def go_on(document: dict[str, Any], why: str) -> None:
        """Add a version; from its first day on the recount is that of its plan."""
        nonlocal record
        record = record.with_version(version(document, why))
        start = document["start"]
        kept = {on: doses for on, doses in truth.items() if on < start}
        truth.clear()
        truth.update(kept | recount(document, date(2027, 12, 31)))
        planned_as_told("2027-12-31")

    planned_as_told("2027-12-31")
    # 9 mg from 4 January, 8 mg from the 18th, 7 mg from 1 February.
    record = record.with_visit(visit("2027-01-18", as_planned("2027-01-04", "2027-01-17")))
    record = record.with_visit(visit("2027-02-01", as_planned("2027-01-18", "2027-01-31")))
    tremor = [{"symptom": "tremor", "level": 6}]
    third = visit("2027-02-10", as_planned("2027-02-01", "2027-02-09"), symptoms=tremor)
    record = record.with_visit(third)
    assert said(day(record, date(2027, 2, 9)).taken) == {
        "diazepam": {"morning": "1", "bedtime": "6"}
    }

    # Hold the 7 mg for three weeks: the next reduction, planned for 15 February, is on 3 March.
    seven = in_mg({"diazepam": {"morning": "1", "bedtime": "6"}})
    current = record.versions[-1].schedule
    assert current
    document = hold(current, date(2027, 2, 10), seven, 21)
    assert document["phases"][0] == {"kind": "hold", "days": 21}
    assert [visit["on"] for visit in document["visits"]] == ["2027-06-07"]
    go_on(document, "tremor")
    assert truth["2027-03-02"] == {"diazepam": {"morning": "1", "bedtime": "6"}}
    assert truth["2027-03-03"] == {"diazepam": {"bedtime": "6"}}
    assert truth["2027-02-09"] == {"diazepam": {"morning": "1", "bedtime": "6"}}

    # Slower: 0.5 mg less each 28 days; the clinician sets the pace, nothing is filled in.
    record = record.with_visit(visit("2027-03-03", as_planned("2027-02-10", "2027-03-02")))
    current = record.versions[-1].schedule
    assert current
    document = new_pace(current, date(2027, 3, 3), seven)
    slower = document["phases"][0]
    assert "by" not in slower
    assert "every_days" not in slower
    with pytest.raises(InvalidPlan, match=r"phases\[0\].by: is needed"):
        Plan.from_document(document)
    slower |= {"by": {"amount_mg": "0.5"}, "every_days": 28, "taking_from": "proportional"}
    document["products"][0] |= {"strength_mg": "1"}
    go_on(document, "tremor at 1 mg steps")
    current = record.versions[-1].schedule
    assert current

    # A gap of five days: nothing was taken, so nothing goes on by itself.
    gap = {"from": "2027-04-10", "to": "2027-04-14", "took": "nothing"}
    record = record.with_visit(visit("2027-04-15", as_planned("2027-03-03", "2027-04-09"), gap))
    assert said(day(record, date(2027, 4, 12)).taken) == {}
    assert said(day(record, date(2027, 4, 12)).planned) == truth["2027-04-12"]
    assert left_over(record, date(2027, 4, 15)) == recounted_left(
        record, current, date(2027, 4, 15)
    )
    document = hold(current, date(2027, 4, 15), {}, 14)
    with pytest.raises(InvalidPlan, match="regimen: at least one is needed"):
        Plan.from_document(document)

    # Restarted lower, at 3 mg, with 20 of the tablets left over; finished.
    document = hold(current, date(2027, 4, 15), in_mg({"diazepam": {"bedtime": "3"}}), 14)
    document["on_hand"] = [{"product": 0, "count": "20"}]
    document["phases"][1]["until_mg"] = "0"
    go_on(document, "five days without")
    assert truth["2027-04-14"] != {}
    assert truth["2027-04-15"] == {"diazepam": {"bedtime": "3"}}
    last = record.versions[-1].schedule
    assert last
    assert last.ends
    used = sum(
        (Fraction(mg) for on, given in truth.items() if "2027-04-15" <= on < "2027-05-13"
         for times in given.values() for mg in times.values()),
        Fraction(0),
    )  # fmt: skip
    assert last.supply[0].used == used
    assert last.supply[0].count == -(-(used - 20) // 1)

    finished = last.ends.on
    rest = as_planned("2027-04-15", (finished - DAY).isoformat())
    record = record.with_visit(visit(finished.isoformat(), rest, goes_on="stop"))
    record = record.with_version(Version(finished, AT, None, why="finished"))
    assert said(day(record, finished).planned) == {}
    planned_as_told("2027-12-31")
    assert Record.from_json(record.to_json()) == record


def recounted_left(record: Record, schedule: Schedule, on: date) -> tuple[Any, ...]:
    """Count the tablets of the one product out of the expected schedule, by hand."""
    made = oracle.expected_schedule(schedule.plan.to_document())
    had = sum(row["packs"] * 28 for row in made["supply"] if date.fromisoformat(row["from"]) < on)
    used = Fraction(0)
    for one in days(record, on - DAY):
        if one.on >= schedule.plan.start and one.taken:
            used += sum(mg for times in one.taken.values() for mg in times.values())
    found = left_over(record, on)
    assert all(entry.sure for entry in found)
    return (type(found[0])(0, Fraction(int(had - used)), True),)


EXACT: dict[str, dict[str, Any]] = {
    "amounts": {
        "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1.5"}, "every_days": 7,
        "until_mg": "0", "taking_from": ["bedtime", "morning"],
    },
    "in turn": {
        "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1"}, "every_days": 7,
        "until_mg": "2", "taking_from": {"in_turn": ["morning", "bedtime"]},
    },
    "counted": {
        "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1"}, "every_days": 7,
        "steps": 6, "taking_from": ["bedtime", "morning"],
    },
    "equal steps": {
        "kind": "reduce", "drug": "diazepam", "by": {"equal_steps": 8}, "every_days": 7,
        "until_mg": "0", "taking_from": ["bedtime", "morning"],
    },
    "percent of start": {
        "kind": "reduce", "drug": "diazepam", "by": {"percent_of_start": "10"}, "every_days": 7,
        "until_mg": "1", "taking_from": ["bedtime", "morning"],
    },
    "switch by time": {
        "kind": "switch", "from": "diazepam", "to": "lorazepam", "to_mg_per_from_mg": "0.1",
        "every_days": 7, "moving": ["bedtime", "morning"],
    },
    "switch in shares": {
        "kind": "switch", "from": "diazepam", "to": "lorazepam", "to_mg_per_from_mg": "0.1",
        "every_days": 7, "moving": {"equal_steps": 4},
    },
    "typed": {
        "kind": "set", "repeat": 3,
        "steps": [
            {"days": 2, "doses_mg": {"diazepam": {"morning": "5"}}},
            {"days": 1, "doses_mg": {"diazepam": {"bedtime": "4"}}},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", EXACT)
def test_what_remains_is_what_was_still_to_come(kind: str) -> None:
    """Cut after any step and held for the rest of it, a plan goes on with the very same doses."""
    plan = deepcopy(LIFE) | {"phases": [EXACT[kind], {"kind": "hold", "days": 5}]}
    plan["phases"].append({"kind": "maintain"})
    plan["regimen"].append({"drug": "zopiclone", "doses_mg": {"noon": "3.75"}})
    for key in ("products", "rounding", "visits"):
        del plan[key]
    schedule = build_schedule(Plan.from_document(plan))
    truth = recount(plan, date(2027, 12, 31))
    for step in schedule.steps:
        for into in {1, step.days}:
            on = step.start + into * DAY
            left = (step.end - on).days + 1
            now = planned_on(schedule, on - DAY)[1]
            document = hold(schedule, on, now, left or 1)
            if not left:
                document["phases"] = remaining(schedule, step.number)
            if all(phase["kind"] in ("stop", "maintain") for phase in document["phases"]):
                continue  # nothing is left that makes a step
            for one, doses in recount(document, date(2027, 12, 31)).items():
                assert doses == truth[one], (kind, step.number, into, one)


def test_an_earlier_dose_is_given_for_days_that_the_clinician_sets() -> None:
    schedule = build_schedule(Plan.from_document(LIFE))
    now = planned_on(schedule, date(2027, 3, 2))[1]
    document = earlier(schedule, date(2027, 3, 3), now, 2, None)
    assert document["phases"][0]["steps"] == [
        {"doses_mg": {"diazepam": {"morning": "2", "bedtime": "6"}}}
    ]
    with pytest.raises(InvalidPlan, match=r"steps\[0\].days: is needed"):
        Plan.from_document(document)
    document["phases"][0]["steps"][0]["days"] = 21
    truth = recount(document, date(2027, 12, 31))
    assert truth["2027-03-23"] == {"diazepam": {"morning": "2", "bedtime": "6"}}
    assert truth["2027-03-24"] == {"diazepam": {"morning": "1", "bedtime": "6"}}


def test_to_stay_has_no_end_and_new_products_are_left_to_be_set() -> None:
    schedule = build_schedule(Plan.from_document(LIFE))
    now = planned_on(schedule, date(2027, 2, 9))[1]
    stays = Plan.from_document(stay(schedule, date(2027, 2, 10), now, 80))
    ends = build_schedule(stays).ends
    assert ends
    assert (ends.how, ends.on) == ("maintained", date(2027, 5, 1))
    document = new_products(schedule, date(2027, 2, 10), now)
    assert "products" not in document
    assert document["phases"][0] == {"kind": "hold", "days": 5}


def test_what_is_not_set_yet_is_left_to_be_set() -> None:
    schedule = build_schedule(Plan.from_document(LIFE))
    first = Plan.from_document(LIFE).start
    now = planned_on(schedule, first)[1]
    phases = stay(schedule, first, now, None)["phases"]
    assert phases == [{"kind": "hold"}, {"kind": "maintain"}]
    # Before the first step has begun all of the plan is still to come.
    assert remaining(schedule, 0) == LIFE["phases"]


def test_a_new_pace_of_a_plan_that_reduces_nothing_more_changes_nothing() -> None:
    phases = [{"kind": "hold", "days": 7}, {"kind": "hold", "days": 9}, {"kind": "maintain"}]
    schedule = build_schedule(Plan.from_document(LIFE | {"phases": phases}))
    on = schedule.steps[1].start
    document = new_pace(schedule, on, planned_on(schedule, on)[1])
    assert document["phases"] == phases[1:]


def test_before_the_first_version_there_is_no_day_and_nothing_left_over() -> None:
    record = Record.begin(Plan.from_document(LIFE), AT)
    with pytest.raises(ValueError, match=r"^the record begins on 2027-01-04, got 2027-01-03$"):
        day(record, date(2027, 1, 3))
    assert left_over(record, date(2027, 1, 4)) == ()
    stopped = record.with_version(Version(date(2027, 1, 11), AT, None, why="moved away"))
    assert left_over(stopped, date(2027, 1, 11))
    assert left_over(stopped, date(2027, 1, 12)) == ()


def test_a_percentage_of_a_start_that_nothing_shows_is_left_blank() -> None:
    """All steps before the cut were changed by hand: none says the dose at the phase's start."""
    plan = LIFE | {
        "phases": [EXACT["percent of start"], {"kind": "maintain"}],
        "edits": [{"step": 1, "doses_mg": {"diazepam": {"morning": "3"}}}],
    }
    schedule = build_schedule(Plan.from_document(plan))
    assert remaining(schedule, 1)[0]["by"] == {}


def test_edits_of_steps_to_come_move_with_them() -> None:
    """Step 5 of the plan is step 3 of one that holds first and goes on with step 4 as its 2nd."""
    plan = LIFE | {"edits": [{"step": 2, "days": 10}, {"step": 5, "days": 21}]}
    schedule = build_schedule(Plan.from_document(plan))
    on = schedule.steps[3].start
    document = hold(schedule, on, planned_on(schedule, on - DAY)[1], 7)
    assert document["edits"] == [{"step": 3, "days": 21}]


def test_a_percentage_of_the_start_that_no_text_can_write_is_left_blank() -> None:
    phase = EXACT["percent of start"] | {"by": {"percent_of_start": "0.0001"}, "steps": 9}
    del phase["until_mg"]
    plan = LIFE | {"phases": [phase, {"kind": "maintain"}]}
    plan["regimen"] = [{"drug": "diazepam", "doses_mg": {"morning": "0.1", "bedtime": "6"}}]
    schedule = build_schedule(Plan.from_document(plan))
    assert remaining(schedule, 1)[0]["by"] == {}


@given(strategies.schedules, st.data())
def test_history_stays_and_every_day_has_one_plan(schedule: Schedule, data: st.DataObject) -> None:
    """Whatever is decided at whatever day: days before keep their doses, each day has one."""
    plan = schedule.plan
    last = (schedule.steps[-1].end - plan.start).days
    on = plan.start + data.draw(st.integers(1, max(1, min(last, 700)))) * DAY
    now = planned_on(schedule, on - DAY)[1]
    record = Record.begin(plan, AT)
    told = [{"from": plan.start.isoformat(), "to": (on - DAY).isoformat(), "took": "planned"}]
    record = record.with_visit(visit(on.isoformat(), *told))
    before = list(days(record, on - DAY))
    step = data.draw(st.integers(1, len(schedule.steps)))
    document = data.draw(
        st.sampled_from(
            [
                hold(schedule, on, now, 7),
                stay(schedule, on, now, 30),
                earlier(schedule, on, now, step, 7),
            ]
        )
    )
    try:
        made = version(document, "tried")
        grown = record.with_version(made)
    except (InvalidPlan, InvalidRecord):
        return
    assert list(days(grown, on - DAY)) == before
    assert all(one.taken == one.planned for one in before)
    truth = recount(document, on + 30 * DAY)
    for one in list(days(grown, on + 30 * DAY))[len(before) :]:
        assert one.version == 2
        assert said(one.planned) == truth[one.on.isoformat()]
        assert one.taken is None


@pytest.mark.parametrize(
    ("on_hand", "said"),
    [
        ([{"product": 1, "count": "5"}], "on_hand[0].product: must be the place of a product, 0"),
        ([{"product": 0, "count": "0"}], "on_hand[0].count: must be over 0"),
        ([{"product": 0, "count": "5"}] * 2, "on_hand[1].product: must not be the same as"),
        ([{"product": 0}], "on_hand[0].count: is needed"),
        ({}, "on_hand: must be a list"),
    ],
)
def test_what_is_on_hand_is_of_a_product(on_hand: object, said: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        Plan.from_document(LIFE | {"on_hand": on_hand})
    assert said in str(refused.value)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.data())
def test_many_visits_tell_each_day_once(gaps: list[int], data: st.DataObject) -> None:
    """Whatever visits say in turn, a day is told once, and what was told never changes."""
    record = Record.begin(Plan.from_document(LIFE), AT)
    told: dict[date, object] = {}
    on, first = date(2027, 1, 4), date(2027, 1, 4)
    for gap in gaps:
        on += gap * DAY
        last = on - data.draw(st.integers(0, 1)) * DAY
        if last < first:
            continue
        took = data.draw(st.sampled_from(["planned", "nothing", "unknown"]))
        period = {"from": first.isoformat(), "to": last.isoformat(), "took": took}
        record = record.with_visit(visit(on.isoformat(), period))
        while first <= last:
            told[first] = {"planned": day(record, first).planned, "nothing": {}, "unknown": None}[
                took
            ]
            first += DAY
        if data.draw(st.booleans()):
            now = in_mg({"diazepam": {"bedtime": "5"}})
            schedule = build_schedule(record.last_plan) if record.last_plan else None
            assert schedule
            try:
                record = record.with_version(version(hold(schedule, first, now, 7), "tried"))
            except (InvalidPlan, InvalidRecord):
                continue
    for one in days(record, first + 10 * DAY):
        assert one.taken == told.get(one.on)
    assert Record.from_json(record.to_json()) == record
