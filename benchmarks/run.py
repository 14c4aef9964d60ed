"""Benchmarks, each beside a yardstick in the same run: `make bench`.

A machine's speed drifts, so each time is also given as a ratio to a yardstick that runs in turn
with it. Every timed plan is a new one, so that no cache answers.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any, Final

from taper import Plan, build_schedule

ROUNDS: Final = 30


def tenths(rng: random.Random, low: int, high: int) -> str:
    """Draw a dose or percentage with one decimal."""
    whole, tenth = divmod(rng.randint(low, high), 10)
    return f"{whole}.{tenth}"


def tablets(drug: str, pieces: int, *strengths: str) -> list[dict[str, Any]]:
    """Make tablets of these strengths."""
    return [
        {"drug": drug, "form": "tablet", "strength_mg": strength, "pieces": pieces}
        for strength in strengths
    ]


def three_years(rng: random.Random) -> dict[str, Any]:
    """Make a plan of three years: two drugs, three products each, twice a day."""
    start = {"morning": tenths(rng, 60, 90), "bedtime": tenths(rng, 80, 120)}
    first, second = "clonazepam", "diazepam"
    return {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "regimen": [
            {"drug": first, "doses_mg": {"morning": "1", "bedtime": "2"}},
            {"drug": second, "doses_mg": start},
        ],
        "products": [
            *tablets(first, 4, "0.5", "1", "2"),
            *tablets(second, 2, "2", "5"),
            {"drug": second, "form": "oral liquid", "mg_per_ml": "0.4", "measurable_ml": "0.5"},
        ],
        "rounding": "nearest",
        "dispense_every_days": 28,
        "phases": [
            {
                "kind": "reduce",
                "drug": drug,
                "by": {"percent_of_current": tenths(rng, 40, 60)},
                "every_days": 14,
                "steps": 39,
                "taking_from": "proportional",
            }
            for drug in (second, first)
        ]
        + [{"kind": "stop", "drug": first}, {"kind": "stop", "drug": second}],
    }


def of_steps(count: int) -> Callable[[random.Random], dict[str, Any]]:
    """Make plans of that many steps."""

    def make(rng: random.Random) -> dict[str, Any]:
        plan = three_years(rng)
        for phase in plan["phases"][:2]:
            phase |= {"every_days": 3, "steps": count // 2, "by": {"percent_of_current": "0.3"}}
        return plan

    return make


def fine_measure(rng: random.Random) -> dict[str, Any]:
    """Make a plan of a large dose from small pieces: 270 mg from 0.1 mg measures."""
    return {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "regimen": [
            {
                "drug": "morphine",
                "doses_mg": {"morning": tenths(rng, 900, 1800), "bedtime": "135"},
            }
        ],
        "products": [
            *tablets("morphine", 2, "10", "15", "30"),
            {"drug": "morphine", "form": "oral liquid", "mg_per_ml": "1", "measurable_ml": "0.1"},
        ],
        "rounding": "nearest",
        "phases": [
            {
                "kind": "reduce",
                "drug": "morphine",
                "by": {"percent_of_current": "5"},
                "every_days": 14,
                "until_mg": "15",
                "taking_from": "proportional",
            },
            {"kind": "stop", "drug": "morphine"},
        ],
    }


def scheduled(text: str) -> None:
    """Do what is measured: read a plan and make its schedule."""
    build_schedule(Plan.from_json(text))


def yardstick() -> None:
    """Do a fixed amount of the same kind of work: exact fractions."""
    total = Fraction(0)
    for number in range(1, 400):
        total += Fraction(number, 1000)


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def measured(make: Callable[[random.Random], dict[str, Any]]) -> Iterator[tuple[float, float]]:
    """Yield (ms for a new plan, ms for the yardstick), in turn."""
    for seed in range(ROUNDS):
        text = json.dumps(make(random.Random(seed)))
        yield timed(partial(scheduled, text)), timed(yardstick)


def main() -> None:
    """Print a row for each benchmark."""
    print(f"{'plan (read and scheduled)':<44}{'median ms':>10}{'worst ms':>10}{'× yardstick':>13}")
    for name, make in (
        ("three years, two drugs, three products each", three_years),
        ("10 steps", of_steps(10)),
        ("100 steps", of_steps(100)),
        ("600 steps", of_steps(600)),
        ("270 mg from 0.1 mg measures", fine_measure),
    ):
        pairs = list(measured(make))
        times = [ours for ours, _ in pairs]
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        print(f"{name:<44}{statistics.median(times):>10.2f}{max(times):>10.2f}{ratio:>13.1f}")


if __name__ == "__main__":
    main()
