"""What stands out: each rule seen firing and seen silent, and the pace recounted day by day."""

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies import schedules
from taper import Plan, Schedule, build_schedule
from taper.pace import changes, windows
from taper.phases import Set
from taper.steps import course

TABLETS: list[dict[str, Any]] = [
    {"drug": "d", "form": "tablet", "strength_mg": "5", "pieces": 2},
]


def made(*phases: dict[str, Any], **more: Any) -> Schedule:
    """Make the schedule of 10 mg of d at bedtime."""
    document = {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "regimen": [{"drug": "d", "doses_mg": {"bedtime": "10"}}],
        "products": TABLETS,
        "rounding": "nearest",
        "phases": list(phases),
        **more,
    }
    return build_schedule(Plan.from_document(document))


def codes(schedule: Schedule) -> list[str]:
    return [finding.code for finding in schedule.findings]


def typed(*doses: str, days: int = 14) -> dict[str, Any]:
    """Make a phase of typed steps."""
    steps = [{"days": days, "doses_mg": {"d": {"bedtime": dose}}} for dose in doses]
    return {"kind": "set", "steps": steps}


STOP = {"kind": "stop", "drug": "d"}


class TestRules:
    def test_a_dose_that_the_products_cannot_make(self) -> None:
        found = made(typed("9", "7.5"), STOP).findings
        assert [(f.code, f.severity, f.steps) for f in found] == [
            ("dose.not-makeable", "serious", (1,))
        ]
        assert "9\u00a0mg" in found[0].text
        assert not made(typed("7.5"), STOP).findings

    def test_a_drug_without_products(self) -> None:
        found = made(typed("9"), STOP, products=[]).findings
        assert [(f.code, f.steps) for f in found] == [("dose.no-products", (1,))]

    def test_a_drug_that_rounding_ends_early(self) -> None:
        reduce = {
            "kind": "reduce",
            "drug": "d",
            "by": {"percent_of_current": "50"},
            "every_days": 7,
            "until_mg": "0.5",
        }
        schedule = made(reduce, {"kind": "hold", "days": 7}, {"kind": "maintain"}, regimen=[
            {"drug": "d", "doses_mg": {"bedtime": "10"}},
            {"drug": "e", "doses_mg": {"bedtime": "1"}},
        ])  # fmt: skip
        found = next(f for f in schedule.findings if f.code == "dose.rounded-to-nothing")
        assert (found.severity, found.steps) == ("serious", (2,))
        assert "1.25\u00a0mg" in found.text
        assert not schedule.steps[2].total("d")
        finer = [{"drug": "d", "form": "tablet", "strength_mg": "1", "pieces": 2}]
        assert "dose.rounded-to-nothing" not in codes(made(reduce, STOP, products=finer))

    def test_an_end_without_a_review_date(self) -> None:
        assert codes(made(typed("5"), {"kind": "maintain"})) == ["maintain.no-review"]
        reviewed = {"kind": "maintain", "review_on": "2027-06-01"}
        assert codes(made(typed("5"), reviewed)) == []

    def test_the_clinicians_own_limit(self) -> None:
        limits = [{"drug": "d", "percent": "25", "in_days": 14}]
        over = made(typed("7.5", "5", days=13), STOP, limits=limits).findings
        assert [(f.code, f.severity, f.steps) for f in over] == [
            ("limit.exceeded", "serious", (1, 2)),
            ("limit.exceeded.to-zero", "note", (2,)),
        ]
        # 10 to 5 within 13 days, and the stop is within 13 days of the change before it.
        assert "by up to 100\u00a0%" in over[0].text
        held = made(typed("7.5"), {"kind": "maintain"}, limits=limits)
        assert codes(held) == ["maintain.no-review"], "25 % is not over 25 %"

    def test_most_serious_first(self) -> None:
        schedule = made(typed("9"), {"kind": "maintain"})
        assert codes(schedule) == ["dose.not-makeable", "maintain.no-review"]


class TestPace:
    def test_two_cuts_a_week_apart_add_up_and_two_weeks_apart_do_not(self) -> None:
        for days, expected in ((7, "27.75"), (13, "27.75"), (14, "15")):
            plan = made(typed("8.5", "7.225", days=days), {"kind": "maintain"}).plan
            found = windows(changes(plan, course(plan), "d"), 14)
            assert max(window.percent for window in found) == Fraction(expected)

    def test_a_repeated_block_counts_as_its_mean(self) -> None:
        block = {**typed("10", "5", days=1), "repeat": 7}
        plan = made(block, {"kind": "maintain"}).plan
        found = changes(plan, course(plan), "d")
        assert [(change.before, change.after) for change in found] == [
            (Fraction(10), Fraction(15, 2))
        ]

    @given(schedules, st.integers(1, 40))
    def test_against_a_recount_day_by_day(self, schedule: Schedule, days: int) -> None:
        """The largest reduction in any window, from a list of daily doses alone."""
        plan = schedule.plan
        if any(isinstance(phase, Set) and phase.repeat for phase in plan.phases):
            return
        for drug in plan.drugs:
            before = sum((r.total_mg for r in plan.regimen if r.drug == drug), Fraction(0))
            daily = [before]
            for step in schedule.steps:
                daily += [step.total(drug)] * step.days
            daily += [Fraction(0)] if schedule.ends and schedule.ends.how == "stopped" else []
            worst = Fraction(0)
            for first in range(1, len(daily)):
                if daily[first] == daily[first - 1] or not daily[first - 1]:
                    continue
                within = daily[first : first + days]
                worst = max(worst, (daily[first - 1] - min(within)) / daily[first - 1] * 100)
            found = windows(changes(plan, course(plan), drug), days)
            assert max((window.percent for window in found), default=Fraction(0)) == worst

    @given(schedules)
    def test_changes_lead_from_the_first_dose_to_the_last(self, schedule: Schedule) -> None:
        plan = schedule.plan
        for drug in plan.drugs:
            found = changes(plan, course(plan), drug)
            for one, next_one in pairwise(found):
                assert one.after == next_one.before
                assert one.on < next_one.on
            assert all(change.before != change.after for change in found)
            if found:
                assert found[-1].on <= schedule.steps[-1].end + timedelta(1)
