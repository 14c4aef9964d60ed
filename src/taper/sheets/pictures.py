"""What the pictures of doses show, as figures for the template that draws them."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from taper.dispensing import Take
from taper.parts import Liquid, Product, Solid
from taper.plan import Plan
from taper.sheets import plain

MOST_TABLETS: Final = 12
MOST_SYRINGES: Final = 3
"""More than this is read off the figures alone."""
SYRINGES: Final = (1, 5, 10)
"""What the oral syringes that are drawn hold, in mL."""
_MOST_MARKS: Final = 50


def drawn(product: Product, count: Fraction) -> dict[str, Any]:
    """Say what to draw of one product: its shape and how many, or syringes and how full."""
    if isinstance(product, Liquid):
        return {"shape": "syringe" if _syringe(count) else None, "fills": _fills(product, count)}
    if count > MOST_TABLETS:
        return {"shape": None}
    whole, rest = divmod(count, 1)
    return {"shape": _shape(product), "whole": int(whole), "quarters": int(rest * 4)}


def _shape(product: Solid) -> str:
    if product.form == "capsule":
        return product.form
    return "scored" if product.breaks_into > 1 else "plain"


def _syringe(count: Fraction) -> int | None:
    """Return the smallest syringe that holds the amount, the largest where several are filled."""
    holding = [capacity for capacity in SYRINGES if count <= capacity]
    largest = SYRINGES[-1]
    return min(holding, default=largest if count <= MOST_SYRINGES * largest else None)


def _fills(product: Liquid, count: Fraction) -> list[dict[str, int]]:
    """Return each filling: thousandths of the syringe, what it holds, its marks."""
    capacity = _syringe(count)
    if capacity is None:
        return []
    marks = capacity / product.measurable_ml
    fine = int(marks) if marks.denominator == 1 and marks <= _MOST_MARKS else 10
    full, rest = divmod(count, capacity)
    fills = [1000] * int(full) + ([int(rest * 1000 / capacity)] if rest else [])
    return [{"full": fill, "holds": capacity, "marks": fine} for fill in fills]


def broken(plan: Plan, takes: Iterable[Take]) -> list[tuple[int, str]]:
    """Return the pictures that need a word, by their quarters; none where no tablet is broken."""
    found = {
        int(take.count % 1 * 4)
        for take in takes
        if isinstance(plan.products[take.product], Solid) and take.count % 1
    }
    names = {4: "a whole tablet", 3: "three quarters", 2: "a half", 1: "a quarter"}
    return [item for item in names.items() if item[0] in found | {4}] if found else []


def syringes(plan: Plan, takes: Iterable[Take]) -> str | None:
    """Say which syringes are drawn; None where none is."""
    held = {
        _syringe(take.count) for take in takes if isinstance(plan.products[take.product], Liquid)
    }
    capacities = sorted(capacity for capacity in held if capacity)
    return plain.syringes(capacities) if capacities else None
