"""Plans on which other tools fail: worked out by hand, and met to the last character."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cases.runner import row_of
from taper import Plan, build_schedule

FOLDER = Path(__file__).parent / "cases" / "peers"
CASES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
}
MADE = sorted(name for name in CASES if "rows" in CASES[name]["expect"])
REFUSED = sorted(name for name in CASES if "errors" in CASES[name]["expect"])


def schedule_of(name: str) -> dict[str, Any]:
    """Return the schedule document that the case's plan makes."""
    text = json.dumps(CASES[name]["plan"])
    document: dict[str, Any] = build_schedule(Plan.from_json(text)).to_document()
    return document


@pytest.fixture
def _place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the machine into another time zone."""
    with monkeypatch.context() as there:
        there.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def test_the_cases_are_found() -> None:
    """An empty folder would pass every test below."""
    assert (len(MADE), len(REFUSED)) >= (33, 2)
    assert set(CASES) == {*MADE, *REFUSED}


@pytest.mark.parametrize("name", sorted(CASES))
def test_case_explains_itself(name: str) -> None:
    """Each case names another tool's failure and shows how its expectation was worked out."""
    assert all(CASES[name][key].strip() for key in ("title", "failure", "working"))


@pytest.mark.parametrize("name", MADE)
def test_steps(name: str) -> None:
    """Each step has the dates, doses and tablets worked out, and there is no other step."""
    rows = CASES[name]["expect"]["rows"]
    steps = [row_of(step) for step in schedule_of(name)["steps"]]
    assert [[row["start"], row["days"]] for row in steps] == [
        [row["start"], row["days"]] for row in rows
    ]
    assert [{key: step[key] for key in row} for row, step in zip(rows, steps, strict=True)] == rows


@pytest.mark.parametrize("name", MADE)
def test_end(name: str) -> None:
    """A plan is stopped only where every dose is at 0; otherwise it says which doses go on."""
    ends = schedule_of(name)["ends"]
    shown = {"how": ends["how"], "on": ends["on"]}
    if ends["how"] == "maintained":
        shown["doses_mg"] = row_of(ends)["doses_mg"]
    assert shown == CASES[name]["expect"]["ends"]


@pytest.mark.parametrize("name", MADE)
def test_supply(name: str) -> None:
    """Tablets and mL are added up over the days of each period."""
    assert schedule_of(name)["supply"] == CASES[name]["expect"]["supply"]


@pytest.mark.parametrize("name", [name for name in MADE if "findings" in CASES[name]["expect"]])
def test_findings(name: str) -> None:
    """What must not pass in silence is a finding."""
    found = schedule_of(name)["findings"]
    for wanted in CASES[name]["expect"]["findings"]:
        assert any(wanted.items() <= finding.items() for finding in found), wanted


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """A plan that can't be followed is refused with its place, all places at once."""
    with pytest.raises(ValueError, match=r"phases|products") as refusal:
        schedule_of(name)
    for place in CASES[name]["expect"]["errors"]:
        assert place in str(refusal.value)


@pytest.mark.parametrize(
    "_place", ["EAST-14", "WEST10", "NZST-12NZDT,M9.5.0,M4.1.0/3"], indirect=True
)
@pytest.mark.usefixtures("_place")
def test_same_dates_in_every_place() -> None:
    """A date is a day of the calendar, wherever the plan is made."""
    starts = {name: [step["start"] for step in schedule_of(name)["steps"]] for name in MADE}
    assert starts == {
        name: [row["start"] for row in CASES[name]["expect"]["rows"]] for name in MADE
    }
