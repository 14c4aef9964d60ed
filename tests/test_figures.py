"""The figures that plans are compared by, against a recount by hand of small plans."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

import strategies
from taper import Plan, Schedule, build_schedule
from taper.figures import figures, headline, headline_words
from taper.schedule import sketch

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


HOLD = {"kind": "hold", "days": 7}
STOP = {"kind": "stop", "drug": "diazepam"}
TWO = [*PLAN["regimen"], {"drug": "other", "doses_mg": {"noon": "1"}}]


@pytest.mark.parametrize(
    ("changed", "dated", "words"),
    [
        (
            {}, True,
            ["9 mg a day, now", "Mon 1 Feb 2027 first day without", "4 steps, 4 weeks",
             "−66.7 % largest step, 3 mg → 1 mg, then to 0"],
        ),
        (
            {"phases": [HOLD, STOP]}, False,
            ["9 mg a day, now", "day 8 first day without", "1 step, 1 week",
             "to 0 the only step down"],
        ),
        (
            {"phases": [HOLD, {"kind": "maintain"}], "regimen": TWO}, True,
            ["11 Jan 2027 the doses go on from", "1 step, 1 week"],
        ),
        (
            {"phases": [HOLD, {"kind": "maintain"}]}, False,
            ["9 mg a day, now", "day 8 the doses go on from", "1 step, 1 week"],
        ),
        (
            {"phases": [PLAN["phases"][0] | {"by": {"amount_mg": "2.6"}, "until_mg": "6"}]}, True,
            ["9 mg a day, now", "not set yet end", "2 steps, 2 weeks",
             "−33.3 % largest step, 9 mg → 6 mg", "0.4 mg furthest from ideal"],
        ),
    ],
)  # fmt: skip
def test_what_stands_over_the_chart(changed: dict[str, Any], dated: bool, words: list[str]) -> None:
    made = sketch(PLAN | changed).schedule
    assert made
    said = [" ".join(pair).replace("\u00a0", " ") for pair in headline_words(made, dated)]
    assert said == words
