"""Dispensing against a search of everything that is possible."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product as every
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from taper import dispensing
from taper.dispensing import Maker, Take, TooManyWays, items
from taper.parts import Liquid, Product, Solid

solids = st.builds(
    lambda strength, pieces: Solid.model_validate(
        {"drug": "d", "form": "tablet", "strength_mg": strength, "pieces": pieces}
    ),
    st.sampled_from(["0.5", "1", "1.5", "2", "2.5", "5"]),
    st.sampled_from([1, 2, 4]),
)
liquids = st.builds(
    lambda strength, measure: Liquid.model_validate(
        {"drug": "d", "form": "oral liquid", "mg_per_ml": strength, "measurable_ml": measure}
    ),
    st.sampled_from(["0.5", "1", "2"]),
    st.sampled_from(["0.25", "0.5", "1"]),
)
sets = st.lists(solids | liquids, min_size=1, max_size=3, unique_by=lambda item: item.same)
doses = st.integers(0, 48).map(lambda eighths: Fraction(eighths, 8))


def combinations(products: Sequence[Product], dose: Fraction) -> Iterator[tuple[int, ...]]:
    """Yield every way to count out the dose: the parts of each product."""
    ranges = [range(int(dose / item.unit_mg) + 1) for item in products]
    for counts in every(*ranges):
        if sum(n * item.unit_mg for n, item in zip(counts, products, strict=True)) == dose:
            yield counts


def rank(products: Sequence[Product], counts: Sequence[int]) -> tuple[Any, ...]:
    """Order as the plan format does: liquid mg, broken pieces, items, products, list order."""
    liquid, broken, items = Fraction(0), 0, 0
    for item, count in zip(products, counts, strict=True):
        if isinstance(item, Liquid):
            liquid += count * item.unit_mg
            items += 1 if count else 0
        else:
            whole, rest = divmod(count, item.breaks_into)
            pieces = 2 if rest == 3 else min(rest, 1)
            broken += pieces
            items += whole + pieces
    return liquid, broken, items, sum(map(bool, counts)), tuple(-count for count in counts)


def maker(products: Sequence[Product]) -> Maker:
    return Maker(list(enumerate(products)))


def sums(products: Sequence[Product], most: Fraction) -> list[Fraction]:
    """Return every amount up to a bound that the products make, the slow way."""
    made = {Fraction(0)}
    for item in products:
        made = {
            start + n * item.unit_mg
            for start in made
            for n in range(int((most - start) / item.unit_mg) + 1)
        }
    return sorted(made)


@given(sets, doses)
def test_a_dose_is_made_in_the_best_way(products: list[Product], dose: Fraction) -> None:
    """P6: each dose can be made from the chosen tablets, and what is shown adds up to it."""
    ways = list(combinations(products, dose))
    units = maker(products).units(dose)
    take = None if units is None else maker(products).take(units)
    if not ways:
        assert take is None
        return
    best = min(ways, key=lambda counts: rank(products, counts))
    counts = [0] * len(products)
    for part in take or ():
        counts[part.product] = part.parts
    assert tuple(counts) == best
    strengths = [p.mg_per_ml if isinstance(p, Liquid) else p.strength_mg for p in products]
    assert sum(strengths[part.product] * part.count for part in take or ()) == dose


@given(sets, st.fractions(0, 12, max_denominator=40), st.sampled_from(["nearest", "down", "up"]))
def test_a_total_is_the_nearest_allowed(
    products: list[Product], ideal: Fraction, rounding: str
) -> None:
    """P8: rounding is the nearest that can be made, in the direction that was set."""
    made = sums(products, ideal + 6)
    allowed = {
        "nearest": made,
        "down": [total for total in made if total <= ideal],
        "up": [total for total in made if total >= ideal],
    }[rounding]
    expected = min(allowed, key=lambda total: (abs(total - ideal), total))
    chosen = maker(products)
    assert chosen.total(ideal, rounding) * chosen.grid == expected


@given(sets, st.lists(st.fractions(0, 6, max_denominator=30).filter(bool), min_size=1, max_size=4))
def test_a_total_is_spread_with_the_least_difference(
    products: list[Product], ideals: list[Fraction]
) -> None:
    chosen = maker(products)
    total = chosen.total(sum(ideals, Fraction(0)), "nearest")
    spread = [units * chosen.grid for units in chosen.spread(ideals, total)]
    mg = total * chosen.grid
    made = sums(products, mg)
    assume(len(made) ** (len(ideals) - 1) < 3_000)
    ways = [
        (*first, mg - sum(first))
        for first in every(made, repeat=len(ideals) - 1)
        if mg - sum(first) in made
    ]
    expected = min(
        ways,
        key=lambda way: (
            sum(abs(dose - ideal) for dose, ideal in zip(way, ideals, strict=True)),
            [-dose for dose in reversed(way)],
        ),
    )
    assert tuple(spread) == expected


@given(sets, st.fractions(0, 8, max_denominator=40), st.integers(1, 5))
def test_the_next_makeable_total(products: list[Product], ideal: Fraction, steps: int) -> None:
    below = [total for total in sums(products, Fraction(8)) if total < ideal]
    expected = below[-steps] if steps <= len(below) else Fraction(0)
    assert maker(products).below(ideal, steps) == expected


@given(sets, sets)
def test_one_product_more_never_makes_rounding_worse(
    products: list[Product], more: list[Product]
) -> None:
    """P8, metamorphic: an extra strength never takes the total further from the ideal."""
    both = {item.same: item for item in [*products, *more]}
    few, many = maker(products), maker(list(both.values()))
    for eighths in range(1, 80, 7):
        ideal = Fraction(eighths, 9)
        off = [abs(m.total(ideal, "nearest") * m.grid - ideal) for m in (few, many)]
        assert off[1] <= off[0]


def test_sparse_products_beyond_their_first_gaps() -> None:
    """Two strengths without a common part: what lies between is found, not guessed."""
    tablets = [
        Solid.model_validate({"drug": "d", "form": "capsule", "strength_mg": strength})
        for strength in ("7", "11")
    ]
    chosen = maker(tablets)
    assert [chosen.total(Fraction(n), "nearest") for n in (9, 10, 16, 17, 59)] == [
        7,
        11,
        14,
        18,
        58,
    ]
    assert chosen.take(59) is None
    assert chosen.take(60) == (Take(0, Fraction(7), 7), Take(1, Fraction(1), 1))


def capsules(*strengths: str) -> list[Product]:
    return [
        Solid.model_validate({"drug": "d", "form": "capsule", "strength_mg": strength})
        for strength in strengths
    ]


def test_strengths_that_share_almost_nothing_eight_times_a_day() -> None:
    """P20: 0.9973 and 1.0009 mg make few doses, so the nearest of all spreads is found at once."""
    chosen = maker(capsules("0.9973", "1.0009"))
    ideals = [Fraction(7, 3) + Fraction(time, 7) for time in range(8)]
    total = chosen.total(sum(ideals, Fraction(0)), "nearest")
    spread = chosen.spread(ideals, total)
    assert sum(spread) == total
    # Each dose is of two or three capsules, whichever is nearer; of those no two can be changed
    # against each other for the better.
    off = [abs(units * chosen.grid - ideal) for units, ideal in zip(spread, ideals, strict=True)]
    assert sum(off) < sum(abs(round(ideal) - ideal) + Fraction("0.0081") for ideal in ideals)


def test_more_ways_than_can_be_looked_through_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """P20: the bound counts ways, not time, so that every machine refuses the same."""
    with pytest.raises(TooManyWays):
        maker(capsules(*map(str, range(201, 231)))).take(50_000)
    monkeypatch.setattr(dispensing, "_MOST_WAYS", 10)
    fine = maker(capsules("1.0096", "1.337"))
    ideals = [Fraction(place, 33) + 1 for place in range(24)]
    with pytest.raises(TooManyWays):
        fine.spread(ideals, fine.total(sum(ideals, Fraction(0)), "nearest"))


def test_every_dose_that_strengths_as_sold_make_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark's other method misses as many as were measured of the tool that uses it."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "benchmarks")
    import strengths

    for one in strengths.SETS:
        tried, theirs, ours = strengths.missed(one)
        assert (len(tried), len(theirs), ours) == (one.tried, one.missed, [])


def test_what_is_swallowed_is_counted() -> None:
    """Whole ones, broken pieces, and a measured volume as one (the plan format)."""
    tablet = {"drug": "d", "form": "tablet", "strength_mg": "2"}
    quarters = Solid.model_validate(tablet | {"pieces": 4})
    whole = Solid.model_validate(tablet | {"pieces": 1})
    liquid = Liquid.model_validate(
        {"drug": "d", "form": "oral liquid", "mg_per_ml": "0.4", "measurable_ml": "0.5"}
    )
    assert [items(quarters, parts) for parts in range(9)] == [0, 1, 1, 2, 1, 2, 2, 3, 2]
    assert [items(whole, parts) for parts in range(4)] == [0, 1, 2, 3]
    assert [items(liquid, parts) for parts in range(4)] == [0, 1, 1, 1]
