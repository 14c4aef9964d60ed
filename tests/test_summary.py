"""What is told of a visit and of a record in words."""

from datetime import date

from taper.record import read_visit
from taper.summary import story, told, visit_text
from test_record import VISIT, begun, full

AS_PLANNED = {"taken": [{"from": "2027-01-04", "to": "2027-01-31", "took": "planned"}]}


def test_a_visit_is_told_line_by_line() -> None:
    assert visit_text(full(), 1).replace("\u00a0", " ").splitlines() == [
        "Visit 1, 1 February 2027",
        "A clinician has to supervise this taper.",
        "By the plan, version 2: diazepam 5 mg a day",  # 2 + 4 mg less the 1 mg of the first step
        "Taken 4 Jan – 24 Jan 2027: as planned",
        "Taken 25 Jan – 26 Jan 2027: nothing",
        "Taken 27 Jan 2027: diazepam 6 mg bedtime",
        "Taken 28 Jan – 31 Jan 2027: not known",
        "trembling hands: 4 of 10 (moderate)",
        "own words: 0 of 10 (own words)",
        "sleep score: 12.5",
        "Blood pressure: 130/80 mmHg",
        "Pulse: 72 a minute",
        "Goes on: hold",
        "Note: Came with a friend.",
        "Slept badly.",
        "Written down by: A. Clinician",
    ]


def test_a_bare_visit_says_what_was_not_told() -> None:
    bare = {"on": "2027-02-01", "recorded": VISIT["recorded"]}
    assert visit_text(begun().with_visit(read_visit(bare)), 1).endswith("\nTaken: not told\n")


def test_the_most_urgent_symptom_comes_first() -> None:
    symptoms = [{"symptom": name, "level": 3} for name in ("own", "tremor", "seizure")]
    record = begun().with_visit(read_visit(VISIT | {"symptoms": symptoms}))
    grades = [line for line in visit_text(record, 1).splitlines() if " of 10 " in line]
    assert [line.rpartition("(")[2] for line in grades] == ["emergency)", "moderate)", "own words)"]


def test_what_the_last_visit_told_of_the_doses() -> None:
    nobody = told(begun())
    assert (nobody.until, nobody.doses, nobody.gap) == (None, None, False)
    unknown = told(full())
    assert (unknown.until, unknown.doses, unknown.gap) == (date(2027, 1, 31), None, True)
    only = begun().with_visit(
        read_visit(VISIT | {"taken": [AS_PLANNED["taken"][0] | {"took": "unknown"}]})
    )
    assert told(only).gap
    later = {"from": "2027-02-01", "to": "2027-02-14", "took": "planned"}
    again = (
        begun()
        .with_visit(read_visit(VISIT))
        .with_visit(read_visit(VISIT | {"on": "2027-02-15", "taken": [later]}))
    )
    assert (told(again).until, told(again).gap) == (date(2027, 2, 14), False)
    known = told(begun().with_visit(read_visit(VISIT | AS_PLANNED)))
    assert not known.gap
    assert known.words.replace("\u00a0", " ") == (
        "On 31 Jan 2027 was taken: diazepam 4 mg bedtime."  # after two steps of 1 mg
    )


def test_the_story_is_in_the_order_of_days() -> None:
    lines = [line.replace("\u00a0", " ") for line in story(full())]
    assert lines == [
        "4 Jan 2027: version 1 begins with diazepam 5 mg a day for 14 days.",
        "1 Feb 2027: version 2 (tremor) begins with diazepam 5 mg a day for 14 days.",
        "1 Feb 2027: visit: trembling hands 4 of 10 and own words 0 of 10; hold.",
        "1 Mar 2027: version 3 (moved away), the taper was stopped.",
    ]


def test_the_day_before_a_visit_is_told_where_it_is_known() -> None:
    visit = read_visit(VISIT | AS_PLANNED | {"symptoms": [], "goes_on": "as planned"})
    said = story(begun().with_visit(visit))[-1].replace("\u00a0", " ")
    assert said == (
        "1 Feb 2027: visit, diazepam 4 mg a day taken the day before: no symptom told; as planned."
    )


def test_a_visit_before_the_plan_begins_is_told_without_one() -> None:
    visit = {"on": "2027-01-02", "recorded": VISIT["recorded"]}
    lines = visit_text(begun().with_visit(read_visit(visit)), 1).splitlines()
    assert lines[2:] == ["Taken: not told"]
