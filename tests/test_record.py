"""A record only grows; what it holds comes back the same or is refused with the place."""

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from taper import Plan, build_schedule
from taper.confirmation import confirm
from taper.record import InvalidRecord, Record, Version, read_visit

AT = datetime(2027, 1, 4, 14, 3, tzinfo=UTC)
PLAN: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "2", "bedtime": "4"}}],
    "phases": [
        {
            "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1"}, "every_days": 14,
            "until_mg": "0", "taking_from": ["morning", "bedtime"],
        },
    ],
}  # fmt: skip
VISIT: dict[str, Any] = {
    "on": "2027-02-01",
    "recorded": "2027-02-01T10:00:00+01:00",
    "by": {"name": "A. Clinician"},
    "taken": [
        {"from": "2027-01-04", "to": "2027-01-24", "took": "planned"},
        {"from": "2027-01-25", "to": "2027-01-26", "took": "nothing"},
        {"from": "2027-01-27", "to": "2027-01-27", "doses_mg": {"diazepam": {"bedtime": "6"}}},
        {"from": "2027-01-28", "to": "2027-01-31", "took": "unknown"},
    ],
    "symptoms": [{"symptom": "tremor", "level": 4}, {"symptom": "own words", "level": 0}],
    "scales": [{"name": "sleep score", "total": "12.5"}],
    "blood_pressure": {"systolic": 130, "diastolic": 80},
    "pulse": 72,
    "goes_on": "hold",
    "note": "Came with a friend.\nSlept badly.",
}


def plan(**changed: Any) -> Plan:
    return Plan.from_document(PLAN | changed)


def begun() -> Record:
    return Record.begin(plan(), AT)


def next_version(record: Record, start: str, **changed: Any) -> Version:
    last = next(v.plan for v in reversed(record.versions) if v.plan)
    made = plan(start=start, replaces=last.fingerprint, **changed)
    return Version(made.start, AT, made, why="tremor")


def full() -> Record:
    record = begun().with_confirmation(confirm(build_schedule(plan()), "A", "nurse", AT))
    record = record.with_visit(read_visit(VISIT))
    record = record.with_version(next_version(record, "2027-02-01"))
    return record.with_version(Version(date(2027, 3, 1), AT, None, why="moved away"))


def test_a_record_comes_back_the_same() -> None:
    record = full()
    again = Record.from_json(record.to_json())
    assert again == record
    assert again.to_json() == record.to_json()
    assert record.to_document()["visits"] == [VISIT]


def test_it_only_grows() -> None:
    """Each addition leaves all that was said before as it stood."""
    before = begun()
    for grown in (
        before.with_visit(read_visit(VISIT)),
        before.with_version(next_version(before, "2027-02-01")),
        before.with_confirmation(confirm(build_schedule(plan()), "A", "nurse", AT)),
    ):
        for key, entries in before.to_document().items():
            assert grown.to_document()[key][: len(entries)] == entries
        assert grown != before


def test_the_version_that_holds_is_the_last_that_started() -> None:
    record = full()
    days = {"2027-01-03": None, "2027-01-31": 1, "2027-02-01": 2, "2027-02-28": 2, "2027-03-01": 3}
    assert {day: record.version_on(date.fromisoformat(day)) for day in days} == days


def test_days_that_are_told_are_never_planned_anew() -> None:
    record = begun().with_visit(read_visit(VISIT))
    with pytest.raises(InvalidRecord, match=r"versions\[1\].from: must be after 2027-01-31"):
        record.with_version(next_version(record, "2027-01-31"))


def test_visits_come_in_their_order() -> None:
    record = begun().with_visit(read_visit(VISIT))
    bare = {"on": "2027-01-31", "recorded": VISIT["recorded"]}
    with pytest.raises(InvalidRecord, match=r"visits\[1\].on: must not be before the visit before"):
        record.with_visit(read_visit(bare))


def test_a_visit_alone_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidRecord, match=r"^pulse: must be 20 to 350, got 400$"):
        read_visit(VISIT | {"pulse": 400})


def test_a_plan_is_found_with_the_version_that_it_replaces() -> None:
    record = begun()
    record = record.with_version(next_version(record, "2027-02-01"))
    assert record.last_plan
    assert record.replaced_by(record.last_plan) == record.versions[0]
    assert record.replaced_by(plan()) is None
    assert full().replaced_by(record.last_plan) is None  # stopped since
    resumed = full().with_version(next_version(full(), "2027-04-01"))
    assert resumed.last_plan
    assert resumed.replaced_by(resumed.last_plan) == resumed.versions[1]


def test_a_version_has_its_own_confirmations() -> None:
    record = begun().with_confirmation(confirm(build_schedule(plan()), "A", "nurse", AT))
    record = record.with_version(next_version(record, "2027-02-01"))
    assert record.last_plan
    second = confirm(build_schedule(record.last_plan), "B", "nurse", AT)
    record = record.with_confirmation(second)
    assert [said.name for said in record.confirmed(1)] == ["A"]
    assert [said.name for said in record.confirmed(2)] == ["B"]


def test_a_confirmation_is_of_the_last_version() -> None:
    other = confirm(build_schedule(plan(label="other")), "A", "nurse", AT)
    with pytest.raises(InvalidRecord, match="must be that of version 1"):
        begun().with_confirmation(other)


def test_after_a_stop_only_a_plan_goes_on() -> None:
    stopped = full()
    with pytest.raises(InvalidRecord, match="stopped already"):
        stopped.with_version(Version(date(2027, 3, 2), AT, None))
    again = stopped.with_version(next_version(stopped, "2027-04-01"))
    assert again.version_on(date(2027, 4, 1)) == 4


def changed(place: str, value: Any) -> dict[str, Any]:
    document = deepcopy(full().to_document())
    at: Any = document
    *path, last = [int(key) if key.isdigit() else key for key in place.split(".")]
    for key in path:
        at = at[key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("format", "taper-record/2", "format: must be taper-record/1, got 'taper-record/2'"),
        ("extra", 1, "extra: unknown key"),
        ("versions", [], "versions: at least one is needed"),
        ("versions", {}, "versions: must be a list"),
        ("versions", [{}] * 201, "versions: must be at most 200, got 201"),
        ("versions.0.plan", None, "versions[0].plan: is needed"),
        ("versions.0.plan.start", "2027-01-05", "versions[0].plan.start: must be the day"),
        ("versions.0.plan.regimen.0.drug", "", "versions[0].plan.regimen[0].drug: a name"),
        ("versions.0.plan.phases.0.until_mg", "7", "versions[0].plan.phases[0].until_mg: must be"),
        ("versions.0.made", "yesterday", "versions[0].made: must be a time such as"),
        ("versions.0.made", "2027-13-04T14:03:00+00:00", "versions[0].made: must be a time"),
        ("versions.1.plan.replaces", "0" * 64, "versions[1].plan.replaces: must be the plan's"),
        ("versions.2.from", "2027-01-20", "versions[2].from: must not be before"),
        ("confirmations.0.version", 9, "confirmations[0].version: must be 1 to 3, got 9"),
        ("confirmations.0.name", None, "confirmations[0].name: is needed"),
        ("visits.0.on", "2027-01-30", "visits[0].taken[3].to: must not be after the visit"),
        ("visits.0.on", "1 Feb", "visits[0].on: must be a date"),
        ("visits.0.taken.0.from", "2027-01-03", "visits[0].taken[0].from: must be 2027-01-04"),
        ("visits.0.taken.1.from", "2027-01-20", "visits[0].taken[1].from: must be 2027-01-25"),
        ("visits.0.taken.1.to", "2027-01-24", "visits[0].taken[1].to: must not be before"),
        ("visits.0.taken.1.took", None, "visits[0].taken[1]: must say took or doses_mg"),
        ("visits.0.taken.1.took", "some", "visits[0].taken[1].took: must be planned"),
        ("visits.0.taken.2.doses_mg", {"x": {}}, "visits[0].taken[2].doses_mg.x: must be a drug"),
        (
            "visits.0.taken.2.doses_mg.diazepam",
            {"tea": "1"},
            "visits[0].taken[2].doses_mg.diazepam.tea: must be a time",
        ),
        (
            "visits.0.taken.2.doses_mg.diazepam.bedtime",
            "2,5",
            "visits[0].taken[2].doses_mg.diazepam.bedtime: ",
        ),
        ("visits.0.symptoms.0.level", 11, "visits[0].symptoms[0].level: must be 0 to 10, got 11"),
        ("visits.0.symptoms.1.symptom", "tremor", "visits[0].symptoms[1].symptom: must stand"),
        ("visits.0.scales.0.total", 12.5, "visits[0].scales[0].total: must be text in quotes"),
        ("visits.0.pulse", 400, "visits[0].pulse: must be 20 to 350, got 400"),
        ("visits.0.goes_on", "faster", "visits[0].goes_on: must be as planned"),
        ("visits.0.other", 1, "visits[0].other: unknown key"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(place: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        Record.from_document(changed(place, value))
    assert any(str(fault).startswith(said) for fault in refused.value.faults), str(refused.value)


@pytest.mark.parametrize("document", [None, [], "text", 1, {}])
def test_what_is_no_record_is_refused(document: object) -> None:
    with pytest.raises(InvalidRecord):
        Record.from_document(document)
