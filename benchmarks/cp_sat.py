"""A day's doses put together by a solver that knows nothing of tapers: OR-tools CP-SAT.

The order of choice of docs/plan-format.md ("From ideal to dispensed"), one objective after the
other, each kept while the next is sought. Both start from nothing for each day.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple

from ortools.sat.python import cp_model
from run import tablets, timed
from strengths import SETS, maker

from taper.dispensing import Maker

DAYS: Final = 12
PATIENCE: Final = 2
"""Seconds for the solver's search for one objective; then it has given the day up."""
_LESS: Final = 1 << 12
"""Worth so much less: no dose here has as many broken pieces, items or products."""


class Day(NamedTuple):
    """A day to put together: the products of one drug, and the ideal dose at each time."""

    products: list[dict[str, Any]]
    ideals: list[Fraction]


Parts = list[tuple[int, ...]]
"""For each time, how many parts of each product."""


def ours(day: Day, known: Maker) -> Parts:
    """Put a day together as a schedule does."""
    total = known.total(sum(day.ideals, Fraction(0)), "nearest")
    parts: Parts = []
    for dose in known.spread(day.ideals, total):
        taken = {take.product: take.parts for take in known.take(dose) or ()}
        parts.append(tuple(taken.get(at, 0) for at in range(len(day.products))))
    return parts


class Search:
    """The same day as a model of CP-SAT."""

    def __init__(self, day: Day) -> None:
        units = [_unit(product) for product in day.products]
        base = lcm(*(amount.denominator for amount in (*units, *day.ideals)))
        sizes = [int(unit * base) for unit in units]
        wanted = [int(ideal * base) for ideal in day.ideals]
        self.model = model = cp_model.CpModel()
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1  # as ours
        self.solver.parameters.max_time_in_seconds = PATIENCE
        top = sum(wanted) + max(sizes)
        self.parts = [[model.new_int_var(0, top // size + 1, "") for size in sizes] for _ in wanted]
        doses = [sum(n * size for n, size in zip(row, sizes, strict=True)) for row in self.parts]
        above = model.new_bool_var("")
        off = model.new_int_var(0, 2 * top, "")
        away = sum(doses) - sum(wanted)
        model.add(away <= 0).only_enforce_if(above.negated())
        model.add_abs_equality(off, away)
        apart = []
        for dose, want in zip(doses, wanted, strict=True):
            far = model.new_int_var(0, 2 * top, "")
            model.add_abs_equality(far, dose - want)
            apart.append(far)
        liquid = sum(
            n * size
            for row in self.parts
            for n, size, product in zip(row, sizes, day.products, strict=True)
            if "pieces" not in product
        )
        cost = sum(
            self._cost(n, product)
            for row in self.parts
            for n, product in zip(row, day.products, strict=True)
        )
        self.objectives = [
            2 * off + above,
            sum(apart),
            *(-dose for dose in doses[:0:-1]),
            liquid,
            cost,
            *(-sum(row[at] for row in self.parts) for at in range(len(sizes))),
        ]

    def _cost(self, parts: Any, product: dict[str, Any]) -> Any:
        used = self.model.new_bool_var("")
        self.model.add(parts == 0).only_enforce_if(used.negated())
        if "pieces" not in product:
            return used * (_LESS + 1)
        whole = self.model.new_int_var(0, _LESS, "")
        rest = self.model.new_int_var(0, product["pieces"] - 1, "")
        broken = self.model.new_int_var(0, 2, "")
        self.model.add(parts == whole * product["pieces"] + rest)
        self.model.add_element(rest, [0, 1, 1, 2][: product["pieces"]], broken)
        return broken * (_LESS * _LESS) + (whole + broken) * _LESS + used

    def run(self, objectives: int | None = None) -> Parts | None:
        """Seek the best by so many of the objectives, all of them if not said.

        None where the search is given up.
        """
        for objective in self.objectives[:objectives]:
            if isinstance(objective, int):  # nothing is liquid
                continue
            self.model.minimize(objective)
            self.solver.solve(self.model)
            if self.solver.status_name() != "OPTIMAL":
                return None
            self.model.add(objective == round(self.solver.objective_value))
        return [tuple(self.solver.value(n) for n in row) for row in self.parts]


def _unit(product: dict[str, Any]) -> Fraction:
    if "pieces" in product:
        return Fraction(product["strength_mg"]) * Fraction(1, product["pieces"])
    return Fraction(product["mg_per_ml"]) * Fraction(product["measurable_ml"])


LIQUID: Final = {"form": "oral liquid", "mg_per_ml": "0.4", "measurable_ml": "0.5"}
DRUGS: Final[dict[str, list[dict[str, Any]]]] = {
    f"{one.drug}: {' · '.join(one.strengths)} mg{', halved' if one.pieces == 2 else ''}": tablets(
        one.drug, one.pieces, *one.strengths
    )
    for one in SETS
} | {
    "clonazepam: 0.5 · 1 · 2 mg, quartered": tablets("clonazepam", 4, "0.5", "1", "2"),
    "diazepam: 2 · 5 mg, halved, and a liquid": [
        *tablets("diazepam", 2, "2", "5"),
        {"drug": "diazepam", **LIQUID},
    ],
}


class Compared(NamedTuple):
    """The milliseconds that a day took, and whether both say the same; None where given up."""

    ours: float
    to_the_total: float
    to_the_last: float
    same: bool | None


def compared(products: list[dict[str, Any]]) -> Iterator[Compared]:
    """Put days of one to three doses together in both ways, in turn."""
    rng = random.Random(1)
    largest = max(Fraction(product.get("strength_mg", "0")) for product in products)
    for at in range(DAYS):
        ideals = [largest * rng.randint(1, 2000) / 1000 for _ in range(at % 3 + 1)]
        yield _compared(Day(products, ideals))


def _compared(day: Day) -> Compared:
    said: list[Parts | None] = []
    mine = timed(lambda: said.append(ours(day, maker(day.products))))
    first = timed(lambda: Search(day).run(1))
    last = timed(lambda: said.append(Search(day).run()))
    return Compared(mine, first, last, None if said[1] is None else said[0] == said[1])
