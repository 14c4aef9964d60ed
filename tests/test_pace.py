"""How fast a plan goes down, recounted day by day."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from strategies import schedules
from taper import Schedule
from taper.pace import changes, total_changes, windows
from taper.phases import Set
from taper.steps import course
from test_findings import made, typed


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
        # What goes on is the last day's dose, which is less than the mean of the block.
        assert [(change.before, change.after) for change in found] == [
            (Fraction(10), Fraction(15, 2)),
            (Fraction(15, 2), Fraction(5)),
        ]

    def test_only_one_change_alone_is_to_zero(self) -> None:
        plan = made(typed("5", "0", "1", days=7), {"kind": "maintain"}).plan
        found = windows(changes(plan, course(plan), "d"), 8)
        assert [(len(window.changes), window.percent, window.to_zero) for window in found] == [
            (2, Fraction(100), False),
            (1, Fraction(100), True),
        ]
        assert not windows(found[0].changes[:1], 8)[0].to_zero

    def test_of_a_plan_without_an_end_only_the_steps_count(self) -> None:
        plan = made(typed("5", days=7), {"kind": "stop", "drug": "d"}).plan
        worked = course(plan)
        weights = {"d": Fraction(2)}
        assert [change.after for change in total_changes(plan, worked, weights)] == [10, 0]
        unfinished = replace(worked, ends=None)
        assert [change.after for change in total_changes(plan, unfinished, weights)] == [10]

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
            assert schedule.ends
            daily.append(sum((p.total for p in schedule.ends.drugs if p.drug == drug), Fraction(0)))
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
