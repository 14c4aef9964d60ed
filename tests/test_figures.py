"""The figures that plans are compared by, against a recount by hand of small plans."""

from fractions import Fraction
from typing import Any

from hypothesis import given

import strategies
from taper import Plan, Schedule, build_schedule
from taper.figures import figures, headline

PLAN: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "4", "bedtime": "5"}}],
    "products": [{"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2}],
    "rounding": "nearest",
    "phases": [
        {
            "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "2"}, "every_days": 7,
            "until_mg": "0", "taking_from": ["morning", "bedtime"],
        },
    ],
    "visits": [{"on": "2027-01-11", "what": "phone"}],
}  # fmt: skip


def test_a_small_plan_by_hand() -> None:
    """7 mg (2 + 5), 5 mg (5), 3 mg (3), 1 mg (1), a week each.

    Tablets of 2 mg: 1 and 2½, then 2½, 1½ and ½: one half a day for 28 days, at most 4 items.
    Two cuts a week apart lie within 14 days: 5 → 3 → 1 mg are 80 % of 5 mg.
    """
    found = figures(build_schedule(Plan.from_document(PLAN)))
    assert (found.headline.steps, found.headline.days) == (4, 28)
    assert found.headline.largest
    assert found.headline.largest.before == 3
    assert found.headline.largest.after == 1
    assert found.headline.to_zero
    assert found.in_window == Fraction(80)
    assert found.low_days == 7
    assert found.broken == 28
    assert found.items == 4
    assert found.visits == 1


def test_what_is_switched_is_no_reduction() -> None:
    switch = {
        "kind": "switch", "from": "diazepam", "to": "lorazepam", "to_mg_per_from_mg": "0.1",
        "every_days": 7, "moving": ["bedtime", "morning"],
    }  # fmt: skip
    plan = PLAN | {"phases": [switch, {"kind": "maintain"}]}
    found = figures(build_schedule(Plan.from_document(plan)))
    assert found.headline.largest is None
    assert found.in_window is None


@given(strategies.schedules)
def test_the_figures_hold_for_any_schedule(schedule: Schedule) -> None:
    found, top = figures(schedule), headline(schedule)
    totals = [(part.total, part.ideal) for step in schedule.steps for part in step.drugs]
    assert top.furthest == max((abs(total - ideal) for total, ideal in totals), default=0)
    assert top.days == sum(step.days for step in schedule.steps)
    assert 0 <= found.low_days <= top.days
    assert sum(found.findings.values()) == len(schedule.findings)
