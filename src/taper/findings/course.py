"""Findings about the course of a plan: steps, switch, visits, end, and the dose taken now."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Final

from taper import wording
from taper.equivalents import DIAZEPAM
from taper.findings.finding import INFORMATION, NOTE, OWN_PLAN, Finding, numbers, parts
from taper.phases import Maintain, Reduce, Switch
from taper.plan import Plan
from taper.reference.facts import BIOLOGICAL, ELIMINATION, drug_in
from taper.reference.guidance import DoseBand, Equivalent, bands, conversions
from taper.steps import Course, Step

DAY_HOURS: Final = 24
"""A drug taken once a day whose half-life every source puts under this is told."""


def unchanged_steps(plan: Plan, made: Course) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield, for each reduction, its drug and the numbers of its steps that change nothing."""
    for at, phase in enumerate(plan.phases):
        if isinstance(phase, Reduce):
            same = [
                step
                for step, part in parts(made)
                if step.phase == at
                and part.drug == phase.drug
                and not part.change
                and not step.edited
            ]
            if same:
                yield phase.drug, numbers(same)


def unchanged(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of steps of a reduction that change nothing, as the products make the same dose."""
    for drug, steps in unchanged_steps(plan, made):
        text = f"{drug}: the products make the same dose as in the step before."
        yield Finding("step.unchanged", INFORMATION, steps, text, OWN_PLAN)


def rises(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of a dose that goes up otherwise than by a switch to it."""
    up: dict[str, list[Step]] = defaultdict(list)
    for step, part in parts(made):
        phase = plan.phases[step.phase]
        switched = isinstance(phase, Switch) and phase.to_drug == part.drug and not step.edited
        repeated = getattr(phase, "repeat", None) is not None
        if part.change > 0 and not switched and not repeated:
            up[part.drug].append(step)
    for drug, steps in up.items():
        yield Finding("dose.rises", NOTE, numbers(steps), f"The dose of {drug} goes up.", OWN_PLAN)


def no_review(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of doses that go on with no date to review them."""
    last = plan.phases[-1] if plan.phases else None
    if isinstance(last, Maintain) and last.review_on is None and made.steps:
        text = "The doses go on after the last step without a review date."
        yield Finding("maintain.no-review", NOTE, (made.steps[-1].number,), text, OWN_PLAN)


def supply_without_visit(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of supply periods with no visit in them, before the next is dispensed."""
    if plan.dispense_every_days is None or not made.steps:
        return
    length, last = timedelta(plan.dispense_every_days), made.steps[-1].end
    start, without = plan.start, []
    while start + length <= last:
        end = start + length - timedelta(1)
        if not any(start <= visit.on <= end for visit in plan.visits):
            without.append(next(step for step in made.steps if step.start <= end <= step.end))
        start += length
    if without:
        count = len(without)
        periods = "1 supply period ends" if count == 1 else f"{count} supply periods end"
        text = f"{periods} without a visit."
        yield Finding("supply.no-visit", INFORMATION, numbers(without), text, OWN_PLAN)


def switch_ratio(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of a switch at a ratio that lies outside what all sources give."""
    for at, phase in enumerate(plan.phases):
        if not isinstance(phase, Switch):
            continue
        ratios = [ratio for row in _ratios(phase.from_drug, phase.to_drug) for ratio in row[1:]]
        ratio = phase.to_mg_per_from_mg
        steps = numbers(step for step in made.steps if step.phase == at)
        if ratios and not min(ratios) <= ratio <= max(ratios):
            low, high = wording.plain_figure(min(ratios)), wording.plain_figure(max(ratios))
            given = f"{low} to {high}" if low != high else low
            text = (
                f"Switch from {phase.from_drug} to {phase.to_drug} at"
                f" {wording.plain_figure(ratio)} mg for each 1 mg: sources give {given} mg."
            )
            source = _ratios(phase.from_drug, phase.to_drug)[0][0]
            yield Finding("switch.ratio-outside-sources", NOTE, steps, text, source)


def _ratios(old: str, new: str) -> list[tuple[str, Fraction, Fraction]]:
    """Return mg of the new drug for each mg of the old by each source: (source, least, most)."""
    one = Fraction(1)
    found = []
    for row in _conversions(old):
        least, most = row.diazepam_mg(one)
        if new.casefold() == DIAZEPAM:
            found.append((row.source, least, most))
        found += [
            (row.source, other.equal_mg(least)[0], other.equal_mg(most)[1])
            for other in _conversions(new)
            if other.source == row.source
        ]
    if old.casefold() == DIAZEPAM:
        found += [(row.source, *row.equal_mg(one)) for row in _conversions(new)]
    return found


def _conversions(drug: str) -> tuple[Equivalent, ...]:
    """Return what sources give for a drug; diazepam is what all of them are measured in."""
    return () if drug.casefold() == DIAZEPAM else conversions(drug)


def once_daily(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell of a drug with a half-life well under a day that is taken once a day."""
    for drug in plan.drugs:
        known = drug_in(drug)
        lives = [
            life
            for life in (known.half_life if known else ())
            if known and life.of == known.name and life.kind == ELIMINATION
        ]
        if any(life.kind == BIOLOGICAL for life in (known.half_life if known else ())):
            continue
        once = [
            step
            for step, part in parts(made)
            if part.drug == drug and len(part.doses) == 1 and not _leaving(plan, step, drug)
        ]
        if lives and once and max(life.high_h for life in lives) < DAY_HOURS:
            low, high = min(life.low_h for life in lives), max(life.high_h for life in lives)
            text = (
                f"{drug} is taken once a day; sources give a half-life of"
                f" {wording.plain_figure(low)} to {wording.plain_figure(high)} hours."
            )
            yield Finding("dose.once-daily", INFORMATION, numbers(once), text, lives[0].source)


def _leaving(plan: Plan, step: Step, drug: str) -> bool:
    """Say whether the step is one of a switch away from the drug."""
    phase = plan.phases[step.phase]
    return isinstance(phase, Switch) and phase.from_drug == drug


def equivalents_now(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell what is taken now in diazepam equivalents by source, with ASAM 2025's bands."""
    taken = [entry for entry in plan.regimen if _sedative(entry.drug)]
    others = [entry for entry in taken if entry.drug.casefold() != DIAZEPAM]
    own = sum((entry.total_mg for entry in taken if entry not in others), Fraction(0))
    rows = [{row.source: row for row in conversions(entry.drug)} for entry in others]
    shared = sorted(set.intersection(*map(set, rows))) if rows else []
    totals = [(own, own)] if taken and not others else []
    for source in shared:
        pairs = [
            found[source].diazepam_mg(entry.total_mg)
            for found, entry in zip(rows, others, strict=True)
        ]
        totals.append((own + sum(low for low, _ in pairs), own + sum(high for _, high in pairs)))
    if totals:
        low, high = min(least for least, _ in totals), max(most for _, most in totals)
        named = dict.fromkeys(
            band.id for mg in (low, high) for band in bands() if _within(mg, band)
        )
        span = " to ".join(dict.fromkeys(map(wording.ideal_mg, (low, high))))
        count = f" by {len(shared)} sources" if len(shared) > 1 else ""
        text = (
            f"Taken now: {span} of diazepam or its equal a day{count};"
            f" ASAM 2025 calls that a {' to '.join(named)} dose."
        )
        yield Finding("dose.diazepam-equivalents", INFORMATION, (), text, bands()[0].source)


def _sedative(drug: str) -> bool:
    known = drug_in(drug)
    return known is not None and known.drug_class in ("benzodiazepine", "Z-drug")


def _within(mg: Fraction, band: DoseBand) -> bool:
    above = band.from_mg is None or mg > band.from_mg
    return above and (band.to_mg is None or mg <= band.to_mg)
