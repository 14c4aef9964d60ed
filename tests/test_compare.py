"""Differences of two schedules, against a recount of every single day."""

import re
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given

import strategies
from taper import Plan, Schedule, build_schedule
from taper.compare import Span, differences, spans
from taper.followup import planned_on

DAY = timedelta(1)
PLAN: dict[str, Any] = {
    "format": "taper-plan/1",
    "start": "2027-01-04",
    "regimen": [{"drug": "diazepam", "doses_mg": {"morning": "4", "bedtime": "5"}}],
    "products": [{"drug": "diazepam", "form": "tablet", "strength_mg": "2", "pieces": 2}],
    "rounding": "nearest",
    "phases": [
        {
            "kind": "reduce", "drug": "diazepam", "by": {"amount_mg": "1"}, "every_days": 14,
            "until_mg": "0", "taking_from": ["morning", "bedtime"],
        },
    ],
}  # fmt: skip


def built(**changed: Any) -> Schedule:
    return build_schedule(Plan.from_document(deepcopy(PLAN) | changed))


def held(days: int) -> list[dict[str, Any]]:
    return [{"kind": "hold", "days": days}, *PLAN["phases"]]


def test_a_plan_does_not_differ_from_itself() -> None:
    assert differences(built(), built()) == ()


def test_a_hold_is_said_as_longer_and_day_by_day() -> None:
    said = differences(built(), built(phases=held(7)))
    assert said[0] == "7\u00a0days longer: to 3\u00a0May\u00a02027 instead of 26\u00a0Apr\u00a02027"
    assert said[1] == (
        "4\u00a0Jan – 10\u00a0Jan\u00a02027: diazepam 9\u00a0mg instead of 8\u00a0mg a day"
    )
    assert len(said) == 10


def test_the_same_total_at_other_times_and_other_products_are_said() -> None:
    other = deepcopy(PLAN["phases"])
    other[0]["taking_from"] = ["bedtime", "morning"]
    product = {"drug": "diazepam", "form": "tablet", "strength_mg": "5", "pieces": 2}
    said = differences(built(), built(phases=other, products=[*PLAN["products"], product]))
    assert said[0] == "with diazepam 5\u00a0mg tablet"
    assert differences(built(), built(products=[product]))[1:3] == (
        "with diazepam 5\u00a0mg tablet",
        "without diazepam 2\u00a0mg tablet",
    )
    assert said[1] == (
        "4\u00a0Jan – 17\u00a0Jan\u00a02027: diazepam 8\u00a0mg a day as 4\u00a0mg morning and"
        " 4\u00a0mg bedtime instead of 3\u00a0mg morning and 5\u00a0mg bedtime"
    )


def test_an_end_of_another_kind_is_said() -> None:
    on = built(phases=[{"kind": "hold", "days": 7}, {"kind": "maintain"}])
    said = differences(built(), on)
    assert said[0] == (
        "goes on with no end from 11\u00a0Jan\u00a02027; the other ends without the medicine from"
        " 26\u00a0Apr\u00a02027"
    )
    assert (
        said[-1] == "from 26\u00a0Apr\u00a02027 on: diazepam 9\u00a0mg instead of 0\u00a0mg a day"
    )


@given(strategies.schedules, strategies.schedules)
def test_the_spans_are_the_days_that_differ(before: Schedule, after: Schedule) -> None:
    """Each day is counted by itself: it is in one span of a drug, or the doses are the same."""
    start = max(before.plan.start, after.plan.start)
    found = spans(before, after, start)
    until = max(before.steps[-1].end, after.steps[-1].end, start) + 3 * DAY
    on = start
    while on <= until:
        old, new = planned_on(before, on)[1], planned_on(after, on)[1]
        for drug in {*before.plan.drugs, *after.plan.drugs}:
            covering = [one for one in found if one.drug == drug and covers(one, on)]
            was, now = old.get(drug, {}), new.get(drug, {})
            assert [(one.before, one.after) for one in covering] == (
                [(was, now)] if was != now else []
            )
        on += DAY
    for one in found:
        assert says(one)


def covers(span: Span, on: date) -> bool:
    return span.start <= on and (span.end is None or on <= span.end)


def says(span: Span) -> bool:
    """Read the doses out of the words again."""
    words = span.words().replace("\u00a0", " ").partition(": ")[2].removeprefix(f"{span.drug} ")
    figures = [Fraction(text.replace(",", "")) for text in re.findall(r"([0-9.,]+) mg", words)]
    old, new = (sum(doses.values(), Fraction(0)) for doses in (span.before, span.after))
    if old != new:
        return figures == [new, old]
    return figures == [new, *span.after.values(), *span.before.values()]
