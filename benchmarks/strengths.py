"""How many doses are missed by the method that other tools use, beside ours."""

from fractions import Fraction
from typing import Any, Final, NamedTuple

from run import tablets

from taper import Plan
from taper.dispensing import Maker

METHOD: Final = (
    "The method: whole tablets, the largest first, then one half where it is exactly what is left. "
    "It gives the very counts that were measured on the antidepressant taper generator of the "
    "University of California, Irvine (pielab-uci/antidepressant-tapering on GitHub, at f4900bd, "
    "2021), which returns less than was asked for and says so only in the browser's console. Doses "
    "tried: all that the tablets can make, up to two of the largest."
)


class Set(NamedTuple):
    """Strengths of one drug, and what was measured of that generator with them."""

    drug: str
    strengths: tuple[str, ...]
    pieces: int
    tried: int
    missed: int


SETS: Final = (
    Set("diazepam", ("2", "5", "10"), 2, 38, 18),
    Set("prednisone", ("1", "2.5", "5", "10", "20", "50"), 2, 398, 198),
    Set("morphine, modified release", ("15", "30", "60", "100"), 1, 21, 7),
    Set("venlafaxine", ("25", "37.5", "50", "75", "100"), 2, 31, 9),
    Set("duloxetine", ("20", "30", "60"), 1, 11, 3),
)


def maker(products: list[dict[str, Any]]) -> Maker:
    """Return what makes doses of one drug's products."""
    drug = products[0]["drug"]
    plan = Plan.from_document(
        {
            "format": "taper-plan/1",
            "start": "2027-01-04",
            "regimen": [{"drug": drug, "doses_mg": {"morning": "1"}}],
            "products": products,
            "phases": [{"kind": "maintain"}],
        }
    )
    return Maker(plan.products_of(drug))


def largest_first(strengths: list[Fraction], pieces: int, dose: Fraction) -> Fraction:
    """Return what the other method gives for a dose."""
    left = dose
    for strength in sorted(strengths, reverse=True):
        left %= strength
    halves = [strength / 2 for strength in strengths] if pieces == 2 else []
    return dose if left in halves else dose - left


def makeable(strengths: list[Fraction], pieces: int) -> list[Fraction]:
    """Return every dose up to two of the largest, found by adding one piece at a time."""
    most, found, new = 2 * max(strengths), set[Fraction](), {Fraction(0)}
    while new:
        new = {dose + strength / pieces for dose in new for strength in strengths} - found
        new = {dose for dose in new if dose <= most}
        found |= new
    return sorted(found)


def missed(one: Set) -> tuple[list[Fraction], list[Fraction], list[Fraction]]:
    """Return the doses tried, those that the other method misses, and those that ours does."""
    strengths = [Fraction(strength) for strength in one.strengths]
    tried = makeable(strengths, one.pieces)
    ours = maker(tablets(one.drug, one.pieces, *one.strengths))

    def made(dose: Fraction) -> Fraction | None:
        units = ours.units(dose)
        take = None if units is None else ours.take(units)
        if take is None:
            return None
        return sum((each.count * strengths[each.product] for each in take), Fraction(0))

    return (
        tried,
        [dose for dose in tried if largest_first(strengths, one.pieces, dose) != dose],
        [dose for dose in tried if made(dose) != dose],
    )
