"""From ideal doses to what a drug's products can make: the true optimum, in whole numbers.

All amounts here are counted in the drug's grid: the largest amount of which every product's unit is
a whole multiple (`parts.grid_mg`). What the products can make is then a set of whole numbers, kept
as the bits of one integer, and no fraction takes part in a search.

The order of choice is that of the plan format ("From ideal to dispensed"): 1. the daily total,
2. its spread over the times, 3. the products for each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Final

from taper.parts import Liquid, Product, grid_mg

_BROKEN: Final = {1: (0,), 2: (0, 1), 4: (0, 1, 1, 2)}
"""Broken pieces for a rest of 0, 1, 2, 3 parts: a half is 1, a quarter 1, three quarters 2."""


@dataclass(frozen=True, slots=True)
class Take:
    """So many tablets or capsules, or mL, of the plan's product at that place.

    `parts` counts the pieces that one is broken into, or the measures of a liquid.
    """

    product: int
    count: Fraction
    parts: int


class Unmakeable(ValueError):
    """No total is left that the products can make and the rounding allows."""


class Maker:
    """What the products of one drug can make.

    `products` come with their places in the plan's list, in its order.
    """

    def __init__(self, products: Sequence[tuple[int, Product]]) -> None:
        self.grid = grid_mg(item for _, item in products)
        self._grid = self.grid.numerator, self.grid.denominator
        sizes = [(int(item.unit_mg / self.grid), at, item) for at, item in products]
        self._solids = _Fewest(
            [
                (size, at, item.breaks_into)
                for size, at, item in sizes
                if not isinstance(item, Liquid)
            ]
        )
        self._liquids = _Fewest(
            [(size, at, 0) for size, at, item in sizes if isinstance(item, Liquid)]
        )
        self._measures = {
            at: item.measurable_ml for at, item in products if isinstance(item, Liquid)
        }
        self._reach = _Reach([size for size, _, _ in sizes])
        self._smallest = min(size for size, _, _ in sizes)

    def units(self, mg: Fraction) -> int | None:
        """Return a dose in units of the grid; None where it is no multiple of the grid."""
        count, rest = divmod(mg.numerator * self._grid[1], mg.denominator * self._grid[0])
        return None if rest else count

    def total(self, ideal: Fraction, rounding: str, most: Fraction | None = None) -> int:
        """Choose the makeable daily total nearest to the ideal one (mg), in units of the grid.

        `rounding` is nearest (a tie goes down), down (not above) or up (not below); `most` is the
        total in mg that it may not rise above. Raises `Unmakeable` where none is left.
        """
        # In whole numbers: the ideal total is wanted / scale units.
        wanted, scale = ideal.numerator * self._grid[1], ideal.denominator * self._grid[0]
        floor = wanted // scale
        ceiling = None
        if most is not None:
            ceiling = most.numerator * self._grid[1] // (most.denominator * self._grid[0])
        below = self._reach.at_most(floor if ceiling is None else min(floor, ceiling))
        if below * scale == wanted or rounding == "down":
            return below
        above = self._reach.at_least(floor + 1, self._smallest)
        if ceiling is not None and above > ceiling:
            if rounding == "up":
                raise Unmakeable
            return below
        nearer = above * scale - wanted < wanted - below * scale
        return above if rounding == "up" or nearer else below

    def below(self, ideal: Fraction, steps: int) -> Fraction:
        """Return the n-th makeable total below an ideal one, in mg; 0 where fewer remain."""
        wanted = ideal / self.grid
        count = -(-wanted.numerator // wanted.denominator)
        for _ in range(steps):
            if not count:
                break
            count = self._reach.at_most(count - 1)
        return count * self.grid

    def spread(self, ideals: Sequence[Fraction], total: int) -> list[int]:
        """Share a makeable total out over the times, each dose nearest to its ideal one (mg).

        Returns the doses in units of the grid: the smallest sum of |dose − ideal|, and of those the
        one with the larger dose at the later time, compared from the last time backwards.
        """
        if len(ideals) == 1:
            return [total]
        # In whole numbers: each ideal dose is wanted / scale units.
        scale = lcm(*(ideal.denominator for ideal in ideals)) * self._grid[0]
        wanted = [
            ideal.numerator * self._grid[1] * (scale // (ideal.denominator * self._grid[0]))
            for ideal in ideals
        ]
        # No spread is nearer than the totals are; most are within a unit of that. Where none is
        # found the bound is widened, and the first found is the nearest of all within it.
        bound = abs(sum(wanted) - total * scale) + scale
        while True:
            found = self._spread_within(wanted, total, scale, bound)
            if found:
                return found
            bound *= 2

    def _spread_within(
        self, wanted: list[int], total: int, scale: int, bound: int
    ) -> list[int] | None:
        """Find the nearest spread whose distance is at most `bound`, all counted in grid/scale."""
        reach, to_come = self._reach, sum(wanted)
        least: list[dict[int, int]] = [{0: 0}]
        """For the first n times but the last: sum of their doses → least distance."""
        for want in wanted[:-1]:
            to_come -= want
            low = max(0, -((bound - want) // scale))
            doses = [
                (dose, abs(dose * scale - want))
                for dose in reach.between(low, min(total, (want + bound) // scale))
            ]
            reached: dict[int, int] = {}
            for start, distance in least[-1].items():
                for dose, off in doses:
                    end, far = start + dose, distance + off
                    if far + abs(to_come - (total - end) * scale) <= bound and (
                        end not in reached or far < reached[end]
                    ):
                        reached[end] = far
            least.append(reached)
        doses_back: list[int] = []
        for want, before in zip(reversed(wanted), reversed(least), strict=True):
            # Of equal distances the larger dose here, so the smaller sum of the times before.
            ways = [
                (distance + abs((total - start) * scale - want), start)
                for start, distance in before.items()
                if reach.has(total - start)
            ]
            if not ways or (not doses_back and min(ways)[0] > bound):
                return None
            doses_back.append(total - min(ways)[1])
            total = min(ways)[1]
        return doses_back[::-1]

    def take(self, units: int) -> tuple[Take, ...] | None:
        """Choose the products for one dose; None where they cannot make it.

        The least mg as liquid, then the fewest broken pieces, items and products, then the products
        listed earlier. With the liquid mg settled, solids and liquids are chosen apart: the counts
        add up, so the least of each is the least of both.
        """
        solid = self._solids.reach.at_most(units)
        while not self._liquids.reach.has(units - solid):
            if not solid:
                return None
            solid = self._solids.reach.at_most(solid - 1)
        taken = [
            Take(at, Fraction(count, pieces) if pieces else count * self._measures[at], count)
            for counts in (self._solids.counts(solid), self._liquids.counts(units - solid))
            for at, count, pieces in counts
        ]
        return tuple(sorted(taken, key=lambda take: take.product))


class _Reach:
    """The amounts that are sums of the given sizes, 0 among them; bit n stands for n."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = sizes
        self._bits = 1
        self._known = 0

    def _to(self, most: int) -> int:
        if most > self._known:
            self._known = max(most, 2 * self._known, 256)
            mask = (1 << (self._known + 1)) - 1
            bits = 1
            for size in self._sizes:
                shift = size
                while shift <= self._known:
                    bits |= bits << shift & mask
                    shift *= 2
            self._bits = bits
        return self._bits

    def has(self, amount: int) -> bool:
        return amount >= 0 and bool(self._to(amount) >> amount & 1)

    def at_most(self, amount: int) -> int:
        """Return the largest of them up to `amount` (≥ 0)."""
        return (self._to(amount) & ((2 << amount) - 1)).bit_length() - 1

    def at_least(self, amount: int, gap: int) -> int:
        """Return the smallest of them from `amount` on; `gap` is one of the sizes."""
        bits = self._to(amount + gap) >> amount
        return amount + (bits & -bits).bit_length() - 1

    def between(self, low: int, high: int) -> list[int]:
        """Return those from `low` to `high`, both included."""
        bits = self._to(max(high, 0)) >> low
        return [low + at for at in range(high - low + 1) if bits >> at & 1]


_ITEM: Final = 1 << 20
_PIECE: Final = _ITEM << 20
_NEVER: Final = _PIECE << 40
"""A cost counts broken pieces, then items, then products; no dose has 2²⁰ of any."""


class _Fewest:
    """The fewest broken pieces, then items, then products, then the earlier listed products.

    `parts` are (size in the grid, place in the plan's list, pieces of one; 0 for a liquid, whose
    measures are one item together).
    """

    def __init__(self, parts: Sequence[tuple[int, int, int]]) -> None:
        self._parts = parts
        self.reach = _Reach([size for size, _, _ in parts])
        self._known = -1
        self._chosen: list[list[int]] = []

    @cached_property
    def _unit(self) -> int:
        return gcd(*(size for size, _, _ in self._parts))

    def counts(self, amount: int) -> list[tuple[int, int, int]]:
        """Return (place, parts, pieces of one) of each product used for a makeable amount."""
        if not amount:
            return []
        if len(self._parts) == 1:
            ((size, at, pieces),) = self._parts
            return [(at, amount // size, pieces)]
        rest = amount // self._unit
        self._learn(rest)
        found = []
        for (size, at, pieces), chosen in zip(self._parts, self._chosen, strict=True):
            count = chosen[rest]
            if count:
                found.append((at, count, pieces))
                rest -= count * (size // self._unit)
        return found

    def _learn(self, most: int) -> None:
        """Work out, for every amount up to `most`, how many parts of each product are best.

        The products are added from the last listed to the first, so that a tie is settled in favour
        of the earlier one: of equal costs the larger count wins.
        """
        if most <= self._known:
            return
        self._known = most = max(most, 2 * self._known)
        cost = [0] + [_NEVER] * most
        self._chosen = []
        for size, _, pieces in reversed(self._parts):
            cost, chosen = _with_product(cost, size // self._unit, pieces)
            self._chosen.insert(0, chosen)


def _with_product(without: list[int], size: int, pieces: int) -> tuple[list[int], list[int]]:
    """Return, for every amount, the least cost with one product more, and how many parts of it."""
    each = max(pieces, 1)
    rests = [
        (rest, rest * size, (_PIECE + _ITEM) * _BROKEN[each][rest] + 1) for rest in range(1, each)
    ]
    whole, first, more = each * size, _ITEM + 1, _ITEM if pieces else 0
    best, chosen = without.copy(), [0] * len(without)
    used, counts = [_NEVER] * len(without), [0] * len(without)
    for amount in range(size, len(without)):
        least, count = _NEVER, 0
        for rest, mg, price in rests:
            if mg <= amount and without[amount - mg] + price <= least:
                least, count = without[amount - mg] + price, rest
        if whole <= amount:
            start = amount - whole
            if without[start] + first <= least:
                least, count = without[start] + first, each
            if used[start] + more < least or (
                used[start] + more == least and counts[start] + each > count
            ):
                least, count = used[start] + more, counts[start] + each
        used[amount], counts[amount] = least, count
        if least <= best[amount] and least < _NEVER:
            best[amount], chosen[amount] = least, count
    return best, chosen
