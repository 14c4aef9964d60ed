"""Inputs that went wrong in other tools, by their ids, where no other test has them."""

import ast
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sheet_plans import plan, reduce, tablet, typed
from taper import Plan, Schedule, build_schedule
from taper.document import InvalidDocument

STOP = {"kind": "stop", "drug": "d"}
SOURCE = Path(__file__).parents[1] / "src" / "taper"
SYRINGE = {"drug": "d", "form": "oral liquid", "mg_per_ml": "1", "measurable_ml": "0.1"}


def scheduled(mg: str, *phases: dict[str, Any], **more: Any) -> Schedule:
    return build_schedule(Plan.from_document(plan({"d": {"bedtime": mg}}, *phases, **more)))


def totals(schedule: Schedule) -> list[Fraction]:
    return [part.total for step in schedule.steps for part in step.drugs]


def told(schedule: Schedule, code: str) -> str:
    (finding,) = (finding for finding in schedule.findings if finding.code == code)
    return finding.text.replace("\u00a0", " ")


def test_b35_a_cut_that_does_not_divide_the_dose_ends_with_what_is_left() -> None:
    """25 mg by 10: 15, 5, then none; nothing below 0 and no step left out."""
    schedule = scheduled("25", reduce("d", "10"))
    assert totals(schedule) == [15, 5]
    assert schedule.ends
    assert schedule.ends.on == schedule.steps[-1].end + timedelta(days=1)


def test_b45_alternate_days_go_on_over_a_month_of_31_days() -> None:
    """Real dates: 31 January and 1 February are both odd, and still have different doses."""
    pair = typed((1, {"d": {"bedtime": "10"}}), (1, {"d": {"bedtime": "5"}}), repeat=20)
    schedule = scheduled("10", pair, STOP, start="2027-01-01")
    by_day = {step.start: step.drugs[0].total for step in schedule.steps}
    assert [by_day[date(2027, 1, 31)], by_day[date(2027, 2, 1)]] == [10, 5]
    assert len(by_day) == 40


def test_b46_a_plan_from_a_dose_never_planned_is_a_plan_of_its_own() -> None:
    first = scheduled("10", reduce("d", "1"))
    again = scheduled("8.25", reduce("d", "1"), replaces=first.plan.fingerprint)
    assert Fraction("8.25") not in totals(first)
    assert again.plan.replaces == first.plan.fingerprint != again.plan.fingerprint


def test_b49_no_product_is_told() -> None:
    said = told(scheduled("10", reduce("d", "1")), "dose.no-products")
    assert said == "d has no products: nothing says what its doses are made of."


def test_b53_a_dose_below_what_a_syringe_measures() -> None:
    typed_one = scheduled("0.05", {"kind": "hold", "days": 7}, STOP, products=[SYRINGE])
    assert "cannot make 0.05 mg (below it 0 mg, above it 0.1 mg)" in told(
        typed_one, "dose.not-makeable"
    )
    worked_out = scheduled("1", reduce("d", "0.25", until_mg="0.5"), STOP, products=[SYRINGE])
    assert totals(worked_out) == [Fraction("0.7"), Fraction("0.5")]
    assert worked_out.steps[0].drugs[0].ideal == Fraction("0.75")


def test_b54_forty_tablets_at_once_are_told() -> None:
    many = scheduled("40", {"kind": "hold", "days": 7}, STOP, products=[tablet("d", "1", 1)])
    assert told(many, "dose.many-items") == "d: up to 40 tablets or measures at one time."


def test_b55_a_dose_between_two_tablets_is_never_rounded_in_silence() -> None:
    whole = [tablet("d", "10", 1)]
    rounded = scheduled("10", reduce("d", "2.5", until_mg="7.5"), STOP, products=whole)
    assert totals(rounded) == [10]
    assert "up to 2.5 mg from the ideal" in told(rounded, "dose.far-from-ideal")
    kept = scheduled("10", typed((7, {"d": {"bedtime": "7.5"}})), STOP, products=whole)
    assert totals(kept) == [Fraction("7.5")]
    assert "cannot make 7.5 mg (below it 0 mg, above it 10 mg)" in told(kept, "dose.not-makeable")


def test_b65_rows_written_into_a_plan_by_hand_are_refused() -> None:
    """A plan holds what was said; its steps are worked out and never read."""
    document = plan({"d": {"bedtime": "10"}}, STOP) | {"steps": [{"number": 1}]}
    with pytest.raises(InvalidDocument, match="steps: unknown key"):
        Plan.from_document(document)


def test_b74_the_clock_changes_no_schedule() -> None:
    """Nothing under the pages reads a clock; the day of a print is always handed in."""
    reads = {"now", "today", "time", "monotonic", "localtime", "utcnow"}
    for path in SOURCE.rglob("*.py"):
        top = path.relative_to(SOURCE).parts[0]
        if top == "ui":
            continue
        waits = {"monotonic"} if top == "drafts" else set()  # for a database that does not answer
        calls = (
            node.func
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        )
        named = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert not named & (reads - waits), path
