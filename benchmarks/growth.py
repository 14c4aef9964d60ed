"""How the time for a schedule grows with its steps, its products and its doses a day."""

import json
import random
from functools import partial
from typing import Any, Final

from run import of_steps, scheduled, tablets, timed, yardstick

ROUNDS: Final = 10
_STRENGTHS: Final = ("2", "5", "10", "1", "2.5", "15", "20", "30")


def _plan(rng: random.Random, products: int, doses: int) -> dict[str, Any]:
    """Make a plan of a year: so many strengths of one drug, so many doses a day."""
    times = [f"time {number}" for number in range(1, doses + 1)]
    return {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "times": times,
        "regimen": [{"drug": "diazepam", "doses_mg": dict.fromkeys(times, "20")}],
        "products": tablets("diazepam", 2, *_STRENGTHS[:products]),
        "rounding": "nearest",
        "phases": [
            {
                "kind": "reduce",
                "drug": "diazepam",
                "by": {"percent_of_current": f"{rng.randint(50, 150) / 10:g}"},
                "every_days": 14,
                "steps": 26,
                "taking_from": "proportional",
            },
            {"kind": "stop", "drug": "diazepam"},
        ],
    }


def with_steps(count: int) -> float:
    """Return the time, in yardsticks, of a plan with so many steps."""
    return _ratio([of_steps(count)(random.Random(seed)) for seed in range(ROUNDS)])


def with_products(count: int) -> float:
    """Return the time, in yardsticks, of a plan with so many products."""
    return _ratio([_plan(random.Random(seed), count, 2) for seed in range(ROUNDS)])


def with_doses(count: int) -> float:
    """Return the time, in yardsticks, of a plan with so many doses a day."""
    return _ratio([_plan(random.Random(seed), 3, count) for seed in range(ROUNDS)])


def _ratio(plans: list[dict[str, Any]]) -> float:
    """Put the fastest beside the fastest: what else the machine does only makes both slower."""
    pairs = [(timed(partial(scheduled, json.dumps(plan))), timed(yardstick)) for plan in plans]
    return min(ours for ours, _ in pairs) / min(theirs for _, theirs in pairs)


GROWTH: Final = {
    "steps": (with_steps, (10, 50, 100, 200, 400, 600)),
    "products": (with_products, (1, 2, 3, 4, 6, 8)),
    "doses a day": (with_doses, (1, 2, 3, 4, 6, 8)),
}


def grown() -> dict[str, list[tuple[int, float]]]:
    """Return, for each thing that grows, its counts with the yardsticks that they take."""
    return {
        name: [(count, time_of(count)) for count in counts]
        for name, (time_of, counts) in GROWTH.items()
    }
