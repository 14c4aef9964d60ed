"""Findings about what the clinician ticked: what the sources say of each."""

from collections.abc import Iterator

from taper.findings.finding import NOTE, Finding
from taper.plan import Plan
from taper.reference.guidance import factors
from taper.steps import Course


def ticked(plan: Plan, made: Course) -> Iterator[Finding]:
    """Tell what sources say of each ticked factor, and of the place of care where they name one."""
    for factor in plan.care.factors if plan.care else ():
        for said in factors():
            if said.id == factor:
                place = f" Place named: {said.place}." if said.place else ""
                text = f"{said.words}: {said.says}{place}"
                yield Finding(f"care.{factor}", NOTE, (), text, said.source)
