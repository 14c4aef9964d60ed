"""The calendar file: what a calendar program shows, and what a second import changes."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from read_back import calendar_days, events, reminder_days
from sheet_plans import ON, PLANS, made
from taper import Plan, build_schedule
from taper.confirmation import confirm
from taper.exchange import calendar_file
from taper.schedule import sketch

AT = datetime(2026, 12, 1, 14, 3, tzinfo=UTC)
LAST = date(2027, 12, 31)


def shown(data: bytes) -> list[tuple[str, str]]:
    return [(str(event.decoded("dtstart")), str(event["summary"])) for event in events(data)]


def file(name: str, **more: Any) -> bytes:
    return calendar_file(made(name), identity="draft 1", on=ON, **more)


def test_changes_the_end_and_visits_are_whole_days() -> None:
    found = shown(file("one drug"))
    assert found[:2] == [
        ("2026-12-07", "DRAFT: From today: diazepam 3.4 mg a day"),
        ("2026-12-14", "DRAFT: From today: diazepam 2.8 mg a day"),
    ]
    assert found[-3:] == [
        ("2027-01-18", "DRAFT: From Monday 18 January 2027: no more doses."),
        ("2026-12-21", "DRAFT: Visit: clinic"),
        ("2027-02-01", "DRAFT: Visit: phone"),
    ]
    for event in events(file("one drug")):
        assert (event.decoded("dtend") - event.decoded("dtstart")).days == 1
        assert event["transp"] == "TRANSPARENT"


def test_half_tablets_are_written_as_halves() -> None:
    first = str(events(file("one drug"))[0]["description"])
    assert "diazepam bedtime: 3.4 mg (1½ tablets of 2 mg and 1 mL of 0.4 mg in 1 mL)" in first


def test_a_drug_that_ends_is_said_on_its_day() -> None:
    found = shown(file("a drug ends, another stays"))
    assert ("2026-12-14", "DRAFT: From today: no diazepam") in found


def test_reminders_are_at_the_times_given_and_no_other() -> None:
    data = file("four times, two drugs", reminders={"morning": time(8), "bedtime": time(22, 30)})
    moments = reminder_days(data, LAST)
    assert {clock for _, clock in moments} == {time(8), time(22, 30)}
    assert moments[date(2026, 12, 21), time(8)] == [
        "oxycodone 12.5 mg (½ tablet of 5 mg and 1 modified-release tablet of 10 mg)",
        "pregabalin 75 mg (3 capsules of 25 mg)",
    ]
    # What goes on is reminded of up to the review, no further.
    assert (date(2027, 12, 1), time(8)) in moments
    assert (date(2027, 12, 2), time(8)) not in moments
    assert b"BEGIN:VALARM" in data
    assert b"BEGIN:VALARM" not in file("four times, two drugs")
    with pytest.raises(ValueError, match="no time of day 'teatime'"):
        file("one drug", reminders={"teatime": time(16)})


@pytest.mark.parametrize(("review", "last"), [("2026-12-14", 14), ("2026-12-13", 31)])
def test_a_review_before_the_last_step_ends_no_reminder(review: str, last: int) -> None:
    phases = [{"kind": "hold", "days": 7}, {"kind": "maintain", "review_on": review}]
    schedule = build_schedule(Plan.from_document(PLANS["one drug"] | {"phases": phases}))
    data = calendar_file(schedule, identity="a", on=ON, reminders={"bedtime": time(22)})
    days = [day for day, _ in reminder_days(data, date(2026, 12, 31))]
    assert sorted(days) == [date(2026, 12, day) for day in range(7, last + 1)]


def test_at_a_time_without_a_dose_nothing_is_reminded_of() -> None:
    assert reminder_days(file("one drug", reminders={"morning": time(8)}), LAST) == {}


def test_of_an_unfinished_plan_no_end_is_said() -> None:
    schedule = sketch(PLANS["one drug"] | {"phases": [{"kind": "hold", "days": 7}]}).schedule
    assert schedule
    found = shown(calendar_file(schedule, identity="a", on=ON))
    assert [said for _, said in found if "Visit" not in said] == [
        "DRAFT: From today: diazepam 4 mg a day"
    ]


def test_nothing_is_bound_to_a_time_zone() -> None:
    data = file("one drug", reminders={"bedtime": time(22)})
    assert b"TZID" not in data
    assert b"DTSTART:20261207T220000\r\n" in data


def test_a_second_file_of_a_changed_plan_replaces_the_entries_of_the_first() -> None:
    later = build_schedule(Plan.from_document(PLANS["one drug"] | {"start": "2026-12-14"}))
    again = calendar_file(later, identity="draft 1", on=date(2026, 12, 2), revision=1)
    before, after = (
        {str(event["uid"]): event for event in events(data)} for data in (file("one drug"), again)
    )
    assert before.keys() == after.keys()
    assert len(after) == 9
    assert {event["sequence"] for event in after.values()} == {1}
    other = calendar_file(later, identity="draft 2", on=date(2026, 12, 2))
    assert not after.keys() & {str(event["uid"]) for event in events(other)}


def test_the_same_arguments_give_the_same_bytes() -> None:
    clock = {"morning": time(8)}
    assert file("hostile", reminders=clock) == file("hostile", reminders=clock)
    assert b"DTSTAMP:20261201T000000Z" in file("hostile")


def test_it_is_a_draft_until_confirmed_and_always_says_who_supervises() -> None:
    confirmed = confirm(made("one drug"), "A. Clinician", "GP", AT)
    for draft, data in (
        (True, file("one drug")), (False, file("one drug", confirmed=confirmed))
    ):  # fmt: skip
        for event in events(data):
            said = str(event["description"])
            assert "A clinician has to supervise this taper." in said
            assert "Prepared on 1 December 2026; replaces every entry" in said
            assert str(event["summary"]).startswith("DRAFT: ") == draft
            assert ("DRAFT" in said) == draft
            assert event["status"] == ("TENTATIVE" if draft else "CONFIRMED")


def test_neither_label_nor_identity_stands_in_it() -> None:
    for name in ("one drug", "hostile"):
        assert made(name).plan.label
        text = " ".join(str(event["description"]) for event in events(file(name)))
        assert str(made(name).plan.label) not in text
        assert "draft 1" not in text


@pytest.mark.parametrize("name", PLANS)
def test_names_of_every_kind_come_back_as_typed(name: str) -> None:
    schedule = made(name)
    found = calendar_days(file(name), schedule.steps[-1].end)
    for step in schedule.steps:
        doses = [f"{part.drug} {dose.time}: " for part in step.drugs for dose in part.doses]
        lines = found[step.start]
        assert len(lines) == len(doses)
        assert all(line.startswith(said) for line, said in zip(lines, doses, strict=True))
