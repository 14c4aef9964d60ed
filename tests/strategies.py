"""What the property tests draw from."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st

from random_plans import random_plan
from taper import InvalidPlan, Plan, Schedule, build_schedule

CASES = Path(__file__).parent / "cases"


def contract_examples() -> dict[str, dict[str, Any]]:
    """Return the plan format's own examples by name: plan, and steps, ends and supply."""
    files = sorted((CASES / "examples").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


@cache
def _document(seed: int) -> dict[str, Any]:
    return random_plan(Random(seed))


@cache
def _schedule(seed: int) -> Schedule | None:
    try:
        return build_schedule(Plan.from_document(_document(seed)))
    except InvalidPlan:
        return None


# Making a random plan costs more than most tests of it: a quick run shares a pool between tests.
_seeds = st.integers(0, 2**32 if settings().max_examples > 1000 else 300)

documents: st.SearchStrategy[dict[str, Any]] = _seeds.map(lambda seed: deepcopy(_document(seed)))
"""Plan documents of every kind; about three of four make a schedule, the rest is refused."""

schedules: st.SearchStrategy[Schedule] = (
    _seeds.map(_schedule)
    .filter(lambda made: made is not None)
    .map(lambda made: cast(Schedule, made))
)
"""Schedules of random plans."""
