"""From a plan to its steps: each phase's moves dispensed, changed by hand, and dated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from taper.amount import plain, plain_rounded, rounded
from taper.dispensing import Maker, Take, TooManyWays, Unmakeable
from taper.document import Fault
from taper.parts import MOST_STEPS, Edit
from taper.phases import Maintain, Phase, Reduce
from taper.plan import MOST_DAYS, MOST_UNITS, WEEKDAYS, Plan, too_large
from taper.reduction import (
    ZERO,
    Amounts,
    Cause,
    Doses,
    Edited,
    Held,
    Move,
    Refusal,
    Standing,
    moves,
    sum_of,
)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a drug in mg, ideal and as dispensed; `take` is None where it can't be made."""

    time: str
    ideal: Fraction
    mg: Fraction
    take: tuple[Take, ...] | None


@dataclass(frozen=True, slots=True)
class DrugStep:
    """What is taken of one drug in a step, in mg a day; `percent` is None from 0."""

    drug: str
    ideal: Fraction
    total: Fraction
    change: Fraction
    percent: Fraction | None
    cause: Cause
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The same doses from `start` to `end`, both included; `phase` is its place in the plan."""

    number: int
    phase: int
    start: date
    end: date
    days: int
    edited: bool
    drugs: tuple[DrugStep, ...]

    def total(self, drug: str) -> Fraction:
        """Return the drug's daily total in mg, 0 where it is not taken."""
        return next((part.total for part in self.drugs if part.drug == drug), ZERO)


@dataclass(frozen=True, slots=True)
class Ends:
    """How the plan ends, from the day after its last step on: stopped, or maintained at doses."""

    how: str
    on: date
    drugs: tuple[DrugStep, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundedAway:
    """A dose that is nothing once it is rounded to what can be made.

    A reduction ends there (`ended`), `after` its last step, 0 where it has none. A switch leaves
    the ideal dose as it is, and nothing is taken in the step `after`.
    """

    phase: int
    drug: str
    ideal: Fraction
    after: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one phase does: its steps, and each drug as it stands before and after it.

    It lasts from `start` to the day before `until`. A phase that cannot run has no `after`, and
    no steps.
    """

    phase: int
    start: date
    until: date
    before: Mapping[str, Standing]
    after: Mapping[str, Standing] | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of a plan as far as it can be worked out; whole where there are no faults."""

    steps: tuple[Step, ...]
    ends: Ends | None
    rounded_away: tuple[RoundedAway, ...]
    faults: tuple[Fault, ...]
    stretches: tuple[Stretch, ...] = ()
    """One for each phase that was worked out; the last is the one that could not run, if any."""


def course(plan: Plan, whole: bool = True) -> Course:
    """Work out a plan's steps, up to the first phase that cannot run.

    A plan that is not `whole` was cut short, so nothing is said of its end.
    """
    return _Conductor(plan).run(whole)


class _Conductor:
    """Holds the doses as they stand while one phase after another moves them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._now = Doses(plan.times)
        for entry in plan.regimen:
            self._now[entry.drug] = self._now.typed(entry.doses_mg)
        self._makers = {
            drug: Maker(products) for drug in plan.drugs if (products := plan.products_of(drug))
        }
        self._most = {drug: MOST_UNITS * maker.grid for drug, maker in self._makers.items()}
        self._edits = {edit.step: (at, edit) for at, edit in enumerate(plan.edits)}
        self._steps: list[Step] = []
        self._rounded_away: list[RoundedAway] = []
        self._faults: list[Fault] = []
        self._stretches: list[Stretch] = []
        self._day = plan.start
        self._totals = {drug: self._now[drug].dispensed_total for drug in plan.drugs}
        self._kept: dict[str, tuple[Standing, DrugStep]] = {}
        """What a drug's step is while nothing changes, made once."""

    def run(self, whole: bool) -> Course:
        ends, ran = None, self._run_phases()
        if ran and not whole:
            self._begin(len(self._plan.phases))
        if ran and whole:
            for number, (at, _) in self._edits.items():
                if number > len(self._steps):
                    text = f"must be a step of the plan, 1 to {len(self._steps)}, got {number}"
                    self._faults.append(Fault(f"edits[{at}].step", text))
            if not self._steps:
                self._faults.append(Fault("phases", "must make at least one step, got none"))
            ends = self._ends()
        return Course(
            tuple(self._steps),
            ends,
            tuple(self._rounded_away),
            tuple(self._faults),
            tuple(self._stretches),
        )

    def _begin(self, at: int) -> None:
        self._stretches.append(Stretch(at, self._day, self._day, self._standing()))

    def _standing(self) -> dict[str, Standing]:
        return {drug: self._now[drug] for drug in self._plan.drugs}

    def _run_phases(self) -> bool:
        for at, phase in enumerate(self._plan.phases):
            done = len(self._steps)
            self._begin(at)
            try:
                for move in moves(phase, self._now, self._makers, self._plan.rounding):
                    self._settle(at, phase, move)
            except Refusal as refusal:
                place = f"phases[{at}]" + (f".{refusal.key}" if refusal.key else "")
                self._faults.append(Fault(place, refusal.text))
                return False
            except _MisplacedEdit as misplaced:
                self._faults.append(misplaced.fault)
                return False
            self._stretches[-1] = replace(
                self._stretches[-1],
                until=self._day,
                after=self._standing(),
                steps=tuple(self._steps[done:]),
            )
        return True

    def _ends(self) -> Ends | None:
        phases = self._plan.phases
        if isinstance(phases[-1], Maintain):
            if self._now.some:
                return Ends("maintained", self._day, tuple(self._drug_steps({})))
            place = f"phases[{len(phases) - 1}]"
            self._faults.append(Fault(place, "maintain needs a drug with a dose over 0, got none"))
        elif self._now.some:
            self._faults.append(Fault("phases", "the plan does not say how it ends"))
        else:
            return Ends("stopped", self._day)
        return None

    def _settle(self, at: int, phase: Phase, move: Move) -> None:
        """Make one step of a move, unless what can be made of it is nothing."""
        now = self._now
        for drug, doses_mg in move.typed.items():
            now[drug] = now.typed(doses_mg)
        for drug, (ideals, total) in move.worked.items():
            now[drug] = self._dispensed(drug, ideals, total, move)
        if move.ends_at_zero and move.lowered and not now[move.lowered].dispensed_total:
            ideal = now[move.lowered].total
            self._rounded_away.append(RoundedAway(at, move.lowered, ideal, len(self._steps), True))
            now[move.lowered] = now.nothing
            return
        number = len(self._steps) + 1
        self._rounded_away.extend(
            RoundedAway(at, drug, now[drug].total, number, False)
            for drug in move.worked
            if now[drug].total and not now[drug].dispensed_total
        )
        index, edit = self._edits.get(number, (0, None))
        causes = dict(move.causes)
        if edit:
            causes.update(self._changed_by_hand(index, edit, at, phase))
        days = edit.days if edit and edit.days else self._lengthened(move)
        start, after = self._day, self._day + timedelta(days)
        if number > MOST_STEPS or (after - self._plan.start).days > MOST_DAYS:
            most = f"{MOST_STEPS} steps and {MOST_DAYS} days"
            raise Refusal("", f"the plan must end within {most}, and this phase goes on after that")
        drugs = tuple(self._drug_steps(causes))
        last = after - timedelta(1)
        self._steps.append(Step(number, at, start, last, days, edit is not None, drugs))
        self._day = after

    def _lengthened(self, move: Move) -> int:
        if not move.lengthens or self._plan.changes_on is None:
            return move.days
        weekday = WEEKDAYS.index(self._plan.changes_on)
        return move.days + (weekday - (self._day + timedelta(move.days)).weekday()) % 7

    def _dispensed(self, drug: str, ideals: Amounts, total: Fraction, move: Move) -> Standing:
        """Round one drug's doses to what its products make, all times anew."""
        maker, before = self._makers.get(drug), self._now[drug].dispensed_total
        if maker is None:
            doses = tuple(rounded(dose, 3) if dose else ZERO for dose in ideals)
            return Standing(ideals, doses, total, sum_of(doses))
        taken = [dose for dose in ideals if dose]
        if not taken:
            return self._now.nothing
        assert move.rounding, "plan.read refuses a plan without"
        if total > self._most[drug] and max(taken) > self._most[drug]:
            raise Refusal("", too_large(drug))
        try:
            made = maker.total(total, move.rounding, before if drug == move.lowered else None)
        except Unmakeable:
            text = f"up would raise {drug} above the {plain(before)} mg taken before"
            raise Refusal("rounding", text) from None
        try:
            units = iter(maker.spread(taken, made))
        except TooManyWays:
            raise Refusal("", _too_many_ways(drug)) from None
        doses = tuple(maker.mg(next(units)) if dose else ZERO for dose in ideals)
        return Standing(ideals, doses, total, maker.mg(made))

    def _changed_by_hand(self, index: int, edit: Edit, at: int, phase: Phase) -> dict[str, Cause]:
        """Put the doses of an edit; the ideal doses go on from there."""
        now, causes = self._now, dict[str, Cause]()
        for drug, was in (edit.was_mg or {}).items():
            total, stated = plain_rounded(now[drug].dispensed_total, 4), plain_rounded(was, 4)
            if total != stated:
                text = (
                    f"must be {total}, the total of step {edit.step} before the edit, got {stated}:"
                    " the edit was made for another dose"
                )
                self._faults.append(Fault(f"edits[{index}].was_mg.{drug}", text))
        for drug, doses_mg in (edit.doses_mg or {}).items():
            _check_order(f"edits[{index}].doses_mg.{drug}", drug, doses_mg, at, phase)
            causes[drug] = Edited(now[drug].dispensed_total)
            now[drug] = now.typed(doses_mg, otherwise=now[drug].dispensed)
        return causes

    def _drug_steps(self, causes: Mapping[str, Cause]) -> Iterator[DrugStep]:
        """Yield each drug that is taken, with its change against the step before."""
        for drug in self._plan.drugs:
            standing, cause = self._now[drug], causes.get(drug)
            kept = self._kept.get(drug)
            if cause is None and kept and kept[0] is standing:
                same = kept[1]
                if same.change or not isinstance(same.cause, Held):
                    same = replace(same, change=ZERO, percent=ZERO, cause=Held())
                    self._kept[drug] = standing, same
                yield same
                continue
            total, before = standing.dispensed_total, self._totals[drug]
            self._totals[drug] = total
            if total:
                change = total - before
                percent = _percent(change, before) if before else None
                doses = (
                    kept[1].doses if kept and kept[0] is standing else self._made(drug, standing)
                )
                made = DrugStep(
                    drug, standing.total, total, change, percent, cause or Held(), doses
                )
                self._kept[drug] = standing, made
                yield made

    def _made(self, drug: str, standing: Standing) -> tuple[Dose, ...]:
        """Return a drug's doses with what makes them."""
        maker = self._makers.get(drug)
        doses = []
        for time, ideal, dose in zip(
            self._plan.times, standing.ideal, standing.dispensed, strict=True
        ):
            if dose:
                units = maker.units(dose) if maker else None
                if units is not None and units > MOST_UNITS:
                    raise Refusal("", too_large(drug))
                try:
                    take = maker.take(units) if maker and units is not None else None
                except TooManyWays:
                    raise Refusal("", _too_many_ways(drug)) from None
                doses.append(Dose(time, ideal, dose, take))
        return tuple(doses)


def _too_many_ways(drug: str) -> str:
    return (
        f"the products of {drug} can be put together in too many ways: they need fewer products,"
        " or strengths that share a larger part"
    )


def _percent(change: Fraction, before: Fraction) -> Fraction:
    return Fraction(
        100 * change.numerator * before.denominator, change.denominator * before.numerator
    )


class _MisplacedEdit(ValueError):
    """A dose put by hand at a time that the phase's order of reductions does not name."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def _check_order(
    place: str, drug: str, doses_mg: Mapping[str, Fraction], at: int, phase: Phase
) -> None:
    if isinstance(phase, Reduce) and phase.drug == drug and phase.order is not None:
        for time, dose in doses_mg.items():
            if dose and time not in phase.order:
                text = f"must be a time that taking_from of phases[{at}] names, got {time!r}"
                raise _MisplacedEdit(Fault(f"{place}.{time}", text))
