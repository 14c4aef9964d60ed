"""Published tapers come out row for row, and each case says what its source does not."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.runner import row_of
from taper import Plan, build_schedule

FOLDER = Path(__file__).parent / "cases" / "published"
CASES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
}
UNSOURCED = {"format", "label", "notes", "phases"}  # no setting of the taper
NAMES = {"kind", "drug", "from", "to"}  # what a phase is and is about


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One published taper."""
    return CASES[request.param]


def schedule_of(case: dict[str, Any]) -> dict[str, Any]:
    """Return the schedule document that the case's plan makes."""
    document: dict[str, Any] = build_schedule(
        Plan.from_json(json.dumps(case["plan"]))
    ).to_document()
    return document


def settings(plan: dict[str, Any]) -> set[str]:
    """Return the name of everything that the plan sets."""
    names = set(plan) - UNSOURCED
    for phase in plan["phases"]:
        if phase["kind"] in {"stop", "maintain"}:
            names.add(phase["kind"])
        names |= {f"{phase['kind']}.{key}" for key in set(phase) - NAMES}
    return names


def test_the_cases_are_found() -> None:
    """An empty folder would pass every test below."""
    assert len(CASES) >= 18


def test_row_for_row(case: dict[str, Any]) -> None:
    """Each step has the start, the length and the dispensed doses of the source's row."""
    steps = [row_of(step) for step in schedule_of(case)["steps"]]
    assert [
        {key: step[key] for key in row} for row, step in zip(case["rows"], steps, strict=True)
    ] == case["rows"]


def test_end(case: dict[str, Any]) -> None:
    """The plan ends as the source says, on the day after the last row."""
    ends = schedule_of(case)["ends"]
    shown = {"how": ends["how"], "on": ends["on"]}
    if ends["how"] == "maintained":
        shown["doses_mg"] = row_of(ends)["doses_mg"]
    assert shown == case["ends"]


def test_every_day_once(case: dict[str, Any]) -> None:
    """Steps follow one another without gap or overlap, up to the day on which the plan ends."""
    schedule = schedule_of(case)
    day = date.fromisoformat(case["plan"]["start"])
    for number, step in enumerate(schedule["steps"], start=1):
        assert (step["number"], step["start"]) == (number, day.isoformat())
        day += timedelta(days=step["days"])
        assert step["end"] == (day - timedelta(days=1)).isoformat()
    assert schedule["ends"]["on"] == day.isoformat()


@pytest.mark.parametrize("name", sorted(name for name in CASES if "supply" in CASES[name]))
def test_supply(name: str) -> None:
    """Where the source counts the tablets, the supply is that count."""
    assert schedule_of(CASES[name])["supply"] == CASES[name]["supply"]


def test_source_is_named(case: dict[str, Any]) -> None:
    """Each case has a title, a source and its address."""
    assert all(case[key].strip() for key in ("title", "source"))
    assert case["url"].startswith(("https://", "http://"))
    assert isinstance(case.get("year", 2000), int)


def test_nothing_is_filled_in_silently(case: dict[str, Any]) -> None:
    """Each setting, and the rows, are what the source says or are named as chosen here."""
    says, chosen = case["read"]["source_says"], case["read"]["we_chose"]
    assert set(says) | set(chosen) == settings(case["plan"]) | {"rows"}
    assert "start" in chosen
    assert all(text.strip() for text in (*says.values(), *chosen.values()))
