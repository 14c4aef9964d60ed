"""Plan in, schedule out: the conductor, and the schedule as a document."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from taper.amount import plain, plain_rounded
from taper.document import Fault, InvalidPlan
from taper.findings import Finding, findings
from taper.plan import Plan, read
from taper.plan_words import basis
from taper.steps import Course, DrugStep, Ends, RoundedAway, Step, Stretch, course
from taper.supply import Supply, supply
from taper.wording import for_file

ENGINE: Final = "1.0.0"


@dataclass(frozen=True)
class Schedule:
    """What is taken day by day, what has to be dispensed for it, and what stands out."""

    plan: Plan
    steps: tuple[Step, ...]
    ends: Ends | None
    """None only in a sketch of an unfinished plan."""
    supply: tuple[Supply, ...]
    rounded_away: tuple[RoundedAway, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What stands out, most serious first; worked out when it is asked for."""
        return findings(self.plan, Course(self.steps, self.ends, self.rounded_away, ()))

    def to_document(self) -> dict[str, Any]:
        """Return the schedule as a `taper-schedule/1` document (docs/plan-format.md)."""
        return {
            "format": "taper-schedule/1",
            "plan_fingerprint": self.plan.fingerprint,
            "engine": ENGINE,
            "steps": [_step(self.plan, step) for step in self.steps],
            "ends": self.ends and _ends(self.plan, self.ends),
            "supply": [_supply(row) for row in self.supply],
            "findings": [_finding(finding) for finding in self.findings],
        }


def build_schedule(plan: Plan) -> Schedule:
    """Make the schedule of a plan. Raises `InvalidPlan` where its arithmetic makes none."""
    made = course(plan)
    if made.faults:
        raise InvalidPlan(made.faults)
    return _schedule(plan, made)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A document as far as it makes a schedule, with all its faults; whole where there are none."""

    schedule: Schedule | None
    faults: tuple[Fault, ...]
    stretches: tuple[Stretch, ...] = ()
    """What each phase does, up to the first that could not run, which comes last."""


def sketch(document: object) -> Sketch:
    """Read a document that may be unfinished, and work it out as far as it goes."""
    reading = read(document)
    if reading.plan is None:
        return Sketch(None, reading.faults)
    made = course(reading.plan, whole=not reading.faults)
    schedule = _schedule(reading.plan, made) if made.steps else None
    return Sketch(schedule, (*reading.faults, *made.faults), made.stretches)


def _schedule(plan: Plan, made: Course) -> Schedule:
    return Schedule(plan, made.steps, made.ends, supply(plan, made.steps), made.rounded_away)


# ------------------------------------------------------------------------------------- as document


def _step(plan: Plan, step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "phase": step.phase,
        "start": step.start.isoformat(),
        "end": step.end.isoformat(),
        "days": step.days,
        "edited": step.edited,
        "drugs": _drugs(plan, step.drugs),
    }


def _drugs(plan: Plan, drugs: Iterable[DrugStep]) -> list[dict[str, Any]]:
    return [
        {
            "drug": part.drug,
            "ideal_mg": plain_rounded(part.ideal, 3),
            "total_mg": plain(part.total),
            "basis": for_file(basis(plan, part)),
            "change_mg": plain(part.change),
            "change_percent": None if part.percent is None else plain_rounded(part.percent, 1),
            "doses": [
                {
                    "time": dose.time,
                    "ideal_mg": plain_rounded(dose.ideal, 3),
                    "dose_mg": plain(dose.mg),
                    "take": dose.take
                    and [
                        {"product": take.product, "count": plain(take.count)} for take in dose.take
                    ],
                }
                for dose in part.doses
            ],
        }
        for part in drugs
    ]


def _ends(plan: Plan, ends: Ends) -> dict[str, Any]:
    document: dict[str, Any] = {"how": ends.how, "on": ends.on.isoformat()}
    if ends.how == "maintained":
        document["drugs"] = _drugs(plan, ends.drugs)
    return document


def _supply(row: Supply) -> dict[str, Any]:
    return {
        "from": row.start.isoformat(),
        "to": row.end.isoformat(),
        "product": row.product,
        "count": plain(row.count),
        "packs": row.packs,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "steps": list(finding.steps),
        "text": for_file(finding.text),
        "source": finding.source,
    }
