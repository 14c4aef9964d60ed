"""From a plan to its steps: each phase's moves dispensed, changed by hand, and dated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from taper.amount import plain_rounded, rounded
from taper.dispensing import Maker, Take, Unmakeable
from taper.parts import MOST_STEPS, Edit, Maintain, Phase, Reduce
from taper.plan import MOST_DAYS, MOST_UNITS, WEEKDAYS, Fault, Plan, too_large
from taper.reduction import ZERO, Amounts, Cause, Doses, Edited, Held, Move, Refusal, moves


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
    """A drug that a reduction ended early, because what can be made of its dose is nothing."""

    phase: int
    drug: str
    ideal: Fraction
    after: int
    """The step after which it is not taken any more; 0 where it never was."""


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of a plan as far as it can be worked out; whole where there are no faults."""

    steps: tuple[Step, ...]
    ends: Ends | None
    rounded_away: tuple[RoundedAway, ...]
    faults: tuple[Fault, ...]


def course(plan: Plan, whole: bool = True) -> Course:
    """Work out a plan's steps, up to the first phase that cannot run.

    A plan that is not `whole` was cut short, so nothing is said of its end.
    """
    return _Conductor(plan).run(whole)


_NO_CEILING: Final = 1 << 64


class _Conductor:
    """Holds the doses as they stand while one phase after another moves them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._now = Doses(plan.times)
        for entry in plan.regimen:
            doses = self._now.amounts(entry.doses_mg)
            self._now.set(entry.drug, doses, doses)
        self._makers = {
            drug: Maker(products) for drug in plan.drugs if (products := plan.products_of(drug))
        }
        self._edits = {edit.step: (at, edit) for at, edit in enumerate(plan.edits)}
        self._steps: list[Step] = []
        self._rounded_away: list[RoundedAway] = []
        self._faults: list[Fault] = []
        self._day = plan.start
        self._made: dict[str, tuple[Amounts, Amounts, tuple[Dose, ...]]] = {}
        self._totals = {drug: self._now.dispensed_total(drug) for drug in plan.drugs}

    def run(self, whole: bool) -> Course:
        ends = None
        if self._run_phases() and whole:
            for number, (at, _) in self._edits.items():
                if number > len(self._steps):
                    text = f"must be a step of the plan, 1 to {len(self._steps)}, got {number}"
                    self._faults.append(Fault(f"edits[{at}].step", text))
            if not self._steps:
                self._faults.append(Fault("phases", "must make at least one step, got none"))
            ends = self._ends()
        return Course(tuple(self._steps), ends, tuple(self._rounded_away), tuple(self._faults))

    def _run_phases(self) -> bool:
        for at, phase in enumerate(self._plan.phases):
            try:
                for move in moves(phase, self._now, self._makers, self._plan.rounding):
                    self._settle(at, phase, move)
            except Refusal as refusal:
                place = f"phases[{at}]" + (f".{refusal.key}" if refusal.key else "")
                self._faults.append(Fault(place, refusal.text))
                return False
        return True

    def _ends(self) -> Ends | None:
        phases = self._plan.phases
        last = phases[-1] if phases else None
        if isinstance(last, Maintain):
            if any(self._now.total(drug) for drug in self._plan.drugs):
                return Ends("maintained", self._day, tuple(self._drug_steps({})))
            place = f"phases[{len(phases) - 1}]"
            self._faults.append(Fault(place, "maintain needs a drug with a dose over 0, got none"))
        elif any(self._now.total(drug) for drug in self._plan.drugs):
            self._faults.append(Fault("phases", "the plan does not say how it ends"))
        else:
            return Ends("stopped", self._day)
        return None

    def _settle(self, at: int, phase: Phase, move: Move) -> None:
        """Make one step of a move, unless what can be made of it is nothing."""
        now = self._now
        for drug, doses_mg in move.typed.items():
            doses = now.amounts(doses_mg)
            now.set(drug, doses, doses)
        for drug, ideals in move.worked.items():
            now.set(drug, ideals, self._dispensed(drug, ideals, move))
        if move.ends_at_zero and move.lowered and not now.dispensed_total(move.lowered):
            gone = RoundedAway(at, move.lowered, now.total(move.lowered), len(self._steps))
            self._rounded_away.append(gone)
            now.set(move.lowered, now.none, now.none)
            return
        number = len(self._steps) + 1
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
        self._steps.append(
            Step(number, at, start, after - timedelta(1), days, edit is not None, drugs)
        )
        self._day = after

    def _lengthened(self, move: Move) -> int:
        if not move.lengthens or self._plan.changes_on is None:
            return move.days
        weekday = WEEKDAYS.index(self._plan.changes_on)
        return move.days + (weekday - (self._day + timedelta(move.days)).weekday()) % 7

    def _dispensed(self, drug: str, ideals: Amounts, move: Move) -> Amounts:
        """Round one drug's doses to what its products make, all times anew."""
        maker = self._makers.get(drug)
        if maker is None:
            return tuple(rounded(dose, 3) if dose else ZERO for dose in ideals)
        taken = [dose for dose in ideals if dose]
        if not taken or move.rounding is None:
            return self._now.none
        if any(dose > MOST_UNITS * maker.grid for dose in taken):
            raise Refusal("", too_large(drug))
        most = _NO_CEILING
        if drug == move.lowered:
            before = self._now.dispensed_total(drug) / maker.grid
            most = before.numerator // before.denominator
        try:
            total = maker.total(sum(taken[1:], taken[0]), move.rounding, most)
        except Unmakeable:
            before_mg = plain_rounded(self._now.dispensed_total(drug), 4)
            text = f"up would raise {drug} above the {before_mg} mg taken before"
            raise Refusal("rounding", text) from None
        doses = iter(maker.spread(taken, total))
        return tuple(next(doses) * maker.grid if dose else ZERO for dose in ideals)

    def _changed_by_hand(
        self, index: int, edit: Edit, at: int, phase: Phase
    ) -> Mapping[str, Cause]:
        """Put the doses of an edit; the ideal doses go on from there."""
        now, causes = self._now, {}
        for drug, was in (edit.was_mg or {}).items():
            total = now.dispensed_total(drug)
            if rounded(total, 4) != rounded(was, 4):
                text = (
                    f"must be {plain_rounded(total, 4)}, the total of step {edit.step} before the"
                    f" edit, got {plain_rounded(was, 4)}: the edit was made for another dose"
                )
                self._faults.append(Fault(f"edits[{index}].was_mg.{drug}", text))
        listed = isinstance(phase, Reduce) and phase.order
        for drug, doses_mg in (edit.doses_mg or {}).items():
            for time, dose in doses_mg.items():
                if listed and dose and drug == phase.drug and time not in listed:  # type: ignore[union-attr]
                    place = f"edits[{index}].doses_mg.{drug}.{time}"
                    text = f"must be a time that taking_from of phases[{at}] names, got {time!r}"
                    self._faults.append(Fault(place, text))
            causes[drug] = Edited(now.dispensed_total(drug))
            doses = now.amounts(doses_mg, otherwise=now.dispensed.get(drug))
            now.set(drug, doses, doses)
        return causes

    def _drug_steps(self, causes: Mapping[str, Cause]) -> Iterator[DrugStep]:
        """Yield each drug that is taken, with its change against the step before."""
        for drug in self._plan.drugs:
            if drug not in self._now.dispensed:
                continue
            total, before = self._now.dispensed_total(drug), self._totals[drug]
            self._totals[drug] = total
            if total:
                change = total - before
                percent = change / before * 100 if before else None
                cause = causes.get(drug) or Held()
                ideal = self._now.total(drug)
                yield DrugStep(drug, ideal, total, change, percent, cause, self._doses(drug))

    def _doses(self, drug: str) -> tuple[Dose, ...]:
        """Return a drug's doses with what makes them; the same doses are worked out once."""
        ideal, dispensed = self._now.ideal[drug], self._now.dispensed[drug]
        known = self._made.get(drug)
        if known and known[0] is ideal and known[1] is dispensed:
            return known[2]
        maker = self._makers.get(drug)
        doses = []
        for time, wanted, dose in zip(self._plan.times, ideal, dispensed, strict=True):
            if not dose:
                continue
            units = maker.units(dose) if maker else None
            if units is not None and units > MOST_UNITS:
                raise Refusal("", too_large(drug))
            take = maker.take(units) if maker and units is not None else None
            doses.append(Dose(time, wanted, dose, take))
        self._made[drug] = ideal, dispensed, tuple(doses)
        return tuple(doses)
