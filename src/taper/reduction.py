"""From the phases of a plan to ideal doses, step by step.

`moves` runs one phase as a generator: it looks at the doses as they stand (`Doses`), yields the
next `Move`, and goes on when the conductor (`steps`) has settled it: dispensed it, changed it by
hand where the clinician did, and written the outcome back to the same `Doses`. So an edit or a
rounding to nothing is seen by the phase that it falls into, and nothing else passes between them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from taper.amount import plain_rounded
from taper.dispensing import Maker
from taper.phases import (
    PROPORTIONAL,
    AmountMg,
    By,
    EqualSteps,
    Hold,
    MakeableSteps,
    OccupancyPoints,
    PercentOfCurrent,
    PercentOfStart,
    Phase,
    Reduce,
    Set,
    Stop,
    Switch,
)

Amounts = tuple[Fraction, ...]
"""The doses of one drug in mg, one for each of the plan's times."""

ZERO: Final = Fraction(0)


class Refusal(ValueError):
    """A phase that cannot run on the doses as they stand; `key` names what is at fault in it."""

    def __init__(self, key: str, text: str) -> None:
        self.key = key
        self.text = text
        super().__init__(f"{key}: {text}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is taken of one drug: ideal and dispensed, for each time and in all, in mg."""

    ideal: Amounts
    dispensed: Amounts
    total: Fraction
    """The ideal daily total."""
    dispensed_total: Fraction


@dataclass(slots=True)
class Doses:
    """The doses as they stand, by drug."""

    times: tuple[str, ...]
    nothing: Standing = field(init=False)
    _standing: dict[str, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        none = (ZERO,) * len(self.times)
        self.nothing = Standing(none, none, ZERO, ZERO)

    def __getitem__(self, drug: str) -> Standing:
        return self._standing.get(drug, self.nothing)

    def __setitem__(self, drug: str, standing: Standing) -> None:
        self._standing[drug] = standing

    @property
    def some(self) -> bool:
        """Whether any drug has an ideal dose over 0."""
        return any(standing.total for standing in self._standing.values())

    def typed(self, doses_mg: Mapping[str, Fraction], otherwise: Amounts | None = None) -> Standing:
        """Return typed doses, which are their own ideal.

        A time left out has the dose of `otherwise`, or 0.
        """
        kept = otherwise or self.nothing.ideal
        doses = tuple(doses_mg.get(time, dose) for time, dose in zip(self.times, kept, strict=True))
        total = sum_of(doses)
        return Standing(doses, doses, total, total)


def sum_of(amounts: Iterable[Fraction]) -> Fraction:
    """Add quantities up; zeros cost nothing, as most times of a day have no dose."""
    total = ZERO
    for amount in amounts:
        if amount:
            total = total + amount if total else amount
    return total


# ------------------------------------------------------------- how a dose came about, for its basis


@dataclass(frozen=True, slots=True)
class Held:
    """The dose of the step before, which the phase keeps."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A dose that the clinician typed in a phase of typed steps."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A dose changed by hand; `was` is the daily total that the step would have had."""

    was: Fraction


@dataclass(frozen=True, slots=True)
class Reduced:
    """An ideal total lowered from `before`; `start` is the phase's first, `floor` its end."""

    by: By
    before: Fraction
    start: Fraction
    floor: Fraction
    times: tuple[str, ...]
    """The times that the reduction was taken from; empty where all keep their share."""
    rounding: str | None


@dataclass(frozen=True, slots=True)
class MovedFrom:
    """An ideal total of which `moved` went over to another drug."""

    before: Fraction
    moved: Fraction
    other: str
    rounding: str | None


@dataclass(frozen=True, slots=True)
class MovedTo:
    """An ideal total to which `moved` × `ratio` came from another drug."""

    before: Fraction
    moved: Fraction
    ratio: Fraction
    other: str
    rounding: str | None


Cause = Held | Typed | Edited | Reduced | MovedFrom | MovedTo


Worked = tuple[Amounts, Fraction]
"""Ideal doses that a phase worked out, and their total."""


@dataclass(frozen=True, slots=True)
class Move:
    """The next step that a phase wants: ideal doses for the drugs that it changes.

    `worked` doses are rounded to what the products make; `typed` ones never are. `lowered` is the
    drug whose dispensed total may not rise. `ends_at_zero`: where that total rounds to 0 the drug
    is stopped. `lengthens`: the step is lengthened to the weekday on which doses change.
    """

    days: int
    lengthens: bool
    worked: Mapping[str, Worked] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    lowered: str | None = None
    ends_at_zero: bool = False
    rounding: str | None = None


def moves(
    phase: Phase, now: Doses, makers: Mapping[str, Maker], rounding: str | None
) -> Iterator[Move]:
    """Run a phase on the doses as they stand. Raises `Refusal` where it cannot run."""
    match phase:
        case Hold():
            if not now.some:
                raise Refusal("", "hold needs a drug with a dose over 0, but none is taken then")
            yield Move(phase.days, lengthens=True)
        case Reduce():
            yield from _reduce(phase, now, makers.get(phase.drug), phase.rounding or rounding)
        case Switch():
            yield from _switch(phase, now, phase.rounding or rounding)
        case Set():
            for _ in range(phase.repeat or 1):
                for step in phase.steps:
                    causes = dict.fromkeys(step.doses_mg, Typed())
                    yield Move(step.days, lengthens=False, typed=step.doses_mg, causes=causes)
        case Stop():
            _needs_dose(now, "drug", phase.drug)
            now[phase.drug] = now.nothing


def _needs_dose(now: Doses, key: str, drug: str) -> Fraction:
    total = now[drug].total
    if not total:
        raise Refusal(key, f"must be a drug with a dose over 0 then, and {drug!r} has none")
    return total


# ------------------------------------------------------------------------------------------ reduce


def _reduce(phase: Reduce, now: Doses, maker: Maker | None, rounding: str | None) -> Iterator[Move]:
    drug = phase.drug
    start = _needs_dose(now, "drug", drug)
    floor = phase.until_mg or ZERO
    if floor >= start:
        taken = f"{plain_rounded(start, 4)} mg taken then, got {plain_rounded(floor, 4)}"
        raise Refusal("until_mg", f"must be under the {taken}")
    if isinstance(phase.by, MakeableSteps) and maker is None:
        raise Refusal("by.makeable_steps", f"needs products of {drug}, got none")
    missing = _unlisted(phase, now[drug].ideal, now.times)
    if missing:
        raise Refusal(
            "taking_from", f"must name every time at which {drug} is taken, not {missing}"
        )
    reduced, turn = 0, None
    while True:
        before = now[drug].total
        wanted = max(_next(phase.by, before, start, floor, maker), floor)
        reduced += 1
        ideals, turn, times = _taken_from(phase, now, before, wanted, turn)
        if not wanted:
            now[drug] = now.nothing
            return
        cause = Reduced(phase.by, before, start, floor, times, rounding)
        yield Move(
            phase.every_days,
            lengthens=True,
            worked={drug: (ideals, wanted)},
            causes={drug: cause},
            lowered=drug,
            ends_at_zero=True,
            rounding=rounding,
        )
        if wanted == floor or reduced == phase.steps or now[drug].total <= floor:
            return


def _next(
    by: By, ideal: Fraction, start: Fraction, floor: Fraction, maker: Maker | None
) -> Fraction:
    """Return the next ideal total, not yet held to the phase's end."""
    match by:
        case PercentOfCurrent(percent_of_current=percent):
            return _times(
                ideal, percent.denominator * 100 - percent.numerator, percent.denominator * 100
            )
        case PercentOfStart(percent_of_start=percent):
            return ideal - start * percent / 100
        case AmountMg(amount_mg=amount):
            return ideal - amount
        case EqualSteps(equal_steps=count):
            return ideal - (start - floor) / count
        case MakeableSteps(makeable_steps=count):
            assert maker is not None, "checked before the first reduction"
            return maker.below(ideal, count)
    return by_occupancy(by, ideal)


def _times(dose: Fraction, top: int, bottom: int) -> Fraction:
    """Return dose × top / bottom, brought to lowest terms once."""
    return Fraction(dose.numerator * top, dose.denominator * bottom)


def by_occupancy(by: OccupancyPoints, dose: Fraction) -> Fraction:
    """Return the dose whose occupancy is so many points lower; 0 at or under 0 points.

    Occupancy = max × dose / (dose + ED50), so dose = ED50 × occupancy / (max − occupancy).
    """
    occupancy = by.max_percent * dose / (dose + by.ed50_mg) - by.occupancy_points
    return by.ed50_mg * occupancy / (by.max_percent - occupancy) if occupancy > 0 else ZERO


def _unlisted(phase: Reduce, ideals: Amounts, times: Sequence[str]) -> str | None:
    """Return a time with a dose that the list of `taking_from` leaves out."""
    order = phase.order
    if order is None:
        return None
    taken = (time for time, dose in zip(times, ideals, strict=True) if dose)
    return next((time for time in taken if time not in order), None)


def _taken_from(
    phase: Reduce, now: Doses, before: Fraction, wanted: Fraction, turn: int | None
) -> tuple[Amounts, int | None, tuple[str, ...]]:
    """Lower the doses of a drug to a total: (doses, place in turn, times it was taken from)."""
    ideals = now[phase.drug].ideal
    taken = [time for time, dose in zip(now.times, ideals, strict=True) if dose]
    if phase.taking_from is None and len(taken) > 1:
        raise Refusal("taking_from", f"is needed: {phase.drug} is then taken at {', '.join(taken)}")
    if phase.taking_from == PROPORTIONAL:
        top = wanted.numerator * before.denominator
        bottom = wanted.denominator * before.numerator
        return tuple(_times(dose, top, bottom) if dose else dose for dose in ideals), turn, ()
    order = list(phase.order or taken)
    doses = dict(zip(now.times, ideals, strict=True))
    if phase.in_turn:
        later = range(len(order)) if turn is None else range(turn + 1, turn + 1 + len(order))
        turn = next(place % len(order) for place in later if doses[order[place % len(order)]])
        order = order[turn:] + order[:turn]
    left, touched = before - wanted, []
    for time in order:
        given = min(left, doses[time])
        if given:
            doses[time] -= given
            left -= given
            touched.append(time)
    return tuple(doses.values()), turn, tuple(touched)


# ------------------------------------------------------------------------------------------ switch


def _switch(phase: Switch, now: Doses, rounding: str | None) -> Iterator[Move]:
    _needs_dose(now, "from", phase.from_drug)
    for moved in _shares(phase, now):
        amount = sum_of(moved)
        if not amount:
            continue
        left, given, ratio = now[phase.from_drug], now[phase.to_drug], phase.to_mg_per_from_mg
        yield Move(
            phase.every_days,
            lengthens=True,
            worked={
                phase.from_drug: (
                    tuple(a - b if b else a for a, b in zip(left.ideal, moved, strict=True)),
                    left.total - amount,
                ),
                phase.to_drug: (
                    tuple(
                        a + b * ratio if b else a for a, b in zip(given.ideal, moved, strict=True)
                    ),
                    given.total + amount * ratio,
                ),
            },
            causes={
                phase.from_drug: MovedFrom(left.total, amount, phase.to_drug, rounding),
                phase.to_drug: MovedTo(given.total, amount, ratio, phase.from_drug, rounding),
            },
            lowered=phase.from_drug,
            rounding=rounding,
        )


def _shares(phase: Switch, now: Doses) -> Iterator[Amounts]:
    """Yield what each step moves, in mg of the old drug; what is left is looked up in its turn."""
    drug = phase.from_drug
    if isinstance(phase.moving, EqualSteps):
        count = phase.moving.equal_steps
        share = tuple(dose / count for dose in now[drug].ideal)
        for _ in range(count - 1):
            yield tuple(map(min, share, now[drug].ideal))
        yield now[drug].ideal
    else:
        for name in phase.moving:
            doses = zip(now.times, now[drug].ideal, strict=True)
            yield tuple(dose if time == name else ZERO for time, dose in doses)
