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


@dataclass(frozen=True, slots=True)
class Take:
    """So many tablets or capsules, or mL, of the plan's product at that place.

    `parts` counts the pieces that one is broken into, or the measures of a liquid.
    """

    product: int
    count: Fraction
    parts: int


def broken(parts: int, pieces: int) -> int:
    """Count the broken pieces among parts of which `pieces` are one tablet.

    A half is 1, a quarter 1, three quarters 2.

    >>> broken(5, 2), broken(7, 4)
    (1, 2)
    """
    rest = parts % pieces
    return 2 if rest == 3 else min(rest, 1)


def items(product: Product, parts: int) -> int:
    """Count what is swallowed: whole ones, broken pieces, and a measured volume as one."""
    if isinstance(product, Liquid):
        return 1 if parts else 0
    return parts // product.breaks_into + broken(parts, product.breaks_into)


class Unmakeable(ValueError):
    """No total is left that the products can make and the rounding allows."""


class TooManyWays(ValueError):
    """The products can be put together in more ways than are looked through."""


_MOST_WAYS: Final = 3_000_000
"""So many doses are put beside each other for one drug of a plan; counted, so that every machine
refuses the same plans. Products as they are sold need thousands."""
_MOST_COUNTED: Final = 1_000_000
"""So many amounts are worked out, all products of a drug together."""


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
        self._taken: dict[int, tuple[Take, ...] | None] = {}
        self._mg: dict[int, Fraction] = {}
        self._ways = 0

    def mg(self, units: int) -> Fraction:
        """Return units of the grid in mg; the same dose comes again at many steps."""
        known = self._mg.get(units)
        if known is None:
            known = self._mg[units] = Fraction(units * self._grid[0], self._grid[1])
        return known

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

    def up_to(self, units: int) -> list[int]:
        """Return every makeable amount over 0 up to so many units of the grid."""
        return self._reach.between(1, units)

    def below(self, ideal: Fraction, steps: int) -> Fraction:
        """Return the n-th makeable total below an ideal one, in mg; 0 where fewer remain."""
        wanted = ideal / self.grid
        count = -(-wanted.numerator // wanted.denominator)
        for _ in range(steps):
            if not count:
                break
            count = self._reach.at_most(count - 1)
        return self.mg(count)

    def spread(self, ideals: Sequence[Fraction], total: int) -> list[int]:
        """Share a makeable total out over the times, each dose nearest to its ideal one (mg).

        Returns the doses in units of the grid: the smallest sum of |dose − ideal|, and of those the
        one with the larger dose at the later time, compared from the last time backwards. Raises
        `TooManyWays` where the products share so small a part that the search would not end soon.
        """
        if len(ideals) == 1:
            return [total]
        # In whole numbers: each ideal dose is wanted / scale units.
        scale = lcm(*(ideal.denominator for ideal in ideals)) * self._grid[0]
        wanted = [
            ideal.numerator * self._grid[1] * (scale // (ideal.denominator * self._grid[0]))
            for ideal in ideals
        ]
        if len(wanted) == 2:
            return self._spread_over_two(wanted[0], wanted[1], total, scale)
        nearest = [self._reach.off(want, scale, self._smallest) for want in wanted]
        # No spread is nearer than the totals are, nor than its doses one by one; most are within a
        # unit of that. Where none is found the bound is widened, and the first found is the nearest
        # of all within it.
        least, more = max(abs(sum(wanted) - total * scale), sum(nearest)), scale
        while True:
            found = self._spread_within(wanted, nearest, total, scale, least + more)
            if found:
                return found
            more *= 2

    def _spread_over_two(self, first: int, second: int, total: int, scale: int) -> list[int]:
        """Share a total out over two times: the distance only grows away from its least place."""
        pairs = _pairs(self._reach.up_to(total), self._reach.up_to(total), total)
        # The distance falls by twice as much as the first dose grows, up to `turn`, and never
        # falls beyond it; of equal ones the smaller first dose leaves the larger later one.
        turn = max(0, -(-min(first, total * scale - second) // scale))
        below, above = pairs & ((1 << turn) - 1), pairs >> turn
        upper = turn + (above & -above).bit_length() - 1
        if not below:
            return [upper, total - upper]
        lower = below.bit_length() - 1
        low, high = (
            abs(dose * scale - first) + abs((total - dose) * scale - second)
            for dose in (lower, upper)
        )
        dose = lower if low <= high else upper
        return [dose, total - dose]

    def _spread_within(
        self, wanted: list[int], nearest: list[int], total: int, scale: int, bound: int
    ) -> list[int] | None:
        """Find the nearest spread whose distance is at most `bound`, all counted in grid/scale.

        `nearest` is how far the nearest dose is at each time, whatever the others are.
        """
        reach, to_come, rest = self._reach, sum(wanted), sum(nearest)
        spare = bound - rest
        least: list[dict[int, int]] = [{0: 0}]
        """For the first n times but the last: sum of their doses → least distance."""
        for want, near in zip(wanted[:-1], nearest[:-1], strict=True):
            to_come -= want
            rest -= near
            far = near + spare
            doses = [
                (dose, abs(dose * scale - want))
                for dose in reach.between(
                    max(0, -((far - want) // scale)), min(total, (want + far) // scale)
                )
            ]
            self._ways += len(least[-1]) * len(doses)
            if self._ways > _MOST_WAYS:
                raise TooManyWays
            reached: dict[int, int] = {}
            for start, distance in least[-1].items():
                for dose, off in doses:
                    end, far = start + dose, distance + off
                    if (
                        far + rest <= bound
                        and far + abs(to_come - (total - end) * scale) <= bound
                        and (end not in reached or far < reached[end])
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
        add up, so the least of each is the least of both. Raises `TooManyWays` for many products
        that share a very small part.
        """
        if units not in self._taken:
            self._taken[units] = self._take(units)
        return self._taken[units]

    def _take(self, units: int) -> tuple[Take, ...] | None:
        solids, liquids = self._solids.reach.up_to(units), self._liquids.reach.up_to(units)
        ways = _pairs(solids, liquids, units)
        if not ways:
            return None
        solid = ways.bit_length() - 1
        taken = [
            Take(at, Fraction(count, pieces) if pieces else count * self._measures[at], count)
            for counts in (self._solids.counts(solid), self._liquids.counts(units - solid))
            for at, count, pieces in counts
        ]
        return tuple(sorted(taken, key=lambda take: take.product))


def _pairs(first: int, second: int, total: int) -> int:
    """Return, as bits, each amount of the first set that one of the second brings to a total."""
    return first & int(f"{second:0{total + 1}b}"[::-1], 2)


class _Reach:
    """The amounts that are sums of the given sizes, 0 among them; bit n stands for n."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = sizes
        self._bits = 1
        self._bytes = b"\1"
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
            self._bytes = bits.to_bytes(self._known // 8 + 1, "little")
        return self._bits

    def has(self, amount: int) -> bool:
        if amount < 0:
            return False
        self._to(amount)
        return bool(self._bytes[amount >> 3] >> (amount & 7) & 1)

    def up_to(self, amount: int) -> int:
        """Return those up to `amount` (≥ 0), as bits."""
        return self._to(amount) & ((2 << amount) - 1)

    def at_most(self, amount: int) -> int:
        """Return the largest of them up to `amount` (≥ 0)."""
        return self.up_to(amount).bit_length() - 1

    def at_least(self, amount: int, gap: int) -> int:
        """Return the smallest of them from `amount` on; `gap` is one of the sizes."""
        bits = self._to(amount + gap) >> amount
        return amount + (bits & -bits).bit_length() - 1

    def between(self, low: int, high: int) -> list[int]:
        """Return those from `low` to `high`, both included."""
        found = bin(self.up_to(max(high, 0)) >> low)[:1:-1]
        at, places = found.find("1"), []
        while at >= 0:
            places.append(low + at)
            at = found.find("1", at + 1)
        return places

    def off(self, wanted: int, scale: int, gap: int) -> int:
        """Return how far the nearest of them is from wanted/scale, in 1/scale."""
        floor = wanted // scale
        below, above = self.at_most(floor), self.at_least(floor + 1, gap)
        return min(wanted - below * scale, above * scale - wanted)


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
        limit = _MOST_COUNTED // len(self._parts)
        if most > limit:
            raise TooManyWays
        # Further than is asked for, so that a dose a little larger does not begin anew.
        self._known = most = max(most, min(self._known + self._known // 2, limit))
        cost = [0] + [_NEVER] * most
        self._chosen = []
        for size, _, pieces in reversed(self._parts):
            cost, chosen = _with_product(cost, size // self._unit, pieces)
            self._chosen.insert(0, chosen)


def _with_product(without: list[int], size: int, pieces: int) -> tuple[list[int], list[int]]:
    """Return, for every amount, the least cost with one product more, and how many parts of it."""
    each = max(pieces, 1)
    rests = [
        (rest, rest * size, (_PIECE + _ITEM) * broken(rest, each) + 1) for rest in range(1, each)
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
